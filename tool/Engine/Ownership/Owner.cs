using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// What may be true of a local that can own a resource. A fact is a set of these; the full set is <see cref="Unknown"/>.
/// </summary>
[Flags]
public enum OwnershipState
{
    None = 0,

    /// <summary>Declared, and never assigned.</summary>
    Unset = 1,

    /// <summary>It holds the resource's empty value.</summary>
    Empty = 2,
    Owned = 4,

    /// <summary>
    /// Owned, and something that is not known has seen the value: a call, a second variable. A release that follows
    /// shows that it was only lent; without one, it may have been handed over.
    /// </summary>
    Lent = 8,
    Released = 16,

    /// <summary>The ownership went elsewhere.</summary>
    Moved = 32,

    /// <summary>A value that somebody else owns.</summary>
    Borrowed = 64,
    Unknown = Unset | Empty | Owned | Lent | Released | Moved | Borrowed,
}

/// <summary>How an owner came to its value.</summary>
public enum AcquisitionKind
{
    /// <summary>From a call that a catalogue knows as acquiring.</summary>
    Catalogued,

    /// <summary>From a call of which nothing is known; that it hands out ownership is known from a release in this function.</summary>
    Witnessed,

    /// <summary>A parameter that the function releases.</summary>
    HandedIn,

    /// <summary>Read from memory (a field, an element), and released here.</summary>
    FromMemory,

    /// <summary>A copy of another variable, released here.</summary>
    FromLocal,
}

/// <summary>
/// A definition of a local from which on it owns. <see cref="At"/> is the event that assigns the local, null for a
/// parameter's value; <see cref="Source"/> is the call that made the value, where there is one.
/// </summary>
public sealed record Acquisition(Event? At, AcquisitionKind Kind, Call? Source = null, Acquirer? Acquirer = null)
{
    /// <summary>Some release in the function releases what is acquired here.</summary>
    public bool IsReleased { get; init; }

    /// <summary>It is known to be the empty value now and then: a conversion gives that for things of another type, or the call does.</summary>
    public bool MayBeNothing { get; init; }

    /// <summary>What of <see cref="Source"/> brought the value.</summary>
    public Operand Operand { get; init; } = Operand.Result;

    public bool Equals(Acquisition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>How a value leaves its owner.</summary>
public enum TransferKind
{
    Returned,
    Thrown,

    /// <summary>Stored to a field, an element, a global.</summary>
    Stored,

    /// <summary>Stored to a parameter that the caller sees.</summary>
    OutParameter,

    /// <summary>Passed to a call that takes over.</summary>
    Consumed,

    /// <summary>Passed to a call of which nothing is known: it may have taken over.</summary>
    Passed,

    /// <summary>Copied to another variable.</summary>
    Copied,

    /// <summary>Copied to a temporary, and the variable is emptied at once: the value is taken out of it.</summary>
    Taken,

    /// <summary>Its address is passed: the callee may take or replace the value.</summary>
    ByReference,

    /// <summary>Named in a macro of unknown meaning.</summary>
    InMacro,
}

/// <summary>A place where ownership leaves, or may leave.</summary>
public sealed record Transfer(Event At, TransferKind Kind)
{
    /// <summary>Ownership certainly goes; otherwise it is not known.</summary>
    public bool IsCertain => Kind is not (TransferKind.Passed or TransferKind.Copied or TransferKind.ByReference or TransferKind.InMacro);
}

/// <summary>
/// A local that owns a resource on some path: what it acquires, what releases it, where ownership leaves. A release
/// may name the local through a temporary that holds the same value.
/// </summary>
public sealed record Owner(Local Local, Resource Resource)
{
    public ImmutableArray<Acquisition> Acquisitions { get; init; } = [];

    /// <summary>Calls that release it with a releaser of its resource, those that the language implies included.</summary>
    public ImmutableArray<Call> Releases { get; init; } = [];

    /// <summary>Calls that release it with the releaser of another resource.</summary>
    public ImmutableArray<Call> Mismatches { get; init; } = [];

    /// <summary>Stores of the empty value where the local has just been released or has given its value away.</summary>
    public ImmutableArray<Store> Clearings { get; init; } = [];

    /// <summary>Stores of the empty value elsewhere: an initialiser, a reset.</summary>
    public ImmutableArray<Store> Empties { get; init; } = [];

    public ImmutableArray<Transfer> Transfers { get; init; } = [];

    /// <summary>Events that need the value and leave it where it is.</summary>
    public ImmutableArray<Event> Uses { get; init; } = [];

    /// <summary>Any call may change it: nothing is known of its states.</summary>
    public bool IsCaptured => Local.IsAliased;

    /// <summary>The releaser it is released with; the resource's first one where it is released nowhere.</summary>
    public required Releaser Releaser { get; init; }

    /// <summary>The block decides whether to release: one of its sides begins with a release.</summary>
    public bool IsReleaseGuard(Block block) => block.Successors.Any(
        edge => edge.Kind != EdgeKind.Exceptional
            && edge.To.Events.FirstOrDefault(e => e is not Load) is Call first && Releases.Contains(first));

    public bool Equals(Owner? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"{Local} ({Resource})";
}

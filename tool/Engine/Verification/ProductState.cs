using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Where one of the two functions is, and what its slots and the memory hold there.</summary>
internal sealed class Side(Body body)
{
    public Body Body { get; } = body;

    public Block Block { get; private set; } = body.Graph.Entry;

    public int Index { get; set; }

    public int[] Values { get; private init; } = new int[body.ValueCount];

    /// <summary>The version of memory: a load is named by its address and this.</summary>
    public int Memory { get; set; }

    /// <summary>How often each harmless constructor has run with the same arguments, since both sides had last run the same.</summary>
    public List<(int Term, int Count)> Made { get; private init; } = [];

    /// <summary>It has just come to the head of a loop and waits there for the other side.</summary>
    public bool IsAtHead { get; set; }

    /// <summary>An exception was raised on the way here.</summary>
    public bool HasRaised { get; set; }

    /// <summary>It passed a place where paths meet since states were last compared.</summary>
    public bool HasJoined { get; set; }

    public Event? Next => Index < Block.Events.Length ? Block.Events[Index] : null;

    public bool IsAtExit => Block == Body.Graph.Exit;

    public bool IsAtUnwind => Block == Body.Graph.Unwind;

    public bool IsAtEnd => IsAtExit || IsAtUnwind;

    public void Go(Block block)
    {
        Block = block;
        Index = 0;
        IsAtHead = Body.IsLoopHead(block);
        HasJoined |= IsAtHead || Body.IsJoin(block);
    }

    /// <summary>Leaves the event it is at along the exceptional edge.</summary>
    public void Raise(int exception)
    {
        HasRaised = true;
        Values[Body.ExceptionSlot] = exception;
        Go(Block.Handler ?? Body.Graph.Unwind);
    }

    public Side Copy() => new(Body)
    {
        Block = Block,
        Index = Index,
        Values = [.. Values],
        Memory = Memory,
        Made = [.. Made],
        IsAtHead = IsAtHead,
        HasRaised = HasRaised,
        HasJoined = HasJoined,
    };
}

/// <summary>How sure it is that something has happened to a value on this path.</summary>
internal enum Certainty : byte
{
    Never,
    Perhaps,
    Always,
}

/// <summary>Where a value comes from and what has become of it, as the old function's calls tell.</summary>
internal sealed record Provenance
{
    public static Provenance Unknown { get; } = new() { IsOther = true };

    /// <summary>The values it was made from, and those it was brought together with in a call.</summary>
    public NumberSet Sources { get; init; }

    /// <summary>Those of them that the call which made it was given.</summary>
    public NumberSet MadeFrom { get; init; }

    /// <summary>The calls that may have made it.</summary>
    public NumberSet Acquisitions { get; init; }

    /// <summary>It may also be something that no call of this function made.</summary>
    public bool IsOther { get; init; }

    /// <summary>The calls of which nothing is known that were given it.</summary>
    public NumberSet Handed { get; init; }

    /// <summary>Those of them of whose result the path depends.</summary>
    public NumberSet Told { get; init; }

    /// <summary>What the path knows of the results of those calls that made it by an argument: whether they did.</summary>
    public NumberSet Answers { get; init; }

    /// <summary>It was stored where others see it, or a callee took it over.</summary>
    public Certainty Escaped { get; init; }

    public Certainty ReleasedByOld { get; init; }

    public Certainty ReleasedByNew { get; init; }

    /// <summary>The values that released it with themselves.</summary>
    public NumberSet Consumers { get; init; }

    /// <summary>A number or a text: nothing can be reached through it.</summary>
    public bool IsPlain { get; init; }
}

/// <summary>A release that one side has made and the other has not.</summary>
internal sealed record Obligation
{
    /// <summary>The new function has yet to release; otherwise the old one has.</summary>
    public required bool IsOwedByNew { get; init; }

    /// <summary>What is released, below conversions.</summary>
    public required int Value { get; init; }

    public required Effect Effect { get; init; }

    public Resource Resource => Effect.Resource!;

    public Releaser Releaser => Effect.Releaser!;

    /// <summary>The terms of all arguments.</summary>
    public required ImmutableArray<int> Arguments { get; init; }

    /// <summary>What the call gave back.</summary>
    public required int Result { get; init; }

    /// <summary>The exception it ended with, or nothing.</summary>
    public required int Exception { get; init; }

    public required Call At { get; init; }

    /// <summary>What aliased locals held when it was made.</summary>
    public ImmutableArray<int> Seen { get; init; } = [];

    /// <summary>
    /// The version of memory when it was made, and behind it the new names, on the side that made it, of memory and of
    /// what aliased locals hold.
    /// </summary>
    public ImmutableArray<int> After { get; init; } = [];

    /// <summary>The first observable event that lies between the two sides' releases.</summary>
    public string? Crossed { get; init; }

    /// <summary>It changed places with another release.</summary>
    public bool IsReordered { get; init; }

    /// <summary>What speaks against that: it counts where the old function makes the release after all.</summary>
    public Objection? Objection { get; init; }

    /// <summary>A call in between may reach what was released early.</summary>
    public bool IsReachable { get; init; }

    /// <summary>The new function had released it before.</summary>
    public bool IsSecond { get; init; }

    /// <summary>Followed only to see whether both sides agree; where the other side never releases, the path is not one.</summary>
    public bool IsSpeculative { get; init; }

    public bool IsLock => Resource.Kind == ResourceKind.Lock;

    public bool IsSilent => Releaser.IsSilent;
}

/// <summary>A reason why two releases may not change places, certain or only possible.</summary>
internal sealed record Objection(string Reason, string Old, string New, bool IsCertain);

/// <summary>A lock that both sides hold.</summary>
internal readonly record struct Hold(int Value, Resource Resource);

/// <summary>One step of the observed trace, linked to the steps before it. Few traces are ever read.</summary>
internal sealed class TraceStep(Func<string> text, TraceStep? previous)
{
    public TraceStep(string text, TraceStep? previous)
        : this(() => text, previous)
    {
    }

    public string Text => text();

    public TraceStep? Previous { get; } = previous;
}

/// <summary>A point of the product of both graphs with all that is known there.</summary>
internal sealed class ProductState
{
    public required Side Old { get; init; }

    public required Side New { get; init; }

    public required PathFacts Facts { get; init; }

    public List<Obligation> Owed { get; private init; } = [];

    public List<Hold> Holds { get; private init; } = [];

    /// <summary>What is known to stand in memory.</summary>
    public StoredValues Stored { get; private init; } = new();

    public required Things Things { get; init; }

    public int NextSymbol { get; set; }

    /// <summary>Different states were merged on the way here: a difference may come from that alone.</summary>
    public bool IsMerged { get; set; }

    /// <summary>Only lack of memory leads here.</summary>
    public bool IsOutOfMemory { get; set; }

    public TraceStep? Trace { get; set; }

    public ProductState Copy() => new()
    {
        Old = Old.Copy(),
        New = New.Copy(),
        Facts = Facts.Copy(),
        Owed = [.. Owed],
        Holds = [.. Holds],
        Stored = Stored.Copy(),
        Things = Things.Copy(),
        NextSymbol = NextSymbol,
        IsMerged = IsMerged,
        IsOutOfMemory = IsOutOfMemory,
        Trace = Trace,
    };

    public int Fresh(Terms terms) => terms.Symbol(NextSymbol++);

    /// <summary>Both sides leave a lock, behind which others may change memory. What was stored before stands there until they do.</summary>
    public void LeaveLock(Terms terms) => Old.Memory = New.Memory = terms.BehindLock(Old.Memory, Fresh(terms));

    /// <summary>Both sides' memory changes in the same, unknown way.</summary>
    public void ChangeMemory(Terms terms)
    {
        Old.Memory = New.Memory = Fresh(terms);
        Stored.Clear();
    }
}

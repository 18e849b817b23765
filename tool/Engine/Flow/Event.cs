using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Flow;

/// <summary>One step of execution inside a basic block. An event belongs to exactly one block of one graph.</summary>
public abstract class Event(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>
    /// Control may leave along the block's exceptional edge instead of completing. A call that throws has had its
    /// effects, but has not assigned its result.
    /// </summary>
    public bool MayThrow { get; init; }

    /// <summary>Not written at this place: the language does it by itself (the release at a scope's exit).</summary>
    public bool IsImplied
    {
        get => field || IsPutOff;
        init;
    }

    /// <summary>It is written where the language was told to do it later (<c>defer</c>).</summary>
    internal bool IsPutOff { get; set; }

    /// <summary>The block of its graph that it stands in; none while it is not part of one.</summary>
    internal Block? Block { get; set; }

    /// <summary>Where it stands in its block.</summary>
    internal int Index { get; set; }

    /// <summary>Its number among the events of its graph; -1 while it is not part of one.</summary>
    internal int Number { get; set; } = -1;

    /// <summary>What <see cref="Access"/> tells of it, which never changes.</summary>
    internal ImmutableArray<Local> Reads { get; set; }

    internal ImmutableArray<Write> Writes { get; set; }
}

/// <summary>How an argument reaches the callee.</summary>
public enum Passing
{
    Value,

    /// <summary>The callee may read and write the place (<c>ref</c>, <c>&amp;x</c>).</summary>
    Reference,

    /// <summary>The callee assigns the place before it returns (<c>out</c>).</summary>
    Out,
}

/// <summary>
/// An argument. For <see cref="Passing.Value"/> it is <see cref="Value"/>; otherwise <see cref="Target"/> is the
/// place and <see cref="Value"/> the address of it.
/// </summary>
public sealed record Argument(Expression Value, Passing Passing = Passing.Value, Place? Target = null)
{
    /// <summary>
    /// The address of a part of something is passed as a value that may be kept: who is given <c>&amp;item->list</c> may
    /// link the whole item.
    /// </summary>
    public bool MayKeepWhole { get; init; }

    /// <summary>The local whose value is passed, if the argument is just that.</summary>
    public Local? Local => Passing == Passing.Value ? (Value as Read)?.Place as Local : null;

    public override string ToString() => Passing switch
    {
        Passing.Out => $"out {Target}",
        Passing.Reference => $"ref {Target}",
        _ => Value.ToString(),
    };
}

/// <summary>
/// What is called. <see cref="Name"/> is the full name (<c>System.IO.Stream.Dispose</c>, <c>virObjectUnref</c>);
/// a constructor is <c>T..ctor</c>, a property <c>T.get_P</c>, a call through a pointer or delegate
/// <c>*</c>. <see cref="Also"/> are the names of the members it overrides or implements, nearest first
/// (<c>System.IDisposable.Dispose</c>); a constructor's are those of its base types and interfaces
/// (<c>System.IDisposable..ctor</c>). Catalogues are asked for <see cref="Name"/> first, then for each of these.
/// </summary>
public sealed record Callee(string Name, ImmutableArray<string> Also = default)
{
    /// <summary>The type of which it makes a new object; null when it is no constructor.</summary>
    public string? Constructs { get; init; }

    public IEnumerable<string> Names => Also.IsDefaultOrEmpty ? [Name] : [Name, .. Also];

    /// <summary>The target is decided at run time by a pointer or delegate.</summary>
    public bool IsIndirect => Name == "*";

    /// <summary>It adds a listener to an event, or takes one away (<c>T.add_E</c>, <c>T.remove_E</c>).</summary>
    public bool IsEventAccessor => MemberName.StartsWith("add_", StringComparison.Ordinal)
        || MemberName.StartsWith("remove_", StringComparison.Ordinal);

    /// <summary>It reads a property (<c>T.get_P</c>).</summary>
    public bool IsPropertyRead => MemberName.StartsWith("get_", StringComparison.Ordinal)
        || Name.StartsWith("?get ", StringComparison.Ordinal);

    /// <summary>It is a function of a native library (<c>native:NAME</c>): nothing can be thrown out of it.</summary>
    public bool IsNative => Names.Any(n => n.StartsWith("native:", StringComparison.Ordinal));

    /// <summary>The codebase writes it itself: what it does is the codebase's own affair.</summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// The arguments, receiver included, that it only looks at, as its body shows: what it is given it neither keeps nor
    /// releases.
    /// </summary>
    public ImmutableArray<int> LooksAt { get; init; } = [];

    /// <summary>A constructor that, as its body shows, does nothing but fill the new object.</summary>
    public bool OnlyFillsNew { get; init; }

    /// <summary>The name stands for nothing that is known: a reference is missing.</summary>
    public bool IsUnresolved { get; init; }

    /// <summary>The language makes it itself (an array): it can fail only for lack of memory, or by a wrong size.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>It is written without a call: a property is read or written, a listener added, an operator applied, an array made.</summary>
    public bool IsAccessor => IsBuiltIn || IsPropertyRead || IsEventAccessor || MemberName.StartsWith("set_", StringComparison.Ordinal)
        || Name.StartsWith("?set ", StringComparison.Ordinal) || MemberName.StartsWith("op_", StringComparison.Ordinal);

    /// <summary>The last part of the name: <c>Dispose</c>, <c>.ctor</c>.</summary>
    public ReadOnlySpan<char> MemberName
    {
        get
        {
            var dot = Name.LastIndexOf('.');
            return dot <= 0 ? Name : Name.AsSpan(Name[dot - 1] == '.' ? dot : dot + 1);
        }
    }

    /// <summary>The constructor of a type.</summary>
    public static Callee Constructor(string type, ImmutableArray<string> also = default) => new(type + "..ctor", also) { Constructs = type };

    public bool Equals(Callee? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>A call. An instance method's receiver is <c>Arguments[0]</c> when <see cref="HasReceiver"/>.</summary>
public sealed class Call(Origin origin, Callee callee, ImmutableArray<Argument> arguments, Local? result) : Event(origin)
{
    public Callee Callee { get; } = callee;

    public ImmutableArray<Argument> Arguments { get; } = arguments;

    /// <summary>Where the value goes; null when the call has none or it is dropped.</summary>
    public Local? Result { get; } = result;

    public bool HasReceiver { get; init; }

    /// <summary>The receiver is not null here, as the language's own analysis says.</summary>
    public bool HasNonNullReceiver { get; init; }

    /// <summary>It shows the elements of something, one a turn: what it puts into a variable stays where it is.</summary>
    public bool LeadsAround { get; init; }

    /// <summary>What it gives back may be made over something that it was given, as their types say: a stream over a stream.</summary>
    public bool MayWrapGiven { get; init; }

    /// <summary>Control never comes back (<c>abort</c>, <c>Environment.FailFast</c>).</summary>
    public bool NeverReturns { get; init; }

    /// <summary>It is known to have no effect and to depend on nothing but its arguments.</summary>
    public bool IsPure { get; init; }

    /// <summary>
    /// What it hands out and is never null, as the callee's body or declaration says: -1 for its result, or the argument
    /// by which it goes out.
    /// </summary>
    public ImmutableArray<int> NonNull { get; init; } = [];

    /// <summary>Its result is null now and then, as the callee's declaration or a body behind it says.</summary>
    public bool MayGiveNull { get; init; }

    public override string ToString() =>
        (Result is null ? "" : $"{Result} = ") + (IsImplied ? "implied " : "") + $"{Callee}({string.Join(", ", Arguments)})";
}

/// <summary>Assigns a place. A store to a local that is not aliased is seen by nobody; every other one is observable.</summary>
public sealed class Store(Origin origin, Place target, Expression value) : Event(origin)
{
    public Place Target { get; } = target;

    public Expression Value { get; } = value;

    /// <summary>It is the initialiser of the target's declaration.</summary>
    public bool IsInitialiser { get; init; }

    /// <summary>The value is never null, as the language's own analysis says.</summary>
    public bool IsNonNull { get; init; }

    public override string ToString() => $"{Target} = {Value}";
}

/// <summary>
/// Reads a place of which the reading matters: it may throw or trap, is volatile, or its value must be kept
/// because a later event could change the place. Other reads are part of expressions.
/// </summary>
public sealed class Load(Origin origin, Local result, Place source) : Event(origin)
{
    public Local Result { get; } = result;

    public Place Source { get; } = source;

    /// <summary>The read itself is observable.</summary>
    public bool IsVolatile { get; init; }

    public override string ToString() => $"{Result} = load {Source}";
}

/// <summary>
/// Evaluates the value that the function will return; control then leaves through the scopes to the exit. A
/// <c>return;</c> has one too, without a value, so that every return is a point of the graph.
/// </summary>
public sealed class EvaluateReturn(Origin origin, Expression? value) : Event(origin)
{
    public Expression? Value { get; } = value;

    public override string ToString() => Value is null ? "return" : $"return {Value}";
}

/// <summary>Raises an exception; the block ends with an exceptional edge only. A null value raises the current one again.</summary>
public sealed class Throw : Event
{
    public Throw(Origin origin, Expression? value)
        : base(origin)
    {
        Value = value;
        MayThrow = true;
    }

    public Expression? Value { get; }

    public override string ToString() => Value is null ? "rethrow" : $"throw {Value}";
}

/// <summary>A scope begins: its locals exist, unset.</summary>
public sealed class ScopeEnter(Origin origin, Scope scope) : Event(origin)
{
    public Scope Scope { get; } = scope;

    public override string ToString() => $"enter {Scope}";
}

/// <summary>A scope ends. Implied releases of its scoped locals are call events before it, last declared first.</summary>
public sealed class ScopeExit(Origin origin, Scope scope) : Event(origin)
{
    public Scope Scope { get; } = scope;

    public override string ToString() => $"exit {Scope}";
}

/// <summary>
/// A macro of unknown meaning: it may read and write everything that exists, and, where <see cref="MayJump"/>, leave: its
/// block then also has a way to every one of <see cref="Labels"/> and out of the function, as far as it may go there.
/// </summary>
public sealed class OpaqueMacro(Origin origin, string text, ImmutableArray<Place> mentioned) : Event(origin)
{
    public string Text { get; } = text;

    /// <summary>The places named in it.</summary>
    public ImmutableArray<Place> Mentioned { get; } = mentioned;

    public bool MayJump { get; init; }

    /// <summary>Those of the places named whose value it may look at and pass on, but does not change.</summary>
    public ImmutableArray<Place> Untouched { get; init; } = [];

    /// <summary>The labels that it may jump to.</summary>
    public ImmutableArray<Label> Labels { get; init; } = [];

    public override string ToString() => $"macro {Text}";
}

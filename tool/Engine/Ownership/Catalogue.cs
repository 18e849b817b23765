using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>What kind of thing is acquired and released; it decides which rule looks at it.</summary>
public enum ResourceKind
{
    /// <summary>Plain memory.</summary>
    Memory,

    /// <summary>Something opened and closed: a file, a descriptor, an object to dispose.</summary>
    Handle,

    /// <summary>A counted reference.</summary>
    Reference,

    /// <summary>Held by entering and left by exiting; named by the object locked, not by a value returned.</summary>
    Lock,

    /// <summary>An object pinned in memory.</summary>
    Pin,

    /// <summary>A buffer borrowed from a pool and given back.</summary>
    Rental,
}

/// <summary>What an acquiring call does when there is nothing to be had.</summary>
public enum FailureMode
{
    /// <summary>Not known: it may hand out the empty value for reasons of its own (not found, end of file).</summary>
    Unknown,

    /// <summary>It hands out the empty value, and only for lack of memory.</summary>
    Empty,

    /// <summary>It throws; what it hands out is never empty.</summary>
    Throws,

    /// <summary>It ends the program; what it hands out is never empty.</summary>
    Aborts,
}

/// <summary>Which value of a call is meant: its result (<c>Result</c>), or argument <c>N</c>, counted from zero with the receiver first.</summary>
public readonly record struct Operand(int Index)
{
    public static Operand Result { get; } = new(-1);

    public bool IsResult => Index < 0;

    public override string ToString() => IsResult ? "result" : $"argument {Index}";
}

/// <summary>What an argument must be, for a statement about a call to hold: <c>g_string_free(s, TRUE)</c>.</summary>
public readonly record struct ArgumentCondition(int Argument, bool Is)
{
    /// <summary>The number that it must be; null where only its truth counts.</summary>
    public long? Equal { get; init; }

    internal bool HoldsAt(Call call) => Argument < call.Arguments.Length
        && (Equal is { } number
            ? call.Arguments[Argument].Value is Constant { Value: long known } && known == number == Is
            : Truth(call.Arguments[Argument].Value) == Is);

    /// <summary>Null where the value is not known here.</summary>
    private static bool? Truth(Expression value) => value switch
    {
        Constant { Symbol: null, Value: null } => false,
        Constant { Value: bool known } => known,
        Constant { Value: long known } => known != 0,
        Constant { Value: ulong known } => known != 0,
        Constant { Value: string } or AddressOf => true,
        Operation { Operator: ['s', 'i', 'z', 'e', 'o', 'f', ..] or ['?', 's', 'i', 'z', 'e', 'o', 'f', ..] } => true,
        Operation { Operator: ['(', ..], Operands: [var operand] } => Truth(operand),
        _ => null,
    };
}

/// <summary>A call after which the caller owns the resource in <see cref="Subject"/> (by result, out-argument, or, for a lock, by value).</summary>
public sealed record Acquirer(string Callee, Operand Subject, FailureMode OnFailure = FailureMode.Unknown)
{
    /// <summary>Arguments of which the acquired thing becomes the owner: releasing it releases them too (a reader over a stream).</summary>
    public ImmutableArray<int> Consumes { get; init; } = [];

    /// <summary>The argument that, when true, leaves the arguments of <see cref="Consumes"/> with the caller (<c>leaveOpen</c>).</summary>
    public int? LeavesOpen { get; init; }

    /// <summary>Of several overloads, only those called with so many arguments (receiver included) are meant.</summary>
    public int? ArgumentCount { get; init; }

    /// <summary>
    /// It hands out the empty value when one of these arguments is empty or zero (a copy of nothing), whatever
    /// <see cref="OnFailure"/> says of it otherwise.
    /// </summary>
    public ImmutableArray<int> EmptyFor { get; init; } = [];

    /// <summary>
    /// Calls, given the same arguments, that hand out the same but for lack of memory, of which this one never speaks:
    /// <c>g_malloc</c> is <c>malloc</c> in a program that ends without memory.
    /// </summary>
    public ImmutableArray<string> StandsFor { get; init; } = [];

    /// <summary>
    /// Calls that put the same out through their first argument, given the others, and say by a negative result that there was
    /// no memory: <c>s = g_strdup_printf(f, x)</c> is <c>asprintf(&amp;s, f, x)</c>.
    /// </summary>
    public ImmutableArray<string> HandsBackFor { get; init; } = [];

    /// <summary>The argument that names the type of what is made, of which the next one says how many (<c>g_new0(T, n)</c>).</summary>
    public int? ElementType { get; init; }

    /// <summary>It acquires only where this holds.</summary>
    public ArgumentCondition? When { get; init; }

    /// <summary>Of several overloads, only those without a receiver are meant (<c>Process.Start(info)</c>).</summary>
    public bool IsStatic { get; init; }

    /// <summary>
    /// It is customary never to release it, since nothing is lost (a <c>MemoryStream</c>): that a path forgets it is
    /// no finding. A release that is written is still understood.
    /// </summary>
    public bool ReleaseIsOptional { get; init; }

    /// <summary>
    /// What it makes holds what it was given, and nothing else that would have to be released (a stream over a stream). Of a
    /// call that is named itself, its first argument says so: a stream, and not the name of one.
    /// </summary>
    public bool HoldsGiven { get; init; }

    /// <summary>It hands out one more reference to what it is given.</summary>
    public bool Counts { get; init; }
}

/// <summary>A call that gives a resource back.</summary>
public sealed record Releaser(string Callee, Operand Subject)
{
    /// <summary>Given the empty value, it does nothing.</summary>
    public bool IgnoresEmpty { get; init; }

    /// <summary>Given the empty value, it fails, says so, and does nothing else.</summary>
    public bool FailsOnEmpty { get; init; }

    /// <summary>Leaves the empty value in the variable it was given by reference.</summary>
    public bool Clears { get; init; }

    /// <summary>It only frees memory: nothing but that memory can tell when it ran (DESIGN, Verification).</summary>
    public bool IsSilent { get; init; }

    /// <summary>The calls that its body gives what it is given: where one of them releases it as it should be, so does this.</summary>
    public ImmutableArray<string> HandsTo { get; init; } = [];

    /// <summary>Releasers of what calls hand out that the acquirers of this family stand for.</summary>
    public ImmutableArray<string> StandsFor { get; init; } = [];

    /// <summary>A second release of the same thing does nothing.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Of several overloads, only those called with so many arguments (receiver included) are meant.</summary>
    public int? ArgumentCount { get; init; }

    /// <summary>It releases only where this holds.</summary>
    public ArgumentCondition? When { get; init; }

    /// <summary>What was released may be used again (a connection that reopens): a use after it is no finding.</summary>
    public bool LeavesUsable { get; init; }

    /// <summary>It gives back the empty value, for the variable that held what it released: <c>p = mfree(p)</c>.</summary>
    public bool GivesEmpty { get; init; }

    /// <summary>It is known by its name, and its body gives the thing itself to no releaser: some use of it ends, and it may stay.</summary>
    public bool MayLeaveThing { get; init; }

    /// <summary>It is not what scope exit would call, nor as good as that: such a release stays where it is.</summary>
    public bool IsByHandOnly { get; init; }

    /// <summary>Something may be left to release behind it: nobody knows whether it is one at all.</summary>
    public bool MayLeaveSome { get; init; }

    /// <summary>A scope can call it, and only that is as good: it is exchanged for no other release, nor another for it.</summary>
    public bool IsAlone { get; init; }
}

/// <summary>A family of acquiring and releasing calls that fit each other.</summary>
public sealed record Resource
{
    public required string Name { get; init; }

    public required ResourceKind Kind { get; init; }

    /// <summary>The value that stands for nothing: null, or -1 for descriptors.</summary>
    public Constant Empty { get; init; } = Constant.Null;

    public ImmutableArray<Acquirer> Acquirers { get; init; } = [];

    public ImmutableArray<Releaser> Releasers { get; init; } = [];

    /// <summary>
    /// Plain memory that things of other kinds are made of by hand, to be released by a function of their own: such an
    /// end is no mismatch.
    /// </summary>
    public bool IsRaw { get; init; }

    /// <summary>
    /// How a style scopes it, by style name: for C a declaration prefix (<c>g_autofree</c>); for C#, style
    /// <c>bcl</c>: <c>using</c>, <c>try-finally</c>, <c>lock</c>.
    /// </summary>
    public ImmutableDictionary<string, string> Scoped { get; init; } = ImmutableDictionary<string, string>.Empty;

    public override string ToString() => Name;

    public bool Equals(Resource? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>What a call does to the ownership of one of its operands.</summary>
public enum EffectKind
{
    Acquire,
    Release,

    /// <summary>The callee becomes the owner.</summary>
    Consume,

    /// <summary>The callee only looks; the caller owns it as before.</summary>
    Borrow,

    /// <summary>The callee ends the use of it in a way of its own: whether that is a release is not known.</summary>
    Close,
}

/// <summary>One effect of a call on ownership, as a catalogue states it.</summary>
public sealed record Effect(EffectKind Kind, Operand Subject, Resource? Resource, Acquirer? Acquirer = null, Releaser? Releaser = null)
{
    /// <summary>The callee has it whatever comes of the call, and releases it.</summary>
    public bool IsForGood { get; init; }

    internal bool DependsOnArguments =>
        ArgumentCount is not null || When is not null || Acquirer is { LeavesOpen: not null } or { IsStatic: true } or { EmptyFor.IsEmpty: false };

    private ArgumentCondition? When => Acquirer?.When ?? Releaser?.When;

    private int? ArgumentCount => Acquirer?.ArgumentCount ?? Releaser?.ArgumentCount;

    /// <summary>What is left of it at a call.</summary>
    internal IEnumerable<Effect> At(Call call)
    {
        if (ArgumentCount is { } count && count != call.Arguments.Length)
            return [];

        if (Acquirer is { IsStatic: true } && call.HasReceiver)
            return [];

        // What a scope calls by itself is a release, with whatever arguments it takes.
        if (When is { } condition && !condition.HoldsAt(call) && !(Kind == EffectKind.Release && call.IsImplied && call.Arguments.Length <= condition.Argument))
            return [];

        if (Acquirer is { EmptyFor.IsEmpty: false } && !Acquirer.EmptyFor.All(i => new ArgumentCondition(i, true).HoldsAt(call)))
            return [this with { Acquirer = Acquirer with { OnFailure = FailureMode.Unknown } }];

        if (Acquirer?.LeavesOpen is not { } index || index >= call.Arguments.Length)
            return [this];

        // A value that is not known here decides at run time: then neither is claimed of the arguments.
        var without = this with { Acquirer = Acquirer with { Consumes = [] } };
        return call.Arguments[index].Value switch
        {
            Constant { Value: false } => [this],
            Constant { Value: true } =>
                [without, .. Acquirer.Consumes.Select(i => new Effect(EffectKind.Borrow, new Operand(i), null))],
            _ => [without],
        };
    }
}

/// <summary>
/// What is known of calls: which acquire, which release, which take over. Facts from several sources are laid over each
/// other; the first that knows a callee's name decides. Look-up is constant time.
/// </summary>
public abstract class Catalogue
{
    /// <summary>Knows nothing.</summary>
    public static Catalogue Empty { get; } = new EmptyCatalogue();

    public abstract IReadOnlyList<Resource> Resources { get; }

    /// <summary>The effects of a call, or none when nothing is known of it. <see cref="Callee.Names"/> are tried in order.</summary>
    public abstract IReadOnlyList<Effect> EffectsOf(Callee callee);

    /// <summary>
    /// The effects of one call: those of its callee, as far as its arguments choose among them (an overload by its
    /// number of arguments, <c>leaveOpen: true</c>).
    /// </summary>
    public IReadOnlyList<Effect> EffectsOf(Call call)
    {
        var effects = EffectsOf(call.Callee);
        if (!call.Callee.LooksAt.IsEmpty)
            effects = [.. effects, .. call.Callee.LooksAt.Where(i => !effects.Any(e => e.Subject.Index == i)).Select(i => new Effect(EffectKind.Borrow, new Operand(i), null))];

        for (var i = 0; i < effects.Count; i++)
        {
            if (effects[i].DependsOnArguments)
                return Chosen(effects, call);
        }

        return effects;

        static IReadOnlyList<Effect> Chosen(IReadOnlyList<Effect> effects, Call call) => [.. effects.SelectMany(e => e.At(call))];
    }

    /// <summary>
    /// What it gives back, or puts out, is its taker's: it acquires, or its name says that it makes something. Of others, a
    /// release on one path does not say that the value was owned on the next: they may only show what is there. Who puts
    /// something out is believed unless its name speaks against it.
    /// </summary>
    public virtual bool HandsOut(Callee callee, Operand subject) => !subject.IsResult || EffectsOf(callee).Any(e => e.Kind == EffectKind.Acquire);

    /// <summary>What it gives back is the whole around a part that it was given (<c>container_of</c>): nothing is acquired.</summary>
    public virtual bool LeadsAround(Callee callee) => false;

    /// <summary>Its name says that it takes over what it is given, where it succeeds (<c>list_append</c>).</summary>
    public virtual bool TakesOver(Callee callee) => false;

    /// <summary>The argument that the call gives back as its result (<c>strcpy</c>); null where it gives something of its own.</summary>
    public virtual int? GivesBack(Callee callee) => null;

    /// <summary>The call ends the use of what the local holds, in a way of its own, which may leave something to release.</summary>
    public bool Closes(Call call, Local local) =>
        EffectsOf(call).Any(e => e.Kind == EffectKind.Close && call.Arguments.ElementAtOrDefault(e.Subject.Index)?.Local == local);

    /// <summary>Behind the call its first argument holds: where it did not, the program ended.</summary>
    public virtual bool Asserts(Callee callee) => false;

    /// <summary>The call tells the time: what is done between two of them may be what is measured.</summary>
    public virtual bool ReadsClock(Callee callee) => false;

    /// <summary>The call says of a value whether it stands for a failure, so that there is nothing to release (<c>IS_ERR</c>).</summary>
    public virtual bool TellsFailure(string callee) => false;

    /// <summary>A variable of the type is put out by calls that failed, and by no others (<c>GError *</c>).</summary>
    public virtual bool IsError(string type) => false;

    /// <summary>The value of a name that libraries define (<c>MAP_FAILED</c>); null where none is known.</summary>
    public virtual long? ValueOf(string name) => null;

    /// <summary>Whether the call is known to have no effect beyond its operands and to throw nothing.</summary>
    public virtual bool IsHarmless(Callee callee) => false;

    /// <summary>
    /// Whether the call throws only where the program is wrong (a null, a wrong range) or the machine at its end: it may
    /// throw, but no reader would care what leaks then.
    /// </summary>
    public virtual bool ThrowsOnMisuse(Callee callee) => false;

    /// <summary>
    /// Whether the callee throws whatever it is given, as is known of it or as its name says: no reader expects it to come back.
    /// Unlike <see cref="NeverReturns"/> it is no fact that a rewrite may stand on.
    /// </summary>
    public virtual bool IsSaidToThrow(Callee callee) => false;

    /// <summary>Before the call its receiver holds nothing, and neither where it throws (a connection that is opened).</summary>
    public virtual bool Opens(Callee callee) => false;

    /// <summary>Whether the call is given a function to see it throw; of an attribute, whether it says so of a function.</summary>
    public virtual bool ExpectsException(Callee callee) => false;

    /// <summary>
    /// What the call gives back holds what its receiver holds (the stream of a response): who releases or keeps it has both.
    /// </summary>
    public virtual bool GivesPart(Callee callee) => false;

    /// <summary>Whether the call keeps the addresses it is given: what stands there may change at any later call.</summary>
    public virtual bool KeepsAddresses(Callee callee) => false;

    /// <summary>Whether what the call hands out, where it was given nothing that it would release as well, is released without an exception.</summary>
    public virtual bool HandsOutQuiet(Callee callee) => false;

    /// <summary>Whether the property tells that its receiver, a value, is not the empty one.</summary>
    public virtual bool TellsPresence(Callee callee) => false;

    /// <summary>Whether the call ends the program, or goes on elsewhere: nothing behind it runs.</summary>
    public virtual bool NeverReturns(Callee callee) => false;

    /// <summary>Whether an exception of this type says that there is no memory.</summary>
    public virtual bool IsOutOfMemory(string type) => false;

    /// <summary>Whether a handler of such exceptions may take one that says that there is no memory.</summary>
    public virtual bool TakesOutOfMemory(string type) => true;

    /// <summary>Whether the call reports other failures as lack of memory, so that its report must be heard.</summary>
    public virtual bool MisreportsMemory(Callee callee) => false;

    private sealed class EmptyCatalogue : Catalogue
    {
        public override IReadOnlyList<Resource> Resources => [];

        public override IReadOnlyList<Effect> EffectsOf(Callee callee) => [];
    }
}

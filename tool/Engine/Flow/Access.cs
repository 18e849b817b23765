namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// An event's write to a local. A write that is not <see cref="IsWhole"/> changes only a part, or perhaps nothing.
/// One <see cref="OnThrow"/> may have happened also when the event throws.
/// </summary>
public readonly record struct Write(Local Local, bool IsWhole, bool OnThrow);

/// <summary>Which locals an event or expression reads and writes by name. What calls do to aliased locals is not in it.</summary>
public static class Access
{
    /// <summary>The locals whose value, or a part of it, or whose address the event needs. Duplicates are possible.</summary>
    public static IEnumerable<Local> Reads(Event @event) => @event switch
    {
        Call call => call.Arguments.SelectMany(Reads),
        Store store => Reads(store.Value).Concat(ReadsToReach(store.Target)),
        Load load => ReadsOf(load.Source),
        EvaluateReturn { Value: { } value } => Reads(value),
        Throw { Value: { } value } => Reads(value),
        OpaqueMacro macro => macro.Mentioned.SelectMany(ReadsOf),
        _ => [],
    };

    public static IEnumerable<Local> Reads(Expression expression) => expression switch
    {
        Read read => ReadsOf(read.Place),
        AddressOf address => ReadsOf(address.Place),
        Operation operation => operation.Operands.SelectMany(Reads),
        _ => [],
    };

    public static IEnumerable<Local> Reads(Argument argument) => argument switch
    {
        { Passing: Passing.Value } => Reads(argument.Value),
        { Passing: Passing.Out, Target: { } target } => ReadsToReach(target),
        { Target: { } target } => ReadsOf(target),
        _ => Reads(argument.Value),
    };

    public static IEnumerable<Write> Writes(Event @event)
    {
        switch (@event)
        {
            case Call call:
                foreach (var argument in call.Arguments)
                {
                    if (argument is { Passing: not Passing.Value, Target: { Root: { } root } target })
                        yield return new Write(root, argument.Passing == Passing.Out && target is Local, OnThrow: true);
                }

                if (call.Result is { } result)
                    yield return new Write(result, IsWhole: true, OnThrow: false);

                break;

            case Store { Target.Root: { } root } store:
                yield return new Write(root, store.Target is Local, OnThrow: false);
                break;

            case Load load:
                yield return new Write(load.Result, IsWhole: true, OnThrow: false);
                break;

            case OpaqueMacro macro:
                foreach (var place in macro.Mentioned.Except(macro.Untouched))
                {
                    if (place.Root is { } mentioned)
                        yield return new Write(mentioned, IsWhole: false, OnThrow: true);
                }

                break;
        }
    }

    /// <summary>Whether the expression's value depends on what code that is called may change: memory, locals that others see.</summary>
    public static bool ReadsMemory(Expression expression) => expression switch
    {
        Read { Place: Field { IsReadOnly: true } field } => ReadsMemory(field.Base),
        Read { Place: Global { IsReadOnly: true } } => false,
        Read { Place.Root: { } root } => root.IsAliased || root.Kind is LocalKind.ReferenceParameter or LocalKind.Outer,
        Read => true,
        Operation operation => operation.Operands.Any(ReadsMemory),
        _ => false,
    };

    /// <summary>Whether the event reads such a value.</summary>
    public static bool ReadsMemory(Event @event) => @event switch
    {
        Store store => ReadsMemory(store.Value),
        Load load => ReadsMemory(new Read(load.Source)),
        EvaluateReturn { Value: { } value } => ReadsMemory(value),
        _ => false,
    };

    /// <summary>Whether the event may run code that reads and writes what is not named: aliased locals, memory.</summary>
    public static bool RunsUnknownCode(Event @event) => @event is Call { IsPure: false } or OpaqueMacro;

    private static IEnumerable<Local> ReadsOf(Place place) =>
        place.Root is { } root ? ReadsToReach(place).Append(root) : ReadsToReach(place);

    /// <summary>What must be known to find the place, its own content apart.</summary>
    private static IEnumerable<Local> ReadsToReach(Place place) => place switch
    {
        Field field => Reads(field.Base),
        Element element => Reads(element.Base).Concat(Reads(element.Index)),
        Member member => ReadsToReach(member.Of),
        _ => [],
    };
}

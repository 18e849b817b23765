using System.Collections.Immutable;

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
    public static ImmutableArray<Local> Reads(Event @event)
    {
        if (!@event.Reads.IsDefault)
            return @event.Reads;

        var locals = new List<Local>();
        AddReads(@event, locals);
        return @event.Reads = [.. locals];
    }

    public static IReadOnlyList<Local> Reads(Expression expression)
    {
        var locals = new List<Local>();
        AddReads(expression, locals);
        return locals;
    }

    public static IReadOnlyList<Local> Reads(Argument argument)
    {
        var locals = new List<Local>();
        AddReads(argument, locals);
        return locals;
    }

    public static ImmutableArray<Write> Writes(Event @event)
    {
        if (!@event.Writes.IsDefault)
            return @event.Writes;

        var writes = new List<Write>();
        AddWrites(@event, writes);
        return @event.Writes = [.. writes];
    }

    private static void AddWrites(Event @event, List<Write> to)
    {
        switch (@event)
        {
            case Call call:
                foreach (var argument in call.Arguments)
                {
                    if (argument is { Passing: not Passing.Value, Target: { Root: { } root } target })
                        to.Add(new Write(root, argument.Passing == Passing.Out && target is Local, OnThrow: true));
                }

                if (call.Result is { } result)
                    to.Add(new Write(result, IsWhole: true, OnThrow: false));

                break;

            case Store { Target.Root: { } root } store:
                to.Add(new Write(root, store.Target is Local, OnThrow: false));
                break;

            case Load load:
                to.Add(new Write(load.Result, IsWhole: true, OnThrow: false));
                break;

            case OpaqueMacro macro:
                foreach (var place in macro.Mentioned.Except(macro.Untouched))
                {
                    if (place.Root is { } mentioned)
                        to.Add(new Write(mentioned, IsWhole: false, OnThrow: true));
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

    /// <summary>The value of the place goes into the event's own.</summary>
    public static bool Reads(Event @event, Place place) => @event switch
    {
        Call call => call.Arguments.Any(a => Mentions(a.Value, place)),
        Store store => Mentions(store.Value, place),
        Load load => load.Source.Equals(place),
        EvaluateReturn { Value: { } value } => Mentions(value, place),
        Throw { Value: { } value } => Mentions(value, place),
        _ => false,
    };

    /// <summary>The value of the place is a part of the expression.</summary>
    public static bool Mentions(Expression expression, Place place) => expression switch
    {
        Read { Place: var read } => read.Equals(place) || (read is Field { Base: var pointer } && Mentions(pointer, place)),
        Operation operation => operation.Operands.Any(o => Mentions(o, place)),
        _ => false,
    };

    /// <summary>Whether the event reads what code that is called may change.</summary>
    public static bool ReadsMemory(Event @event) => @event switch
    {
        Store store => ReadsMemory(store.Value),
        Load load => ReadsMemory(new Read(load.Source)),
        EvaluateReturn { Value: { } value } => ReadsMemory(value),
        _ => false,
    };

    /// <summary>Whether a function asks anywhere for the error of the last call that failed.</summary>
    public static bool AsksForErrors(ControlFlowGraph graph) => new[] { Implicit.Errno, Implicit.LastError }.Any(error =>
        AskFor(error, graph.Events, graph.Blocks.Select(b => b.Branch).OfType<Branch>()));

    /// <summary>Whether one of the events reads the place, or one of the decisions hangs on it.</summary>
    public static bool AskFor(Place place, IEnumerable<Event> events, IEnumerable<Branch> branches) =>
        events.Any(e => Reads(e, place)) || branches.Any(b => Mentions(b.Condition, place));

    /// <summary>Whether the event may run code that reads and writes what is not named: aliased locals, memory.</summary>
    public static bool RunsUnknownCode(Event @event) => @event is Call { IsPure: false } or OpaqueMacro;

    private static void AddReads(Event @event, List<Local> to)
    {
        switch (@event)
        {
            case Call call:
                foreach (var argument in call.Arguments)
                    AddReads(argument, to);

                break;

            case Store store:
                AddReads(store.Value, to);
                AddReadsToReach(store.Target, to);
                break;

            case Load load:
                AddReadsOf(load.Source, to);
                break;

            case EvaluateReturn { Value: { } value }:
                AddReads(value, to);
                break;

            case Throw { Value: { } value }:
                AddReads(value, to);
                break;

            case OpaqueMacro macro:
                foreach (var place in macro.Mentioned)
                    AddReadsOf(place, to);

                break;
        }
    }

    private static void AddReads(Argument argument, List<Local> to)
    {
        switch (argument)
        {
            case { Passing: Passing.Out, Target: { } target }:
                AddReadsToReach(target, to);
                break;

            case { Passing: Passing.Reference, Target: { } target }:
                AddReadsOf(target, to);
                break;

            default:
                AddReads(argument.Value, to);
                break;
        }
    }

    private static void AddReads(Expression expression, List<Local> to)
    {
        switch (expression)
        {
            case Read read:
                AddReadsOf(read.Place, to);
                break;

            case AddressOf address:
                AddReadsOf(address.Place, to);
                break;

            case Operation operation:
                foreach (var operand in operation.Operands)
                    AddReads(operand, to);

                break;
        }
    }

    private static void AddReadsOf(Place place, List<Local> to)
    {
        AddReadsToReach(place, to);
        if (place.Root is { } root)
            to.Add(root);
    }

    /// <summary>What must be known to find the place, its own content apart.</summary>
    private static void AddReadsToReach(Place place, List<Local> to)
    {
        switch (place)
        {
            case Field field:
                AddReads(field.Base, to);
                break;

            case Element element:
                AddReads(element.Base, to);
                AddReads(element.Index, to);
                break;

            case Member member:
                AddReadsToReach(member.Of, to);
                break;
        }
    }
}

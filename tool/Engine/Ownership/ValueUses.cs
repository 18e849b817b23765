using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>What an event does with the value of a local that it names.</summary>
internal enum UseKind
{
    /// <summary>The value itself is passed as an argument.</summary>
    Argument,

    /// <summary>The place is passed by reference, or as an out-argument.</summary>
    Reference,

    /// <summary>The value itself is stored.</summary>
    Stored,
    Returned,
    Thrown,

    /// <summary>The value, or something made from it, goes where it cannot be followed.</summary>
    Mixed,

    /// <summary>Something is read or written through it.</summary>
    Access,
    InMacro,

    /// <summary>The address of something inside of what it points to is passed, and may be kept.</summary>
    Inside,

    /// <summary>A macro that does not change the variable sees the value, as a call would.</summary>
    ShownToMacro,
}

/// <summary>One use; <see cref="Argument"/> is the index of the argument it is in.</summary>
internal readonly record struct Use(Local Local, UseKind Kind, int Argument = -1);

/// <summary>Which values of locals an event uses, and how. Which local a temporary stands for is not known here.</summary>
internal static class ValueUses
{
    public static IEnumerable<Use> Of(Event @event) => @event switch
    {
        Call call => call.Arguments.SelectMany(Of),
        Store { Value: AddressOf { Place: var part } } store when WholeOf(part) is { } whole => [new Use(whole, UseKind.Mixed), .. ToReach(store.Target)],
        Store store => Within(store.Value, UseKind.Stored, UseKind.Mixed).Concat(ToReach(store.Target)),
        Load load => load.Source is Local ? [] : ToReach(load.Source),
        EvaluateReturn { Value: AddressOf { Place: var part } } when WholeOf(part) is { } whole => [new Use(whole, UseKind.Mixed)],
        EvaluateReturn { Value: { } value } => Within(value, UseKind.Returned, UseKind.Mixed),
        Throw { Value: { } value } => Within(value, UseKind.Thrown, UseKind.Mixed),
        OpaqueMacro macro => macro.Mentioned.SelectMany(p => InMacro(p, macro.Untouched.Contains(p) ? UseKind.ShownToMacro : UseKind.InMacro)),
        _ => [],
    };

    /// <summary>The expression without conversions around it: they keep the value.</summary>
    public static Expression Stripped(Expression expression)
    {
        while (expression is Operation { Operator: ['(', ..] or "as" or ['a', 's', ' ', ..], Operands: [var operand] })
            expression = operand;

        return expression;
    }

    /// <summary>The local that points to what the place is a part of: its address is a way to the whole (<c>list = &amp;item->link</c>).</summary>
    private static Local? WholeOf(Place place) => place switch
    {
        Field { Base: var pointer } => LocalOf(pointer),
        Element { Base: var pointer } => LocalOf(pointer),
        Member { Of: Local } => null,
        Member { Of: var of } => WholeOf(of),
        _ => null,
    };

    /// <summary>The local whose very value an expression is.</summary>
    public static Local? LocalOf(Expression expression) => (Stripped(expression) as Read)?.Place as Local;

    private static IEnumerable<Use> Of(Argument argument, int index)
    {
        if (argument.Passing == Passing.Value)
            return Within(argument.Value, UseKind.Argument, UseKind.Access).Select(u => u with { Argument = index });

        if (argument.Target is Local local)
            return [new Use(local, UseKind.Reference, index)];

        if (argument is { MayKeepWhole: true, Target: Field { Base: var whole } } && LocalOf(whole) is { } linked)
            return [new Use(linked, UseKind.Inside, index)];

        var reached = argument.Target is { } target ? ToReach(target) : Within(argument.Value, UseKind.Mixed, UseKind.Mixed);
        return argument.Target?.Root is { } root ? reached.Append(new Use(root, UseKind.Access, index)) : reached;
    }

    private static IEnumerable<Use> Within(Expression expression, UseKind whole, UseKind part)
    {
        switch (Stripped(expression))
        {
            case Read { Place: Local local }:
                return [new Use(local, whole)];

            case Read read:
                return ToReach(read.Place);

            case AddressOf { Place: Local local }:
                return [new Use(local, UseKind.Mixed)];

            case AddressOf address:
                return ToReach(address.Place);

            case Operation operation:
                var inner = IsTest(operation.Operator) ? UseKind.Access : operation.HoldsOperands ? whole : part;
                return operation.Operands.SelectMany(o => Within(o, inner, inner));

            default:
                return [];
        }
    }

    /// <summary>A truth value tells nothing that could be released.</summary>
    private static bool IsTest(string @operator) =>
        @operator is "==" or "!=" or "<" or "<=" or ">" or ">=" or "!" or ['i', 's', ' ', ..];

    private static IEnumerable<Use> ToReach(Place place) => place switch
    {
        Field field => Within(field.Base, UseKind.Access, UseKind.Access),
        Element element => Within(element.Base, UseKind.Access, UseKind.Access)
            .Concat(Within(element.Index, UseKind.Access, UseKind.Access)),
        Member member => member.Root is { } root ? [new Use(root, UseKind.Access)] : ToReach(member.Of),
        _ => [],
    };

    private static IEnumerable<Use> InMacro(Place place, UseKind kind) =>
        place.Root is { } root ? [new Use(root, kind)] : ToReach(place);
}

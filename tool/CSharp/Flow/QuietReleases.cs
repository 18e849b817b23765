using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Releases that throw nothing: all that their local is ever given comes from calls of which a catalogue says so, and the
/// local is not null there.
/// </summary>
internal static class QuietReleases
{
    /// <summary><c>x.Dispose()</c>, or <c>x?.Dispose()</c>, of such a local.</summary>
    public static bool IsQuiet(IInvocationOperation release, LoweringContext context) =>
        release.Arguments.IsEmpty
        && ReceiverOf(release) is { Local: var local } receiver
        && IsQuiet(local, context)
        && (receiver != release.Instance || !MayBeNull(local, context) || IsGuarded(release, local));

    /// <summary>Whatever a local holds is released without an exception.</summary>
    public static bool IsQuiet(ILocalSymbol local, LoweringContext context) =>
        context.ExactTypes.Value.GivenTo(local) is { Count: > 0 } given && given.All(v => ExactTypes.IsNull(v) || IsQuiet(v, context));

    private static bool IsQuiet(IOperation made, LoweringContext context)
    {
        var (method, arguments) = made switch
        {
            IObjectCreationOperation creation => (creation.Constructor, creation.Arguments),
            IInvocationOperation call => (call.TargetMethod, call.Arguments),
            _ => (null, []),
        };

        // What it is made over is released with it, and may be anything.
        return method is not null
            && context.Catalogue.HandsOutQuiet(context.Names.Method(method).Callee)
            && !arguments.Any(a => a.Value is not IConversionOperation { IsImplicit: true, Operand: var operand } ? MayHold(a.Value.Type) : MayHold(operand.Type));
    }

    private static bool MayHold(ITypeSymbol? type) =>
        type is { IsReferenceType: true } and not { SpecialType: SpecialType.System_String } and not IArrayTypeSymbol
        && (NonNullValues.IsReleasable(type) || type.TypeKind is TypeKind.Interface || type.SpecialType == SpecialType.System_Object);

    private static ILocalReferenceOperation? ReceiverOf(IInvocationOperation release)
    {
        if (release.Instance is not IConditionalAccessInstanceOperation)
            return release.Instance as ILocalReferenceOperation;

        IOperation? around = release.Parent;
        while (around is not null and not IConditionalAccessOperation)
            around = around.Parent;

        return (around as IConditionalAccessOperation)?.Operation as ILocalReferenceOperation;
    }

    private static bool MayBeNull(ILocalSymbol local, LoweringContext context) => context.ExactTypes.Value.GivenTo(local)?.Any(ExactTypes.IsNull) != false;

    /// <summary><c>if (x != null) x.Dispose();</c></summary>
    private static bool IsGuarded(IOperation release, ILocalSymbol local)
    {
        for (var inner = release; inner.Parent is { } outer; inner = outer)
        {
            if (outer is IConditionalOperation choice && choice.WhenTrue == inner && AsksFor(choice.Condition, local))
                return true;
        }

        return false;
    }

    private static bool AsksFor(IOperation condition, ILocalSymbol local) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals, OperatorMethod: null } test =>
            (IsLocal(test.LeftOperand, local) && ExactTypes.IsNull(test.RightOperand)) || (IsLocal(test.RightOperand, local) && ExactTypes.IsNull(test.LeftOperand)),
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: var asked } } } pattern =>
            ExactTypes.IsNull(asked) && IsLocal(pattern.Value, local),
        _ => false,
    };

    private static bool IsLocal(IOperation operand, ILocalSymbol local)
    {
        while (operand is IConversionOperation { OperatorMethod: null } conversion)
            operand = conversion.Operand;

        return operand is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local);
    }
}

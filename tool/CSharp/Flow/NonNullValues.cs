using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>What the compiler's own analysis takes never to be null, where it warns about the contrary.</summary>
internal static class NonNullValues
{
    /// <summary>The declaration of a parameter promises it, without an attribute that takes the promise back.</summary>
    public static bool IsHandedIn(IParameterSymbol parameter) =>
        parameter is { RefKind: RefKind.None, NullableAnnotation: NullableAnnotation.NotAnnotated, Type: { IsReferenceType: true, TypeKind: not TypeKind.TypeParameter } }
        && parameter.GetAttributes().IsEmpty
        && parameter.ContainingSymbol is IMethodSymbol method && NonNullOutcomes.IsHeld(method);

    public static bool IsKnown(IOperation value, SemanticModel model) => IsAssigned(value, value.Type, model);

    /// <summary>Asked only of what can be released, since each question costs.</summary>
    public static bool IsAssigned(IOperation value, ITypeSymbol? type, SemanticModel model) =>
        type is { IsReferenceType: true } && IsReleasable(type)
        && value.Syntax is ExpressionSyntax expression && !IsNothing(expression)
        && model.GetNullableContext(expression.SpanStart).WarningsEnabled()
        && model.GetTypeInfo(expression).Nullability.FlowState == NullableFlowState.NotNull;

    /// <summary>What a loop takes its elements from says that none of them is null.</summary>
    public static bool IsElement(IForEachLoopOperation loop, ITypeSymbol type, SemanticModel model) =>
        type is { IsReferenceType: true } && IsReleasable(type)
        && loop.Syntax is CommonForEachStatementSyntax syntax
        && model.GetNullableContext(syntax.SpanStart).WarningsEnabled()
        && model.GetForEachStatementInfo(syntax).ElementType is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.NotAnnotated };

    public static bool IsReleasable(ITypeSymbol type) => IsContract(type) || type.AllInterfaces.Any(IsContract);

    private static bool IsContract(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_IDisposable
        || type is { Name: "IAsyncDisposable", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary><c>null!</c> says nothing.</summary>
    private static bool IsNothing(ExpressionSyntax expression) => expression switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => IsNothing(suppressed.Operand),
        ParenthesizedExpressionSyntax parenthesized => IsNothing(parenthesized.Expression),
        CastExpressionSyntax cast => IsNothing(cast.Expression),
        DefaultExpressionSyntax or LiteralExpressionSyntax => true,
        _ => false,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// The opposite of a condition, as a person would write it. Comparisons other than <c>==</c> and <c>!=</c> are wrapped,
/// since <c>!(a &lt; b)</c> is not <c>a &gt;= b</c> for floating point.
/// </summary>
internal static class Negation
{
    /// <summary>The opposite's text; null where the condition declares variables, whose assignment would change sides.</summary>
    public static string? Of(ExpressionSyntax condition, SourceLayout layout)
    {
        if (condition.DescendantNodesAndSelf().Any(n => n is SingleVariableDesignationSyntax))
            return null;

        switch (condition)
        {
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return layout.TextOf(not.Operand is ParenthesizedExpressionSyntax inner ? inner.Expression : not.Operand);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } comparison:
                var opposite = comparison.IsKind(SyntaxKind.EqualsExpression) ? "!=" : "==";
                return layout.TextBetween(comparison.SpanStart, comparison.OperatorToken.SpanStart)
                    + opposite
                    + layout.TextBetween(comparison.OperatorToken.Span.End, comparison.Span.End);
            case IdentifierNameSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
                or ParenthesizedExpressionSyntax:
                return "!" + layout.TextOf(condition);
            default:
                return $"!({layout.TextOf(condition)})";
        }
    }
}

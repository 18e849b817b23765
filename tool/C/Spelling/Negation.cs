using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// The opposite of a condition, as a person would write it. Comparisons other than <c>==</c> and <c>!=</c> are wrapped,
/// since <c>!(a &lt; b)</c> is not <c>a &gt;= b</c> for floating point.
/// </summary>
internal static class Negation
{
    public static string Of(ExpressionNode condition, CLayout layout)
    {
        switch (condition)
        {
            case UnaryNode { Operator: "!", IsPostfix: false } not:
                return layout.TextOf(not.Operand is ParenthesizedNode inner ? inner.Inner : not.Operand);
            case BinaryNode { Operator: "==" or "!=" } comparison:
                var between = layout.TextBetween(comparison.Left.Span.End, comparison.Right.Span.Start);
                var opposite = comparison.Operator == "==" ? "!=" : "==";
                return layout.TextOf(comparison.Left)
                    + between.Replace(comparison.Operator, opposite, StringComparison.Ordinal)
                    + layout.TextOf(comparison.Right);
            case NameNode or CallNode or MemberNode or IndexNode or ParenthesizedNode:
                return "!" + layout.TextOf(condition);
            default:
                return $"!({layout.TextOf(condition)})";
        }
    }
}

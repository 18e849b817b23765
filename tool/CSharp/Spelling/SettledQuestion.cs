using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// The question that decides about a release in a <c>finally</c>, and about nothing else. A scope asks it when it begins:
/// <code>
/// finally { if (isOwned &amp;&amp; x != null) x.Dispose(); }   →   using (isOwned ? x : null)
/// </code>
/// </summary>
/// <param name="Held">What the scope holds: the variable's value or nothing, by the question without the tests for emptiness, which are the scope's own.</param>
/// <param name="Asked">The outermost statement that asks.</param>
/// <param name="Names">The names of the variables that it looks at.</param>
internal sealed record SettledQuestion(string Held, IfStatementSyntax Asked, IReadOnlyList<string> Names)
{
    /// <summary>Null where the question is written in another way.</summary>
    public static SettledQuestion? Of(StatementSyntax? release, string name)
    {
        var parts = new List<ExpressionSyntax>();
        IfStatementSyntax? outermost = null;
        for (var inner = release; GuardOf(inner) is { } guard; inner = outermost = guard)
            parts.InsertRange(0, Conjuncts(guard.Condition).Where(c => !IsAboutEmptiness(c, name)));

        if (outermost is null || parts.Count == 0)
            return null;

        var names = parts.SelectMany(p => p.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()).Select(n => n.Identifier.ValueText);
        var held = HeldBy(parts, Spelling.Names.Written(name));
        return held.Contains('\n', StringComparison.Ordinal) ? null : new SettledQuestion(held, outermost, [.. names]);
    }

    private static string HeldBy(IReadOnlyList<ExpressionSyntax> parts, string name) =>
        parts is [PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } negated]
            ? $"{negated.Operand} ? null : {name}"
            : $"{string.Join(" && ", parts.Select(p => parts.Count > 1 && !BindsTightly(p) ? $"({p})" : p.ToString()))} ? {name} : null";

    /// <summary>The <c>if</c> around a statement, where it holds that statement alone.</summary>
    private static IfStatementSyntax? GuardOf(StatementSyntax? statement) => statement?.Parent switch
    {
        IfStatementSyntax { Else: null } guard when guard.Statement == statement => guard,
        BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax { Else: null } guard } => guard,
        _ => null,
    };

    private static IEnumerable<ExpressionSyntax> Conjuncts(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax { Expression: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } inner } => Conjuncts(inner),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => [.. Conjuncts(both.Left), .. Conjuncts(both.Right)],
        _ => [condition],
    };

    /// <summary>Behind <c>&amp;&amp;</c> it needs no parentheses.</summary>
    private static bool BindsTightly(ExpressionSyntax expression) => expression is not (
        ConditionalExpressionSyntax or AssignmentExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.CoalesceExpression });

    private static bool IsAboutEmptiness(ExpressionSyntax condition, string name) => condition switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test =>
            (IsName(test.Left, name) && IsNull(test.Right)) || (IsNull(test.Left) && IsName(test.Right, name)),
        IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax pattern } } test =>
            IsName(test.Expression, name) && IsNull(pattern.Expression),
        _ => false,
    };

    private static bool IsName(ExpressionSyntax expression, string name) => expression is IdentifierNameSyntax found && found.Identifier.ValueText == name;

    private static bool IsNull(ExpressionSyntax expression) => expression.IsKind(SyntaxKind.NullLiteralExpression);
}

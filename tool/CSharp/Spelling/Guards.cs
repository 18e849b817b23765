using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>An <c>if</c> that tests a variable for emptiness around what only makes sense when it is not.</summary>
internal static class Guards
{
    /// <summary>Widens each statement that goes to the guard around it, where nothing else of the guard would stay.</summary>
    public static void Widen(HashSet<StatementSyntax> going, string? name)
    {
        bool grown;
        do
        {
            grown = false;
            foreach (var statement in going.ToList())
            {
                if (Outer(statement) is { } outer && IsEmptied(outer, going) && (outer is BlockSyntax || TestsOnly(outer, name)))
                {
                    going.RemoveWhere(s => outer.Span.Contains(s.Span));
                    grown |= going.Add(outer);
                }
            }
        }
        while (grown);
    }

    private static StatementSyntax? Outer(StatementSyntax statement) => statement.Parent switch
    {
        IfStatementSyntax { Else: null } @if when @if.Statement == statement => @if,
        BlockSyntax { Parent: IfStatementSyntax { Else: null } } block => block,
        BlockSyntax { Parent: BlockSyntax } block => block,
        _ => null,
    };

    private static bool IsEmptied(StatementSyntax outer, HashSet<StatementSyntax> going) => outer switch
    {
        IfStatementSyntax @if => going.Contains(@if.Statement),
        BlockSyntax block => block.Statements.All(going.Contains),
        _ => false,
    };

    /// <summary>
    /// A pure condition, about the variable if there is one: a comparison, a pattern, a property such as <c>IsAllocated</c>.
    /// A pattern may bring the variable itself.
    /// </summary>
    private static bool TestsOnly(StatementSyntax outer, string? name) =>
        outer is IfStatementSyntax { Condition: var condition }
        && (name is null || Names.Of(outer, name).Any(n => condition.Span.Contains(n.Span)) || condition.DescendantNodes().Any(n => Brings(n, name)))
        && !condition.DescendantNodesAndSelf().Any(n =>
            n is InvocationExpressionSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax
            || (n is SingleVariableDesignationSyntax && !Brings(n, name))
            || n is PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression }
                or ElementAccessExpressionSyntax
            || n.IsKind(SyntaxKind.PreIncrementExpression) || n.IsKind(SyntaxKind.PreDecrementExpression));

    private static bool Brings(SyntaxNode node, string? name) => node is SingleVariableDesignationSyntax designation && designation.Identifier.ValueText == name;
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Editing;
using MigrateCleanup.Engine.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>A label holds the statement behind it here, and so does an <c>else</c>, which is passed over.</summary>
internal sealed class CSharpTreeShape : TreeShape<SyntaxNode>
{
    public static readonly CSharpTreeShape Instance = new();

    public override TextSpan SpanOf(SyntaxNode node) => node.Span.ToEngine();

    public override SyntaxNode? ParentOf(SyntaxNode node) => node.Parent switch
    {
        GlobalStatementSyntax global => global.Parent,
        MemberDeclarationSyntax => null,
        ElseClauseSyntax other => other.Parent,
        var parent => parent,
    };

    public override IEnumerable<SyntaxNode> ChildrenOf(SyntaxNode node) => node.ChildNodes();

    public override bool IsStatement(SyntaxNode node) => node is StatementSyntax;

    public override bool IsBlock(SyntaxNode node) => node is BlockSyntax;

    public override ImmutableArray<IReadOnlyList<SyntaxNode>> ListsIn(SyntaxNode node) =>
        StatementLists.StatementsOf(node) is { } statements ? [statements] : [];

    public override Choice<SyntaxNode>? ChoiceIn(SyntaxNode node) => node switch
    {
        IfStatementSyntax check => new(check.Condition, check.Statement, check.Else?.Statement),
        ConditionalExpressionSyntax choice => new(choice.Condition, choice.WhenTrue, choice.WhenFalse),
        _ => null,
    };

    public override Connection<SyntaxNode>? ConnectionIn(SyntaxNode node) => node switch
    {
        ParenthesizedExpressionSyntax outer => new(Connective.Same, outer.Expression),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not => new(Connective.Not, not.Operand),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => new(Connective.And, both.Left, both.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either => new(Connective.Or, either.Left, either.Right),
        _ => null,
    };

    public override bool StandsOut(SyntaxNode statement) => statement is LabeledStatementSyntax;
}

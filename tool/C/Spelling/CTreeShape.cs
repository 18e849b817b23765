using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Editing;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>A label is a statement of its own here, and so is an <c>#if</c> around statements.</summary>
internal sealed class CTreeShape : TreeShape<Node>
{
    public static readonly CTreeShape Instance = new();

    public override TextSpan SpanOf(Node node) => node.Span;

    public override Node? ParentOf(Node node) => node.Parent is FunctionNode ? null : node.Parent;

    public override IEnumerable<Node> ChildrenOf(Node node) => node.Children;

    public override bool IsStatement(Node node) => node is StatementNode;

    public override bool IsBlock(Node node) => node is CompoundNode;

    public override ImmutableArray<IReadOnlyList<Node>> ListsIn(Node node) => node switch
    {
        CompoundNode block => [block.Statements],
        ConditionalStatementNode choice => [.. choice.Branches.Select(b => b.Statements)],
        _ => [],
    };

    public override Choice<Node>? ChoiceIn(Node node) => node switch
    {
        IfNode check => new(check.Condition, check.Then, check.Else),
        ConditionalNode { WhenTrue: { } whenTrue } choice => new(choice.Condition, whenTrue, choice.WhenFalse),
        _ => null,
    };

    public override Connection<Node>? ConnectionIn(Node node) => node switch
    {
        ParenthesizedNode outer => new(Connective.Same, outer.Inner),
        UnaryNode { Operator: "!" } not => new(Connective.Not, not.Operand),
        BinaryNode { Operator: "&&" } both => new(Connective.And, both.Left, both.Right),
        BinaryNode { Operator: "||" } either => new(Connective.Or, either.Left, either.Right),
        _ => null,
    };

    public override bool StandsOut(Node statement) => statement is LabelNode or CaseNode or ConditionalStatementNode;
}

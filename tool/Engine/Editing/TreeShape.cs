using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Editing;

/// <summary>
/// What the shape of a language's syntax tree is, as far as it must be known in order to edit the text: which nodes are
/// statements, which of them follow each other, which are chosen between.
/// </summary>
/// <typeparam name="TNode">A node of the tree; nodes are compared by reference.</typeparam>
public abstract class TreeShape<TNode>
    where TNode : class
{
    /// <summary>From the first to the last token of a node.</summary>
    public abstract TextSpan SpanOf(TNode node);

    /// <summary>The node around this one; null at the top of a function.</summary>
    public abstract TNode? ParentOf(TNode node);

    public abstract IEnumerable<TNode> ChildrenOf(TNode node);

    public abstract bool IsStatement(TNode node);

    /// <summary>A statement that is a list of statements between braces.</summary>
    public abstract bool IsBlock(TNode node);

    /// <summary>The lists of statements that a node consists of; none where statements do not follow each other in it.</summary>
    public abstract ImmutableArray<IReadOnlyList<TNode>> ListsIn(TNode node);

    /// <summary>The node is a statement or an expression that a condition chooses one part of.</summary>
    public abstract Choice<TNode>? ChoiceIn(TNode node);

    /// <summary>The node is a condition made of others.</summary>
    public abstract Connection<TNode>? ConnectionIn(TNode node);

    /// <summary>A label, or what else often stands further out than the statements around it.</summary>
    public abstract bool StandsOut(TNode statement);
}

/// <summary>What is evaluated where a condition holds, and where it does not.</summary>
public readonly record struct Choice<TNode>(TNode Condition, TNode Then, TNode? Else)
    where TNode : class;

/// <summary>How a condition is made of one or two others; the second is evaluated only where the first does not decide.</summary>
public readonly record struct Connection<TNode>(Connective Connective, TNode First, TNode? Second = null)
    where TNode : class;

public enum Connective
{
    /// <summary>The other condition itself, in parentheses.</summary>
    Same,
    Not,
    And,
    Or,
}

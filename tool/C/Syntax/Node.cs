using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Syntax;

/// <summary>A piece of a file's syntax tree. The tree refers to the text by spans and never changes.</summary>
public abstract class Node(TextSpan span)
{
    /// <summary>From the first to the last token of it, trivia around it excluded.</summary>
    public TextSpan Span { get; } = span;

    /// <summary>The node that holds it; null for a file's own items.</summary>
    public Node? Parent { get; private set; }

    public abstract IEnumerable<Node> Children { get; }

    /// <summary>The nodes that hold it, nearest first.</summary>
    public IEnumerable<Node> Ancestors
    {
        get
        {
            for (var node = Parent; node is not null; node = node.Parent)
                yield return node;
        }
    }

    /// <summary>It and everything in it, in text order, without recursion.</summary>
    public IEnumerable<Node> DescendantsAndSelf
    {
        get
        {
            var pending = new Stack<Node>();
            pending.Push(this);
            while (pending.TryPop(out var node))
            {
                yield return node;
                foreach (var child in node.Children.Reverse())
                    pending.Push(child);
            }
        }
    }

    /// <summary>Takes its children in. Called at the end of each constructor.</summary>
    protected void Adopt()
    {
        foreach (var child in Children)
            child.Parent = this;
    }

    private protected static IEnumerable<Node> Present(params ReadOnlySpan<Node?> nodes)
    {
        var present = ImmutableArray.CreateBuilder<Node>(nodes.Length);
        foreach (var node in nodes)
        {
            if (node is not null)
                present.Add(node);
        }

        return present;
    }
}

/// <summary>A stretch of text that holds names and other tokens, of which only the text counts.</summary>
public sealed class Word(TextSpan span, string text) : Node(span)
{
    public string Text { get; } = text;

    public override IEnumerable<Node> Children => [];

    public override string ToString() => Text;
}

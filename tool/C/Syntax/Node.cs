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
            var pending = new List<Node> { this };
            while (pending.Count > 0)
            {
                var node = pending[^1];
                pending.RemoveAt(pending.Count - 1);
                yield return node;
                var before = pending.Count;
                pending.AddRange(node.Children);
                pending.Reverse(before, pending.Count - before);
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
        var count = 0;
        foreach (var node in nodes)
            count += node is null ? 0 : 1;

        var present = new Node[count];
        count = 0;
        foreach (var node in nodes)
        {
            if (node is not null)
                present[count++] = node;
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

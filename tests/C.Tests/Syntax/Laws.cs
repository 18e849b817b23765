using MigrateCleanup.C.Syntax;
using Xunit;

namespace MigrateCleanup.C.Tests.Syntax;

/// <summary>What holds of every tree, whatever the text.</summary>
internal static class Laws
{
    public static void Hold(SourceFileTree tree)
    {
        TokensAreTheText(tree.Text, tree.Tokens.AsSpan());
        foreach (var item in tree.Items)
        {
            Nested(item);
            if (item is not FunctionNode function)
                continue;

            Assert.True(function.Span.Contains(function.BodySpan));
            Assert.True(function.Body.Views.IsEmpty != (function.Body.Error is null), "a body has views or an error");
            foreach (var view in function.Body.Views)
            {
                Assert.True(function.BodySpan.Contains(view.Body.Span), "a view leaves its body");
                Nested(view.Body);
            }
        }
    }

    public static void TokensAreTheText(string text, ReadOnlySpan<Token> tokens)
    {
        var position = 0;
        foreach (var token in tokens)
        {
            Assert.True(token.Start == position && token.Length > 0, $"gap at {position}");
            position = token.End;
        }

        Assert.Equal(text.Length, position);
    }

    /// <summary>Every node lies inside its parent, behind the sibling before it, and knows its parent.</summary>
    private static void Nested(Node root)
    {
        foreach (var node in root.DescendantsAndSelf)
        {
            var end = node.Span.Start;
            foreach (var child in node.Children)
            {
                Assert.Same(node, child.Parent);
                Assert.True(node.Span.Contains(child.Span), $"{child.GetType().Name} {child.Span} leaves {node.GetType().Name} {node.Span}");
                Assert.True(child.Span.Start >= end, $"{child.GetType().Name} {child.Span} overlaps what is before it in {node.GetType().Name}");
                end = child.Span.End;
            }
        }
    }
}

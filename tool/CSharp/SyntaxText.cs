using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MigrateCleanup.CSharp;

/// <summary>A syntax tree as text for people: a node a line, indented below its parent, tokens with their text.</summary>
public static class SyntaxText
{
    public static string Of(SyntaxNode root)
    {
        var text = new StringBuilder();
        var pending = new Stack<(SyntaxNodeOrToken Item, int Depth)>([(root, 0)]);
        while (pending.TryPop(out var current))
        {
            text.Append(' ', 2 * current.Depth).Append(current.Item.Kind());
            if (current.Item.IsToken)
                text.Append(' ').Append(SymbolDisplay.FormatLiteral(current.Item.AsToken().Text, quote: true));

            if (current.Item.IsMissing)
                text.Append(" (missing)");

            text.Append('\n');
            foreach (var child in current.Item.ChildNodesAndTokens().Reverse())
                pending.Push((child, current.Depth + 1));
        }

        return text.ToString();
    }
}

using System.Text;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C;

/// <summary>A syntax tree as text for people: a node a line, indented below its parent, with the text it stands for.</summary>
public static class TreeText
{
    private const int MostCharacters = 60;
    private const string Suffix = "Node";

    public static string Of(Node root, string source)
    {
        var text = new StringBuilder();
        var pending = new Stack<(Node Node, int Depth)>([(root, 0)]);
        while (pending.TryPop(out var current))
        {
            var name = current.Node.GetType().Name;
            text.Append(' ', 2 * current.Depth)
                .Append(name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name)
                .Append(' ').Append(Shown(source.AsSpan(current.Node.Span.Start, current.Node.Span.Length))).Append('\n');
            foreach (var child in current.Node.Children.Reverse())
                pending.Push((child, current.Depth + 1));
        }

        return text.ToString();
    }

    /// <summary>The first line, as far as it fits.</summary>
    private static string Shown(ReadOnlySpan<char> text)
    {
        var line = text.IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end].TrimEnd() : text;
        var isWhole = line.Length == text.Length && line.Length <= MostCharacters;
        return isWhole ? line.ToString() : string.Concat(line[..Math.Min(MostCharacters, line.Length)], "...");
    }
}

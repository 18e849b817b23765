using System.Text;

namespace MigrateCleanup.Review.Diffs;

/// <summary>Colours a diff as git does on a terminal. The text itself is not touched; without the escapes it is the same.</summary>
public static class DiffColouring
{
    private const string Bold = "\e[1m";
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Cyan = "\e[36m";
    private const string Reset = "\e[m";

    public static string Coloured(string diff)
    {
        var result = new StringBuilder(diff.Length + (diff.Length / 8));
        // A removed line that starts with "-- " looks like a header; only the text before a file's first hunk is one.
        var inHeader = true;
        for (var start = 0; start < diff.Length;)
        {
            var end = diff.IndexOf('\n', start);
            end = end < 0 ? diff.Length : end;
            var line = diff.AsSpan(start, end - start);
            inHeader = line.StartsWith("diff --git ") || (inHeader && !line.StartsWith("@@ "));
            Append(result, line, Colour(line, inHeader));
            if (end < diff.Length)
                result.Append('\n');

            start = end + 1;
        }

        return result.ToString();
    }

    private static string? Colour(ReadOnlySpan<char> line, bool inHeader) => line switch
    {
        _ when inHeader => Bold,
        ['@', '@', ..] => Cyan,
        ['-', ..] => Red,
        ['+', ..] => Green,
        _ => null,
    };

    /// <summary>The escape that ends a colour stands before a carriage return, which would else be swallowed by some terminals.</summary>
    private static void Append(StringBuilder result, ReadOnlySpan<char> line, string? colour)
    {
        if (colour is null || line.IsEmpty)
        {
            result.Append(line);
            return;
        }

        var text = line.TrimEnd('\r');
        result.Append(colour).Append(text).Append(Reset).Append(line[text.Length..]);
    }
}

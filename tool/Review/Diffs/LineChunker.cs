using DiffPlex;

namespace MigrateCleanup.Review.Diffs;

/// <summary>
/// Splits a text into lines that keep their ends. Only LF ends a line, as in git and patch: a lone CR, a form feed or
/// a Unicode separator is part of its line. The pieces always concatenate to the text.
/// </summary>
internal sealed class LineChunker : IChunker
{
    public static LineChunker Instance { get; } = new();

    public IReadOnlyList<string> Chunk(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}

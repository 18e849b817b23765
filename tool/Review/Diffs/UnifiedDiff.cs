using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace MigrateCleanup.Review.Diffs;

/// <summary>
/// Writes changes as git does: <c>diff --git</c> headers, hunks with context, the marker for a missing newline at the
/// end. <c>git apply</c> and <c>patch -p1</c> take the result, whatever the line ends.
/// </summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>git cuts the heading of a hunk here.</summary>
    private const int LongestHeading = 80;

    public static string Write(IEnumerable<FileChange> changes)
    {
        var result = new StringBuilder();
        foreach (var change in changes)
            result.Append(Write(change));

        return result.ToString();
    }

    /// <summary>The diff of one file; empty when nothing differs.</summary>
    public static string Write(FileChange change)
    {
        if (change.Before == change.After)
            return "";

        var result = new StringBuilder();
        WriteHeader(result, change);
        var lines = Compared(change.Before ?? "", change.After ?? "");
        if (lines.Blocks.Count == 0)
            return result.ToString();

        WriteNames(result, change);
        foreach (var hunk in Hunks(lines))
            WriteHunk(result, change, lines, hunk);

        return result.ToString();
    }

    private static void WriteHeader(StringBuilder result, FileChange change)
    {
        result.Append("diff --git ").Append(GitPath.Quoted("a/", change.Path)).Append(' ')
            .Append(GitPath.Quoted("b/", change.Path)).Append('\n');
        if (change.Before is null)
            result.Append("new file mode ").Append(change.Mode).Append('\n');
        else if (change.After is null)
            result.Append("deleted file mode ").Append(change.Mode).Append('\n');

        if (change.Contents is { } contents)
            result.Append("index ").Append(contents.Before).Append("..").Append(contents.After).Append(change is { Before: not null, After: not null } ? " " + change.Mode : "").Append('\n');
    }

    private static void WriteNames(StringBuilder result, FileChange change)
    {
        WriteName(result, "--- ", change.Before is null ? null : "a/", change.Path);
        WriteName(result, "+++ ", change.After is null ? null : "b/", change.Path);
    }

    private static void WriteName(StringBuilder result, string marker, string? prefix, string path)
    {
        result.Append(marker);
        if (prefix is null)
            result.Append("/dev/null");
        else
            result.Append(GitPath.Quoted(prefix, path)).Append(GitPath.Terminator(path));

        result.Append('\n');
    }

    /// <summary>The lines of both texts and the stretches in which they differ, in order.</summary>
    private sealed record Comparison(IReadOnlyList<string> Old, IReadOnlyList<string> New, IReadOnlyList<DiffBlock> Blocks);

    private static Comparison Compared(string before, string after)
    {
        var diff = Differ.Instance.CreateDiffs(
            before, after, ignoreWhiteSpace: false, ignoreCase: false, chunker: LineChunker.Instance);
        var slid = DiffSlider.Slid(diff.DiffBlocks, diff.PiecesOld, diff.PiecesNew);
        return new Comparison(diff.PiecesOld, diff.PiecesNew, slid);
    }

    /// <summary>Blocks so close that their contexts touch; they share a hunk.</summary>
    private static IEnumerable<IReadOnlyList<DiffBlock>> Hunks(Comparison lines)
    {
        var hunk = new List<DiffBlock>();
        foreach (var block in lines.Blocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - EndOf(hunk[^1]) > 2 * Context)
            {
                yield return hunk;
                hunk = [];
            }

            hunk.Add(block);
        }

        yield return hunk;
    }

    private static int EndOf(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void WriteHunk(StringBuilder result, FileChange change, Comparison lines, IReadOnlyList<DiffBlock> hunk)
    {
        var oldStart = Math.Max(0, hunk[0].DeleteStartA - Context);
        var newStart = hunk[0].InsertStartB - (hunk[0].DeleteStartA - oldStart);
        var oldEnd = Math.Min(lines.Old.Count, EndOf(hunk[^1]) + Context);
        var newEnd = hunk[^1].InsertStartB + hunk[^1].InsertCountB + (oldEnd - EndOf(hunk[^1]));

        result.Append("@@ -").Append(Range(oldStart, oldEnd)).Append(" +").Append(Range(newStart, newEnd)).Append(" @@")
            .Append(Heading(change, lines.Old, oldStart)).Append('\n');

        var position = oldStart;
        foreach (var block in hunk)
        {
            WriteLines(result, ' ', lines.Old, position, block.DeleteStartA);
            WriteLines(result, '-', lines.Old, block.DeleteStartA, EndOf(block));
            WriteLines(result, '+', lines.New, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            position = EndOf(block);
        }

        WriteLines(result, ' ', lines.Old, position, oldEnd);
    }

    /// <summary>A range as git writes it: an empty one names the line before it, a single line has no count.</summary>
    private static string Range(int start, int end) => (end - start) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        var count => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };

    private static void WriteLines(StringBuilder result, char marker, IReadOnlyList<string> lines, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            result.Append(marker).Append(lines[i]);
            if (!lines[i].EndsWith('\n'))
                result.Append("\n\\ No newline at end of file\n");
        }
    }

    /// <summary>The heading around the hunk's start; without any headings, the last line above it that starts like a definition, as in git.</summary>
    private static string Heading(FileChange change, IReadOnlyList<string> old, int hunkStart)
    {
        if (change.Headings.Count > 0)
            return change.Headings.LastOrDefault(h => h.FirstLine <= hunkStart && hunkStart < h.LastLine) is { } heading ? Cut(heading.Text) : "";

        for (var i = hunkStart - 1; i >= 0; i--)
        {
            if (old[i].Length > 0 && (char.IsAsciiLetter(old[i][0]) || old[i][0] is '_' or '$'))
                return Cut(old[i]);
        }

        return "";
    }

    private static string Cut(string heading)
    {
        var text = heading.Length > LongestHeading ? heading[..LongestHeading] : heading;
        return " " + text.TrimEnd(' ', '\t', '\n', '\r', '\v', '\f');
    }
}

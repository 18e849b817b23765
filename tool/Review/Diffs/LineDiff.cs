using System.Collections.Immutable;
using DiffPlex;

namespace MigrateCleanup.Review.Diffs;

/// <summary>Lines from <see cref="OldStart"/> (counted from zero) become others; between blocks, lines are equal.</summary>
public readonly record struct LineBlock(int OldStart, int OldCount, int NewStart, int NewCount);

/// <summary>Which lines of two texts differ, as the diff shows it.</summary>
public static class LineDiff
{
    public static ImmutableArray<LineBlock> Of(string before, string after)
    {
        var diff = Differ.Instance.CreateDiffs(before, after, ignoreWhiteSpace: false, ignoreCase: false, chunker: LineChunker.Instance);
        return
        [
            .. DiffSlider.Slid(diff.DiffBlocks, diff.PiecesOld, diff.PiecesNew)
                .Select(b => new LineBlock(b.DeleteStartA, b.DeleteCountA, b.InsertStartB, b.InsertCountB)),
        ];
    }

    /// <summary>The lines of a text with their ends; they concatenate to the text.</summary>
    public static IReadOnlyList<string> LinesOf(string text) => LineChunker.Instance.Chunk(text);
}

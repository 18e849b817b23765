using DiffPlex.Model;

namespace MigrateCleanup.Review.Diffs;

/// <summary>
/// Moves a block of added or removed lines to where a reader expects it. Between equal lines such a block can stand in
/// several places that mean the same:
/// <code>
///      a();              +    b();
///  }                     + }
/// +    b();        or      void c()
/// +}
///  void c()
/// </code>
/// As in git, a block that can meet its counterpart does; else it goes where the indentation around its ends is lowest.
/// </summary>
internal static class DiffSlider
{
    /// <summary>A block is not moved farther than this: a file of equal lines would cost quadratic time.</summary>
    private const int Farthest = 100;

    public static IReadOnlyList<DiffBlock> Slid(
        IList<DiffBlock> blocks, IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var result = new List<DiffBlock>(blocks.Count);
        for (var i = 0; i < blocks.Count; i++)
        {
            var floor = i == 0 ? -1 : result[^1].DeleteStartA + result[^1].DeleteCountA;
            var ceiling = i + 1 == blocks.Count ? old.Count + 1 : blocks[i + 1].DeleteStartA;
            result.Add(Slid(blocks[i], old, @new, floor, ceiling));
        }

        return result;
    }

    private static DiffBlock Slid(
        DiffBlock block, IReadOnlyList<string> old, IReadOnlyList<string> @new, int floor, int ceiling)
    {
        if (block.DeleteCountA > 0 && block.InsertCountB > 0)
            return block;

        var (lines, start, count) = block.DeleteCountA > 0
            ? (old, block.DeleteStartA, block.DeleteCountA)
            : (@new, block.InsertStartB, block.InsertCountB);
        // One unchanged line stays between neighbours: blocks that touch would become one.
        var up = 0;
        while (up < Farthest && block.DeleteStartA - up - 1 > floor && lines[start - up - 1] == lines[start + count - up - 1])
            up++;

        var down = 0;
        while (down < Farthest && block.DeleteStartA + block.DeleteCountA + down + 1 < ceiling
            && lines[start + down] == lines[start + count + down])
            down++;

        var best = down;
        for (var shift = down - 1; shift >= -up; shift--)
        {
            if (Score(lines, start + shift, count) < Score(lines, start + best, count))
                best = shift;
        }

        return new DiffBlock(block.DeleteStartA + best, block.DeleteCountA, block.InsertStartB + best, block.InsertCountB);
    }

    /// <summary>How badly a block reads at a place: deep indentation at either edge, and a blank line at its start.</summary>
    private static int Score(IReadOnlyList<string> lines, int start, int count) =>
        Indentation(lines, start) + Indentation(lines, start + count)
        + (start < lines.Count && string.IsNullOrWhiteSpace(lines[start]) ? 1 : 0);

    /// <summary>The indentation of the first line from here that is not blank.</summary>
    private static int Indentation(IReadOnlyList<string> lines, int line)
    {
        while (line < lines.Count && string.IsNullOrWhiteSpace(lines[line]))
            line++;

        if (line >= lines.Count)
            return 0;

        var width = 0;
        foreach (var c in lines[line])
        {
            if (c is not (' ' or '\t'))
                break;

            width += c == '\t' ? 8 : 1;
        }

        return width;
    }
}

namespace MigrateCleanup.Engine.Text;

/// <summary>
/// Where lines went, the blank lines around them may have become too many: several runs that now meet, one behind an
/// opening brace, one before a closing brace, one before the end of an <c>#if</c>'s branch where there was none. Of runs that meet the
/// first stays; every other blank line stays, too.
/// </summary>
public static class BlankLines
{
    public static IEnumerable<TextEdit> Tidied(TextLayout layout, IReadOnlyCollection<TextEdit> edits)
    {
        var gone = GoneLines(layout, edits);
        var extra = new SortedSet<int>();
        var behind = -1;
        foreach (var line in gone.Order())
        {
            if (line < behind)
                continue;

            // All that is blank or gone around it, and the runs of blank lines in that.
            var first = line;
            while (first > 0 && layout.IsBlank(first - 1))
                first--;

            for (behind = line; behind < layout.LineCount && (gone.Contains(behind) || layout.IsBlank(behind)); behind++)
            {
            }

            var blanks = Enumerable.Range(first, behind - first).Where(l => !gone.Contains(l)).ToList();
            if (blanks.Count == 0)
                continue;

            var isAtEdge = (first > 0 && blanks[0] > first && (layout.TakesNoBlankBehind(first - 1) || layout.StartsBranch(first - 1)))
                || (behind < layout.LineCount && (layout.ClosesBlock(behind) || (blanks[^1] < behind - 1 && layout.EndsBranch(behind))));
            var kept = isAtEdge ? 0 : blanks.TakeWhile((l, i) => l == blanks[0] + i).Count();
            extra.UnionWith(blanks.Skip(kept));
        }

        return from line in extra
               select TextEdit.Delete(TextSpan.FromBounds(layout.StartOf(line), layout.StartBehind(line)));
    }

    private static HashSet<int> GoneLines(TextLayout layout, IEnumerable<TextEdit> edits)
    {
        var gone = new HashSet<int>();
        foreach (var edit in edits.Where(e => e.NewText.Length == 0 && !e.Span.IsEmpty))
        {
            var line = layout.LineOf(edit.Span.Start);
            if (layout.StartOf(line) < edit.Span.Start)
                line++;

            while (line < layout.LineCount && layout.StartBehind(line) <= edit.Span.End && layout.EndOf(line) < layout.StartBehind(line))
                gone.Add(line++);
        }

        return gone;
    }
}

namespace MigrateCleanup.Engine.Text;

/// <summary>
/// Where lines went, the blank lines around them may have become too many: two runs that now meet, one behind an
/// opening brace, one before a closing brace. Those go; every other blank line stays.
/// </summary>
public static class BlankLines
{
    public static IEnumerable<TextEdit> Tidied(TextLayout layout, IReadOnlyCollection<TextEdit> edits)
    {
        var gone = GoneLines(layout, edits);
        var extra = new SortedSet<int>();
        foreach (var first in gone.Where(l => !gone.Contains(l - 1)))
        {
            var last = first;
            while (gone.Contains(last + 1))
                last++;

            var above = RunOfBlanks(layout, first - 1, -1);
            var below = RunOfBlanks(layout, last + 1, +1);
            if (below.Count > 0 && (above.Count > 0 || (first > 0 && layout.OpensBlock(first - 1))))
                extra.UnionWith(below);
            else if (above.Count > 0 && last + 1 < layout.LineCount && layout.ClosesBlock(last + 1))
                extra.UnionWith(above);
        }

        return from line in extra
               where !gone.Contains(line)
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

    private static List<int> RunOfBlanks(TextLayout layout, int line, int step)
    {
        var run = new List<int>();
        for (; line >= 0 && line < layout.LineCount && layout.IsBlank(line); line += step)
            run.Add(line);

        return run;
    }
}

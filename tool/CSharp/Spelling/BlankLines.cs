using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// Where lines went, the blank lines around them may have become too many: two runs that now meet, one behind an
/// opening brace, one before a closing brace. Those go; every other blank line stays.
/// </summary>
internal static class BlankLines
{
    public static IEnumerable<TextEdit> Tidied(SourceLayout layout, IReadOnlyCollection<TextEdit> edits)
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
            if (below.Count > 0 && (above.Count > 0 || Opens(layout, first - 1)))
                extra.UnionWith(below);
            else if (above.Count > 0 && Closes(layout, last + 1))
                extra.UnionWith(above);
        }

        return from line in extra
               where !gone.Contains(line)
               select TextEdit.Delete(TextSpan.FromBounds(layout.StartOf(line), layout.StartBehind(line)));
    }

    private static HashSet<int> GoneLines(SourceLayout layout, IEnumerable<TextEdit> edits)
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

    private static List<int> RunOfBlanks(SourceLayout layout, int line, int step)
    {
        var run = new List<int>();
        for (; line >= 0 && line < layout.LineCount && layout.IsBlank(line); line += step)
            run.Add(line);

        return run;
    }

    private static bool Opens(SourceLayout layout, int line)
    {
        if (line < 0)
            return false;

        var token = layout.Root.FindToken(layout.SkipBlanks(layout.StartOf(line)));
        while (token.GetNextToken() is var next && next.RawKind != 0 && next.SpanStart < layout.EndOf(line))
            token = next;

        return token.IsKind(SyntaxKind.OpenBraceToken) && token.SpanStart >= layout.StartOf(line) && token.SpanStart < layout.EndOf(line);
    }

    private static bool Closes(SourceLayout layout, int line) =>
        line < layout.LineCount && layout.Text[Math.Min(layout.SkipBlanks(layout.StartOf(line)), layout.Text.Length - 1)] == '}';
}

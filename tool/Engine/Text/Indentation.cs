namespace MigrateCleanup.Engine.Text;

/// <summary>
/// Moves lines to another indentation. Lines inside a multi-line token, most preprocessor lines, blank lines and lines that
/// do not share the indentation they are moved from stay as they are.
/// </summary>
public sealed class Indentation(TextLayout layout)
{
    private readonly SortedDictionary<int, string> _moved = [];

    public void Move(int firstLine, int lastLine, string from, string to)
    {
        for (var line = firstLine; line <= lastLine; line++)
        {
            if (layout.IsBlank(line) || layout.StartsInsideToken(line) || !layout.IsIndented(line))
                continue;

            var current = Of(line);
            if (current.StartsWith(from, StringComparison.Ordinal))
                _moved[line] = to + current[from.Length..];
        }
    }

    /// <summary>How far in a line comes to stand.</summary>
    public string Of(int line) => _moved.GetValueOrDefault(line) ?? layout.IndentationOf(line);

    /// <summary>The edits, apart from lines whose indentation another edit already replaces.</summary>
    public IEnumerable<TextEdit> Edits(IReadOnlyCollection<TextEdit> others)
    {
        var taken = others.Where(e => !e.Span.IsEmpty).Select(e => e.Span).Order().ToArray();
        var next = 0;
        foreach (var (line, wanted) in _moved)
        {
            var old = layout.IndentationOf(line);
            var common = 0;
            while (common < old.Length && common < wanted.Length && old[common] == wanted[common])
                common++;

            var start = layout.StartOf(line);
            var span = TextSpan.FromBounds(start + common, start + old.Length);
            if (old == wanted)
                continue;

            while (next < taken.Length && taken[next].End <= start)
                next++;

            var isTaken = next < taken.Length
                && ((taken[next].Overlaps(TextSpan.FromBounds(start, start + old.Length + 1)) && taken[next].Start < start + old.Length)
                    || (taken[next].Start <= start && taken[next].End >= layout.StartBehind(line)));
            if (isTaken)
                continue;

            // What is added stands at the start of the line: what is inserted before its first word comes behind it.
            yield return wanted.EndsWith(old, StringComparison.Ordinal)
                ? TextEdit.Insert(start, wanted[..^old.Length])
                : new TextEdit(span, wanted[common..]);
        }
    }
}

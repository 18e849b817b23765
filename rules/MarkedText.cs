using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Rules;

/// <summary>What is said about a span of a snippet.</summary>
public readonly record struct Mark(TextSpan Span, string Name);

/// <summary>A snippet and the marks that carets put on it: <c>//      ^^^^ name</c> below a line speaks of that line.</summary>
public sealed partial record MarkedText(string Text, ImmutableArray<Mark> Marks)
{
    // Two slashes open the line of carets, so that it is a comment: nothing to their left can be pointed at.
    private const int FirstColumn = 2;

    public static MarkedText Parse(string marked)
    {
        var text = new StringBuilder();
        var marks = ImmutableArray.CreateBuilder<Mark>();
        var lastLine = 0;
        foreach (var line in marked.ReplaceLineEndings("\n").Split('\n').SkipLast(1))
        {
            if (Carets().Match(line) is not { Success: true } match)
            {
                lastLine = text.Length;
                text.Append(line).Append('\n');
                continue;
            }

            var carets = match.Groups["carets"];
            marks.Add(new Mark(new TextSpan(lastLine + carets.Index, carets.Length), match.Groups["name"].Value));
        }

        return new MarkedText(text.ToString(), Sorted(marks));
    }

    /// <summary>The text with marks on it, each cut to what carets can show.</summary>
    public static MarkedText Of(string text, IEnumerable<Mark> marks)
    {
        var lines = new LineMap(text);
        return new MarkedText(text, Sorted(marks.Select(m => m with { Span = Visible(text, lines, m.Span) })));
    }

    public override string ToString()
    {
        var lines = new LineMap(Text);
        var byLine = Marks.ToLookup(m => lines.At(m.Span.Start).Line);
        var result = new StringBuilder();
        for (var line = 1; line <= lines.LineCount; line++)
        {
            var start = lines.StartOf(line);
            result.Append(Text, start, (line < lines.LineCount ? lines.StartOf(line + 1) : Text.Length) - start);
            foreach (var mark in byLine[line])
            {
                result.Append("//").Append(' ', mark.Span.Start - start - FirstColumn)
                    .Append('^', mark.Span.Length).Append(' ').Append(mark.Name).Append('\n');
            }
        }

        return result.ToString();
    }

    private static TextSpan Visible(string text, LineMap lines, TextSpan span)
    {
        var line = lines.StartOf(lines.At(span.Start).Line);
        var end = text.AsSpan(line).IndexOfAny('\r', '\n');
        var lineEnd = end < 0 ? text.Length : line + end;
        var start = Math.Max(span.Start, line + FirstColumn);
        return TextSpan.FromBounds(start, Math.Max(Math.Min(span.End, lineEnd), start + 1));
    }

    private static ImmutableArray<Mark> Sorted(IEnumerable<Mark> marks) =>
        [.. marks.Distinct().OrderBy(m => m.Span).ThenBy(m => m.Name, StringComparer.Ordinal)];

    [GeneratedRegex(@"^//\s*(?<carets>\^+) (?<name>[\w-]+)$")]
    private static partial Regex Carets();
}

using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Text;

/// <summary>Replaces one span of a text by another text. Text itself is never modified; edits make a new one.</summary>
public readonly record struct TextEdit(TextSpan Span, string NewText)
{
    public static TextEdit Insert(int position, string text) => new(new TextSpan(position, 0), text);

    public static TextEdit Delete(TextSpan span) => new(span, "");
}

/// <summary>Operations on lists of edits.</summary>
public static class TextEdits
{
    /// <summary>
    /// The edits in text order; several insertions at one place keep the order in which they were given.
    /// Null when two of them overlap.
    /// </summary>
    public static ImmutableArray<TextEdit>? Ordered(IEnumerable<TextEdit> edits)
    {
        var ordered = edits.OrderBy(e => e.Span.Start).ThenBy(e => e.Span.Length == 0 ? 0 : 1).ToImmutableArray();
        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i - 1].Span.End > ordered[i].Span.Start)
                return null;
        }

        return ordered;
    }

    /// <summary>The text after the edits.</summary>
    /// <exception cref="ArgumentException">Two edits overlap.</exception>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        var ordered = Ordered(edits) ?? throw new ArgumentException("edits overlap", nameof(edits));
        var length = text.Length;
        foreach (var edit in ordered)
            length += edit.NewText.Length - edit.Span.Length;

        return string.Create(length, (text, ordered), static (result, source) =>
        {
            var position = 0;
            foreach (var edit in source.ordered)
            {
                var kept = source.text.AsSpan(position, edit.Span.Start - position);
                kept.CopyTo(result);
                edit.NewText.CopyTo(result[kept.Length..]);
                result = result[(kept.Length + edit.NewText.Length)..];
                position = edit.Span.End;
            }

            source.text.AsSpan(position).CopyTo(result);
        });
    }

    /// <summary>Where a span stands after the edits. What they change inside it or at its ends belongs to it.</summary>
    public static TextSpan Follow(TextSpan span, IEnumerable<TextEdit> edits)
    {
        var (start, end) = (span.Start, span.End);
        var (before, inside) = (0, 0);
        foreach (var edit in edits)
        {
            var growth = edit.NewText.Length - edit.Span.Length;
            if (edit.Span.End < span.Start)
            {
                before += growth;
            }
            else if (edit.Span.Start <= span.End)
            {
                (start, end) = (Math.Min(start, edit.Span.Start), Math.Max(end, edit.Span.End));
                inside += growth;
            }
        }

        return TextSpan.FromBounds(start + before, end + before + inside);
    }
}

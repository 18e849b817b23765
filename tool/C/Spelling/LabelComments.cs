using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Comments around a label of which nothing is left: they speak of what its jumps came to, which the returns in their
/// place now do. Behind the last statement of the function they would speak of nothing.
/// <code>
///     goto unknown;              return -1; /* keep the old answer */
///     ...                        ...
///     return 0;             →    return 0;
/// unknown:
///     /* keep the old answer */
///     return -1;
/// </code>
/// </summary>
internal static class LabelComments
{
    private const int LineWidth = 80;

    /// <summary>Moves them to the first of the returns; says no where that has no room for them.</summary>
    /// <param name="change">The label that goes.</param>
    /// <param name="last">What stands behind it, and goes as well.</param>
    /// <param name="function">The function.</param>
    public static Refusal? Move(RemoveLabel change, StatementNode last, SpelledFunction function)
    {
        if (last is not ReturnNode || change.Label.Origin.Syntax is not LabelNode label || !function.Changes.Any(c => c is RemoveStatement { Event.Origin.Syntax: var gone } && gone == last))
            return null;

        var layout = function.Layout;
        var comments = layout.CommentSpans(TextSpan.FromBounds(StartBefore(label, layout), last.Span.Start)).ToList();
        if (comments.Count == 0)
            return null;

        var first = function.Changes.OfType<Return>().Where(r => r.Jump.Label == change.Label).MinBy(r => r.Jump.Origin.Span.Start);
        if (first is null || SpelledFunction.StatementOf(first.Jump.Origin) is not GotoNode jump || function.Plan.TextFor(jump) is not { } text
            || layout.HasDirective(TextSpan.FromBounds(comments[0].Start, comments[^1].End)))
        {
            return SpellingRefusals.LabelComment;
        }

        if (Placed([.. comments.Select(layout.TextOf)], jump, text, layout) is not { } placed)
            return SpellingRefusals.LabelComment;

        function.Plan.Replace(jump, placed);
        foreach (var comment in comments)
            function.Plan.Take(jump, label, comment);

        return null;
    }

    /// <summary>Behind the return where there is room for it, or above where it has a line of its own in a block.</summary>
    private static string? Placed(List<string> comments, GotoNode jump, string text, CLayout layout)
    {
        var width = layout.ColumnOf(jump.Span.Start) + text.Length + 1 + comments[0].Length;
        if (comments.Count == 1 && !comments[0].Contains('\n', StringComparison.Ordinal) && layout.EndsLine(jump.Span.End) && width <= LineWidth)
            return text + " " + comments[0];

        if (SpelledFunction.ListOf(jump).IsEmpty || !layout.StartsLine(jump.Span.Start) || comments.Any(c => c.Contains('\n', StringComparison.Ordinal)))
            return null;

        var newLine = layout.NewLineAt(jump.Span.Start) + layout.IndentationAt(jump.Span.Start);
        return string.Concat(comments.Select(c => c + newLine)) + text;
    }

    /// <summary>Where the lines begin that stand above a label and belong to no statement.</summary>
    private static int StartBefore(LabelNode label, CLayout layout)
    {
        var list = SpelledFunction.ListOf(label);
        var index = list.IndexOf(label);
        return index > 0 ? layout.EndOf(layout.LineOf(list[index - 1].Span.End)) : label.Span.Start;
    }
}

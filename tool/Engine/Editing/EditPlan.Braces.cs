using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Editing;

// Braces around what is left.
public abstract partial class EditPlan<TNode>
{
    /// <summary>
    /// A block that held several statements and now holds one short one loses its braces, if the file writes it so. Both
    /// sides of an <c>else</c> wear them, or none.
    /// </summary>
    private void DropBraces(TNode node, Choice<TNode> choice)
    {
        if (shape.ParentOf(node) is { } parent && shape.ChoiceIn(parent)?.Else == node)
            return;

        if (choice.Else is not { } other)
        {
            DropBracesOf(choice, choice.Then);
            return;
        }

        if (shape.ChoiceIn(other) is not null || (!HasShrunk(choice.Then) && !HasShrunk(other)))
            return;

        if (CanBeBare(choice, choice.Then) && CanBeBare(choice, other))
        {
            EraseBraces(choice.Then);
            EraseBraces(other);
        }
    }

    private void DropBracesOf(Choice<TNode> choice, TNode body)
    {
        if (HasShrunk(body) && CanBeBare(choice, body))
            EraseBraces(body);
    }

    private bool HasShrunk(TNode body) =>
        shape.IsBlock(body) && shape.ListsIn(body)[0] is { Count: > 1 } statements && statements.Count(s => !IsGone(s)) == 1;

    private bool CanBeBare(Choice<TNode> choice, TNode body)
    {
        var span = shape.SpanOf(body);
        if (!shape.IsBlock(body))
            return layout.IsOnOneLine(span);

        return shape.ListsIn(body)[0].Where(s => !IsGone(s)).ToList() is [var only]
            && IsSimple(only)
            && BareSingleStatements
            && IsLeftOnOneLine(only)
            && layout.IsOnOneLine(shape.SpanOf(choice.Condition))
            && layout.StartsLine(shape.SpanOf(only).Start)
            && layout.StartsLine(span.End - 1)
            && layout.EndsLine(span.Start + 1)
            && !layout.HasDirective(span)
            && !HasOtherComment(span, shape.SpanOf(only));
    }

    private bool IsLeftOnOneLine(TNode statement) =>
        layout.IsOnOneLine(shape.SpanOf(statement)) || ReplacementOf(statement)?.Contains('\n', StringComparison.Ordinal) == false;

    private bool HasOtherComment(TextSpan block, TextSpan only)
    {
        var (first, last) = (layout.LineOf(only.Start), layout.LineOf(only.End));
        return layout.CommentSpans(block).Any(c => layout.LineOf(c.Start) < first || layout.LineOf(c.Start) > last);
    }

    /// <summary>
    /// Braces that stand further in than what they belong to stand where the statement does without them:
    /// <code>
    /// if (a)               if (a)
    ///   {                    return;
    ///     b ();        →
    ///     return;
    ///   }
    /// </code>
    /// </summary>
    private void EraseBraces(TNode body)
    {
        if (!shape.IsBlock(body))
            return;

        var span = shape.SpanOf(body);
        if (shape.ListsIn(body)[0].FirstOrDefault(s => !IsGone(s)) is { } only && shape.ParentOf(body) is { } owner
            && layout.IndentationAt(span.Start) is var brace && !layout.IndentationAt(shape.SpanOf(owner).Start).StartsWith(brace, StringComparison.Ordinal))
        {
            var inner = shape.SpanOf(only);
            Reindent(layout.LineOf(inner.Start), layout.LineOf(inner.End), layout.IndentationAt(inner.Start), brace);
        }

        Edits.Add(layout.Erased(new TextSpan(span.Start, 1), [], ""));
        Edits.Add(ClosingErased(span.End - 1));
    }

    /// <summary>What is inserted behind the brace's line stays at the end of the line before.</summary>
    private TextEdit ClosingErased(int brace)
    {
        var line = layout.LineOf(brace);
        var end = layout.EndOf(line);
        return Edits.Any(e => e.Span.IsEmpty && e.Span.Start == end)
            ? TextEdit.Delete(TextSpan.FromBounds(layout.EndOf(line - 1), brace + 1))
            : layout.Erased(new TextSpan(brace, 1), [], "");
    }
}

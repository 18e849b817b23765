using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Editing;

// From what was decided of single statements to what is left of those around them.
public abstract partial class EditPlan<TNode>
{
    /// <summary>Spells what becomes of a node and all in it.</summary>
    protected void Walk(TNode node)
    {
        if (_refusal is not null || !_touched.Contains(node))
            return;

        Edits.AddRange(_anchored.Where(a => a.Anchor == node).Select(a => a.Edit));
        if (_replaced.TryGetValue(node, out var text))
        {
            ReplaceText(node, text);
        }
        else if (_unwrapped.TryGetValue(node, out var inner))
        {
            SpellUnwrapped(node, inner.Kept, inner.Before);
        }
        else if (shape.ListsIn(node) is { IsEmpty: false } lists)
        {
            foreach (var list in lists)
                WalkList(list);
        }
        else if (!SpellsOwn(node))
        {
            if (shape.IsStatement(node) && shape.ChoiceIn(node) is { } choice)
                WalkChoice(node, choice);
            else
                WalkChildren(node);
        }
    }

    protected void WalkChildren(TNode node)
    {
        foreach (var child in shape.ChildrenOf(node))
        {
            if (shape.IsStatement(child) && !shape.IsBlock(child) && IsGone(child))
                ReplaceText(child, EmptyStatement);
            else
                Walk(child);
        }
    }

    /// <summary>Whether nothing of the statement is left.</summary>
    protected virtual bool IsGone(TNode statement)
    {
        if (!_touched.Contains(statement) || _replaced.ContainsKey(statement))
            return false;

        if (_gone.Contains(statement))
            return true;

        if (_unwrapped.ContainsKey(statement))
            return false;

        if (shape.ListsIn(statement) is { IsEmpty: false } lists)
        {
            return lists.Any(l => l.Count > 0)
                && lists.All(l => l.All(IsGone))
                && (shape.IsBlock(statement) || !layout.Comments(shape.SpanOf(statement)).Any());
        }

        return shape.ChoiceIn(statement) is { } choice
            ? IsGone(choice.Then) && (choice.Else is null || IsGone(choice.Else)) && IsPureGuard(choice.Condition)
            : IsEmptied(statement);
    }

    private bool IsPureGuard(TNode condition)
    {
        if (IsPure(condition))
            return true;

        Refuse(CommonRefusals.GuardWorks);
        return false;
    }

    private void WalkList(IReadOnlyList<TNode> statements)
    {
        for (var i = 0; i < statements.Count; i++)
        {
            if (!IsGone(statements[i]))
            {
                Walk(statements[i]);
                continue;
            }

            if (SpellsGone(statements, i))
                continue;

            var first = i;
            while (i + 1 < statements.Count
                   && IsGone(statements[i + 1])
                   && GoesWithOthers(statements[i + 1])
                   && layout.LineOf(shape.SpanOf(statements[i + 1]).Start) == layout.LineOf(shape.SpanOf(statements[i]).End))
            {
                i++;
            }

            EraseStatements(statements, first, i);
        }
    }

    private void EraseStatements(IReadOnlyList<TNode> statements, int first, int last)
    {
        var span = TextSpan.FromBounds(shape.SpanOf(statements[first]).Start, shape.SpanOf(statements[last]).End);
        if (!Guarded(span))
            return;

        // The comment that trails the declaration of a removed variable speaks of that variable, and goes with it.
        var end = _movedComments.TryGetValue(statements[last], out var moved) ? moved.End
            : !_gone.Contains(statements[last]) && DeclarationComment(statements[last]) is { } trailing ? trailing.End : span.End;
        var indentation = shape.StandsOut(statements[first]) ? UsualIndentation(statements[first], statements) : layout.IndentationAt(span.Start);
        Edits.Add(layout.Erased(TextSpan.FromBounds(span.Start, end), [.. layout.Comments(span)], indentation));
    }

    /// <summary>Takes a label out. What shares its line moves to where statements stand here.</summary>
    protected void EraseLabel(TextSpan span, string usual)
    {
        Edits.Add(!layout.StartsLine(span.Start) || layout.EndsLine(span.End)
            ? layout.Erased(span, [.. layout.Comments(span)], usual)
            : new TextEdit(TextSpan.FromBounds(layout.StartOf(layout.LineOf(span.Start)), layout.SkipBlanks(span.End)), usual));
    }

    /// <summary>The indentation of the statements around a label, which itself often stands further out.</summary>
    protected string UsualIndentation(TNode label, IEnumerable<TNode> siblings)
    {
        var model = siblings.FirstOrDefault(s => !shape.StandsOut(s) && layout.StartsLine(shape.SpanOf(s).Start));
        return model is not null
            ? layout.IndentationAt(shape.SpanOf(model).Start)
            : layout.IndentationAt(shape.SpanOf(shape.ParentOf(label) ?? label).Start) + layout.IndentUnit;
    }

    private void WalkChoice(TNode node, Choice<TNode> choice)
    {
        Walk(choice.Condition);
        var thenGone = IsGone(choice.Then);
        if (choice.Else is null || (!thenGone && !IsGone(choice.Else)))
        {
            Walk(choice.Then);
            if (choice.Else is not null)
                Walk(choice.Else);

            DropBraces(node, choice);
        }
        else if (thenGone)
        {
            SpellOnlyElse(choice, choice.Else);
        }
        else
        {
            Walk(choice.Then);
            Erase(TextSpan.FromBounds(shape.SpanOf(choice.Then).End, shape.SpanOf(choice.Else).End));
            DropBracesOf(choice, choice.Then);
        }
    }

    /// <summary>
    /// <code>
    /// if (a) GONE else B   →   if (!a) B
    /// </code>
    /// </summary>
    private void SpellOnlyElse(Choice<TNode> choice, TNode other)
    {
        var span = TextSpan.FromBounds(shape.SpanOf(choice.Then).Start, shape.SpanOf(other).Start);
        if (shape.ChoiceIn(other) is not null || layout.Comments(span).Any() || Negated(choice.Condition) is not { } negated)
        {
            Refuse(CommonRefusals.ElseStays);
            return;
        }

        if (!Guarded(span))
            return;

        Edits.Add(new TextEdit(shape.SpanOf(choice.Condition), negated));
        Edits.Add(TextEdit.Delete(span));
        Walk(other);
    }

    /// <summary>
    /// <code>
    /// if (a) { B; C; } else { D; }   →   B; C;
    /// </code>
    /// </summary>
    private void SpellUnwrapped(TNode node, TNode kept, string before)
    {
        var (outer, inner) = (shape.SpanOf(node), shape.SpanOf(kept));
        if (shape.ParentOf(node) is not { } parent || shape.ListsIn(parent).IsEmpty)
        {
            if (before.Length > 0)
                Refuse(CommonRefusals.GuardWorks);

            Erase(TextSpan.FromBounds(outer.Start, inner.Start));
            EraseRest(inner, outer);
            Walk(kept);
            return;
        }

        if (layout.HasDirective(outer))
        {
            Refuse(CommonRefusals.DirectiveInside);
            return;
        }

        var indentation = layout.IndentationAt(outer.Start);
        if (!shape.IsBlock(kept))
        {
            Reindent(layout.LineOf(inner.Start), layout.LineOf(inner.End), layout.IndentationAt(inner.Start), indentation);
            var head = TextSpan.FromBounds(outer.Start, inner.Start);
            Edits.Add(new TextEdit(head, CommentsAbove(head) + (before.Length == 0 ? "" : before + layout.NewLineAt(outer.Start) + indentation)));
            EraseRest(inner, outer);
            Walk(kept);
            return;
        }

        if (RefusalToUnwrap(kept) is { } refusal)
        {
            Refuse(refusal);
            return;
        }

        if (shape.ListsIn(kept)[0] is [var first, ..])
            Reindent(layout.LineOf(inner.Start) + 1, layout.LineOf(inner.End - 1), layout.IndentationAt(shape.SpanOf(first).Start), indentation);

        var opening = TextSpan.FromBounds(outer.Start, inner.Start + 1);
        if (before.Length > 0)
            Edits.Add(new TextEdit(opening, CommentsAbove(opening) + before));
        else
            Erase(opening);

        Erase(TextSpan.FromBounds(inner.End - 1, outer.End));
        Walk(kept);
    }

    private void EraseRest(TextSpan inner, TextSpan outer)
    {
        if (inner.End < outer.End)
            Erase(TextSpan.FromBounds(inner.End, outer.End));
    }

    // ── Pieces of text ──────────────────────────────────────────────────────────────────────────────────────────

    protected void ReplaceText(TNode node, string text)
    {
        var span = shape.SpanOf(node);
        if (Guarded(span))
            Edits.Add(new TextEdit(span, CommentsAbove(span, text) + text));
    }

    /// <summary>The comments of a span that its new text does not hold, each as a line before that text.</summary>
    protected string CommentsAbove(TextSpan span, string text = "") => string.Concat(
        layout.Comments(span)
            .Where(c => !text.Contains(c, StringComparison.Ordinal))
            .Select(c => c + layout.NewLineAt(span.Start) + layout.IndentationAt(span.Start)));

    protected void Erase(TextSpan span)
    {
        if (Guarded(span))
            Edits.Add(layout.Erased(span, [.. layout.Comments(span)], layout.IndentationAt(span.Start)));
    }

    /// <summary>Preprocessor lines inside a statement keep it as it is, unless they go with all that stood between them.</summary>
    protected bool Guarded(TextSpan span)
    {
        if (!layout.HasDirective(span) || DirectivesGo(span))
            return true;

        Refuse(CommonRefusals.DirectiveInside);
        return false;
    }
}

using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Engine.Editing;

// Conditions of which it is known that some part holds, or does not.
public abstract partial class EditPlan<TNode>
{
    /// <summary>
    /// What the known parts of a condition decide goes:
    /// <code>
    /// if (!p || !q) A;           →   if (!q) A;
    /// if (!p) { A; } else { B; } →   B;
    /// </code>
    /// </summary>
    /// <param name="condition">One of the known parts.</param>
    /// <param name="known">Whether each known part holds.</param>
    public Refusal? Decide(TNode condition, IReadOnlyDictionary<TNode, bool> known)
    {
        var whole = condition;
        while (shape.ParentOf(whole) is { } outer && shape.ConnectionIn(outer) is not null)
            whole = outer;

        var left = Simplified(whole, known);
        if (left.Value is not { } value)
        {
            Replace(whole, left.Text);
            return null;
        }

        if (shape.ParentOf(whole) is not { } parent || shape.ChoiceIn(parent) is not { } choice || choice.Condition != whole)
            return CommonRefusals.NotSpelled;

        var kept = value ? choice.Then : choice.Else;
        if (kept is null || (shape.IsBlock(kept) && shape.ListsIn(kept)[0].Count == 0))
            Remove(parent);
        else if (shape.IsStatement(parent))
            Unwrap(parent, kept);
        else
            Replace(parent, TextOf(kept));

        return null;
    }

    /// <summary>A condition with some of its parts known: its value where that follows, else what is left of its text.</summary>
    private readonly record struct Remainder(bool? Value, string Text, bool IsChanged);

    private Remainder Simplified(TNode condition, IReadOnlyDictionary<TNode, bool> known)
    {
        if (known.TryGetValue(condition, out var value))
            return new(value, "", true);

        if (shape.ConnectionIn(condition) is not { } connection)
            return new(null, TextOf(condition), false);

        var first = Simplified(connection.First, known);
        if (connection.Second is { } second)
            return Connected(condition, connection, first, Simplified(second, known));

        if (first.Value is { } decided)
            return new(decided ^ connection.Connective == Connective.Not, "", true);

        var (outer, inner) = (shape.SpanOf(condition), shape.SpanOf(connection.First));
        return first with { Text = layout.TextBetween(outer.Start, inner.Start) + first.Text + layout.TextBetween(inner.End, outer.End) };
    }

    private Remainder Connected(TNode condition, Connection<TNode> connection, Remainder left, Remainder right)
    {
        var deciding = connection.Connective == Connective.Or;
        if (left.Value == deciding)
            return left;

        if (left.Value is not null)
            return right with { IsChanged = true };

        // What is evaluated before the part that decides must be evaluated still.
        if (right.Value == deciding)
            return IsPure(connection.First) ? right : new(null, TextOf(condition), false);

        if (right.Value is not null)
            return left with { IsChanged = true };

        var between = layout.TextBetween(shape.SpanOf(connection.First).End, shape.SpanOf(connection.Second!).Start);
        return new(null, left.Text + between + right.Text, left.IsChanged || right.IsChanged);
    }

    private string TextOf(TNode node) => layout.TextOf(shape.SpanOf(node));
}

using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Where an <c>#if</c> splits a statement, a function has several trees over one text. An edit that was thought of in one
/// of them holds when each other one has the same statement there, in a place of the same kind, or nothing at all.
/// </summary>
internal static class ViewAgreement
{
    public static bool Holds(SpelledFunction function)
    {
        if (function.Node?.Body.Views is not { Length: > 1 } views)
            return true;

        var changed = function.Plan.Changed.Select(n => SpelledFunction.StatementOf(n)).OfType<StatementNode>().Distinct().ToList();
        return views.All(view => Agrees(view.Body, changed));
    }

    private static bool Agrees(CompoundNode body, List<StatementNode> changed)
    {
        var statements = body.DescendantsAndSelf.OfType<StatementNode>().ToLookup(s => s.Span);
        var all = statements.SelectMany(s => s).Where(s => s is not (CompoundNode or IfNode or WhileNode or ForNode or SwitchNode or MacroBlockNode or DeferNode or ConditionalStatementNode)).ToList();
        return changed.All(c =>
            statements[c.Span].Any(s => s.GetType() == c.GetType() && s.Parent?.GetType() == c.Parent?.GetType())
            || (c is not (IfNode or WhileNode or ForNode or SwitchNode or MacroBlockNode or DeferNode) && !all.Any(s => s.Span.Overlaps(c.Span))));
    }
}

using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>The declaration of a scoped variable that moves into the block where the variable lives.</summary>
internal static class InnerSpelling
{
    /// <summary>
    /// <code>
    /// char *p;                    while (next()) {
    /// while (next()) {    →           g_autofree char *p = NULL;
    ///     ...                         ...
    /// </code>
    /// Where the block begins with the assignment, that becomes the declaration, and a blank line follows.
    /// </summary>
    public static Refusal? Move(ScopeLocal change, Declaration declaration, Scope inner, ScopeChoice choice, SpelledFunction function)
    {
        var (plan, declarator) = (function.Plan, declaration.Declarator);
        if (inner.Origin.Syntax is not CompoundNode { Parent: not SwitchNode, Statements: { IsEmpty: false } statements } block
            || !block.Ancestors.Contains(declaration.Statement.Parent)
            || choice.Form.Placement != ScopePlacement.Declaration
            || IsLeftBare(block, function)
            || declaration.Node.Specifiers.DefinesType || declarator.IsArray || declarator.IsFunctionPointer
            || plan.TrailingComment(declaration.Statement) is not null)
        {
            return CommonRefusals.DeclarationShape;
        }

        var start = statements[0].Span.Start;
        if (ScopeSpelling.CrossedAt(start, statements[0], function) is { } refusal)
            return refusal;

        plan.Declarations.Remove(declarator);
        plan.Touch(declarator);
        var head = plan.Declarations.HeadOf(declarator, choice);
        var first = statements.FirstOrDefault(s => s is not DeclarationStatementNode && !plan.Declarations.IsPlacedAt(s));
        if (first is ExpressionStatementNode { Expression: AssignmentNode { Operator: "=", Target: NameNode target } assignment }
            && target.Name == change.Local.Name && change.Acquisitions.Any(a => a.Origin.Syntax == assignment)
            && !assignment.Value.DescendantsAndSelf.OfType<NameNode>().Any(n => n.Name == change.Local.Name && !ScopeSpelling.IsMeasured(n)))
        {
            plan.Declarations.PlaceAt(first);
            plan.ReplaceStart(first, target.Span.End, head);
            function.Begun.Add((block, null));
            return null;
        }

        if (function.Layout.LineOf(start) == function.Layout.LineOf(block.Span.Start) || !function.Layout.StartsLine(start))
            return CommonRefusals.DeclarationShape;

        function.Begun.Add((block, $"{head} = {choice.Form.Empty};"));
        return null;
    }

    /// <summary>
    /// Writes what blocks begin with: above whatever is said of their first statements, and with a blank line between
    /// declarations and what follows them.
    /// </summary>
    public static void Finish(SpelledFunction function)
    {
        var (plan, layout) = (function.Plan, function.Layout);
        foreach (var begun in function.Begun.GroupBy(b => b.Block, b => b.Declaration))
        {
            var statements = begun.Key.Statements;
            var declared = statements.TakeWhile(s => s is DeclarationStatementNode || plan.Declarations.IsPlacedAt(s)).ToList();
            var (newLine, indentation) = (layout.NewLineAt(statements[0].Span.Start), layout.IndentationAt(statements[0].Span.Start));
            var text = string.Concat(begun.OfType<string>().Select(d => indentation + d + newLine));
            if (text.Length > 0)
            {
                plan.Edit(begun.Key, TextEdit.Insert(
                    layout.StartBehind(layout.LineOf(begun.Key.Span.Start)), declared.Count == 0 ? text + newLine : text));
            }

            if (declared.Exists(plan.Declarations.IsPlacedAt) && declared.Count < statements.Length && Touches(declared[^1], statements[declared.Count], layout))
                plan.Edit(begun.Key, TextEdit.Insert(layout.EndOf(layout.LineOf(declared[^1].Span.End)), newLine));
        }
    }

    /// <summary>Of what follows a label at the end of the block, nothing would be left.</summary>
    private static bool IsLeftBare(CompoundNode block, SpelledFunction function) =>
        block.Statements.LastOrDefault(s => !function.Plan.IsRemoved(s)) is LabelNode;

    /// <summary>One stands on the line behind the other.</summary>
    private static bool Touches(StatementNode statement, StatementNode next, CLayout layout) =>
        layout.LineOf(next.Span.Start) == layout.LineOf(statement.Span.End) + 1;
}

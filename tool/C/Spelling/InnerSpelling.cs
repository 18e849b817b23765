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
        var layout = function.Layout;
        var head = plan.Declarations.HeadOf(declarator, choice);
        var first = statements.FirstOrDefault(s => s is not DeclarationStatementNode);
        if (first is ExpressionStatementNode { Expression: AssignmentNode { Operator: "=", Target: NameNode target } assignment }
            && target.Name == change.Local.Name && change.Acquisitions.Any(a => a.Origin.Syntax == assignment)
            && !assignment.Value.DescendantsAndSelf.OfType<NameNode>().Any(n => n.Name == change.Local.Name && !ScopeSpelling.IsMeasured(n)))
        {
            plan.Declarations.PlaceAt(first);
            plan.ReplaceStart(first, target.Span.End, head);
            if (statements.SkipWhile(s => s != first).Skip(1).FirstOrDefault() is { } next && next is not DeclarationStatementNode && Touches(first, next, layout))
                plan.Edit(block, TextEdit.Insert(layout.EndOf(layout.LineOf(first.Span.End)), layout.NewLineAt(first.Span.Start)));

            return null;
        }

        if (!layout.StartsLine(start))
            return CommonRefusals.DeclarationShape;

        var newLine = layout.NewLineAt(start);
        var behind = statements[0] is DeclarationStatementNode ? newLine : newLine + newLine;
        plan.Edit(block, TextEdit.Insert(start, $"{head} = {choice.Form.Empty};{behind}{layout.IndentationAt(start)}"));
        return null;
    }

    /// <summary>Of what follows a label at the end of the block, nothing would be left.</summary>
    private static bool IsLeftBare(CompoundNode block, SpelledFunction function) =>
        block.Statements.LastOrDefault(s => !function.Plan.IsRemoved(s)) is LabelNode;

    /// <summary>One stands on the line behind the other.</summary>
    private static bool Touches(StatementNode statement, StatementNode next, CLayout layout) =>
        layout.LineOf(next.Span.Start) == layout.LineOf(statement.Span.End) + 1;
}

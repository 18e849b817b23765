using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Statements and variables that go.</summary>
internal static class RemovalSpelling
{
    public static Refusal? Spell(RemoveStatement change, SpelledFunction function) => Remove(change.Event, function);

    public static Refusal? Spell(RemoveVariable change, SpelledFunction function)
    {
        if (Declaration.Of(change.Local) is not { } declaration)
            return CommonRefusals.DeclarationShape;

        if (declaration.Declarator.Initializer is { } initial && !function.IsPure(initial))
            return CommonRefusals.StatementWorks;

        function.Plan.Declarations.Remove(declaration.Declarator);
        function.Plan.Touch(declaration.Declarator);
        return null;
    }

    /// <summary>The statement of an event goes, or what of it does nothing else.</summary>
    public static Refusal? Remove(Event removed, SpelledFunction function)
    {
        if (removed.Origin.Syntax is DeclaratorNode declarator && removed is Store { IsInitialiser: true } store)
            return RemoveInitialiser(store, declarator, function);

        if (SpelledFunction.StatementOf(removed.Origin) is not { } statement)
            return CommonRefusals.NotSpelled;

        return RemoveWhole(removed, statement, function);
    }

    /// <summary>
    /// <code>
    /// ret = close_it(h);   →   close_it(h);
    /// ret = -1;            →
    /// </code>
    /// </summary>
    private static Refusal? RemoveWhole(Event removed, StatementNode statement, SpelledFunction function)
    {
        var works = function.EventsIn(statement.Span).Any(e =>
            !function.IsRemoved(e) && !SpelledFunction.IsUnseen(e) && (e.Origin != removed.Origin || (removed is Store && e is Call)));
        if (!works && statement is ExpressionStatementNode or MacroStatementNode or ReturnNode)
        {
            function.Plan.Remove(statement);
            return null;
        }

        if (removed is Store
            && statement is ExpressionStatementNode { Expression: AssignmentNode { Operator: "=", Value: CallNode value } assignment }
            && removed.Origin.Syntax == assignment)
        {
            function.Plan.Edit(statement, TextEdit.Delete(TextSpan.FromBounds(assignment.Span.Start, value.Span.Start)));
            function.Plan.Realign(value.Span.Start, value.Span.End, assignment.Span.Start - value.Span.Start);
            return null;
        }

        return CommonRefusals.StatementWorks;
    }

    /// <summary>
    /// <code>
    /// int ret = -1;   →   int ret;
    /// </code>
    /// </summary>
    private static Refusal? RemoveInitialiser(Store store, DeclaratorNode declarator, SpelledFunction function)
    {
        if (store.Target is Local local && function.IsVariableRemoved(local))
            return null;

        if (declarator.Initializer is not { } initial || !function.IsPure(initial))
            return CommonRefusals.StatementWorks;

        function.Plan.Declarations.DropInitialiser(declarator);
        function.Plan.Touch(declarator);
        return null;
    }
}

/// <summary>The declaration of a local as a statement of its own.</summary>
internal sealed record Declaration(DeclaratorNode Declarator, DeclarationNode Node, DeclarationStatementNode Statement)
{
    /// <summary>Null for parameters, and for what the head of a loop declares.</summary>
    public static Declaration? Of(Local local) =>
        local.Declaration.Syntax is DeclaratorNode { Parent: DeclarationNode { Parent: DeclarationStatementNode statement } node } declarator
        && statement.Parent is CompoundNode or ConditionalStatementNode
            ? new Declaration(declarator, node, statement)
            : null;
}

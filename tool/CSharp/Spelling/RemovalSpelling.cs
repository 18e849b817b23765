using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Statements and variables that go.</summary>
internal static class RemovalSpelling
{
    public static Refusal? Spell(RemoveStatement change, SpelledFunction function)
    {
        if (CheckSpelling.GoesWithHandler(change.Event.Origin, function))
            return null;

        if (function.StatementOf(change.Event) is not { } statement)
            return CommonRefusals.NotSpelled;

        return change.Event is Store { IsInitialiser: true } store && statement is LocalDeclarationStatementSyntax
            ? RemoveInitialiser(store, function)
            : RemoveWhole(change.Event, statement, function);
    }

    public static Refusal? Spell(RemoveVariable change, SpelledFunction function)
    {
        if (CheckSpelling.GoesWithHandler(change.Local.Declaration, function))
            return null;

        var declarator = (change.Local.Declaration.Syntax as SyntaxNode)?.FirstAncestorOrSelf<VariableDeclaratorSyntax>();
        if (declarator?.Parent?.Parent is not LocalDeclarationStatementSyntax)
            return CommonRefusals.DeclarationShape;

        if (declarator.Initializer is { Value: var value } && !function.IsPure(value))
            return CommonRefusals.StatementWorks;

        function.Plan.Remove(declarator);
        return null;
    }

    /// <summary>
    /// <code>
    /// result = Close(h);   →   Close(h);
    /// result = -1;         →
    /// </code>
    /// </summary>
    private static Refusal? RemoveWhole(Event removed, StatementSyntax statement, SpelledFunction function)
    {
        var others = function.EventsIn(OwnSpan(statement))
            .Where(e => !function.IsRemoved(e) && !SpelledFunction.IsUnseen(e) && e.Origin != removed.Origin)
            .ToList();
        if (others.Count == 0)
        {
            function.Plan.Remove(statement);
            return null;
        }

        if (removed is Store
            && statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment }
            && assignment.Right is InvocationExpressionSyntax or AwaitExpressionSyntax or ObjectCreationExpressionSyntax)
        {
            function.Plan.Edit(statement, TextEdit.Delete(TextSpan.FromBounds(assignment.SpanStart, ((AssignmentExpressionSyntax)((ExpressionStatementSyntax)statement).Expression).Right.SpanStart)));
            return null;
        }

        return CommonRefusals.StatementWorks;
    }

    /// <summary>
    /// <code>
    /// var result = -1;   →   int result;
    /// </code>
    /// </summary>
    private static Refusal? RemoveInitialiser(Store store, SpelledFunction function)
    {
        var declarator = (store.Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<VariableDeclaratorSyntax>()
            ?? ((store.Target as Local)?.Declaration.Syntax as SyntaxNode)?.FirstAncestorOrSelf<VariableDeclaratorSyntax>();
        if (declarator is not { Initializer: { } initialiser, Parent: VariableDeclarationSyntax declaration })
            return CommonRefusals.DeclarationShape;

        if (store.Target is Local local && function.IsVariableRemoved(local))
            return null;

        if (!function.IsPure(initialiser.Value) || declaration.Type.IsVar)
            return CommonRefusals.DeclarationShape;

        function.Plan.Edit(declarator, TextEdit.Delete(TextSpan.FromBounds(declarator.Identifier.Span.End, initialiser.Span.End)));
        return null;
    }

    /// <summary>A statement's own text: for a guard or loop, not the statements inside it.</summary>
    private static Microsoft.CodeAnalysis.Text.TextSpan OwnSpan(StatementSyntax statement) => statement.Span;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Checks whose outcome is known, checks that end the program, and handlers that go.</summary>
internal static class CheckSpelling
{
    /// <summary>
    /// <code>
    /// if (p == IntPtr.Zero || q == IntPtr.Zero) A;   →   if (q == IntPtr.Zero) A;
    /// if (p == IntPtr.Zero) { A; } else { B; }       →   B;
    /// </code>
    /// </summary>
    public static Refusal? Spell(RemoveCheck change, SpelledFunction function)
    {
        if (ConditionOf(change.Branch) is not { } condition)
            return CommonRefusals.NotSpelled;

        if (!function.IsPure(condition))
            return CommonRefusals.GuardWorks;

        var known = new Dictionary<SyntaxNode, bool>();
        foreach (var check in function.Changes.OfType<RemoveCheck>())
        {
            if (ConditionOf(check.Branch) is { } part)
                known[part] = check.Kept;
        }

        return function.Plan.Decide(condition, known);
    }

    /// <summary>
    /// <code>
    /// if (p == IntPtr.Zero) goto no_memory;   →   if (p == IntPtr.Zero) Environment.FailFast("Out of memory.");
    /// </code>
    /// </summary>
    public static Refusal? Spell(FailFast change, SpelledFunction function)
    {
        if (HandlerOf(change) is { } handler)
        {
            // What nobody reads any more is not declared.
            if (handler is { Filter: null, Declaration: { Identifier: { RawKind: not 0 } name, Type: var type } })
                function.Plan.Edit(handler, TextEdit.Delete(TextSpan.FromBounds(type.Span.End, name.Span.End)));

            return EndHere(handler.Block, function);
        }

        if (ConditionOf(change.Branch) is not { } condition)
            return CommonRefusals.NotSpelled;

        var side = change.When;
        while (condition.Parent is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression })
        {
            if (condition.Parent is PrefixUnaryExpressionSyntax)
                side = !side;

            condition = (ExpressionSyntax)condition.Parent;
        }

        if (condition.Parent is not IfStatementSyntax check || check.Condition != condition)
            return CommonRefusals.NotSpelled;

        var statement = side ? check.Statement : check.Else?.Statement;
        if (statement is null)
            return CommonRefusals.NotSpelled;

        return EndHere(statement, function);
    }

    public static Refusal? Spell(RemoveHandler change, SpelledFunction function)
    {
        if (HandlerOf(change) is not { Parent: TryStatementSyntax attempt } handler)
            return CommonRefusals.NotSpelled;

        var goes = function.Changes.OfType<RemoveHandler>().Select(HandlerOf).ToHashSet();
        if (attempt.Finally is null && attempt.Catches.All(goes.Contains))
            function.Plan.Unwrap(attempt, attempt.Block);
        else
            function.Plan.Remove(handler);

        return null;
    }

    /// <summary>What a handler does, and the variable that it declares, go with the handler, or make room for the end of the program.</summary>
    public static bool GoesWithHandler(Origin origin, SpelledFunction function) =>
        origin.Syntax is SyntaxNode node && function.Changes.Any(c => HandlerOf(c)?.Span.Contains(node.Span) == true);

    private static CatchClauseSyntax? HandlerOf(Change change) => change switch
    {
        RemoveHandler removed => (removed.Handler.Syntax as SyntaxNode)?.FirstAncestorOrSelf<CatchClauseSyntax>(),
        FailFast { Branch.Origin.Syntax: CatchClauseSyntax handler } => handler,
        _ => null,
    };

    /// <summary>
    /// The program ends where the statement stood. A handler from which no way led on still needs an end, for a compiler that
    /// does not know of calls that never return.
    /// </summary>
    private static Refusal? EndHere(StatementSyntax statement, SpelledFunction function)
    {
        var call = $"{EnvironmentName(statement, function)}.FailFast(\"Out of memory.\");";
        if (statement is not BlockSyntax block)
        {
            function.Plan.Replace(statement, call);
        }
        else if (block.Statements.Count == 0)
        {
            function.Plan.Replace(block, $"{{ {call} }}");
        }
        else
        {
            var needsEnd = block.Parent is CatchClauseSyntax { Parent: TryStatementSyntax attempt } && NeedsEnd(block, attempt, function.Model);
            var end = function.Layout.NewLineAt(block.SpanStart) + function.Layout.IndentationAt(block.Statements[0].SpanStart) + "throw;";
            function.Plan.Replace(block.Statements[0], needsEnd ? call + end : call);
            foreach (var rest in block.Statements.Skip(1))
                function.Plan.Remove(rest);
        }

        return null;
    }

    /// <summary>Behind the <c>try</c> nothing may come from here: a value is still to be returned there, or a variable has got one inside.</summary>
    private static bool NeedsEnd(BlockSyntax handler, TryStatementSyntax attempt, SemanticModel model) =>
        model.AnalyzeControlFlow(handler) is { Succeeded: true, EndPointIsReachable: false }
        && (model.AnalyzeControlFlow(attempt) is not { Succeeded: true, EndPointIsReachable: true }
            || model.AnalyzeDataFlow(attempt) is not { Succeeded: true } flow
            || flow.DefinitelyAssignedOnExit.Except(flow.DefinitelyAssignedOnEntry, SymbolEqualityComparer.Default).Any());

    private static ExpressionSyntax? ConditionOf(Branch branch) => branch.Origin.Syntax switch
    {
        ExpressionSyntax expression => expression,
        IfStatementSyntax check => check.Condition,
        _ => null,
    };

    /// <summary>The class as it can be named at this place.</summary>
    private static string EnvironmentName(SyntaxNode at, SpelledFunction function)
    {
        var found = function.Model.LookupNamespacesAndTypes(at.SpanStart, name: nameof(Environment));
        return found is [INamedTypeSymbol { ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } }]
            ? nameof(Environment)
            : "System.Environment";
    }
}

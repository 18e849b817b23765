using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

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

        var whole = WholeOf(condition);
        var known = new Dictionary<ExpressionSyntax, bool>();
        foreach (var check in function.Changes.OfType<RemoveCheck>())
        {
            if (ConditionOf(check.Branch) is { } part && WholeOf(part) == whole)
                known[part] = check.Kept;
        }

        return SpellWhole(whole, Simplified.Of(whole, known, function), function);
    }

    /// <summary>
    /// <code>
    /// if (p == IntPtr.Zero) goto no_memory;   →   if (p == IntPtr.Zero) Environment.FailFast("Out of memory.");
    /// </code>
    /// </summary>
    public static Refusal? Spell(FailFast change, SpelledFunction function)
    {
        if (change.Branch.Origin.Syntax is CatchClauseSyntax handler)
            return EndHere(handler.Block, function);

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
        var handler = (change.Handler.Syntax as SyntaxNode)?.FirstAncestorOrSelf<CatchClauseSyntax>();
        if (handler?.Parent is not TryStatementSyntax attempt)
            return CommonRefusals.NotSpelled;

        var goes = function.Changes.OfType<RemoveHandler>()
            .Select(c => (c.Handler.Syntax as SyntaxNode)?.FirstAncestorOrSelf<CatchClauseSyntax>())
            .ToHashSet();
        if (attempt.Finally is null && attempt.Catches.All(goes.Contains))
            function.Plan.Unwrap(attempt, attempt.Block);
        else
            function.Plan.Remove(handler);

        return null;
    }

    /// <summary>The program ends where the statement stood.</summary>
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
            function.Plan.Replace(block.Statements[0], call);
            foreach (var rest in block.Statements.Skip(1))
                function.Plan.Remove(rest);
        }

        return null;
    }

    /// <summary>The whole of which a condition is a part: up through parentheses, <c>!</c>, <c>&amp;&amp;</c> and <c>||</c>.</summary>
    private static ExpressionSyntax WholeOf(ExpressionSyntax condition)
    {
        while (condition.Parent is ParenthesizedExpressionSyntax
               or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression }
               or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.LogicalAndExpression })
        {
            condition = (ExpressionSyntax)condition.Parent;
        }

        return condition;
    }

    private static Refusal? SpellWhole(ExpressionSyntax whole, Simplified simplified, SpelledFunction function)
    {
        if (simplified.Value is not { } value)
        {
            function.Plan.Replace(whole, simplified.Text);
            return null;
        }

        switch (whole.Parent)
        {
            case IfStatementSyntax check when check.Condition == whole:
                return KnownIf(check, value, function);
            case ConditionalExpressionSyntax choice when choice.Condition == whole:
                function.Plan.Replace(choice, function.Layout.TextOf(value ? choice.WhenTrue : choice.WhenFalse));
                return null;
            default:
                return CommonRefusals.NotSpelled;
        }
    }

    /// <summary>A condition with some of its parts known: its value where that follows, else what is left of its text.</summary>
    private readonly record struct Simplified(bool? Value, string Text, bool IsChanged)
    {
        public static Simplified Of(ExpressionSyntax expression, IReadOnlyDictionary<ExpressionSyntax, bool> known, SpelledFunction function)
        {
            if (known.TryGetValue(expression, out var value))
                return new(value, "", true);

            switch (expression)
            {
                case ParenthesizedExpressionSyntax outer:
                    var inside = Of(outer.Expression, known, function);
                    return inside is { IsChanged: true, Value: null } ? inside with { Text = $"({inside.Text})" } : Kept(inside, expression, function);
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                    var operand = Of(not.Operand, known, function);
                    return operand.Value is { } v ? new(!v, "", true) : operand.IsChanged ? operand with { Text = "!" + operand.Text } : Kept(operand, expression, function);
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.LogicalAndExpression } pair:
                    return OfPair(pair, known, function);
                default:
                    return new(null, function.Layout.TextOf(expression), false);
            }
        }

        private static Simplified OfPair(BinaryExpressionSyntax pair, IReadOnlyDictionary<ExpressionSyntax, bool> known, SpelledFunction function)
        {
            var left = Of(pair.Left, known, function);
            var right = Of(pair.Right, known, function);
            var deciding = pair.IsKind(SyntaxKind.LogicalOrExpression);
            if (left.Value == deciding)
                return left;

            if (left.Value is not null)
                return right with { IsChanged = true };

            if (right.Value == deciding)
                return function.IsPure(pair.Left) ? right : new(null, function.Layout.TextOf(pair), false);

            if (right.Value is not null)
                return left with { IsChanged = true };

            return left.IsChanged || right.IsChanged
                ? new(null, left.Text + function.Layout.TextBetween(pair.Left.Span.End, pair.Right.SpanStart) + right.Text, true)
                : Kept(left, pair, function);
        }

        private static Simplified Kept(Simplified part, ExpressionSyntax whole, SpelledFunction function) =>
            part.Value is not null ? part : new(null, function.Layout.TextOf(whole), part.IsChanged);
    }

    private static Refusal? KnownIf(IfStatementSyntax check, bool value, SpelledFunction function)
    {
        var kept = value ? check.Statement : check.Else?.Statement;
        if (kept is not null && kept is not BlockSyntax { Statements.Count: 0 })
        {
            function.Plan.Unwrap(check, kept);
            return null;
        }

        function.Plan.Remove(check);
        return null;
    }

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

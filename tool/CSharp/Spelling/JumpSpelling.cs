using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Returns instead of jumps, and labels that nobody jumps to any more.</summary>
internal static class JumpSpelling
{
    /// <summary>
    /// <code>
    /// goto done; // never seen   →   return -1; // never seen
    /// </code>
    /// </summary>
    public static Refusal? Spell(Return change, SpelledFunction function)
    {
        if (function.StatementOf(change.Jump.Origin) is not GotoStatementSyntax jump)
            return CommonRefusals.NotSpelled;

        if (ReturnText(jump, change.Value, function) is not { } text)
            return CommonRefusals.ConversionDiffers;

        function.Plan.Replace(jump, text);
        return null;
    }

    /// <summary>
    /// <code>
    /// return result;   →   return 0;
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnValue change, SpelledFunction function)
    {
        if (function.StatementOf(change.At) is not ReturnStatementSyntax { Expression: { } old } statement)
            return CommonRefusals.NotSpelled;

        if (ExpressionSpelling.Of(change.Value, function.ReturnTypeAt(statement), function) is not { } text)
            return CommonRefusals.ConversionDiffers;

        function.Plan.Replace(old, text);
        return null;
    }

    /// <summary>
    /// <code>
    /// result = Count(path);
    /// goto done;               →   return Count(path);
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnStored change, SpelledFunction function)
    {
        var layout = function.Layout;
        var store = function.StatementOf(change.Store);
        var end = change.Jump is { } jump ? function.StatementOf(jump.Origin) : change.At is { } at ? function.StatementOf(at) : null;
        var value = store switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } a } => a.Right,
            LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } initialiser }] } => initialiser,
            _ => null,
        };
        if (store is null || value is null or RefExpressionSyntax or InitializerExpressionSyntax)
            return CommonRefusals.StatementWorks;

        if (!ExpressionSpelling.ConvertsAlike(value, function.ReturnTypeAt(store), function))
            return CommonRefusals.ConversionDiffers;

        // Under other symbols, what stands between the value and its return may run between them.
        if (end is not null && layout.HasCondition(store.Span.End, end.SpanStart))
            return CommonRefusals.DirectiveInside;

        if (end is not null && MovesDown(store, value, end, layout) && !function.Changes.Any(c => EndsBetween(c, store, end)))
        {
            function.Plan.Remove(store);
            function.Plan.Replace(end, $"return {layout.TextOf(value)};");
            return null;
        }

        if (end is not null)
            function.Plan.Remove(end);

        if (layout.IsOnOneLine(store))
            function.Plan.Replace(store, $"return {layout.TextOf(value)};");
        else
            function.Plan.ReplaceStart(store, value.SpanStart, "return ");

        return null;
    }

    public static Refusal? Spell(RemoveLabel change, SpelledFunction function)
    {
        var label = (change.Label.Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<LabeledStatementSyntax>();
        if (label is null)
            return CommonRefusals.NotSpelled;

        function.Plan.Remove(label);
        if (EndsFunction(label))
            function.Plan.Remove(StatementLists.Unlabelled(label));

        return null;
    }

    public static Refusal? Spell(RemoveJump change, SpelledFunction function)
    {
        if (function.StatementOf(change.Jump.Origin) is not GotoStatementSyntax jump)
            return CommonRefusals.NotSpelled;

        function.Plan.Remove(jump);
        return null;
    }

    private static string? ReturnText(SyntaxNode at, Expression? value, SpelledFunction function)
    {
        if (value is null)
            return function.IsIterator ? "yield break;" : "return;";

        return ExpressionSpelling.Of(value, function.ReturnTypeAt(at), function) is { } text ? $"return {text};" : null;
    }

    /// <summary>
    /// The return stands where the store stood. Where a comment lies between the two, or trails the second, it would then
    /// come to stand behind the return: the return moves down to where the jump or the old return stood.
    /// </summary>
    private static bool MovesDown(StatementSyntax store, ExpressionSyntax value, StatementSyntax end, SourceLayout layout)
    {
        if (Listed(store).Parent != Listed(end).Parent || !layout.IsOnOneLine(value))
            return false;

        var from = layout.EndOf(layout.LineOf(store.Span.End));
        var to = layout.EndOf(layout.LineOf(end.Span.End));
        return from < to && layout.Comments(Engine.Text.TextSpan.FromBounds(from, to)).Any();
    }

    /// <summary>A scope may end between the two, so that the value must be worked out before.</summary>
    private static bool EndsBetween(Change change, StatementSyntax store, StatementSyntax end) =>
        (change switch
        {
            ScopeLocal { KeepsVariable: false, Extent: ScopeExtent.Block } scope when scope.Resource.Scoped.GetValueOrDefault("bcl") == "using"
                && ((CSharpParseOptions)end.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8 => [],
            ScopeLocal scope => scope.Releases,
            HoldLock hold => hold.Exits,
            _ => [],
        })
        .Any(c => c.Origin.Span.Start > store.SpanStart && c.Origin.Span.Start < end.SpanStart);

    /// <summary>A label on a <c>return;</c> that is the last statement of a function: without the label it says nothing.</summary>
    private static bool EndsFunction(LabeledStatementSyntax label) =>
        StatementLists.Unlabelled(label) is ReturnStatementSyntax { Expression: null }
        && Listed(label) is var listed
        && StatementLists.ParentOf(listed) is var list
        && (list is CompilationUnitSyntax || (list is BlockSyntax && list.Parent is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or AccessorDeclarationSyntax))
        && StatementLists.StatementsOf(list)!.Last(s => s is not LocalFunctionStatementSyntax) == listed;

    private static StatementSyntax Listed(StatementSyntax statement)
    {
        while (statement.Parent is LabeledStatementSyntax label)
            statement = label;

        return statement;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Returns instead of jumps, and labels that nobody jumps to any more.</summary>
internal static class JumpSpelling
{
    /// <summary>
    /// <code>
    /// goto done; // never seen   →   return -1; // never seen
    /// </code>
    /// </summary>
    public static Refusal? Spell(Return change, SpellingContext context)
    {
        if (context.StatementOf(change.Jump.Origin) is not GotoStatementSyntax jump)
            return SpellingRefusals.NotSpelled;

        if (ReturnText(jump, change.Value, context) is not { } text)
            return SpellingRefusals.ConversionDiffers;

        context.Plan.Replace(jump, text);
        return null;
    }

    /// <summary>
    /// <code>
    /// return result;   →   return 0;
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnValue change, SpellingContext context)
    {
        if (context.StatementOf(change.At) is not ReturnStatementSyntax { Expression: { } old } statement)
            return SpellingRefusals.NotSpelled;

        if (ExpressionSpelling.Of(change.Value, context.ReturnTypeAt(statement), context) is not { } text)
            return SpellingRefusals.ConversionDiffers;

        context.Plan.Replace(old, text);
        return null;
    }

    /// <summary>
    /// <code>
    /// result = Count(path);
    /// goto done;               →   return Count(path);
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReturnStored change, SpellingContext context)
    {
        var layout = context.Layout;
        var store = context.StatementOf(change.Store);
        var end = change.Jump is { } jump ? context.StatementOf(jump.Origin) : change.At is { } at ? context.StatementOf(at) : null;
        var value = store switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } a } => a.Right,
            LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } initialiser }] } => initialiser,
            _ => null,
        };
        if (store is null || value is null or RefExpressionSyntax or InitializerExpressionSyntax)
            return SpellingRefusals.StatementWorks;

        if (!ExpressionSpelling.ConvertsAlike(value, context.ReturnTypeAt(store), context))
            return SpellingRefusals.ConversionDiffers;

        if (end is not null && MustMoveDown(store, value, end, layout))
        {
            context.Plan.Remove(store);
            context.Plan.Replace(end, $"return {layout.TextOf(value)};");
            return null;
        }

        if (end is not null)
            context.Plan.Remove(end);

        context.Plan.Edit(store, new TextEdit(TextSpan.FromBounds(store.SpanStart, value.SpanStart), "return "));
        return null;
    }

    public static Refusal? Spell(RemoveLabel change, SpellingContext context)
    {
        var label = (change.Label.Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<LabeledStatementSyntax>();
        if (label is null)
            return SpellingRefusals.NotSpelled;

        context.Plan.RemoveLabel(label);
        return null;
    }

    private static string? ReturnText(SyntaxNode at, Expression? value, SpellingContext context)
    {
        if (value is null)
            return context.IsIterator ? "yield break;" : "return;";

        return ExpressionSpelling.Of(value, context.ReturnTypeAt(at), context) is { } text ? $"return {text};" : null;
    }

    /// <summary>
    /// The return stands where the store stood, except where a comment on a line between the two would then come to
    /// stand behind it, or where they are not neighbours.
    /// </summary>
    private static bool MustMoveDown(StatementSyntax store, ExpressionSyntax value, StatementSyntax end, SourceLayout layout)
    {
        if (Listed(store).Parent != Listed(end).Parent)
            return true;

        var between = Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(layout.EndOf(layout.LineOf(store.Span.End)), Math.Max(end.SpanStart, layout.EndOf(layout.LineOf(store.Span.End))));
        return layout.IsOnOneLine(value) && TextEraser.Comments(layout, between).Any();
    }

    private static StatementSyntax Listed(StatementSyntax statement)
    {
        while (statement.Parent is LabeledStatementSyntax label)
            statement = label;

        return statement;
    }
}

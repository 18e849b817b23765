using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// The statement that acquires, on its way to become the head of a scope: <c>using (X x = ...)</c>,
/// <c>using X x = ...;</c> or <c>lock (x)</c>.
/// </summary>
internal sealed record ScopeHeader(ScopedText Text, StatementSyntax Acquisition)
{
    /// <summary>The type to write in front of an assignment that becomes a declaration; null where there is nothing to add.</summary>
    public string? Type { get; private init; }

    /// <summary>The statements among which it stands.</summary>
    public IReadOnlyList<StatementSyntax> List => StatementLists.StatementsOf(Home)!;

    /// <summary>What holds those statements.</summary>
    public SyntaxNode Home => StatementLists.ParentOf(Acquisition)!;

    public int Index => List.IndexOf(Acquisition);

    /// <summary>The variable is declared together with others: one scope holds them all, or none.</summary>
    public bool IsListed => Acquisition == Text.Declaration && Text.Declaration.Declaration.Variables.Count > 1;

    private SyntaxToken Semicolon => Acquisition.GetLastToken();

    public static (ScopeHeader? Header, Refusal? Refusal) Of(ScopedText text, SemanticModel model)
    {
        if (text.Acquisitions is not [var acquisition])
            return (null, SpellingRefusals.SeveralAcquisitions);

        if (StatementLists.StatementsOf(StatementLists.ParentOf(acquisition)) is null || !acquisition.GetLastToken().IsKind(SyntaxKind.SemicolonToken))
            return (null, CommonRefusals.StatementWorks);

        var header = new ScopeHeader(text, acquisition);
        if (text.Name is null)
            return text.Locked is null || acquisition is not ExpressionStatementSyntax ? (null, CommonRefusals.StatementWorks) : (header, null);

        if (text.Declaration is not { } declaration)
            return (null, CommonRefusals.DeclarationShape);

        if (acquisition == declaration)
            return (header, null);

        if (acquisition is not ExpressionStatementSyntax
            {
                Expression: AssignmentExpressionSyntax
                {
                    RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax { Identifier.ValueText: var assigned }, Right: var value,
                },
            }
            || assigned != text.Name)
        {
            return (null, CommonRefusals.StatementWorks);
        }

        if (declaration.Declaration.Type.IsVar || text.Declarator!.Initializer is { Value: not (LiteralExpressionSyntax or DefaultExpressionSyntax) })
            return (null, CommonRefusals.DeclarationShape);

        if (text.Uses.Any(u => u.SpanStart < acquisition.SpanStart))
            return (null, SpellingRefusals.ScopeCrossed);

        var type = declaration.Declaration.Type is NullableTypeSyntax nullable && !MayBeNull(value, model) ? nullable.ElementType : declaration.Declaration.Type;
        return (header with { Type = type.ToString() + " " }, null);
    }

    /// <summary>
    /// Null was let in for more than the declaration's own beginning. Where the compiler does not follow values, what the value
    /// names says so.
    /// </summary>
    private static bool MayBeNull(ExpressionSyntax value, SemanticModel model)
    {
        var type = model.GetTypeInfo(value);
        if (type.Type is not { IsReferenceType: true } || value is BaseObjectCreationExpressionSyntax)
            return false;

        if (model.GetNullableContext(value.SpanStart).WarningsEnabled())
            return type.Nullability.FlowState == NullableFlowState.MaybeNull;

        return model.GetSymbolInfo(value).Symbol switch
        {
            IMethodSymbol method => method.ReturnNullableAnnotation,
            IPropertySymbol property => property.NullableAnnotation,
            IFieldSymbol field => field.NullableAnnotation,
            ILocalSymbol local => local.NullableAnnotation,
            IParameterSymbol parameter => parameter.NullableAnnotation,
            _ => NullableAnnotation.Annotated,
        } == NullableAnnotation.Annotated;
    }

    /// <summary>
    /// A declaration may carry the scope: the language has it, no jump crosses it, and the scope may last until the end
    /// of the block, since either nothing there can tell, or the releases stand behind it anyway.
    /// </summary>
    public bool CanDeclare(EditPlan plan) =>
        Text.Name is not null
        && ((CSharpParseOptions)Acquisition.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8
        && Home is BlockSyntax or CompilationUnitSyntax
        && (Text.ReachesBlockEnd || Text.Releases.All(r => !Home.Span.Contains(r.Span)))
        && !Jumps.Cross(List, Index, plan);

    /// <summary>
    /// <code>
    /// X x = new X();   →   using X x = new X();
    /// x = new X();     →   using X x = new X();
    /// </code>
    /// </summary>
    public void Declare(EditPlan plan)
    {
        plan.Edit(Acquisition, TextEdit.Insert(Acquisition.SpanStart, $"{Text.Keyword} {Type}"));
        Detach(plan);
    }

    /// <summary>Makes the statement the head of a block; <paramref name="opening"/> is what follows its closing parenthesis.</summary>
    public void Open(EditPlan plan, string opening = "", int? until = null)
    {
        var end = until ?? Semicolon.Span.End;
        if (Text.Locked is { } locked)
        {
            plan.Edit(Acquisition, new TextEdit(
                TextSpan.FromBounds(Acquisition.SpanStart, end), $"lock{plan.Layout.BeforeParenthesis}({plan.Layout.TextOf(locked)}){opening}"));
        }
        else
        {
            plan.Edit(Acquisition, TextEdit.Insert(Acquisition.SpanStart, $"{Text.Keyword}{plan.Layout.BeforeParenthesis}({Type}"));
            plan.Edit(Acquisition, new TextEdit(TextSpan.FromBounds(Semicolon.SpanStart, end), ")" + opening));
        }

        Detach(plan);
    }

    /// <summary>
    /// Where a release stands outside of the block in which the variable is acquired, nothing else runs between the two:
    /// the block ends a <c>try</c> that releases in its <c>finally</c>, or all that follows it goes.
    /// </summary>
    public bool EndsWithBlock(IReadOnlySet<StatementSyntax> going) => Text.Releases
        .Where(r => !Home.Span.Contains(r.Span))
        .All(r => LeadsTo(r, going));

    private bool LeadsTo(StatementSyntax release, IReadOnlySet<StatementSyntax> going)
    {
        for (var node = Home; StatementLists.ParentOf(node) is { } parent; node = parent)
        {
            if (parent is TryStatementSyntax attempt && attempt.Block == node && attempt.Finally?.Span.Contains(release.Span) == true)
                return true;

            if (node is not StatementSyntax statement || StatementLists.StatementsOf(parent) is not { } list)
                continue;

            var rest = list.Skip(list.IndexOf(statement) + 1).TakeWhile(s => s != release && !s.Span.Contains(release.Span));
            if (!rest.All(going.Contains))
                return false;

            if (parent.Span.Contains(release.Span))
                return true;
        }

        return false;
    }

    /// <summary>Names used outside the span would no longer mean the variable.</summary>
    public bool IsUsedOutside(int start, int end) =>
        Text.Uses.Any(u => u.SpanStart < start || u.Span.End > end);

    private void Detach(EditPlan plan)
    {
        if (Type is not null)
            plan.Remove(Text.Declarator!);

        if (Text.Flag is not null)
            plan.Remove(Text.Flag);

        foreach (var going in Text.Going)
            plan.Remove(going);
    }
}

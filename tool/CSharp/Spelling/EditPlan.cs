using MigrateCleanup.Engine.Editing;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// What only C# adds to the plan of a function's edits: labels that hold their statement, variables of one declaration,
/// handlers and <c>finally</c>s.
/// </summary>
/// <param name="layout">The file.</param>
/// <param name="isPure">Whether evaluating a condition has no effect, so that it may go with what it guards.</param>
internal sealed class EditPlan(SourceLayout layout, Func<ExpressionSyntax, bool> isPure)
    : EditPlan<SyntaxNode>(layout, CSharpTreeShape.Instance)
{
    public SourceLayout Layout { get; } = layout;

    protected override string EmptyStatement => "{ }";

    protected override bool BareSingleStatements => Layout.BareSingleStatements;

    protected override bool IsPure(SyntaxNode condition) => isPure((ExpressionSyntax)condition);

    protected override string? Negated(SyntaxNode condition) => Negation.Of((ExpressionSyntax)condition, Layout);

    protected override bool IsSimple(SyntaxNode statement) =>
        statement is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax
            or ExpressionStatementSyntax
        || ReplacementOf(statement)?.StartsWith("return", StringComparison.Ordinal) == true;

    protected override TextSpan? DeclarationComment(SyntaxNode statement) =>
        statement is LocalDeclarationStatementSyntax
        && statement.GetTrailingTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia)) is { RawKind: not 0 } comment
            ? comment.Span.ToEngine()
            : null;

    protected override bool IsEmptied(SyntaxNode statement) =>
        statement is LocalDeclarationStatementSyntax { Declaration.Variables: var variables } && variables.All(IsRemoved);

    protected override bool IsGone(SyntaxNode statement) =>
        base.IsGone(statement) && (statement is not LabeledStatementSyntax { Statement: not EmptyStatementSyntax and var inner } || IsGone(inner));

    protected override bool SpellsOwn(SyntaxNode node)
    {
        switch (node)
        {
            case LabeledStatementSyntax label:
                WalkLabel(label);
                return true;
            case LocalDeclarationStatementSyntax declaration:
                WalkDeclaration(declaration);
                return true;
            case TryStatementSyntax attempt:
                WalkTry(attempt);
                return true;
            default:
                return false;
        }
    }

    private void WalkLabel(LabeledStatementSyntax label)
    {
        var (inner, isGone) = (label.Statement, IsGone(label.Statement));
        if (IsRemoved(label))
        {
            EraseLabel(label);
            Walk(inner);
        }
        else if (!isGone)
        {
            Walk(inner);
        }
        else if (StatementLists.ParentOf(label) is var list
            && (list is not (BlockSyntax or CompilationUnitSyntax) || StatementLists.StatementsOf(list)!.SkipWhile(s => s != label).Skip(1).All(IsGone)))
        {
            ReplaceText(inner, ";");
        }
        else
        {
            Erase(inner.Span.ToEngine());
        }
    }

    private void EraseLabel(LabeledStatementSyntax label)
    {
        var span = TextSpan.FromBounds(label.Identifier.SpanStart, label.ColonToken.Span.End);
        if (!Guarded(span))
            return;

        var usual = UsualIndentation(label, StatementLists.StatementsOf(StatementLists.ParentOf(label)) ?? []);
        EraseLabel(span, usual);

        var stays = StatementLists.Unlabelled(label);
        if (Layout.StartsLine(stays.SpanStart) && label.Parent is BlockSyntax block)
        {
            // Statements behind the label may stand further in than those before it.
            var deeper = Layout.IndentationAt(stays.SpanStart);
            if (deeper.Length > usual.Length && deeper.StartsWith(usual, StringComparison.Ordinal) && block.Statements.IndexOf(label) > 0)
                Reindent(Layout.LineOf(stays.SpanStart), Layout.LineOf(block.CloseBraceToken.SpanStart) - 1, deeper, usual);
        }
    }

    private void WalkDeclaration(LocalDeclarationStatementSyntax declaration)
    {
        var variables = declaration.Declaration.Variables;
        Walk(declaration.Declaration.Type);
        foreach (var variable in variables.Where(v => !IsRemoved(v)))
            Walk(variable);

        foreach (var span in SeparatedList.Removed([.. variables.Select(v => v.Span.ToEngine())], i => IsRemoved(variables[i])))
        {
            if (Guarded(span) && Layout.Comments(span).Any())
                Refuse(CommonRefusals.DeclarationShape);

            Edits.Add(TextEdit.Delete(span));
        }
    }

    private void WalkTry(TryStatementSyntax attempt)
    {
        Walk(attempt.Block);
        foreach (var handler in attempt.Catches)
        {
            if (IsRemoved(handler))
                Erase(handler.Span.ToEngine());
            else
                Walk(handler);
        }

        if (attempt.Finally is not null && IsRemoved(attempt.Finally))
            EraseFinally(attempt.Finally, isTryLeft: attempt.Catches.Any(c => !IsRemoved(c)));
        else if (attempt.Finally is not null)
            Walk(attempt.Finally);
    }

    /// <summary>
    /// The comments of a <c>finally</c> that goes come to stand at the end of the block before it; where that is a handler,
    /// which has nothing to do with them, behind the <c>try</c>.
    /// </summary>
    private void EraseFinally(FinallyClauseSyntax clause, bool isTryLeft)
    {
        var close = clause.FinallyKeyword.GetPreviousToken();
        var span = TextSpan.FromBounds(close.Span.End, clause.Span.End);
        if (!Guarded(span))
            return;

        var line = Layout.LineOf(close.SpanStart);
        var newLine = Layout.NewLineAt(close.SpanStart);
        var comments = Layout.Comments(span).ToList();
        if (isTryLeft)
        {
            Edits.Add(new TextEdit(span, string.Concat(comments.Select(c => newLine + IndentationOf(line) + c))));
            return;
        }

        var indentation = IndentationOf(line) + Layout.IndentUnit;
        if (comments.Count > 0 && Layout.StartsLine(close.SpanStart))
            Edits.Add(TextEdit.Insert(Layout.StartOf(line), string.Concat(comments.Select(c => indentation + c + newLine))));
        else if (comments.Count > 0)
            Refuse(SpellingRefusals.LineShared);

        Edits.Add(TextEdit.Delete(span));
    }
}

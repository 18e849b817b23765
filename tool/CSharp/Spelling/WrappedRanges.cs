using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

using Span = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>
/// Runs of statements that come to stand one level deeper, between braces. Two of them in one rewrite may not meet: the
/// lines that the inner one adds would not know of the outer one.
/// </summary>
/// <param name="function">The function, and the edits so far.</param>
/// <param name="ownLineBraces">An opening brace stands on a line of its own here.</param>
internal sealed class WrappedRanges(SpelledFunction function, bool ownLineBraces)
{
    private readonly EditPlan _plan = function.Plan;

    private readonly List<Span> _ranges = [];

    public bool OwnLineBraces { get; } = ownLineBraces;

    public Hoisting Hoisting { get; } = new(function);

    /// <summary>A statement does something that others see, and does not only leave.</summary>
    public bool Works(StatementSyntax statement) =>
        function.EventsIn(statement.Span).Any(e => e is not EvaluateReturn && !SpelledFunction.IsUnseen(e));

    /// <summary>
    /// Takes a run of statements, or says why it cannot be wrapped. The lines up to <paramref name="moving"/> come to stand
    /// deeper, or all: text that a condition of the preprocessor disables would have to move with them.
    /// </summary>
    public Refusal? Take(StatementSyntax first, StatementSyntax last, int? moving = null)
    {
        var span = Span.FromBounds(first.SpanStart, last.Span.End);
        if (_plan.Layout.HasCondition(span.Start, moving ?? span.End) || !_plan.Layout.HasWholeRegions(span.ToEngine()))
            return CommonRefusals.DirectiveInside;

        if (_ranges.Any(r => r.OverlapsWith(span)))
            return CommonRefusals.EditsMeet;

        if (!_plan.Layout.StartsLine(first.SpanStart) || !EndsItsLine(last))
            return SpellingRefusals.LineShared;

        _ranges.Add(span);
        return null;
    }

    /// <summary>Indents whole lines by one level, relative to the list that they stand in.</summary>
    public void Indent(int firstLine, int lastLine, string indentation) =>
        _plan.Reindent(firstLine, lastLine, indentation, indentation + _plan.Layout.IndentUnit);

    /// <summary>Inserts lines behind the line on which a statement ends.</summary>
    public void InsertBelow(SyntaxNode anchor, StatementSyntax last, string lines)
    {
        var line = _plan.Layout.LineOf(last.Span.End);
        _plan.Edit(anchor, TextEdit.Insert(_plan.Layout.EndOf(line), _plan.Layout.NewLineAt(last.SpanStart) + lines));
    }

    /// <summary>
    /// Inserts lines, not yet indented, above a statement and the comments that belong to it; <paramref name="at"/> is the
    /// indentation where the statement comes to stand, if it moves.
    /// </summary>
    public void InsertAbove(SyntaxNode anchor, StatementSyntax statement, IReadOnlyList<string> lines, string? at = null)
    {
        if (lines.Count == 0)
            return;

        var newLine = _plan.Layout.NewLineAt(statement.SpanStart);
        var indentation = at ?? _plan.Layout.IndentationAt(StatementLists.Unlabelled(statement).SpanStart);
        _plan.Edit(anchor, TextEdit.Insert(
            _plan.Layout.StartOf(FirstLineWithComments(statement)), string.Concat(lines.Select(l => indentation + l + newLine))));
    }

    /// <summary>Takes away the blank lines between a statement and what follows it.</summary>
    public void EraseBlanksBelow(StatementSyntax statement, StatementSyntax next)
    {
        var layout = _plan.Layout;
        var first = layout.LineOf(statement.Span.End) + 1;
        var last = first;
        while (last < layout.LineOf(next.SpanStart) && layout.IsBlank(last))
            last++;

        if (last > first)
            _plan.Edit(statement, TextEdit.Delete(Engine.Text.TextSpan.FromBounds(layout.StartOf(first), layout.StartOf(last))));
    }

    /// <summary>The first line of the comments that stand right above a statement, or its own.</summary>
    public int FirstLineWithComments(StatementSyntax statement)
    {
        var layout = _plan.Layout;
        var line = layout.LineOf(statement.SpanStart);
        var above = layout.LineOf(statement.GetFirstToken().GetPreviousToken().Span.End);
        while (line - 1 > above && !layout.IsBlank(line - 1))
            line--;

        return line;
    }

    /// <summary>Only blanks and a comment stand behind the statement on its last line.</summary>
    private bool EndsItsLine(StatementSyntax statement)
    {
        var next = statement.GetLastToken().GetNextToken();
        return next.IsKind(SyntaxKind.None) || _plan.Layout.LineOf(next.SpanStart) > _plan.Layout.LineOf(statement.Span.End);
    }
}

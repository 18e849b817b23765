using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

using Span = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>
/// Runs of statements that come to stand one level deeper, between braces. Two of them in one rewrite may not meet: the
/// lines that the inner one adds would not know of the outer one.
/// </summary>
/// <param name="plan">The edits so far.</param>
/// <param name="ownLineBraces">An opening brace stands on a line of its own here.</param>
internal sealed class WrappedRanges(EditPlan plan, bool ownLineBraces)
{
    private readonly List<Span> _ranges = [];

    public bool OwnLineBraces { get; } = ownLineBraces;

    /// <summary>Takes a run of statements, or says why it cannot be wrapped.</summary>
    public Refusal? Take(StatementSyntax first, StatementSyntax last)
    {
        var span = Span.FromBounds(first.SpanStart, last.Span.End);
        if (TextEraser.HasDirective(plan.Layout, span))
            return SpellingRefusals.DirectiveInside;

        if (_ranges.Any(r => r.OverlapsWith(span)))
            return SpellingRefusals.EditsMeet;

        if (!plan.Layout.StartsLine(first.SpanStart) || !EndsItsLine(last))
            return SpellingRefusals.LineShared;

        _ranges.Add(span);
        return null;
    }

    /// <summary>Indents whole lines by one level, relative to the list that they stand in.</summary>
    public void Indent(int firstLine, int lastLine, string indentation) =>
        plan.Reindent(firstLine, lastLine, indentation, indentation + plan.Layout.IndentUnit);

    /// <summary>Inserts lines behind the line on which a statement ends.</summary>
    public void InsertBelow(SyntaxNode anchor, StatementSyntax last, string lines)
    {
        var line = plan.Layout.LineOf(last.Span.End);
        plan.Edit(anchor, TextEdit.Insert(plan.Layout.EndOf(line), plan.Layout.NewLineAt(last.SpanStart) + lines));
    }

    /// <summary>Only blanks and a comment stand behind the statement on its last line.</summary>
    private bool EndsItsLine(StatementSyntax statement)
    {
        var next = statement.GetLastToken().GetNextToken();
        return next.IsKind(SyntaxKind.None) || plan.Layout.LineOf(next.SpanStart) > plan.Layout.LineOf(statement.Span.End);
    }
}

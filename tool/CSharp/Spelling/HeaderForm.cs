using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// Scopes with a head of their own: <c>using</c> and <c>lock</c>. A declaration where the language has it and nothing
/// can tell that the scope lasts until the end of the block, otherwise a statement with a block. A <c>try</c> that
/// existed only for its <c>finally</c> becomes that statement, so that its body stays untouched.
/// </summary>
internal sealed class HeaderForm(EditPlan plan, WrappedRanges wraps, SemanticModel model)
{
    private readonly SourceLayout _layout = plan.Layout;
    private readonly HashSet<StatementSyntax> _going = [];

    public Refusal? Spell(IReadOnlyList<ScopedText> texts)
    {
        _going.UnionWith(texts.SelectMany(t => t.Going));
        var headers = new List<ScopeHeader>();
        foreach (var text in texts)
        {
            var (header, refusal) = ScopeHeader.Of(text, model);
            if (refusal is not null)
                return refusal;

            headers.Add(header!);
        }

        foreach (var list in headers.Where(h => h.IsListed).GroupBy(h => h.Acquisition))
        {
            if (list.Count() < ((LocalDeclarationStatementSyntax)list.Key).Declaration.Variables.Count || !list.All(h => h.CanDeclare(plan)))
                return CommonRefusals.DeclarationShape;
        }

        foreach (var group in headers.OrderBy(h => h.Acquisition.SpanStart).GroupBy(h => ScopeSpelling.ReleasingTry(h.Text)))
        {
            var refusal = group.Key is { } attempt ? SpellTry(attempt, [.. group]) : EachAlone([.. group]);
            if (refusal is not null)
                return refusal;
        }

        return null;
    }

    private Refusal? SpellTry(TryStatementSyntax attempt, IReadOnlyList<ScopeHeader> headers)
    {
        var isEmptied = attempt.Finally!.Block.Statements.All(s =>
            plan.IsRemoved(s) || headers.Any(h => h.Text.Going.Contains(s)));
        if (!isEmptied || attempt.Catches.Count > 0)
        {
            if (EachAlone(headers) is { } refusal)
                return refusal;

            if (isEmptied)
                plan.Remove(attempt.Finally);

            return null;
        }

        if (headers.Any(h => h.IsListed))
            return EachAlone(headers) ?? NeedlessTry.Unwrap(attempt, plan);

        var first = headers[0].Acquisition;
        if (StatementLists.ParentOf(first) == StatementLists.ParentOf(attempt) && first.SpanStart < attempt.SpanStart)
            return Outside(attempt, headers);

        if (first.Parent == attempt.Block && StatementLists.StatementsOf(StatementLists.ParentOf(attempt)) is not null)
            return Inside(attempt, headers);

        return EachAlone(headers) ?? NeedlessTry.Unwrap(attempt, plan);
    }

    /// <summary>
    /// <code>
    /// X x = new X();
    /// A;                      using (X x = new X())
    /// try                     {
    /// {                 →         A;
    ///     B;                      B;
    /// }                       }
    /// finally { x.Close(); }
    /// </code>
    /// </summary>
    private Refusal? Outside(TryStatementSyntax attempt, IReadOnlyList<ScopeHeader> headers)
    {
        var list = headers[0].List;
        var start = headers[0].Index;
        var end = list.IndexOf(attempt);
        var run = RunOf(headers);
        var isCrossed = headers.Any(h => h.IsUsedOutside(h.Acquisition.SpanStart, attempt.Span.End))
            || StatementLists.HoldsScope(list, start + run, end);
        if (isCrossed || StatementLists.NamedBehind(list, start + run, end, plan).Count > 0)
        {
            if (headers.All(h => h.CanDeclare(plan)))
                return EachAlone(headers) ?? NeedlessTry.Unwrap(attempt, plan);

            if (isCrossed)
                return SpellingRefusals.ScopeCrossed;
        }

        if (Jumps.Into(list, start + run, end, plan).Any())
            return CommonRefusals.NeedsEarlyReturn;

        if (wraps.Take(headers[0].Acquisition, attempt, moving: attempt.Block.OpenBraceToken.SpanStart) is { } refusal)
            return refusal;

        if (wraps.Hoisting.Take(list, start + run, end) is not { } hoisted)
            return SpellingRefusals.ScopeCrossed;

        wraps.InsertAbove(StatementLists.ParentOf(attempt)!, headers[0].Acquisition, hoisted);
        foreach (var header in headers.Take(run - 1))
            header.Open(plan);

        var last = headers[run - 1];
        var inside = headers.Skip(run).ToList();
        if (start + run == end && StartsWith(attempt.Block, inside)
            && _layout.IsBlankBetween(last.Acquisition.Span.End, attempt.SpanStart)
            && _layout.IsBlankBetween(attempt.TryKeyword.Span.End, attempt.Block.OpenBraceToken.SpanStart))
        {
            last.Open(plan);
            return Unfold(attempt, inside, RunOf(inside));
        }

        var brace = attempt.Block.OpenBraceToken;
        var gap = Engine.Text.TextSpan.FromBounds(last.Acquisition.Span.End, brace.Span.End);
        var indentation = _layout.IndentationAt(attempt.SpanStart);
        if (start + run == end && !_layout.Comments(gap).Any() && _layout.EndsLine(last.Acquisition.Span.End))
        {
            var ownLine = _layout.StartsLine(brace.SpanStart);
            last.Open(plan, ownLine ? _layout.NewLineAt(brace.SpanStart) + indentation + "{" : " {", brace.Span.End);
        }
        else
        {
            OpenBlock(last);
            wraps.EraseBlanksBelow(last.Acquisition, list[start + run]);
            var firstLine = _layout.LineOf(last.Acquisition.Span.End) + 1;
            if (_layout.EndsLine(brace.Span.End) || attempt.Block.Statements.Count == 0)
            {
                wraps.Indent(firstLine, _layout.LineOf(attempt.SpanStart) - 1, indentation);
            }
            else
            {
                // What stood on the line of its braces comes to a line of its own.
                if (!_layout.IsOnOneLine(attempt.Block) || !_layout.StartsLine(attempt.SpanStart) || _layout.StartsLine(brace.SpanStart))
                    return SpellingRefusals.LineShared;

                wraps.Indent(firstLine, _layout.LineOf(attempt.SpanStart), indentation);
                var close = Engine.Text.TextSpan.FromBounds(attempt.Block.Statements.Last().Span.End, attempt.Block.CloseBraceToken.SpanStart);
                plan.Edit(attempt, new Engine.Text.TextEdit(close, _layout.NewLineAt(attempt.SpanStart) + indentation));
            }

            plan.Edit(attempt, Erased(attempt.SpanStart, brace.Span.End, indentation + _layout.IndentUnit));
        }

        plan.Remove(attempt.Finally!);
        return DeclareInside(headers.Skip(run));
    }

    /// <summary>
    /// <code>
    /// X x = null;
    /// try                            A;
    /// {                              using (X x = new X())
    ///     A;                   →     {
    ///     x = new X();                   B;
    ///     B;                         }
    /// }
    /// finally { x?.Close(); }
    /// </code>
    /// </summary>
    private Refusal? Inside(TryStatementSyntax attempt, IReadOnlyList<ScopeHeader> headers)
    {
        var list = attempt.Block.Statements;
        var start = headers[0].Index;
        var run = RunOf(headers);
        if (headers.Any(h => h.IsUsedOutside(h.Acquisition.SpanStart, attempt.Block.Span.End)))
            return SpellingRefusals.ScopeCrossed;

        if (start + run == list.Count)
            return SpellingRefusals.NothingInside;

        if (Jumps.Into(list, start + run, list.Count - 1, plan).Any())
            return CommonRefusals.NeedsEarlyReturn;

        if (NeedlessTry.Clashes(attempt, list.Take(start)))
            return SpellingRefusals.NameClash;

        if (wraps.Take(attempt, attempt, moving: headers[run - 1].Acquisition.Span.End) is { } refusal)
            return refusal;

        var last = headers[run - 1];
        if (!_layout.EndsLine(attempt.Block.OpenBraceToken.Span.End))
        {
            // One line stays one line: try { x = A(); B(); }   →   using (X x = A()) { B(); }
            if (start > 0 || headers.Count > 1 || list.Count == 1 || !_layout.IsOnOneLine(attempt.Block))
                return SpellingRefusals.LineShared;

            plan.Edit(attempt, Engine.Text.TextEdit.Delete(Engine.Text.TextSpan.FromBounds(attempt.SpanStart, last.Acquisition.SpanStart)));
            last.Open(plan, " {");
            plan.Remove(attempt.Finally!);
            return null;
        }

        return Unfold(attempt, headers, run);
    }

    /// <summary>The block of the <c>try</c> is the scope's, from behind the first acquisitions in it; what stands before them comes out of it.</summary>
    private Refusal? Unfold(TryStatementSyntax attempt, IReadOnlyList<ScopeHeader> headers, int run)
    {
        var outer = _layout.IndentationAt(attempt.SpanStart);
        var inner = _layout.IndentationAt(attempt.Block.Statements[0].SpanStart);
        var last = headers[run - 1];
        plan.Reindent(_layout.LineOf(attempt.Block.OpenBraceToken.Span.End) + 1, _layout.LineOf(last.Acquisition.Span.End), inner, outer);
        plan.Edit(attempt, Erased(attempt.SpanStart, attempt.Block.OpenBraceToken.Span.End, outer));
        foreach (var header in headers.Take(run - 1))
            header.Open(plan);

        OpenBlock(last, outer);
        plan.Remove(attempt.Finally!);
        return DeclareInside(headers.Skip(run));
    }

    /// <summary>Nothing but acquisitions stands at the beginning of the block, each on lines of its own.</summary>
    private bool StartsWith(BlockSyntax block, IReadOnlyList<ScopeHeader> headers) =>
        headers.Count > 0 && headers[0].Acquisition.Parent == block && headers[0].Index == 0
        && _layout.EndsLine(block.OpenBraceToken.Span.End)
        && !headers.Any(h => h.IsUsedOutside(h.Acquisition.SpanStart, block.Span.End));

    /// <summary>Resources whose releases stand anywhere behind them: declared where that can be, else with a block each.</summary>
    private Refusal? EachAlone(IReadOnlyList<ScopeHeader> headers)
    {
        if (headers.Any(h => h.IsUsedOutside(h.Acquisition.SpanStart, h.Home.Span.End) || !h.EndsWithBlock(_going)))
            return SpellingRefusals.ScopeCrossed;

        var wrapped = new List<ScopeHeader>();
        foreach (var header in headers)
        {
            if (header.CanDeclare(plan))
                header.Declare(plan);
            else
                wrapped.Add(header);
        }

        while (wrapped.Count > 0)
        {
            var run = RunOf(wrapped);
            while (run > 1 && wrapped.Take(run).Select(LastInside).Distinct().Count() > 1)
                run--;

            if (Wrap([.. wrapped.Take(run)]) is { } refusal)
                return refusal;

            wrapped.RemoveRange(0, run);
        }

        return null;
    }

    /// <summary>
    /// <code>
    /// X x = new X();          using (X x = new X())
    /// A;                      {
    /// x.Close();        →         A;
    /// B;                      }
    ///                         B;
    /// </code>
    /// Heads that follow each other and whose scopes end together stack over one block.
    /// </summary>
    private Refusal? Wrap(IReadOnlyList<ScopeHeader> headers)
    {
        var header = headers[^1];
        var list = header.List;
        var first = header.Index + 1;
        var last = LastInside(header);
        if (last < first)
            return SpellingRefusals.NothingInside;

        if (headers.All(h => h.Text.ReachesBlockEnd) && StatementLists.NamedBehind(list, first, last, plan).Count > 0)
            last = list.Count - 1;

        if (StatementLists.HoldsScope(list, first, last))
            return SpellingRefusals.ScopeCrossed;

        if (Jumps.Into(list, first, last, plan).Any())
            return CommonRefusals.NeedsEarlyReturn;

        if (headers.Any(h => !h.Text.ReachesBlockEnd && WorksBehind(h.Text.Releases[^1], h)))
            return SpellingRefusals.WorksBehind;

        if (wraps.Take(headers[0].Acquisition, list[last]) is { } refusal)
            return refusal;

        if (wraps.Hoisting.Take(list, first, last) is not { } hoisted)
            return SpellingRefusals.ScopeCrossed;

        var indentation = _layout.IndentationAt(header.Acquisition.SpanStart);
        wraps.InsertAbove(header.Home, headers[0].Acquisition, hoisted);
        foreach (var outer in headers.Take(headers.Count - 1))
            outer.Open(plan);

        OpenBlock(header);
        wraps.EraseBlanksBelow(header.Acquisition, list[first]);

        // What was declared first stands above the scope now.
        for (var i = first; i < last && plan.IsRemoved(list[i]); i++)
            plan.EraseBlanks(header.Acquisition, _layout.LineOf(list[i].Span.End) + 1, _layout.LineOf(list[i + 1].SpanStart) - 1);

        wraps.Indent(_layout.LineOf(header.Acquisition.Span.End) + 1, _layout.LineOf(list[last].Span.End), indentation);
        wraps.InsertBelow(header.Acquisition, list[last], indentation + "}");
        return null;
    }

    /// <summary>In the blocks around the release, up to where the scope ends, something is done behind it.</summary>
    private bool WorksBehind(StatementSyntax release, ScopeHeader header)
    {
        for (SyntaxNode node = release; StatementLists.ParentOf(node) is { } parent && parent != header.Home; node = parent)
        {
            if (node is StatementSyntax statement && StatementLists.StatementsOf(parent) is { } list
                && list.Skip(list.IndexOf(statement) + 1).Any(s => !_going.Contains(StatementLists.Unlabelled(s)) && !plan.IsRemoved(s) && wraps.Works(s)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last statement that the scope needs: behind the releases at its end nothing is left.</summary>
    private int LastInside(ScopeHeader header)
    {
        var list = header.List;
        var last = LastTouched(header, list);
        while (last > header.Index && _going.Contains(StatementLists.Unlabelled(list[last])))
            last--;

        return last;
    }

    /// <summary>Opens the block behind a head; a comment that trails the statement stays on its line.</summary>
    private void OpenBlock(ScopeHeader header, string? at = null)
    {
        if (!wraps.OwnLineBraces)
        {
            header.Open(plan, " {");
            return;
        }

        header.Open(plan);
        var indentation = at ?? _layout.IndentationAt(header.Acquisition.SpanStart);
        wraps.InsertBelow(header.Acquisition, header.Acquisition, indentation + "{");
    }

    /// <summary>
    /// Further resources of the same <c>try</c>, acquired later inside it: their scopes end where the block ends. A language
    /// without such declarations has a block inside of the block for them.
    /// </summary>
    private Refusal? DeclareInside(IEnumerable<ScopeHeader> further)
    {
        var headers = further.Select(h => h with { Text = h.Text with { ReachesBlockEnd = true } }).ToList();
        if (headers.Count == 0)
            return null;

        if (headers.Any(h => h.IsUsedOutside(h.Acquisition.SpanStart, h.Home.Span.End)))
            return CommonRefusals.EditsMeet;

        if (!headers.All(h => h.CanDeclare(plan)))
            return RunOf(headers) == headers.Count ? Nest(headers) : CommonRefusals.EditsMeet;

        foreach (var header in headers)
            header.Declare(plan);

        return null;
    }

    /// <summary>The rest of the block in which they are acquired, in a block of its own.</summary>
    private Refusal? Nest(IReadOnlyList<ScopeHeader> headers)
    {
        var header = headers[^1];
        var list = header.List;
        var (first, last) = (header.Index + 1, list.Count - 1);
        if (last < first)
            return SpellingRefusals.NothingInside;

        if (StatementLists.HoldsScope(list, first, last))
            return SpellingRefusals.ScopeCrossed;

        if (Jumps.Into(list, first, last, plan).Any())
            return CommonRefusals.NeedsEarlyReturn;

        if (!_layout.StartsLine(headers[0].Acquisition.SpanStart) || !_layout.EndsLine(header.Acquisition.Span.End) || !_layout.EndsLine(list[last].Span.End))
            return SpellingRefusals.LineShared;

        foreach (var outer in headers.Take(headers.Count - 1))
            outer.Open(plan);

        var indentation = _layout.IndentationAt(header.Acquisition.SpanStart);
        OpenBlock(header);
        wraps.EraseBlanksBelow(header.Acquisition, list[first]);
        wraps.Indent(_layout.LineOf(header.Acquisition.Span.End) + 1, _layout.LineOf(list[last].Span.End), indentation);
        wraps.InsertBelow(header.Acquisition, list[last], indentation + "}");
        return null;
    }

    /// <summary>How many acquisitions, from the first on, follow each other with nothing between: their heads stack.</summary>
    private int RunOf(IReadOnlyList<ScopeHeader> headers)
    {
        var run = 1;
        while (run < headers.Count
            && headers[run].Home == headers[0].Home
            && headers[run].Index == headers[0].Index + run
            && _layout.IsBlankBetween(headers[run - 1].Acquisition.Span.End, headers[run].Acquisition.SpanStart))
        {
            run++;
        }

        return run;
    }

    private static int LastTouched(ScopeHeader header, IReadOnlyList<StatementSyntax> list)
    {
        var touched = header.Text.Uses.Select(u => (SyntaxNode)u).Concat(header.Text.Going);
        return touched
            .Select(n => StatementLists.ChildOf(header.Home, n))
            .Select(s => s is null ? -1 : list.IndexOf(s))
            .DefaultIfEmpty(-1)
            .Max();
    }

    private Engine.Text.TextEdit Erased(int start, int end, string indentation)
    {
        var span = Engine.Text.TextSpan.FromBounds(start, end);
        return _layout.Erased(span, [.. _layout.Comments(span)], indentation);
    }
}

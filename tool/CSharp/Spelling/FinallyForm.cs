using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// Resources without a scoped owner: what runs between acquisition and release comes into a <c>try</c>, the release
/// into its <c>finally</c>.
/// <code>
///                                   p = Alloc();
/// p = Alloc();                      try
/// if (!A(p)) goto cleanup;          {
/// B(p);                       →         if (!A(p)) goto cleanup;
/// cleanup:                              B(p);
/// Free(p);                          }
///                                   finally
///                                   {
///                                       Free(p);
///                                   }
///                                   cleanup:
/// </code>
/// A disposable that comes from several places, or whose variable has several lives, keeps its declaration:
/// <code>
/// if (a) x = A(); else x = B();         if (a) x = A(); else x = B();
/// Use(x);                               using (x)
/// x.Close();                     →      {
///                                           Use(x);
///                                       }
/// </code>
/// </summary>
internal sealed class FinallyForm(EditPlan plan, WrappedRanges wraps)
{
    private readonly SourceLayout _layout = plan.Layout;
    private readonly HashSet<StatementSyntax> _going = [];

    public Refusal? Spell(IReadOnlyList<ScopedText> texts)
    {
        _going.UnionWith(texts.SelectMany(t => t.Going));
        var guarded = new List<(ScopedText Text, Run Run, string[] Release)>();
        var held = new List<(ScopedText Text, Run Run)>();
        foreach (var text in texts)
        {
            if (text.TakesTry)
            {
                var attempt = ScopeSpelling.ReleasingTry(text)!;
                var index = IndexIn(text.Home, attempt);
                held.Add((text, new Run(text.Home, index, index)));
                continue;
            }

            if (StartOf(text) is not { } start)
                return CommonRefusals.StatementWorks;

            var (found, refusal) = RunFrom(text, start);
            if (refusal is not null)
                return refusal;

            var run = found!.Value;
            var startsEarly = run.First <= IndexIn(run.Owner, text.Acquisitions[0]) && text.Acquisitions[0] != text.Declaration;
            if (startsEarly && Initialise(text, run) is { } uninitialised)
                return uninitialised;

            if (text.KeepsVariable)
            {
                held.Add((text, run));
                continue;
            }

            if (ReleaseLines(text, run, startsEarly) is not { } release)
                return CommonRefusals.NotSpelled;

            guarded.Add((text, run, release));
        }

        // Heads over the same statements stack: what is released last is the outermost.
        foreach (var group in held.GroupBy(h => h.Run))
        {
            if (Hold([.. group.Select(g => g.Text).OrderByDescending(t => t.Releases[^1].SpanStart)], group.Key) is { } refusal)
                return refusal;
        }

        // Resources held over the same statements share one finally, which releases them in the order of the text.
        foreach (var group in Joined(guarded).GroupBy(g => g.Run))
        {
            var lines = group.OrderBy(g => g.Text.Releases[^1].SpanStart).SelectMany(g => g.Release);
            if (Spell(group.Key, [.. group.SelectMany(g => g.Text.Going)], [.. lines], ["try"], null) is { } refusal)
                return refusal;
        }

        return null;
    }

    /// <summary>A run of statements in a list, by index.</summary>
    private readonly record struct Run(SyntaxNode Owner, int First, int Last)
    {
        public IReadOnlyList<StatementSyntax> List => StatementLists.StatementsOf(Owner)!;

        public StatementSyntax FirstStatement => List[First];

        public StatementSyntax LastStatement => List[Last];
    }

    /// <summary>
    /// Runs that end together begin together, where the later variable has its empty value before: one <c>try</c> is enough.
    /// </summary>
    private static IEnumerable<(ScopedText Text, Run Run, string[] Release)> Joined(
        List<(ScopedText Text, Run Run, string[] Release)> guarded)
    {
        foreach (var (text, run, release) in guarded)
        {
            var declared = text.Declarator is { Initializer: not null } && text.Declaration is { } declaration && text.Acquisitions[0] != declaration
                ? IndexIn(run.Owner, declaration)
                : int.MaxValue;
            var first = guarded
                .Where(g => g.Run.Owner == run.Owner && g.Run.Last == run.Last && declared < g.Run.First
                    && run.First <= IndexIn(run.Owner, text.Acquisitions[0]))
                .Select(g => g.Run.First)
                .Append(run.First)
                .Min();
            yield return (text, run with { First = first }, release);
        }
    }

    /// <summary>A <c>try</c> that existed for its <c>finally</c> alone gives its block to the scope.</summary>
    private Refusal? Hold(ImmutableArray<ScopedText> texts, Run run)
    {
        var heads = texts.Select(t => $"{t.Keyword}{_layout.BeforeParenthesis}({t.Held}{t.Awaiting})").ToArray();
        var going = texts.SelectMany(t => t.Going).ToList();
        if (texts.Select(ScopeSpelling.ReleasingTry).FirstOrDefault(t => t is not null) is not { } attempt
            || !attempt.Finally!.Block.Statements.All(s => plan.IsRemoved(s) || _going.Contains(s)))
        {
            return Spell(run, going, null, heads, null);
        }

        var acquires = run.Owner == attempt.Block;
        if (attempt.Catches.Count == 0 && !acquires && (run.First != run.Last || run.FirstStatement != attempt))
            return CommonRefusals.NotSpelled;

        if (acquires)
            return NeedlessTry.Unwrap(attempt, plan) ?? Spell(run, going, null, heads, _layout.IndentationAt(attempt.SpanStart));

        plan.Remove(attempt.Finally);
        if (attempt.Catches.Count > 0)
            return Spell(run, going, null, heads, null);

        var stacked = string.Join(_layout.NewLineAt(attempt.SpanStart) + _layout.IndentationAt(attempt.SpanStart), heads);
        plan.Edit(attempt, new TextEdit(TextSpan.FromBounds(attempt.TryKeyword.SpanStart, attempt.TryKeyword.Span.End), stacked));
        return null;
    }

    private Refusal? Spell(Run run, IReadOnlyList<StatementSyntax> going, string[]? release, string[] heads, string? at)
    {
        if (at is null)
            run = run with { First = wraps.Hoisting.BehindDeclarations(run.List, run.First, run.Last) };

        if (wraps.Take(run.FirstStatement, run.LastStatement) is { } refusal)
            return refusal;

        if (wraps.Hoisting.Take(run.List, run.First, run.Last) is not { } hoisted)
            return SpellingRefusals.ScopeCrossed;

        foreach (var statement in going)
            plan.Remove(statement);

        if (release is not null && hoisted.Count == 0 && run.First == run.Last && run.FirstStatement is TryStatementSyntax { Finally: null } attempt)
            Attach(attempt, release);
        else
            Wrap(run, heads, release, hoisted, at);

        return null;
    }

    /// <summary>
    /// Where the <c>try</c> may begin: behind the one statement that acquires, else at the first one that may, which
    /// asks for an empty value before.
    /// </summary>
    private static (SyntaxNode Owner, int First)? StartOf(ScopedText text)
    {
        var first = text.Acquisitions[0];
        if (text.From is { } from)
        {
            return from.Ancestors().FirstOrDefault(a => StatementLists.StatementsOf(a) is not null && text.Going.All(s => a.Span.Contains(s.Span))) is { } holder
                ? (holder, IndexIn(holder, from))
                : null;
        }

        if (text.KeepsVariable)
        {
            var last = text.Acquisitions[^1];
            if (AcquiringBlock(text) is { } block)
                return (block, IndexIn(block, last) + 1);

            return first.Ancestors().FirstOrDefault(a => StatementLists.StatementsOf(a) is not null
                    && text.Acquisitions.Concat(text.Going).All(s => a.Span.Contains(s.Span))) is { } owner
                ? (owner, IndexIn(owner, last) + 1)
                : null;
        }

        if (text.Acquisitions.Length == 1
            && (first == text.Declaration || first is ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
            && StatementLists.StatementsOf(StatementLists.ParentOf(first)) is { } list
            && text.Going.All(g => StatementLists.ParentOf(first)!.Span.Contains(g.Span)))
        {
            return (StatementLists.ParentOf(first)!, list.IndexOf(first) + 1);
        }

        if (text.Name is null || text.Declaration is null)
            return null;

        var index = IndexIn(text.Home, first);
        return index < 0 ? null : (text.Home, first == text.Declaration ? index + 1 : index);
    }

    /// <summary>The block of a <c>try</c> in which everything is acquired that its <c>finally</c>, and nothing else, releases.</summary>
    private static BlockSyntax? AcquiringBlock(ScopedText text) =>
        ScopeSpelling.ReleasingTry(text) is { Catches.Count: 0 } attempt && text.Acquisitions.All(a => attempt.Block.Span.Contains(a.Span))
            ? attempt.Block
            : null;

    private (Run? Run, Refusal? Refusal) RunFrom(ScopedText text, (SyntaxNode Owner, int First) start)
    {
        var list = StatementLists.StatementsOf(start.Owner)!;
        var first = start.First;
        var last = text.KeepsVariable && start.Owner == AcquiringBlock(text) ? list.Count - 1 : text.Going.Max(g => IndexIn(start.Owner, g));
        while (last >= first && (_going.Contains(StatementLists.Unlabelled(list[last])) || plan.IsRemoved(list[last])))
            last--;

        if (last < first)
            return (null, SpellingRefusals.NothingInside);

        if (text.ReachesBlockEnd && StatementLists.NamedBehind(list, first, last, plan).Count > 0)
            last = list.Count - 1;

        // Jumps to a label inside come into the block as well, where the variable has a value before them.
        var declared = text.Declaration is null ? -1 : IndexIn(start.Owner, text.Declaration);
        while (Jumps.Into(list, first, last, plan).Select(j => IndexIn(start.Owner, j)).DefaultIfEmpty(first).Min() is var earlier
            && earlier < first)
        {
            if (text.Name is null || text.KeepsVariable || declared < 0 || earlier <= declared)
                return (null, CommonRefusals.NeedsEarlyReturn);

            first = earlier;
        }

        if (Jumps.Into(list, first, last, plan).Any())
            return (null, CommonRefusals.NeedsEarlyReturn);

        return StatementLists.HoldsScope(list, first, last)
            ? (null, SpellingRefusals.ScopeCrossed)
            : (new Run(start.Owner, first, last), null);
    }

    /// <summary>The variable has a value where the <c>try</c> begins.</summary>
    private Refusal? Initialise(ScopedText text, Run run)
    {
        if (text.Declarator is not { } declarator || IndexIn(run.Owner, declarator) is var at && at >= run.First)
            return CommonRefusals.DeclarationShape;

        if (declarator.Initializer is not null)
            return null;

        if (EmptyText(declarator) is not { } empty)
            return CommonRefusals.DeclarationShape;

        plan.Edit(declarator, TextEdit.Insert(declarator.Identifier.Span.End, " = " + empty));
        return null;
    }

    /// <summary>The lines of the release, not indented; null when it may meet an empty value that nothing here can test for.</summary>
    private string[]? ReleaseLines(ScopedText text, Run run, bool mayBeEmpty)
    {
        var model = text.Releases.LastOrDefault(r => r is IfStatementSyntax) ?? text.Releases[^1];
        if (LinesOf(text, model, mayBeEmpty) is not { } lines)
            return null;

        if (text.Releases.Length > 1)
            return lines;

        if (lines is [var only] && CommentBehind(model, run) is { } comment)
            lines = [$"{only} {comment}"];

        return [.. CommentsOf(model, run), .. lines];
    }

    /// <summary>What is said on the line of the only release goes with it.</summary>
    private string? CommentBehind(StatementSyntax release, Run run)
    {
        if (StatementLists.ParentOf(release) != run.Owner || release.GetTrailingTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia)) is not { RawKind: not 0 } comment)
            return null;

        plan.MoveComment(release, TextSpan.FromBounds(comment.SpanStart, comment.Span.End));
        return comment.ToString().TrimEnd();
    }

    /// <summary>What is said above the only release goes with it.</summary>
    private string[] CommentsOf(StatementSyntax release, Run run)
    {
        if (StatementLists.ParentOf(release) != run.Owner || !_layout.StartsLine(release.SpanStart))
            return [];

        var line = _layout.LineOf(release.SpanStart);
        var first = wraps.FirstLineWithComments(release);
        var span = TextSpan.FromBounds(_layout.StartOf(first), _layout.StartOf(line));
        var lines = _layout.TextOf(span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0 || !lines.All(l => l.StartsWith("//", StringComparison.Ordinal)))
            return [];

        plan.Edit(run.Owner, TextEdit.Delete(span));
        return lines;
    }

    private string[]? LinesOf(ScopedText text, StatementSyntax model, bool mayBeEmpty)
    {
        var call = _layout.TextOf(text.Calls.Last(c => model.Span.Contains(c.Span)));
        if (text.Releaser.IgnoresEmpty)
            return [call];

        if (model is IfStatementSyntax check)
            return Guarded(_layout.TextOf(check.Condition), call, check.Statement is BlockSyntax);

        if (!mayBeEmpty && !text.MayBeEmpty)
            return [call];

        return (text.IsReference ? "null" : text.Declarator is { } declarator ? EmptyText(declarator) : null) is { } empty
            ? Guarded($"{Names.Written(text.Name!)} != {empty}", call, !_layout.BareSingleStatements)
            : null;
    }

    private string[] Guarded(string condition, string call, bool braced)
    {
        var unit = _layout.IndentUnit;
        var head = $"if{_layout.BeforeParenthesis}({condition})";
        if (!braced)
            return [head, unit + call];

        return wraps.OwnLineBraces
            ? [head, "{", unit + call, "}"]
            : [head + " {", unit + call, "}"];
    }

    /// <summary>A <c>try</c> that is all there is takes the release into a <c>finally</c> of its own.</summary>
    private void Attach(TryStatementSyntax attempt, string[] release)
    {
        var indentation = _layout.IndentationAt(attempt.SpanStart);
        var newLine = _layout.NewLineAt(attempt.SpanStart);
        var body = string.Concat(release.Select(l => newLine + indentation + _layout.IndentUnit + l));

        // A comment that trails the try speaks of what ends there.
        var comment = attempt.GetTrailingTrivia().LastOrDefault(SourceLayout.IsComment);
        var (end, line) = comment.RawKind != 0 ? (comment.Span.End, newLine + indentation) : (attempt.Span.End, " ");
        var head = wraps.OwnLineBraces ? $"{newLine}{indentation}finally{newLine}{indentation}{{" : line + "finally {";
        plan.Edit(attempt, TextEdit.Insert(end, $"{head}{body}{newLine}{indentation}}}"));
    }

    private void Wrap(Run run, string[] heads, string[]? release, IReadOnlyList<string> hoisted, string? at)
    {
        var indentation = _layout.IndentationAt(StatementLists.Unlabelled(run.FirstStatement).SpanStart);
        var newLine = _layout.NewLineAt(run.FirstStatement.SpanStart);
        var first = wraps.FirstLineWithComments(run.FirstStatement);
        var last = _layout.LineOf(run.LastStatement.Span.End);
        wraps.InsertAbove(run.Owner, run.FirstStatement, [.. hoisted, .. heads[..^1], .. wraps.OwnLineBraces ? [heads[^1], "{"] : (string[])[heads[^1] + " {"]], at);
        wraps.Indent(first, last, indentation);

        if (release is null)
        {
            wraps.InsertBelow(run.Owner, run.LastStatement, (at ?? indentation) + "}");
            return;
        }

        var between = wraps.OwnLineBraces ? $"}}{newLine}{indentation}finally{newLine}{indentation}{{" : "} finally {";
        var body = string.Concat(release.Select(l => newLine + indentation + _layout.IndentUnit + l));
        wraps.InsertBelow(run.Owner, run.LastStatement, $"{indentation}{between}{body}{newLine}{indentation}}}");
    }

    private static string? EmptyText(VariableDeclaratorSyntax declarator) =>
        ((VariableDeclarationSyntax)declarator.Parent!).Type switch
        {
            PointerTypeSyntax or ArrayTypeSyntax => "null",
            IdentifierNameSyntax { Identifier.ValueText: "IntPtr" or "UIntPtr" } name => name + ".Zero",
            QualifiedNameSyntax { Right.Identifier.ValueText: "IntPtr" or "UIntPtr" } name => name + ".Zero",
            IdentifierNameSyntax { Identifier.ValueText: "nint" or "nuint" } => "0",
            _ => null,
        };

    private static int IndexIn(SyntaxNode owner, SyntaxNode node) =>
        StatementLists.ChildOf(owner, node) is { } child ? StatementLists.StatementsOf(owner)!.IndexOf(child) : -1;
}

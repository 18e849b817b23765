using MigrateCleanup.Engine.Flow;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Flow;

/// <summary>What holds of every graph, over a text with about every construct of the language.</summary>
public sealed class InvariantTests
{
    private static readonly Lazy<IReadOnlyList<Function>> Functions = new(() =>
    {
        var reading = Snippets.ReadAll(Constructs.Text);
        Assert.Empty(reading.Unparsed);
        return [.. reading.Functions.Select(f => f.Primary)];
    });

    [Fact]
    public void TheConstructsCompile()
    {
        var errors = Snippets.Compilation(Constructs.Text).GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.Empty(errors);
        Assert.True(Functions.Value.Count > 50, $"only {Functions.Value.Count} functions");
    }

    [Fact]
    public void EveryOriginLiesInItsFunction() => All(f =>
        f.Graph.Events.Where(e => !f.Span.Contains(e.Origin.Span)).Select(e => $"{e} at {e.Origin}"));

    [Fact]
    public void EveryBlockIsReached() => All(f =>
    {
        var reached = new HashSet<Block> { f.Graph.Exit, f.Graph.Unwind };
        var pending = new Stack<Block>([f.Graph.Entry]);
        while (pending.TryPop(out var block))
        {
            if (reached.Add(block) || block == f.Graph.Entry)
                block.Successors.Select(e => e.To).Where(b => !reached.Contains(b)).ToList().ForEach(pending.Push);
        }

        return f.Graph.Blocks.Where(b => !reached.Contains(b)).Select(b => b.ToString());
    });

    [Fact]
    public void WhatMayThrowHasOneHandler() => All(f => f.Graph.Blocks
        .Where(b => b.Events.Any(e => e.MayThrow) != (b.Successors.Count(e => e.Kind == EdgeKind.Exceptional) == 1))
        .Select(b => b.ToString()));

    [Fact]
    public void OnlyABranchHasSeveralWays() => All(f => f.Graph.Blocks
        .Where(b => b.Branch is null && b.Successors.Count(e => e.Kind != EdgeKind.Exceptional) > 1)
        .Select(b => b.ToString()));

    [Fact]
    public void EveryBlockGoesOn() => All(f => f.Graph.Blocks
        .Where(b => b != f.Graph.Exit && b != f.Graph.Unwind && b.Successors.All(e => e.Kind == EdgeKind.Exceptional))
        .Where(b => b.Events.LastOrDefault() is not (Throw or Call { NeverReturns: true }))
        .Select(b => b.ToString()));

    [Fact]
    public void EveryLocalBelongsToTheFunction() => All(f => f.Graph.Events
        .SelectMany(e => Access.Reads(e).Concat(Access.Writes(e).Select(w => w.Local)))
        .Where(l => !f.Locals.Contains(l))
        .Select(l => l.Name));

    [Fact]
    public void EveryScopeEndsWhereItBegan() => All(f => f.Scopes
        .Where(s => f.Graph.Events.OfType<ScopeEnter>().Count(e => e.Scope == s) == 0)
        .Select(s => $"{s} is never entered"));

    [Fact]
    public void LabelsAndJumpsAreInTheGraph() => All(f => f.Labels.Select(l => l.Block).Concat(f.Jumps.Select(j => j.From))
        .Where(b => !f.Graph.Blocks.Contains(b))
        .Select(b => b.ToString()));

    [Fact]
    public void ReadingTwiceGivesTheSameText()
    {
        var again = Snippets.ReadAll(Constructs.Text).Functions.Select(f => GraphText.Of(f.Primary));
        Assert.Equal(Functions.Value.Select(GraphText.Of), again);
    }

    private static void All(Func<Function, IEnumerable<string>> wrong)
    {
        var found = Functions.Value.SelectMany(f => wrong(f).Select(w => $"{f.Name}: {w}\n{GraphText.Of(f)}")).Take(3).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}

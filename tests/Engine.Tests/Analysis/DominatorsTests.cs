using CsCheck;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Tests.Flow;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Analysis;

public sealed class DominatorsTests
{
    /// <summary>Four inner blocks have 2^16 graphs between them; entry leads to the first, the last leads to the exit.</summary>
    [Fact]
    public void They_agree_with_the_definition_on_every_graph_of_up_to_four_blocks()
    {
        for (var size = 1; size <= 4; size++)
        {
            for (var edges = 0; edges < 1 << (size * size); edges++)
                AssertDefinition(GraphOf(size, edges));
        }
    }

    [Fact]
    public void They_agree_with_the_definition_where_events_throw() =>
        RandomFunctions.All.Sample(f => AssertDefinition(f.Graph), iter: 2000, threads: 1);

    [Fact]
    public void An_event_dominates_only_when_it_has_completed()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var handler = f.NewBlock();
        var acquire = f.Try(f.Entry, p, "acquire");
        var use = f.Try(f.Entry, null, "use");
        f.Flow.Connect(f.Entry, handler, EdgeKind.Exceptional);
        f.Go(f.Entry, f.Exit);
        var release = f.Call(handler, null, "release", Sketch.Read(p));
        f.Go(handler, f.Exit);
        var facts = new Facts(f.Build(), Engine.Ownership.Catalogue.Empty, "");

        Assert.True(facts.Dominates(acquire, use));
        Assert.False(facts.Dominates(acquire, release));
        Assert.False(facts.Dominates(use, acquire));
        Assert.False(facts.PostDominates(release, use));
        Assert.True(facts.PostDominates(use, acquire));
    }

    [Fact]
    public void Between_two_points_lies_what_some_path_passes()
    {
        var f = new Sketch();
        var one = f.NewBlock();
        var other = f.NewBlock();
        var end = f.NewBlock();
        var start = f.Call(f.Entry, null, "start");
        f.If(f.Entry, Sketch.Value(true), one, other);
        var left = f.Call(one, null, "left");
        f.Go(one, end);
        f.Call(other, null, "right");
        f.Return(other);
        var last = f.Call(end, null, "last");
        f.Return(end);
        var facts = new Facts(f.Build(), Engine.Ownership.Catalogue.Empty, "");

        Assert.Same(left, Assert.Single(facts.Between(start, last)));
    }

    private static ControlFlowGraph GraphOf(int size, int edges)
    {
        var flow = new FlowBuilder();
        var blocks = Enumerable.Range(0, size).Select(_ => flow.NewBlock()).ToArray();
        flow.Connect(flow.Entry, blocks[0]);
        for (var from = 0; from < size; from++)
        {
            for (var to = 0; to < size; to++)
            {
                if ((edges >> (from * size + to) & 1) != 0)
                    flow.Connect(blocks[from], blocks[to]);
            }
        }

        flow.Connect(blocks[^1], flow.Exit);
        return flow.Build();
    }

    private static void AssertDefinition(ControlFlowGraph graph)
    {
        var dominators = Dominators.Of(graph);
        var postDominators = Dominators.PostOf(graph);
        var ends = graph.Blocks.Where(IsEnd).ToList();
        var reached = Reachable([graph.Entry], null, Next);
        var ending = Reachable(ends, null, Previous);
        foreach (var other in graph.Blocks)
        {
            var without = Reachable([graph.Entry], other, Next);
            var endingWithout = Reachable(ends, other, Previous);
            foreach (var block in graph.Blocks)
            {
                var dominates = other == block || (reached.Contains(block) && !without.Contains(block));
                if (dominates != dominators.Dominates(other, block))
                    Assert.Fail($"{other} dominates {block}: {dominates} in\n{GraphText.Of(graph)}");

                var postDominates = other == block || (ending.Contains(block) && !endingWithout.Contains(block));
                if (postDominates != postDominators.Dominates(other, block))
                    Assert.Fail($"{other} post-dominates {block}: {postDominates} in\n{GraphText.Of(graph)}");
            }
        }

        static IEnumerable<Block> Next(Block block) => block.Successors.Select(e => e.To);

        static IEnumerable<Block> Previous(Block block) => block.Predecessors.Select(e => e.From);
    }

    private static bool IsEnd(Block block) =>
        block.Successors.All(e => e.Kind == EdgeKind.Exceptional) && block.Events is not [.., Throw];

    private static HashSet<Block> Reachable(List<Block> from, Block? without, Func<Block, IEnumerable<Block>> next)
    {
        var reached = new HashSet<Block>();
        var pending = new Stack<Block>(from);
        while (pending.TryPop(out var block))
        {
            if (block == without || !reached.Add(block))
                continue;

            foreach (var to in next(block))
                pending.Push(to);
        }

        return reached;
    }
}

using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// The heads of a graph's loops, and an order of its blocks in which all that leads to a block stands before it: what is in
/// a loop before what is behind the loop, back edges apart. Who goes by it meets paths before going on (Bourdoncle,
/// <i>Efficient chaotic iteration strategies with widenings</i>, whose weak topological order this is on reducible graphs).
/// Linear, times the depth of loops.
/// </summary>
internal sealed class LoopOrder
{
    private readonly bool[] _heads;
    private readonly int[] _depths;
    private readonly int[] _ranks;

    public LoopOrder(ControlFlowGraph graph)
    {
        _heads = new bool[graph.Blocks.Length];
        _depths = new int[graph.Blocks.Length];
        _ranks = new int[graph.Blocks.Length];
        var backEdges = new List<Edge>();
        DepthFirst.Walk(graph.Entry, graph.Blocks.Length, block => block.Successors, backEdges.Add, done: null);
        foreach (var loop in backEdges.GroupBy(e => e.To))
        {
            _heads[loop.Key.Id] = true;
            Deepen(loop.Key, loop.Select(e => e.From));
        }

        // What leaves a loop is gone through first, so that it is done first, and stands behind the loop.
        var rank = graph.Blocks.Length;
        DepthFirst.Walk(
            graph.Entry,
            graph.Blocks.Length,
            backEdges.Count == 0 ? block => block.Successors : block => [.. block.Successors.OrderBy(e => _depths[e.To.Id])],
            back: null,
            block => _ranks[block.Id] = --rank);
    }

    public bool IsHead(Block block) => _heads[block.Id];

    public int RankOf(Block block) => _ranks[block.Id];

    /// <summary>Counts one loop more for each of its blocks: those from which its ends can be reached past its head.</summary>
    private void Deepen(Block head, IEnumerable<Block> ends)
    {
        var members = new HashSet<Block> { head };
        var pending = new Stack<Block>(ends);
        while (pending.TryPop(out var block))
        {
            if (!members.Add(block))
                continue;

            foreach (var edge in block.Predecessors)
                pending.Push(edge.From);
        }

        foreach (var block in members)
            _depths[block.Id]++;
    }
}

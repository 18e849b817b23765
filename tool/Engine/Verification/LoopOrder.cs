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
    private readonly ControlFlowGraph _graph;
    private readonly bool[] _heads;
    private readonly int[] _depths;
    private readonly int[] _ranks;

    public LoopOrder(ControlFlowGraph graph)
    {
        _graph = graph;
        _heads = new bool[graph.Blocks.Length];
        _depths = new int[graph.Blocks.Length];
        _ranks = new int[graph.Blocks.Length];
        var backEdges = new List<Edge>();
        Walk(block => block.Successors, backEdges.Add, _ => { });
        foreach (var loop in backEdges.GroupBy(e => e.To))
        {
            _heads[loop.Key.Id] = true;
            Deepen(loop.Key, loop.Select(e => e.From));
        }

        // What leaves a loop is gone through first, so that it is done first, and stands behind the loop.
        var rank = graph.Blocks.Length;
        Walk(
            backEdges.Count == 0 ? block => block.Successors : block => [.. block.Successors.OrderBy(e => _depths[e.To.Id])],
            _ => { },
            block => _ranks[block.Id] = --rank);
    }

    public bool IsHead(Block block) => _heads[block.Id];

    public int RankOf(Block block) => _ranks[block.Id];

    /// <summary>Depth first: tells of edges back to a block that is not done, and of each block when it is.</summary>
    private void Walk(Func<Block, IReadOnlyList<Edge>> successors, Action<Edge> back, Action<Block> done)
    {
        var state = new byte[_graph.Blocks.Length];
        var pending = new Stack<(Block Block, IReadOnlyList<Edge> Edges, int Next)>();
        Enter(_graph.Entry);
        while (pending.TryPop(out var top))
        {
            if (top.Next == top.Edges.Count)
            {
                state[top.Block.Id] = 2;
                done(top.Block);
                continue;
            }

            pending.Push(top with { Next = top.Next + 1 });
            var edge = top.Edges[top.Next];
            if (state[edge.To.Id] == 1)
                back(edge);
            else if (state[edge.To.Id] == 0)
                Enter(edge.To);
        }

        void Enter(Block block)
        {
            state[block.Id] = 1;
            pending.Push((block, successors(block), 0));
        }
    }

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

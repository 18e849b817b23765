using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// Which blocks lie on every path to a block (dominators), or on every path from it to an end (post-dominators).
/// Computed as Cooper, Harvey and Kennedy do in "A Simple, Fast Dominance Algorithm". Where no path exists, a block
/// has no dominator but itself.
/// </summary>
public sealed class Dominators
{
    private const int None = -1;

    private readonly ControlFlowGraph _graph;

    /// <summary>Per node its immediate dominator; the node after the last block joins all ends.</summary>
    private readonly int[] _immediate;

    /// <summary>When a walk over the dominator tree enters and leaves a node: a dominator's interval encloses it.</summary>
    private readonly int[] _enters;
    private readonly int[] _leaves;

    private Dominators(ControlFlowGraph graph, int[] immediate)
    {
        _graph = graph;
        _immediate = immediate;
        (_enters, _leaves) = Intervals(immediate);
    }

    public static Dominators Of(ControlFlowGraph graph)
    {
        var successors = new List<int>[graph.Blocks.Length];
        foreach (var block in graph.Blocks)
            successors[block.Id] = [.. block.Successors.Select(e => e.To.Id)];

        return new Dominators(graph, Immediate(graph.Entry.Id, successors));
    }

    /// <summary>
    /// Post-dominators. A path ends at the exit, at the unwinding exit, and where a call never returns. Without
    /// <paramref name="exceptional"/>, only paths on which nothing throws are looked at.
    /// </summary>
    public static Dominators PostOf(ControlFlowGraph graph, bool exceptional = true)
    {
        var end = graph.Blocks.Length;
        var reversed = new List<int>[end + 1];
        for (var i = 0; i <= end; i++)
            reversed[i] = [];

        foreach (var block in graph.Blocks)
        {
            foreach (var edge in block.Successors)
            {
                if (exceptional || edge.Kind != EdgeKind.Exceptional)
                    reversed[edge.To.Id].Add(block.Id);
            }

            var isEnd = block.Successors.All(e => e.Kind == EdgeKind.Exceptional) && block.Events is not [.., Throw];
            if (isEnd && (exceptional || block != graph.Unwind))
                reversed[end].Add(block.Id);
        }

        return new Dominators(graph, Immediate(end, reversed));
    }

    /// <summary>Whether <paramref name="dominator"/> is on every path; a block dominates itself.</summary>
    public bool Dominates(Block dominator, Block block)
    {
        if (dominator == block)
            return true;

        if (!dominator.IsReached || !block.IsReached || _immediate[block.Id] == None || _immediate[dominator.Id] == None)
            return false;

        return _enters[dominator.Id] <= _enters[block.Id] && _leaves[block.Id] <= _leaves[dominator.Id];
    }

    /// <summary>The nearest dominator that is not the block itself; none for the root and for what no path reaches.</summary>
    public Block? ImmediateDominator(Block block)
    {
        var immediate = block.IsReached ? _immediate[block.Id] : None;
        return immediate == None || immediate == block.Id || immediate == _graph.Blocks.Length
            ? null
            : _graph.Blocks[immediate];
    }

    private static int[] Immediate(int root, List<int>[] successors)
    {
        var order = PostOrder(root, successors);
        var rank = new int[successors.Length];
        Array.Fill(rank, None);
        for (var i = 0; i < order.Count; i++)
            rank[order[i]] = i;

        var predecessors = new List<int>[successors.Length];
        for (var i = 0; i < predecessors.Length; i++)
            predecessors[i] = [];

        foreach (var node in order)
        {
            foreach (var to in successors[node])
                predecessors[to].Add(node);
        }

        var immediate = new int[successors.Length];
        Array.Fill(immediate, None);
        immediate[root] = root;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = order.Count - 2; i >= 0; i--)
            {
                var node = order[i];
                var nearest = predecessors[node]
                    .Where(p => immediate[p] != None)
                    .Aggregate(None, (a, b) => a == None ? b : Intersection(immediate, rank, a, b));

                changed |= nearest != immediate[node];
                immediate[node] = nearest;
            }
        }

        return immediate;
    }

    private static int Intersection(int[] immediate, int[] rank, int left, int right)
    {
        while (left != right)
        {
            while (rank[left] < rank[right])
                left = immediate[left];

            while (rank[right] < rank[left])
                right = immediate[right];
        }

        return left;
    }

    private static List<int> PostOrder(int root, List<int>[] successors)
    {
        var order = new List<int>(successors.Length);
        var seen = new bool[successors.Length];
        var pending = new Stack<(int Node, int Next)>();
        seen[root] = true;
        pending.Push((root, 0));
        while (pending.TryPop(out var top))
        {
            if (top.Next == successors[top.Node].Count)
            {
                order.Add(top.Node);
                continue;
            }

            pending.Push((top.Node, top.Next + 1));
            var to = successors[top.Node][top.Next];
            if (seen[to])
                continue;

            seen[to] = true;
            pending.Push((to, 0));
        }

        return order;
    }

    private static (int[] Enters, int[] Leaves) Intervals(int[] immediate)
    {
        var children = new List<int>[immediate.Length];
        for (var i = 0; i < children.Length; i++)
            children[i] = [];

        var root = None;
        for (var i = 0; i < immediate.Length; i++)
        {
            if (immediate[i] == i)
                root = i;
            else if (immediate[i] != None)
                children[immediate[i]].Add(i);
        }

        var enters = new int[immediate.Length];
        var leaves = new int[immediate.Length];
        var clock = 0;
        var pending = new Stack<(int Node, int Next)>();
        pending.Push((root, 0));
        while (pending.TryPop(out var top))
        {
            if (top.Next == 0)
                enters[top.Node] = clock++;

            if (top.Next == children[top.Node].Count)
            {
                leaves[top.Node] = clock++;
                continue;
            }

            pending.Push((top.Node, top.Next + 1));
            pending.Push((children[top.Node][top.Next], 0));
        }

        return (enters, leaves);
    }
}

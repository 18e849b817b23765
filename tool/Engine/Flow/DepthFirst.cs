using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Flow;

/// <summary>The walk through a graph that goes on before it goes back. Linear, and without recursion.</summary>
internal static class DepthFirst
{
    /// <param name="entry">Where it begins.</param>
    /// <param name="blocks">How many blocks there are.</param>
    /// <param name="successors">The edges out of a block, in the order in which they are taken.</param>
    /// <param name="back">Told of edges to a block that is not done.</param>
    /// <param name="done">Told of each block when all behind it is done.</param>
    public static void Walk(Block entry, int blocks, Func<Block, ImmutableArray<Edge>> successors, Action<Edge>? back, Action<Block>? done)
    {
        var state = new State[blocks];
        var pending = new Stack<(Block Block, ImmutableArray<Edge> Edges, int Next)>();
        Enter(entry);
        while (pending.TryPop(out var top))
        {
            if (top.Next == top.Edges.Length)
            {
                state[top.Block.Id] = State.Done;
                done?.Invoke(top.Block);
                continue;
            }

            pending.Push(top with { Next = top.Next + 1 });
            var edge = top.Edges[top.Next];
            if (state[edge.To.Id] == State.Open)
                back?.Invoke(edge);
            else if (state[edge.To.Id] == State.New)
                Enter(edge.To);
        }

        void Enter(Block block)
        {
            state[block.Id] = State.Open;
            pending.Push((block, successors(block), 0));
        }
    }

    private enum State : byte
    {
        New,
        Open,
        Done,
    }
}

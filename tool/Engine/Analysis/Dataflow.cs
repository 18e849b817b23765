using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

public enum Direction
{
    /// <summary>Facts follow execution: what came before.</summary>
    Forward,

    /// <summary>Facts run against it: what comes after.</summary>
    Backward,
}

/// <summary>
/// A lattice of facts and how events change them. States are values: no function here changes its arguments. Join
/// must be commutative, associative and idempotent, with <see cref="Bottom"/> as its neutral element, and no chain of
/// joins may grow for ever.
/// </summary>
public abstract class DataflowProblem<TState>
{
    public virtual Direction Direction => Direction.Forward;

    /// <summary>The fact of a point that nothing reaches.</summary>
    public abstract TState Bottom { get; }

    /// <summary>The fact at the entry; backward, at both exits and wherever control ends.</summary>
    public abstract TState Boundary { get; }

    public abstract TState Join(TState left, TState right);

    public abstract bool AreEqual(TState left, TState right);

    /// <summary>The fact on the other side of an event that completes.</summary>
    public abstract TState Transfer(TState state, Event @event);

    /// <summary>
    /// The fact on the other side of an event that throws. Forward, the effects have happened but the result has not
    /// been assigned; backward, the state given is the handler's.
    /// </summary>
    public abstract TState TransferThrow(TState state, Event @event);

    /// <summary>The fact on the other side of a branch's condition, whichever way it goes.</summary>
    public virtual TState TransferBranch(TState state, Branch branch) => state;

    /// <summary>What is known in addition on one edge; <see cref="Bottom"/> when it cannot be taken.</summary>
    public virtual TState TransferEdge(TState state, Edge edge) => state;
}

/// <summary>The least facts that solve a problem on a graph: the fixed point of its transfer functions.</summary>
public sealed class Solution<TState>
{
    private readonly DataflowProblem<TState> _problem;
    private readonly ControlFlowGraph _graph;

    /// <summary>Per block, the fact at its first point.</summary>
    private readonly TState[] _starts;

    /// <summary>Per block, the facts at all its points, made when asked for.</summary>
    private readonly TState[]?[] _points;

    /// <summary>What flows along edges, as far as it was asked for.</summary>
    private Dictionary<Edge, TState>? _along;

    internal Solution(DataflowProblem<TState> problem, ControlFlowGraph graph, TState[] starts)
    {
        _problem = problem;
        _graph = graph;
        _starts = starts;
        _points = new TState[]?[graph.Blocks.Length];
    }

    public TState AtStart(Block block) => At(Point.StartOf(block));

    /// <summary>Behind the last event and before the branch.</summary>
    public TState AtEnd(Block block) => At(Point.EndOf(block));

    public TState Before(Event @event) => At(_graph.Before(@event));

    /// <summary>Behind an event that completed.</summary>
    public TState After(Event @event) => At(_graph.After(@event));

    public TState At(Point point) =>
        point.Block.IsReached ? PointsOf(point.Block)[point.Index] : _problem.Bottom;

    /// <summary>The fact that flows along an edge of a forward problem, refined by what taking it means.</summary>
    public TState On(Edge edge)
    {
        _along ??= [];
        if (!_along.TryGetValue(edge, out var state))
            _along.Add(edge, state = Dataflow.Along(_problem, edge, PointsOf(edge.From)));

        return state;
    }

    private TState[] PointsOf(Block block) =>
        _points[block.Id] ??= _problem.Direction == Direction.Forward
            ? Dataflow.ForwardPoints(_problem, block, _starts[block.Id])
            : Dataflow.BackwardPoints(_problem, block, _starts);
}

/// <summary>
/// One worklist that runs every lattice to its fixed point, in reverse post-order (backward: in post-order), so that
/// the same graph always gives the same facts. A block's facts only ever grow: new ones are joined to what is there.
/// </summary>
public static class Dataflow
{
    public static Solution<TState> Solve<TState>(DataflowProblem<TState> problem, ControlFlowGraph graph)
    {
        var starts = new TState[graph.Blocks.Length];
        Array.Fill(starts, problem.Bottom);
        if (problem.Direction == Direction.Forward)
            SolveForward(problem, graph, starts);
        else
            SolveBackward(problem, graph, starts);

        return new Solution<TState>(problem, graph, starts);
    }

    internal static TState[] ForwardPoints<TState>(DataflowProblem<TState> problem, Block block, TState start)
    {
        var points = new TState[block.Events.Length + 1];
        points[0] = start;
        for (var i = 0; i < block.Events.Length; i++)
            points[i + 1] = problem.Transfer(points[i], block.Events[i]);

        return points;
    }

    private static TState ForwardEnd<TState>(DataflowProblem<TState> problem, Block block, TState start)
    {
        var state = start;
        foreach (var @event in block.Events)
            state = problem.Transfer(state, @event);

        return state;
    }

    internal static TState[] BackwardPoints<TState>(DataflowProblem<TState> problem, Block block, TState[] starts)
    {
        var points = new TState[block.Events.Length + 1];
        points[^1] = EndOf(problem, block, starts);
        if (block.Branch is { } branch)
            points[^1] = problem.TransferBranch(points[^1], branch);

        var handled = problem.Bottom;
        foreach (var edge in block.Successors)
        {
            if (edge.Kind == EdgeKind.Exceptional)
                handled = problem.Join(handled, problem.TransferEdge(starts[edge.To.Id], edge));
        }

        for (var i = block.Events.Length - 1; i >= 0; i--)
        {
            var @event = block.Events[i];
            points[i] = problem.Transfer(points[i + 1], @event);
            if (@event.MayThrow)
                points[i] = problem.Join(points[i], problem.TransferThrow(handled, @event));
        }

        return points;
    }

    /// <summary>What leaves a block along one edge, given the facts at the block's points.</summary>
    internal static TState Along<TState>(DataflowProblem<TState> problem, Edge edge, TState[] points)
    {
        var block = edge.From;
        var state = problem.Bottom;
        if (edge.Kind == EdgeKind.Exceptional)
        {
            for (var i = 0; i < block.Events.Length; i++)
            {
                if (block.Events[i].MayThrow)
                    state = problem.Join(state, problem.TransferThrow(points[i], block.Events[i]));
            }
        }
        else
        {
            state = block.Branch is { } branch ? problem.TransferBranch(points[^1], branch) : points[^1];
        }

        return problem.TransferEdge(state, edge);
    }

    private static void SolveForward<TState>(DataflowProblem<TState> problem, ControlFlowGraph graph, TState[] starts)
    {
        starts[graph.Entry.Id] = problem.Boundary;
        var worklist = new Worklist(graph.ReversePostOrder);
        while (worklist.TryTake(out var block))
        {
            // Only a way out of its middle needs the facts inside of the block.
            var points = block.Handler is null ? null : ForwardPoints(problem, block, starts[block.Id]);
            var end = points is null ? ForwardEnd(problem, block, starts[block.Id]) : points[^1];
            if (block.Branch is { } branch)
                end = problem.TransferBranch(end, branch);

            foreach (var edge in block.Successors)
            {
                var state = edge.Kind == EdgeKind.Exceptional ? Along(problem, edge, points!) : problem.TransferEdge(end, edge);
                if (Grow(problem, starts, edge.To, state))
                    worklist.Add(edge.To);
            }
        }
    }

    private static void SolveBackward<TState>(DataflowProblem<TState> problem, ControlFlowGraph graph, TState[] starts)
    {
        var worklist = new Worklist([.. graph.ReversePostOrder.Reverse()]);
        while (worklist.TryTake(out var block))
        {
            if (!Grow(problem, starts, block, BackwardPoints(problem, block, starts)[0]))
                continue;

            foreach (var edge in block.Predecessors)
                worklist.Add(edge.From);
        }
    }

    private static TState EndOf<TState>(DataflowProblem<TState> problem, Block block, TState[] starts)
    {
        var (state, ends) = (problem.Bottom, true);
        foreach (var edge in block.Successors)
        {
            if (edge.Kind == EdgeKind.Exceptional)
                continue;

            state = problem.Join(state, problem.TransferEdge(starts[edge.To.Id], edge));
            ends = false;
        }

        return !ends ? state : block.Events is [.., Throw] ? problem.Bottom : problem.Boundary;
    }

    private static bool Grow<TState>(DataflowProblem<TState> problem, TState[] starts, Block block, TState state)
    {
        var joined = problem.Join(starts[block.Id], state);
        if (problem.AreEqual(joined, starts[block.Id]))
            return false;

        starts[block.Id] = joined;
        return true;
    }

    /// <summary>Blocks to visit, each at most once, first in the given order first.</summary>
    private sealed class Worklist
    {
        private readonly ImmutableArray<Block> _order;
        private readonly int[] _rank;
        private readonly bool[] _waits;
        private readonly PriorityQueue<Block, int> _queue = new();

        public Worklist(ImmutableArray<Block> order)
        {
            _order = order;
            _rank = new int[order.Length];
            _waits = new bool[order.Length];
            for (var i = 0; i < order.Length; i++)
                _rank[order[i].Id] = i;

            foreach (var block in _order)
                Add(block);
        }

        public void Add(Block block)
        {
            if (_waits[block.Id])
                return;

            _waits[block.Id] = true;
            _queue.Enqueue(block, _rank[block.Id]);
        }

        public bool TryTake([NotNullWhen(true)] out Block? block)
        {
            if (!_queue.TryDequeue(out block, out _))
                return false;

            _waits[block.Id] = false;
            return true;
        }
    }
}

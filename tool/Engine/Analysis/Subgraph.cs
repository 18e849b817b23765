using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// A graph as it would be without some of its edges: what is still reached, and what becomes of a private local's
/// values there. Rules ask it how a function looks once their rewrite is made.
/// </summary>
public sealed class Subgraph
{
    private readonly IReadOnlySet<Edge> _without;
    private readonly HashSet<Block> _reached = [];

    public Subgraph(ControlFlowGraph graph, IReadOnlySet<Edge> without)
    {
        Graph = graph;
        _without = without;
        var pending = new Stack<Block>();
        pending.Push(graph.Entry);
        while (pending.TryPop(out var block))
        {
            if (!_reached.Add(block))
                continue;

            foreach (var edge in Successors(block))
                pending.Push(edge.To);
        }
    }

    public ControlFlowGraph Graph { get; }

    public bool IsReached(Block block) => _reached.Contains(block);

    /// <summary>The events that may still run.</summary>
    public IEnumerable<Event> Events => Graph.Blocks.Where(IsReached).SelectMany(b => b.Events);

    public IEnumerable<Branch> Branches => Graph.Blocks.Where(IsReached).Select(b => b.Branch).OfType<Branch>();

    public IEnumerable<Edge> Successors(Block block) => block.Successors.Where(e => !_without.Contains(e));

    public IEnumerable<Edge> Predecessors(Block block) =>
        block.Predecessors.Where(e => !_without.Contains(e) && IsReached(e.From));

    /// <summary>
    /// The events that may have given a private local the value it has at a point; null stands for its value at the
    /// entry.
    /// </summary>
    public IReadOnlyList<Event?> WritesReaching(Point point, Local local)
    {
        var found = new List<Event?>();
        var seen = new HashSet<Block>();
        var pending = new Stack<Point>();
        pending.Push(point);
        while (pending.TryPop(out var at))
        {
            if (LastWrite(at, local) is { } write)
            {
                if (!found.Contains(write))
                    found.Add(write);

                continue;
            }

            if (at.Block == Graph.Entry && !found.Contains(null))
                found.Add(null);

            foreach (var edge in Predecessors(at.Block))
            {
                if (edge.Kind != EdgeKind.Exceptional)
                {
                    if (seen.Add(edge.From))
                        pending.Push(Point.EndOf(edge.From));

                    continue;
                }

                for (var i = 0; i < edge.From.Events.Length; i++)
                {
                    if (edge.From.Events[i].MayThrow)
                        pending.Push(new Point(edge.From, i));
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Whether somebody may read the value that a private local has behind an event. Reads by an event in
    /// <paramref name="ignored"/> do not count; the end of a block in <paramref name="neededBehind"/> counts as a read.
    /// </summary>
    public bool IsNeededAfter(Event @event, Local local, IReadOnlySet<Event> ignored, IReadOnlySet<Block> neededBehind)
    {
        var seen = new HashSet<Block>();
        var pending = new Stack<Point>();
        pending.Push(Graph.After(@event));
        while (pending.TryPop(out var at))
        {
            if (!TryPassThrough(at, local, ignored, pending, out var isRead))
                continue;

            if (isRead || neededBehind.Contains(at.Block) || (at.Block.Branch is { } branch && Access.Reads(branch.Condition).Contains(local)))
                return true;

            foreach (var edge in Successors(at.Block))
            {
                if (edge.Kind != EdgeKind.Exceptional && seen.Add(edge.To))
                    pending.Push(Point.StartOf(edge.To));
            }
        }

        return false;
    }

    /// <summary>Whether the rest of a block lets the value through, or reads it; false when it is overwritten first.</summary>
    private static bool TryPassThrough(Point at, Local local, IReadOnlySet<Event> ignored, Stack<Point> pending, out bool isRead)
    {
        for (var point = at; point.Event is { } next; point = point.Next)
        {
            if (!ignored.Contains(next) && Access.Reads(next).Contains(local))
                return isRead = true;

            if (next.MayThrow && at.Block.Handler is { } handler)
                pending.Push(Point.StartOf(handler));

            if (Access.Writes(next).Any(w => w.Local == local && w.IsWhole))
                return isRead = false;
        }

        isRead = false;
        return true;
    }

    private static Event? LastWrite(Point at, Local local)
    {
        for (var i = at.Index - 1; i >= 0; i--)
        {
            if (Access.Writes(at.Block.Events[i]).Any(w => w.Local == local))
                return at.Block.Events[i];
        }

        return null;
    }
}

using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>Questions about what execution can reach, at the level of events.</summary>
public static class Paths
{
    /// <summary>
    /// Whether execution can come from one point to another without completing <paramref name="stop"/>. Where that
    /// event throws it has not completed, and the search goes on.
    /// </summary>
    public static bool Reaches(Point from, Point to, Event? stop = null, bool exceptional = true)
    {
        foreach (var (start, end) in Runs(from, Is(stop), completes: true, exceptional))
        {
            if (to.Block == start.Block && to.Index >= start.Index && to.Index <= end)
                return true;
        }

        return false;
    }

    /// <summary>Whether execution can end, by either exit or in a call that never returns, before <paramref name="stop"/> is executed.</summary>
    public static bool ReachesEnd(Point from, Event? stop, bool exceptional)
    {
        foreach (var (start, end) in Runs(from, Is(stop), completes: false, exceptional))
        {
            var block = start.Block;
            var isEnd = block.Successors.All(e => e.Kind == EdgeKind.Exceptional) && block.Events is not [.., Throw];
            if (isEnd && end == block.Events.Length)
                return true;
        }

        return false;
    }

    /// <summary>Whether the function can return, where nothing throws, before any of certain events is executed.</summary>
    public static bool Returns(ControlFlowGraph graph, Point from, Func<Event, bool> stopsAt) =>
        Runs(from, stopsAt, completes: false, exceptional: false).Any(run => run.Start.Block == graph.Exit);

    /// <summary>Whether execution can come to one of certain events, where nothing throws, before one of others has been executed.</summary>
    public static bool ComesTo(Func<Event, bool> goal, Point from, Func<Event, bool> stopsAt) =>
        Runs(from, stopsAt, completes: false, exceptional: false).Any(run =>
            run.Start.Block.Events.Skip(run.Start.Index).Take(run.End - run.Start.Index + 1).Any(goal));

    /// <summary>The events on some path from one point to another that passes neither in between.</summary>
    public static IReadOnlyList<Event> Between(ControlFlowGraph graph, Point from, Point to, bool exceptional = true)
    {
        var ahead = new EventSet();
        foreach (var (start, end) in Runs(from, null, completes: true, exceptional, to))
        {
            for (var i = start.Index; i < end; i++)
                ahead.Add(start.Block.Events[i]);
        }

        var before = new EventSet();
        var seen = new HashSet<(Block, int)>();
        var pending = new Stack<Point>();
        pending.Push(to);
        while (pending.TryPop(out var point))
        {
            if (!seen.Add((point.Block, point.Index)))
                continue;

            // Walking back stops at the start, where no other path could have come from.
            var block = point.Block;
            var index = point.Index;
            while (index > 0 && !(block == from.Block && index == from.Index))
                before.Add(block.Events[--index]);

            if (index > 0 || (block == from.Block && index == from.Index))
                continue;

            foreach (var edge in block.Predecessors)
            {
                if (edge.Kind != EdgeKind.Exceptional)
                {
                    pending.Push(Point.EndOf(edge.From));
                    continue;
                }

                if (!exceptional)
                    continue;

                for (var i = 0; i < edge.From.Events.Length; i++)
                {
                    if (edge.From.Events[i].MayThrow)
                        pending.Push(new Point(edge.From, i + 1));
                }
            }
        }

        return [.. graph.Events.Where(e => ahead.Contains(e) && before.Contains(e))];
    }

    /// <summary>The events that may run from a point on.</summary>
    public static IReadOnlyList<Event> From(ControlFlowGraph graph, Point from)
    {
        var ahead = new EventSet();
        foreach (var (start, end) in Runs(from, null, completes: true, exceptional: true))
        {
            for (var i = start.Index; i < end; i++)
                ahead.Add(start.Block.Events[i]);
        }

        return [.. graph.Events.Where(ahead.Contains)];
    }

    /// <summary>
    /// The straight runs of points that execution can pass, each from a point to an index in its block. A run ends where
    /// <paramref name="stopsAt"/> says, or at <paramref name="last"/>.
    /// </summary>
    private static IEnumerable<(Point Start, int End)> Runs(
        Point from, Func<Event, bool>? stopsAt, bool completes, bool exceptional, Point? last = null)
    {
        // The blocks that are entered, in the order in which they are: each is gone through once.
        var entered = new HashSet<Block>();
        var pending = new List<Block>();
        if (from.Index == 0)
            entered.Add(from.Block);

        for (var next = -1; next < pending.Count; next++)
        {
            var start = next < 0 ? from : Point.StartOf(pending[next]);
            var block = start.Block;
            var end = EndOf(start, stopsAt, last);
            yield return (start, end);

            var throws = false;
            for (var i = start.Index; i < end; i++)
                throws |= block.Events[i].MayThrow;

            if (completes && end < block.Events.Length && stopsAt?.Invoke(block.Events[end]) == true)
                throws |= block.Events[end].MayThrow;

            var passes = end == block.Events.Length && !(last is { } l && l.Block == block && l.Index == end);
            foreach (var edge in block.Successors)
            {
                if ((edge.Kind == EdgeKind.Exceptional ? exceptional && throws : passes) && entered.Add(edge.To))
                    pending.Add(edge.To);
            }
        }
    }

    private static Func<Event, bool>? Is(Event? stop) => stop is null ? null : e => e == stop;

    private static int EndOf(Point start, Func<Event, bool>? stopsAt, Point? last)
    {
        var block = start.Block;
        for (var i = start.Index; i < block.Events.Length; i++)
        {
            if (stopsAt?.Invoke(block.Events[i]) == true || (last is { } l && l.Block == block && l.Index == i))
                return i;
        }

        return block.Events.Length;
    }
}

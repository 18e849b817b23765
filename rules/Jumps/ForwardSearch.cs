using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>What may run from a point on, up to events at which a path stops.</summary>
internal sealed class ForwardSearch
{
    private readonly List<Event> _passed = [];
    private readonly List<Event> _stops = [];
    private readonly List<Branch> _branches = [];
    private readonly HashSet<Block> _entered = [];

    /// <param name="from">Where it begins.</param>
    /// <param name="stopsAt">Where a path stops.</param>
    /// <param name="exceptional">Whether it goes to handlers as well.</param>
    /// <param name="beyond">A block that no path goes into.</param>
    public ForwardSearch(Point from, Func<Event, bool> stopsAt, bool exceptional = true, Block? beyond = null)
    {
        var (passed, stops) = (new EventSet(), new EventSet());
        var pending = new Queue<Point>();
        pending.Enqueue(from);
        while (pending.TryDequeue(out var point))
        {
            if (point.Index == 0 && !_entered.Add(point.Block))
                continue;

            var throws = false;
            var stopped = false;
            for (var i = point.Index; i < point.Block.Events.Length && !stopped; i++)
            {
                var @event = point.Block.Events[i];
                stopped = stopsAt(@event);
                if ((stopped ? stops : passed).Add(@event))
                    (stopped ? _stops : _passed).Add(@event);

                throws |= !stopped && @event.MayThrow;
            }

            if (!stopped && point.Block.Branch is { } branch)
                _branches.Add(branch);

            foreach (var edge in point.Block.Successors)
            {
                if (edge.To != beyond && (edge.Kind == EdgeKind.Exceptional ? exceptional && throws : !stopped))
                    pending.Enqueue(Point.StartOf(edge.To));
            }
        }
    }

    /// <summary>The events on the way, the stops apart.</summary>
    public IReadOnlyList<Event> Passed => _passed;

    public IReadOnlyList<Event> Stops => _stops;

    /// <summary>Whether some path comes to the beginning of a block.</summary>
    public bool Enters(Block block) => _entered.Contains(block);

    /// <summary>The decisions on the way.</summary>
    public IReadOnlyList<Branch> Branches => _branches;
}

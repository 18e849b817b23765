using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// What an acquiring call said besides handing out: a status, another argument. A branch that asks for it, and a call
/// that is given it, tell whether anything was acquired.
/// </summary>
internal sealed class Outcomes
{
    private readonly Facts _facts;
    private readonly Owner _owner;
    private readonly Conditions _conditions;
    private readonly Dictionary<Block, bool> _withoutRelease = [];
    private readonly ImmutableArray<Local> _locals;

    /// <summary>Those of the other acquisitions as well: where ways meet, one variable may hold what either of them said.</summary>
    private readonly HashSet<Local> _ofAll;

    private Outcomes(Acquisition? acquisition, Owner owner, Facts facts, Conditions conditions)
    {
        _facts = facts;
        _owner = owner;
        _conditions = conditions;
        _locals = [.. Said(acquisition)];
        _ofAll = _locals.IsEmpty ? [] : [.. owner.Acquisitions.SelectMany(Said)];
    }

    public static Outcomes Of(Acquisition? acquisition, Owner owner, Facts facts, Conditions conditions) =>
        new(acquisition, owner, facts, conditions);

    /// <summary>A call that hands out through an argument says whether it did by its result, or by another argument.</summary>
    public static bool IsSure(Acquisition acquisition, Owner owner) =>
        acquisition is not { Source: { } call, At: Call } || call.Result == owner.Local || Replaces(acquisition)
        || (acquisition.Kind == AcquisitionKind.Catalogued && call.Result is null);

    /// <summary>A call that is given what the acquiring one said throws when that failed.</summary>
    public bool Checks(Event @event) =>
        !_locals.IsEmpty && Access.Reads(@event).Any(l => IsOutcome(l, _facts.Graph.Before(@event)));

    /// <summary>The acquisition failed, if what it said decides the branch, and this side never comes to a release.</summary>
    public bool IsFailure(Edge edge) =>
        !_locals.IsEmpty && edge.From.Branch is not null && edge.Kind != EdgeKind.Exceptional
        && _conditions.LocalsOf(edge.From).Any(l => IsOutcome(l, Point.EndOf(edge.From)))
        && IsWithoutRelease(edge);

    /// <summary>
    /// Where it has been heard that something was acquired, from what the call said or, where nothing else says it, by
    /// looking at the value; null when it is used or released before anybody asks.
    /// </summary>
    public ImmutableArray<Point>? Heard(Event acquisition)
    {
        var heard = ImmutableArray.CreateBuilder<Point>();
        var pending = new Queue<Point>([_facts.Graph.After(acquisition)]);
        var seen = new HashSet<Block>();
        while (pending.TryDequeue(out var point))
        {
            if (point.Event is { } @event)
            {
                if (Needs(@event))
                    return null;

                if (@event is Call { MayThrow: true, IsImplied: false } && Checks(@event))
                    heard.Add(BehindTests(point.Next));
                else
                    pending.Enqueue(point.Next);

                continue;
            }

            var ways = point.Block.OrdinarySuccessors.ToList();
            var hears = ways.Exists(FailsBy);
            foreach (var way in ways)
            {
                if (hears && !FailsBy(way))
                    heard.Add(BehindTests(Point.StartOf(way.To)));
                else if (!hears && seen.Add(way.To))
                    pending.Enqueue(Point.StartOf(way.To));
            }
        }

        return heard.Count > 0 ? heard.ToImmutable() : null;
    }

    private bool FailsBy(Edge edge) => IsFailure(edge)
        || (_locals.IsEmpty && edge.Kind is EdgeKind.True or EdgeKind.False && _conditions.LocalsOf(edge.From).Contains(_owner.Local)
            && IsWithoutRelease(edge) && edge.From.Successors.Any(e => e.Kind is EdgeKind.True or EdgeKind.False && !IsWithoutRelease(e)));

    /// <summary>What follows at once may ask for the value itself, and give up as well.</summary>
    private Point BehindTests(Point point)
    {
        for (var steps = 0; steps < 8 && point.Event is null && point.Block.Branch is not null; steps++)
        {
            var ways = point.Block.OrdinarySuccessors.ToList();
            if (ways is not [var a, var b] || !_conditions.LocalsOf(point.Block).Any(l => l == _owner.Local || IsOutcome(l, point))
                || IsWithoutRelease(a) == IsWithoutRelease(b))
            {
                break;
            }

            point = Point.StartOf(IsWithoutRelease(a) ? b.To : a.To);
        }

        return point;
    }

    private bool Needs(Event @event) =>
        _owner.Uses.Contains(@event) || _owner.Transfers.Any(t => t.At == @event)
        || (@event is Call call && (_owner.Releases.Contains(call) || _owner.Mismatches.Contains(call)));

    private bool IsWithoutRelease(Edge edge)
    {
        if (!_withoutRelease.TryGetValue(edge.To, out var known))
        {
            known = !ReachesRelease(edge.To);
            _withoutRelease.Add(edge.To, known);
        }

        return known;
    }

    /// <summary>A release may follow before the local gets another value.</summary>
    private bool ReachesRelease(Block start) => Paths.ComesTo(
        e => e is Call call && _owner.Releases.Contains(call),
        Point.StartOf(start),
        e => _owner.Acquisitions.Any(a => a.At == e));

    /// <summary>
    /// The call puts what it hands out in the place of what was there: what it says is something else (<c>getline</c> has come
    /// to the end, and leaves its buffer all the same).
    /// </summary>
    private static bool Replaces(Acquisition acquisition) =>
        acquisition.Operand is { IsResult: false, Index: var index } && acquisition.Acquirer?.Consumes.Contains(index) == true;

    private IEnumerable<Local> Said(Acquisition? acquisition)
    {
        if (acquisition?.Source is not { } source || Replaces(acquisition))
            return [];

        // What a catalogue knows to be handed out as a result says it by itself, but an error beside it says so, too.
        var saysItself = IsSure(acquisition, _owner) && acquisition.Kind == AcquisitionKind.Catalogued;
        return Access.Writes(source)
            .Select(w => w.Local)
            .Where(l => l != _owner.Local && (!saysItself || _facts.Catalogue.IsError(l.Type))
                && !_facts.Constants.AreCopies(_facts.Graph.After(source), l, _owner.Local));
    }

    private bool IsOutcome(Local local, Point at) =>
        _locals.Any(o => _facts.Constants.AreCopies(at, local, o))
        || (_facts.ReachingDefinitions.At(at, local).ToList() is { Count: > 1 } definitions
            && definitions.TrueForAll(d => d.At is Store { Value: Read { Place: Local said } } && _ofAll.Contains(said)));
}

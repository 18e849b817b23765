using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// Which local of a function owns what, and where. A catalogue's word comes first; then the function is its own
/// first witness: a local that it releases is owned from the assignment on that gave it the released value. What is
/// known of values decides branches: on the null side of a test nothing is owned. A value that is seen by something
/// unknown is <see cref="OwnershipState.Lent"/> until a release shows that it stayed.
/// </summary>
public sealed class OwnershipStates
{
    private const OwnershipState Held = OwnershipState.Owned | OwnershipState.Lent;

    private readonly Facts _facts;
    private readonly Dictionary<Owner, (OwnerSteps Steps, Solution<OwnershipState> Solution)> _owners = [];
    private readonly Dictionary<Owner, ImmutableArray<Incident>> _incidents = [];

    private OwnershipStates(Facts facts)
    {
        _facts = facts;
        foreach (var steps in OwnerFinder.Find(facts))
        {
            var solved = Solved(steps);
            if (steps.WithLoans() is { } lent && Solved(lent) is var ofLoans && AreGivenBack(lent, ofLoans.Solution))
                solved = ofLoans;

            _owners.Add(Described(solved.Steps, solved.Solution), solved);
        }

        Owners = [.. _owners.Keys];
    }

    /// <summary>Every local that owns something, in the order of the locals; a local with two resources is there twice.</summary>
    public ImmutableArray<Owner> Owners { get; }

    public static OwnershipStates Of(Facts facts) => new(facts);

    public IEnumerable<Owner> Of(Local local) => Owners.Where(o => o.Local == local);

    /// <summary>The states that may hold at a point; none where it is not reached.</summary>
    public OwnershipState At(Point point, Owner owner) => _owners[owner].Solution.At(point);

    public OwnershipState Before(Event @event, Owner owner) => _owners[owner].Solution.Before(@event);

    public OwnershipState After(Event @event, Owner owner) => _owners[owner].Solution.After(@event);

    /// <summary>What may hold when the function returns.</summary>
    public OwnershipState AtExit(Owner owner) => At(Point.StartOf(_facts.Graph.Exit), owner);

    /// <summary>What may hold when an exception leaves the function.</summary>
    public OwnershipState AtUnwind(Owner owner) => At(Point.StartOf(_facts.Graph.Unwind), owner);

    /// <summary>The states that flow along an edge, with what it means for the local taken into account.</summary>
    public OwnershipState On(Edge edge, Owner owner) => _owners[owner].Solution.On(edge);

    /// <summary>Assignments, and new turns of a scope, before which the local may still own its old value.</summary>
    public IEnumerable<Event> Overwrites(Owner owner) =>
        from @event in _facts.Graph.Events
        let steps = _owners[owner].Steps.Of(@event)
        where steps.Any(s => s.Kind == StepKind.Define)
        where (steps.Where(s => s.Kind != StepKind.Define)
            .Aggregate(Before(@event, owner), (state, step) => step.After(state)) & Held) != 0
        select @event;

    /// <summary>
    /// Where it has been heard that something was acquired: from the status that a call gave back which hands out through an
    /// argument, or by a look at the value. Null when nobody asks before it is needed.
    /// </summary>
    public ImmutableArray<Point>? HeardAt(Owner owner, Acquisition acquisition) =>
        acquisition.At is { } at && (!owner.Releaser.IgnoresEmpty || !Outcomes.IsSure(acquisition, owner))
            ? Outcomes.Of(acquisition, owner, _facts, Conditions).Heard(at)
            : null;

    /// <summary>The ways in which ownership goes wrong on a path that can be taken, each with its shortest path.</summary>
    public ImmutableArray<Incident> Incidents(Owner owner)
    {
        if (!_incidents.TryGetValue(owner, out var incidents))
            _incidents.Add(owner, incidents = IncidentSearch.Run(_facts, owner, _owners[owner].Steps));

        return incidents;
    }

    /// <summary>What branches ask, the same for every owner.</summary>
    internal Conditions Conditions => field ??= new Conditions(_facts);

    /// <summary>Calls of which the graph holds copies: they are written in a <c>finally</c>.</summary>
    internal HashSet<(TextSpan Span, string Callee)> Copied => field ??= IncidentSearch.CopiedIn(_facts.Graph);

    private (OwnerSteps Steps, Solution<OwnershipState> Solution) Solved(OwnerSteps steps) =>
        (steps, Dataflow.Solve(new Problem(_facts.Constants, steps), _facts.Graph));

    /// <summary>
    /// What is stored away and yet released on every way behind that was only lent: the function is its own witness. On no
    /// way is it left there, or the local given another value.
    /// </summary>
    private bool AreGivenBack(OwnerSteps steps, Solution<OwnershipState> solution) =>
        !solution.At(Point.StartOf(_facts.Graph.Exit)).HasFlag(OwnershipState.Lent)
        && !solution.At(Point.StartOf(_facts.Graph.Unwind)).HasFlag(OwnershipState.Lent)
        && _facts.Graph.Events.All(e =>
        {
            var state = solution.Before(e);
            foreach (var step in steps.Of(e))
            {
                if (step.Kind == StepKind.Define && state.HasFlag(OwnershipState.Lent))
                    return false;

                state = step.After(state);
            }

            return true;
        });

    private Owner Described(OwnerSteps steps, Solution<OwnershipState> solution)
    {
        var events = _facts.Graph.Events.Where(e => steps.Of(e).Count > 0).ToList();
        var empties = events.OfType<Store>()
            .Where(s => s.Target == steps.Local && s.Value is Constant c && EmptyValue.Is(c, steps.Resource))
            .ToList();
        var releases = With(StepKind.Release).OfType<Call>().ToImmutableArray();
        return new Owner(steps.Local, steps.Resource)
        {
            Releaser = releases.SelectMany(steps.Of).Select(s => s.Releaser).FirstOrDefault(r => r is not null)
                ?? steps.Resource.Releasers.FirstOrDefault()
                ?? new Releaser("", new Operand(0)),
            Acquisitions = [.. steps.Acquisitions],
            Releases = releases,
            Mismatches = [.. With(StepKind.Mismatch).OfType<Call>()],
            Clearings = [.. empties.Where(IsClearing)],
            Empties = [.. empties.Where(s => !IsClearing(s))],
            Transfers =
            [
                .. from e in events
                   from s in steps.Of(e)
                   let kind = s.Transfer
                   where kind is not null
                   select new Transfer(e, kind.Value),
            ],
            Uses = [.. With(StepKind.Use)],
        };

        IEnumerable<Event> With(StepKind kind) => events.Where(e => steps.Of(e).Any(s => s.Kind == kind));

        bool IsClearing(Store store)
        {
            const OwnershipState gone = OwnershipState.Released | OwnershipState.Moved;
            var before = solution.Before(store);
            return (before & gone) != 0 && (before & ~(gone | OwnershipState.Empty)) == 0;
        }
    }

    private sealed class Problem(Constants constants, OwnerSteps steps) : DataflowProblem<OwnershipState>
    {
        public override OwnershipState Bottom => OwnershipState.None;

        public override OwnershipState Boundary => MayBeAnother ? OwnershipState.Unknown : steps.AtEntry.States;

        public override OwnershipState Join(OwnershipState left, OwnershipState right) => left | right;

        public override bool AreEqual(OwnershipState left, OwnershipState right) => left == right;

        public override OwnershipState Transfer(OwnershipState state, Event @event) =>
            IsFixed(state) ? state : steps.After(state, @event);

        public override OwnershipState TransferThrow(OwnershipState state, Event @event) =>
            IsFixed(state) ? state : steps.AfterThrow(state, @event);

        public override OwnershipState TransferEdge(OwnershipState state, Edge edge)
        {
            if (state == OwnershipState.None || !constants.IsTaken(edge))
                return OwnershipState.None;

            if (edge.Kind == EdgeKind.Exceptional || steps.Local.IsAliased)
                return state;

            var value = constants.On(edge, steps.Local);
            if (EmptyValue.IsExcluded(value, steps.Resource))
                return state & ~OwnershipState.Empty;

            if (!EmptyValue.Holds(value, steps.Resource))
                return state;

            // Nothing that is owned has the empty value; what was unset or borrowed may turn out to have it.
            const OwnershipState maybeEmpty = OwnershipState.Empty | OwnershipState.Unset | OwnershipState.Borrowed;
            return (state & maybeEmpty) != 0 ? OwnershipState.Empty : OwnershipState.None;
        }

        private bool IsFixed(OwnershipState state) => state == OwnershipState.None || MayBeAnother;

        /// <summary>Others may put another thing into the local at any time. A structure stays the one it is.</summary>
        private bool MayBeAnother => steps.Local is { IsAliased: true, IsValueType: false };
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// Follows one owner from each of its acquisitions along every path that can be taken, shortest first. Unlike the
/// analysis it never joins: values and the outcomes of conditions are kept per path, so that two tests of one flag
/// go the same way. It looks at a bounded number of paths; what lies beyond the bound is not reported.
/// </summary>
internal sealed class IncidentSearch
{
    private const int MaxBlocks = 2000;
    private const int MaxVariants = 12;

    private readonly Facts _facts;
    private readonly Owner _owner;
    private readonly OwnerSteps _steps;
    private readonly Constants.Problem _values;
    private readonly Conditions _conditions;
    private readonly ImmutableArray<Incident>.Builder _found = ImmutableArray.CreateBuilder<Incident>();

    // Of the acquisition that is being followed:
    private readonly Queue<Node> _pending = new();
    private readonly Dictionary<(Block, OwnershipState, bool), List<Node>> _seen = [];
    private readonly List<Incident> _ofAcquisition = [];
    private OwnershipState _normalEnds;
    private Acquisition? _acquisition;

    // What is opened later holds nothing before.
    private readonly HashSet<Event> _openings;
    private readonly Dictionary<Event, Loan> _shown = [];

    private Outcomes _outcomes;

    private IncidentSearch(Facts facts, Owner owner, OwnerSteps steps)
    {
        _facts = facts;
        _owner = owner;
        _steps = steps;
        _values = new Constants.Problem(Locals.Of(facts.Function));
        _conditions = facts.Ownership.Conditions;
        _outcomes = Outcomes.Of(null, owner, facts, _conditions);
        _openings = [.. owner.Uses.Where(e => e is Call { HasReceiver: true } call && call.Arguments[0].Local == owner.Local && facts.Catalogue.Opens(call.Callee))];
    }

    public static HashSet<(TextSpan Span, string Callee)> CopiedIn(ControlFlowGraph graph) =>
    [
        .. graph.Events.OfType<Call>()
            .Where(c => !c.Origin.Span.IsEmpty)
            .GroupBy(c => (c.Origin.Span, c.Callee.Name))
            .Where(g => g.Select(graph.BlockOf).Distinct().Skip(1).Any())
            .Select(g => g.Key),
    ];

    public static ImmutableArray<Incident> Run(Facts facts, Owner owner, OwnerSteps steps)
    {
        if (owner.IsCaptured)
            return [];

        if (!IsSuspicious(facts, owner, steps))
            return [];

        var search = new IncidentSearch(facts, owner, steps);
        foreach (var acquisition in owner.Acquisitions)
            search.Follow(acquisition);

        if (owner.Local.Kind == LocalKind.Variable && owner.Releases.Concat(owner.Mismatches).Any(search.MayBeUnset))
            search.FollowUnset();

        return search._found.ToImmutable();
    }

    /// <summary>Whether the analysis, which is cheap, leaves anything to look for.</summary>
    private static bool IsSuspicious(Facts facts, Owner owner, OwnerSteps steps)
    {
        const OwnershipState held = OwnershipState.Owned | OwnershipState.Lent;
        var ownership = facts.Ownership;
        if (((ownership.AtExit(owner) | ownership.AtUnwind(owner)) & held) != 0 || !owner.Mismatches.IsEmpty
            || owner.Transfers.Any(t => TakerThatMayFail(t.At, owner, facts) is not null))
        {
            return true;
        }

        return facts.Graph.Events.Any(e => steps.Of(e) is { Count: > 0 } ofEvent
            && (ownership.Before(e, owner) & (OwnershipState.Released | OwnershipState.Unset | OwnershipState.Moved | held)) is var before and not 0
            && ofEvent.Any(s => s.Kind == StepKind.Define
                ? (before & OwnershipState.Owned) != 0
                : (before & OwnershipState.Released) != 0
                    || (s.Kind == StepKind.Release && ((before & OwnershipState.Unset) != 0 || ((before & OwnershipState.Moved) != 0 && IsGivenForGood(owner, steps))))));
    }

    private static bool IsGivenForGood(Owner owner, OwnerSteps steps) =>
        owner.Transfers.Any(t => t.Kind == TransferKind.Consumed && steps.Of(t.At).Any(s => s.IsForGood));

    private bool MayBeUnset(Call release) =>
        (_facts.Ownership.Before(release, _owner) & OwnershipState.Unset) != 0;

    private void Follow(Acquisition acquisition)
    {
        var start = acquisition.At is { } at ? _facts.Graph.After(at) : Point.StartOf(_facts.Graph.Entry);
        var values = Constants.Refinement.Assume(
            _facts.Constants.StateAt(start), EmptyValue.IsOwned(_owner.Local, _owner.Resource), holds: true);
        if (!values.IsReached)
            return;

        var made = acquisition.Source ?? acquisition.At;
        var trail = new Trail(new PathPoint(PathPointKind.Acquired, made?.Origin ?? _owner.Local.Declaration, made), null);

        _outcomes = Outcomes.Of(acquisition, _owner, _facts, _conditions);
        var isSure = Outcomes.IsSure(acquisition, _owner);
        var state = isSure ? OwnershipState.Owned : OwnershipState.Lent;
        Search(
            acquisition,
            new Node(start, state, values, DecidedBefore(acquisition, start), HasThrown: false, HoldsSomething: _openings.Count == 0, trail)
            {
                IsUnheard = !isSure && acquisition.Kind == AcquisitionKind.Catalogued,
            });
    }

    /// <summary>What had come out when the value was made: <c>p = big ? map(n) : malloc(n)</c> is assigned where both ways have met.</summary>
    private ImmutableDictionary<Expression, Decision> DecidedBefore(Acquisition acquisition, Point start)
    {
        var made = acquisition.Source is { } source ? _facts.Graph.BlockOf(source) : start.Block;
        return _conditions.DecidedBefore(_facts.Dominates(made, start.Block) ? start.Block : made);
    }

    private void FollowUnset()
    {
        _outcomes = Outcomes.Of(null, _owner, _facts, _conditions);
        var starts = _facts.Graph.Events.OfType<ScopeEnter>()
            .Where(e => e.Scope == _owner.Local.Scope)
            .Select(e => _facts.Graph.After(e))
            .DefaultIfEmpty(Point.StartOf(_facts.Graph.Entry));
        foreach (var start in starts)
        {
            var trail = new Trail(new PathPoint(PathPointKind.Acquired, _owner.Local.Declaration), null);
            Search(
                null,
                new Node(
                    start, OwnershipState.Unset, _facts.Constants.StateAt(start), _conditions.DecidedBefore(start.Block), HasThrown: false, HoldsSomething: true, trail));
        }
    }

    private void Search(Acquisition? acquisition, Node start)
    {
        _pending.Clear();
        _seen.Clear();
        _ofAcquisition.Clear();
        _normalEnds = OwnershipState.None;
        _acquisition = acquisition;
        Enqueue(start);
        var budget = MaxBlocks;
        while (_pending.TryDequeue(out var node) && budget-- > 0)
            Walk(node);

        var isReleasedOtherwise = _normalEnds == OwnershipState.Released && _pending.Count == 0;
        _found.AddRange(_ofAcquisition.Select(i => i with { IsReleasedOtherwise = isReleasedOtherwise }));
    }

    private void Walk(Node node)
    {
        var block = node.At.Block;
        for (var i = node.At.Index; i < block.Events.Length; i++)
        {
            var @event = block.Events[i];
            IReadOnlyList<Step> steps = node.IsLost ? [] : _steps.Of(@event);
            if (IsAnswer(node, @event, steps))
            {
                (node, steps) = (node with { IsLost = true }, []);
            }

            Inspect(node, @event, steps);
            if (MayReallyThrow(@event, node.State))
                Unwind(node, @event, steps);

            if (@event is Call { MayThrow: true, Result: null } thrower && _facts.Catalogue.IsSaidToThrow(thrower.Callee))
                return;

            var state = node.IsLost ? node.State : _steps.After(node.State, @event);
            if (node.State == OwnershipState.Owned && state == OwnershipState.Lent && LoanTo(@event) is var loan and not Loan.Unknown)
            {
                state = OwnershipState.Owned;
                node = node with
                {
                    ShownTo = node.ShownTo.Contains(@event) ? node.ShownTo : node.ShownTo.Add(@event),
                    MustFail = node.MustFail || loan == Loan.OfFailure,
                };
            }

            if (node.IsUnheard && steps.Any(s => s.Kind is not (StepKind.Use or StepKind.Release)))
                node = node with { IsUnheard = false };

            if (state == OwnershipState.Owned && MayHandOver(@event))
                state = OwnershipState.Lent;

            var taker = state == OwnershipState.Moved && node.State == OwnershipState.Owned ? TakerThatMayFail(@event, _owner, _facts) : null;
            if (taker is not null)
                Refuse(node, (Call)@event, taker);

            if (state != node.State)
            {
                var isGiven = state == OwnershipState.Moved && (taker is not null || steps.Any(s => s.IsForGood));
                if (steps.Any(s => s.Kind == StepKind.Define) || !(IsFollowed(state) || isGiven))
                {
                    End(node.HasThrown, state is OwnershipState.Moved ? state : node.State);
                    return;
                }

                if (state == OwnershipState.Released || isGiven)
                    node = node with { Trail = new Trail(new PathPoint(isGiven ? PathPointKind.GivenAway : PathPointKind.Released, @event.Origin, @event), node.Trail) };
            }

            if (!node.HoldsSomething && _openings.Contains(@event))
                node = node with { HoldsSomething = true };

            if (@event is EvaluateReturn result)
                node = node with { Fails = SaysFailure(result.Value, node), Trail = new Trail(new PathPoint(PathPointKind.Returned, @event.Origin, @event), node.Trail) };

            var (values, decided) = (Asserted(_values.Transfer(node.Values, @event), @event), _conditions.Without(node.Decided, @event));
            if (taker is not null)
                values = Constants.Refinement.Assume(values, EmptyValue.IsOwned(((Call)@event).Result!, taker), holds: true);

            if (!values.IsReached)
                return;

            if (state != node.State || !ReferenceEquals(values, node.Values) || !ReferenceEquals(decided, node.Decided))
                node = node with { State = state, Values = values, Decided = decided };
        }

        foreach (var edge in block.Successors)
        {
            if (edge is { Kind: not EdgeKind.Exceptional, IsSupposed: false })
                Take(node, edge);
        }
    }

    /// <summary>What is acquired by a call that takes over what it is given, unless it fails; null where no such thing is seen.</summary>
    private static Resource? TakerThatMayFail(Event @event, Owner owner, Facts facts) => @event is Call { MayThrow: false, Result: not null } call
        ? facts.Catalogue.EffectsOf(call).FirstOrDefault(e => e is
            { Kind: EffectKind.Acquire, Subject.IsResult: true, Acquirer: { OnFailure: FailureMode.Empty or FailureMode.Unknown, Consumes.IsEmpty: false } acquirer }
            && acquirer.Consumes.Any(i => i < call.Arguments.Length && call.Arguments[i].Local == owner.Local))?.Resource
        : null;

    /// <summary>Where the call that was to take the value fails, nothing has become of it.</summary>
    private void Refuse(Node node, Call taker, Resource acquired)
    {
        var (values, decided) = (_values.Transfer(node.Values, taker), _conditions.Without(node.Decided, taker));
        values = Constants.Refinement.Assume(values, EmptyValue.IsOwned(taker.Result!, acquired), holds: false);
        if (values.IsReached)
            Enqueue(node with { At = _facts.Graph.After(taker), Values = values, Decided = decided, RefusedBy = taker, IsHeard = false });
    }

    /// <summary>The variable gets nothing from the call that refused its value, which has no name any more: <c>p = realloc(p, n)</c>.</summary>
    private static bool IsAnswer(Node node, Event @event, IReadOnlyList<Step> steps) =>
        node.RefusedBy is { } taker && @event is Store { Value: var value } && ValueUses.LocalOf(value) == taker.Result
        && steps.Any(s => s.Kind == StepKind.Define);

    private bool IsHeard(Node node, Edge edge) => node.IsHeard
        || (node.RefusedBy is { Result: { } answer } && edge.Kind is EdgeKind.True or EdgeKind.False
            && _conditions.LocalsOf(edge.From).Any(l => l == answer || _facts.Constants.AreCopies(Point.EndOf(edge.From), l, answer)));

    /// <summary>Looks for what goes wrong at an event, given the state before it.</summary>
    private void Inspect(Node node, Event @event, IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            var kind = (node.State, step.Kind) switch
            {
                (OwnershipState.Released, StepKind.Release or StepKind.Mismatch) => IncidentKind.DoubleRelease,
                (OwnershipState.Moved, StepKind.Release or StepKind.Mismatch) => IncidentKind.ReleaseOfOthers,
                (OwnershipState.Released, StepKind.Use or StepKind.Lend or StepKind.Consume or StepKind.Move) =>
                    IncidentKind.UseAfterRelease,
                (OwnershipState.Unset, StepKind.Release or StepKind.Mismatch) => IncidentKind.ReleaseUnset,
                (OwnershipState.Owned or OwnershipState.Lent, StepKind.Mismatch) => IncidentKind.Mismatch,
                (OwnershipState.Owned, StepKind.Define) when steps.Count == 1 && !node.MustFail && node.RefusedBy is null && !IsLetGo(@event) => IncidentKind.Overwritten,
                _ => (IncidentKind?)null,
            };
            if (kind is { } found)
                Report(found, node, @event);
        }
    }

    /// <summary>A variable that its scope releases is emptied by hand: what it held shall stay.</summary>
    private bool IsLetGo(Event @event) =>
        _owner.Local.IsScoped && @event is Store { Value: Constant value } && ValueSet.AreSame(value, _owner.Resource.Empty);

    /// <summary>Behind an assertion, what it says holds.</summary>
    private Constants.State Asserted(Constants.State values, Event @event) =>
        @event is Call { Arguments: [{ Passing: Passing.Value } claim, ..] } call && _facts.Catalogue.Asserts(call.Callee)
            ? Constants.Refinement.Assume(values, claim.Value, holds: true)
            : values;

    private void Unwind(Node node, Event @event, IReadOnlyList<Step> steps)
    {
        var state = _steps.AfterThrow(node.State, @event);
        if (!IsFollowed(state) || _outcomes.Checks(@event))
            return;

        var thrown = node with
        {
            State = state,
            Values = _values.TransferThrow(node.Values, @event),
            Decided = _conditions.Without(node.Decided, @event),
            HasThrown = true,
            Trail = new Trail(new PathPoint(PathPointKind.Threw, @event.Origin, @event), node.Trail),
        };
        foreach (var edge in node.At.Block.Successors)
        {
            if (edge.Kind == EdgeKind.Exceptional)
                Take(thrown, edge);
        }
    }

    private void Take(Node node, Edge edge)
    {
        var values = edge.Kind == EdgeKind.Exceptional ? node.Values : _values.TransferEdge(node.Values, edge);
        if (!values.IsReached || AsksForAnotherName(edge, node.Values) || _conditions.Taken(node.Decided, edge) is not { } decided)
            return;

        if (_outcomes.IsFailure(edge) || (node.State is OwnershipState.Owned or OwnershipState.Lent && (_conditions.SaysFailure(edge, _owner.Local) || _conditions.PassesOnEmptiness(edge, _owner.Local, _owner.Resource))))
            return;

        // Whoever asks a thing about itself before releasing it knows more than is seen here, and so does who compares it.
        var state = node.State;
        if (node.IsUnheard && edge.From.Successors.Any(e => e != edge && _outcomes.IsFailure(e)))
            (state, node) = (OwnershipState.Owned, node with { IsUnheard = false });

        if (state == OwnershipState.Owned && _conditions.Compares(edge, _owner.Local, _owner.Resource))
            state = OwnershipState.Lent;

        if (state == OwnershipState.Owned && node.IsLast && edge.Kind is EdgeKind.True or EdgeKind.False or EdgeKind.Case)
            state = OwnershipState.Lent;

        // What a call said that was shown the value may be that it keeps it.
        if (state == OwnershipState.Owned && Asked(edge, node.ShownTo) is { } asked)
        {
            var loan = LoanBehind(edge, asked, values);
            state = loan == Loan.Unknown ? OwnershipState.Lent : state;
            node = node with { MustFail = node.MustFail || loan == Loan.OfFailure, IsLast = loan == Loan.OfFailure && !Releases(Point.StartOf(edge.To)) };
        }

        if (state is OwnershipState.Owned or OwnershipState.Released or OwnershipState.Moved
            && _conditions.Asks(edge, _owner.Local) && _owner.IsReleaseGuard(edge.From))
        {
            if (state != OwnershipState.Owned)
                return;

            state = OwnershipState.Lent;
        }

        var trail = edge.Kind is EdgeKind.True or EdgeKind.False or EdgeKind.Case
            ? new Trail(new PathPoint(PathPointKind.Branched, edge.From.Branch!.Origin) { Edge = edge }, node.Trail)
            : node.Trail;
        var next = node with { At = Point.StartOf(edge.To), State = state, Values = values, Decided = decided, Trail = trail, IsHeard = IsHeard(node, edge) };
        if (edge.To == _facts.Graph.Exit || edge.To == _facts.Graph.Unwind)
            Leave(next);
        else
            Enqueue(next);
    }

    /// <summary>
    /// A function that does not throw is given the value itself, and it may be released behind: so the function has only
    /// borrowed it there, unless what it says decides about the release. One of a native library keeps nothing; another may
    /// have kept it until the release takes it back. But who fails leaves nothing behind.
    /// </summary>
    private Loan LoanTo(Event @event)
    {
        if (@event is not Call { MayThrow: var throws } call || (throws && !call.Callee.IsNative))
            return Loan.Unknown;

        if (!_shown.TryGetValue(@event, out var known))
        {
            known = !_steps.Of(@event).All(IsShown) ? Loan.Unknown
                : !Releases(_facts.Graph.After(call)) ? Loan.Unknown
                : call.Callee.IsNative ? Loan.Certain : Loan.OfFailure;
            _shown.Add(@event, known);
        }

        return known;
    }

    private static bool IsShown(Step step) => step is { Kind: StepKind.Use } or { Kind: StepKind.Lend, Transfer: TransferKind.Passed };

    /// <summary>The value may be released behind a point.</summary>
    private bool Releases(Point from) => Paths.ComesTo(
        e => e is Call release && _owner.Releases.Contains(release), from, e => _owner.Acquisitions.Any(a => a.At == e));

    /// <summary>
    /// What is known of a value behind a branch that asks what a call said which was shown it. On the side from which it is
    /// released, the call has kept nothing, and neither has one that says that it failed. Where it says anything else, only
    /// a function that gives up at once tells what that was.
    /// </summary>
    private Loan LoanBehind(Edge edge, Call asked, Constants.State values)
    {
        if (asked.Callee.IsNative)
            return Loan.Unknown;

        return Releases(Point.StartOf(edge.To)) ? Loan.OfFailure
            : Access.Writes(asked).Any(w => values.Of(new Read(w.Local)).Signs == Signs.Negative) ? Loan.Certain
            : edge.From.Successors.Any(e => e != edge && Releases(Point.StartOf(e.To))) ? Loan.OfFailure
            : Loan.Unknown;
    }

    private Call? Asked(Edge edge, ImmutableArray<Event> shownTo) =>
        shownTo.IsEmpty || edge.From.Branch is null || edge.Kind == EdgeKind.Exceptional
            ? null
            : shownTo.OfType<Call>().LastOrDefault(shown => _conditions.LocalsOf(edge.From).Any(asked => Access.Writes(shown).Any(said =>
                said.Local == asked || _facts.Constants.AreCopies(Point.EndOf(edge.From), asked, said.Local))));

    /// <summary>
    /// Callers are told of a failure by a negative number, or by nothing where something was asked for; but nothing may as well
    /// be all that there is to be said of a success.
    /// </summary>
    private static bool SaysFailure(Expression? value, Node node) =>
        value is Constant { Value: null, Symbol: null } ? !node.IsLast : value is not null && node.Values.Of(value).Signs == Signs.Negative;

    /// <summary>
    /// The edge needs a value to be one named constant, and it is another: two names may be one number, but who writes both
    /// takes them for two.
    /// </summary>
    private static bool AsksForAnotherName(Edge edge, Constants.State values) =>
        (edge.Kind, edge.From.Branch?.Condition) switch
        {
            (EdgeKind.True, Operation { Operator: "==", Operands: [var value, Constant asked] }) => IsAnother(values.Of(value), asked),
            (EdgeKind.False, Operation { Operator: "!=", Operands: [var value, Constant asked] }) => IsAnother(values.Of(value), asked),
            (EdgeKind.Case, { } value) when edge.Case is Constant asked => IsAnother(values.Of(value), asked),
            _ => false,
        };

    private static bool IsAnother(ValueSet value, Constant asked) =>
        asked.Symbol is not null && value.Constant is { Symbol: { } name } && name != asked.Symbol && !ValueSet.AreSame(value.Constant, asked);

    private void Leave(Node node)
    {
        End(node.HasThrown, node.State);
        // Nobody asked whether the call failed, and few do.
        if (node is { MustFail: true, Fails: false, State: OwnershipState.Owned } or { RefusedBy: not null, IsHeard: false, State: OwnershipState.Owned })
            node = node with { State = OwnershipState.Lent };

        if (node is { HoldsSomething: true, State: OwnershipState.Owned or OwnershipState.Lent })
            Report(node.HasThrown ? IncidentKind.LeakByException : IncidentKind.Leak, node, null);
    }

    private void End(bool hasThrown, OwnershipState state)
    {
        if (!hasThrown)
            _normalEnds |= state;
    }

    private void Report(IncidentKind kind, Node node, Event? at)
    {
        var wasLent = node.State == OwnershipState.Lent;
        var before = _ofAcquisition.FindIndex(i => i.Kind == kind && (i.WasLent == wasLent || kind == IncidentKind.LeakByException));
        if (before >= 0 && kind != IncidentKind.LeakByException)
            return;

        var path = new List<PathPoint>();
        if (at is not null)
            path.Add(new PathPoint(PathPointKind.Ended, at.Origin, at));

        for (var trail = node.Trail; trail is not null; trail = trail.Before)
            path.Add(trail.Point);

        path.Reverse();
        var incident = new Incident(kind, _owner, _acquisition, at, [.. path]) { WasLent = wasLent };
        if (before < 0)
            _ofAcquisition.Add(incident);
        else if (IsPlainer(incident, _ofAcquisition[before]))
            _ofAcquisition[before] = incident;
    }

    /// <summary>
    /// One exception tells more than an exception while another is handled, a throw statement more than a call, and a call
    /// that needs what would leak more than one beside it.
    /// </summary>
    private bool IsPlainer(Incident incident, Incident than) => Throws(incident).CompareTo(Throws(than)) < 0;

    private (int Count, int Calls, int Others) Throws(Incident incident)
    {
        var thrown = incident.Path
            .Where(p => p is { Kind: PathPointKind.Threw, Event: not Throw { Value: null } })
            .ToList();
        return (
            thrown.Count,
            thrown.Count(p => p.Event is Call),
            thrown.Count(p => p.Event is Call call && !_steps.Of(call).Any()));
    }

    private void Enqueue(Node node)
    {
        var key = (node.At.Block, node.State, node.HasThrown);
        if (!_seen.TryGetValue(key, out var variants))
            _seen.Add(key, variants = []);

        if (variants.Count >= MaxVariants || variants.Any(v => IsSame(v, node)))
            return;

        variants.Add(node);
        _pending.Enqueue(node);
    }

    private bool IsSame(Node left, Node right) =>
        left.At == right.At && left.HoldsSomething == right.HoldsSomething && left.RefusedBy == right.RefusedBy && left.IsLost == right.IsLost
        && left.IsUnheard == right.IsUnheard
        && left.IsHeard == right.IsHeard && left.MustFail == right.MustFail && left.IsLast == right.IsLast
        && left.Fails == right.Fails && left.ShownTo.SequenceEqual(right.ShownTo)
        && _values.AreEqual(left.Values, right.Values) && Conditions.AreEqual(left.Decided, right.Decided);

    /// <summary>
    /// Whether a reader would believe that it throws: a throw or a call does, but not a property or an operator, and not a
    /// release or what stands beside it in a <c>finally</c>, whose author could do nothing about it. A native function
    /// cannot, a lock statement only waits, and where what takes memory finds none, a leak is the least of worries.
    /// </summary>
    private bool MayReallyThrow(Event @event, OwnershipState state) => @event switch
    {
        Throw => true,
        Call { MayThrow: true, Callee: { IsAccessor: false, IsNative: false } } call =>
            !_facts.Ownership.Copied.Contains((call.Origin.Span, call.Callee.Name))
            && !_facts.Catalogue.ThrowsOnMisuse(call.Callee)
            && !_facts.Catalogue.EffectsOf(call).Any(e => e.Kind == EffectKind.Release || IsLockStatement(call, e) || (state != OwnershipState.Released && IsMemory(e)))
            && !_facts.Ownership.Owners.Any(o => o.Resource.Kind == ResourceKind.Pin && o.Uses.Contains(call)),
        _ => false,
    };

    /// <summary>
    /// What becomes of the value behind the event cannot be seen: it is one of several that meet in a temporary, a method may
    /// give its own object back, or a call that may leave something to release may as well leave nothing.
    /// </summary>
    private bool MayHandOver(Event @event) => @event switch
    {
        Store { Target: Local { IsTemporary: true } met, Value: var value } =>
            ValueUses.LocalOf(value) == _owner.Local && _facts.ReachingDefinitions.OfLocal[met].Skip(1).Any(),
        Call { HasReceiver: true, Result: { IsValueType: false } result } call
            when call.Arguments[0].Local == _owner.Local && result.Type == _owner.Local.Type =>
            !_facts.Catalogue.EffectsOf(call).Any(e => e is { Kind: EffectKind.Acquire, Subject.IsResult: true }),
        Call call => _facts.Catalogue.Closes(call, _owner.Local),
        _ => false,
    };

    private static bool IsLockStatement(Call call, Effect effect) =>
        call.IsImplied && effect is { Kind: EffectKind.Acquire, Resource.Kind: ResourceKind.Lock };

    private static bool IsMemory(Effect effect) =>
        effect is { Kind: EffectKind.Acquire, Resource.Kind: ResourceKind.Memory or ResourceKind.Pin or ResourceKind.Rental };

    private static bool IsFollowed(OwnershipState state) =>
        state is OwnershipState.Owned or OwnershipState.Lent or OwnershipState.Released or OwnershipState.Unset;

    /// <summary>Where a path stands: one state, and what is known on the way to it.</summary>
    private sealed record Node(
        Point At,
        OwnershipState State,
        Constants.State Values,
        ImmutableDictionary<Expression, Decision> Decided,
        bool HasThrown,
        bool HoldsSomething,
        Trail Trail)
    {
        /// <summary>Who has seen the value, and is taken to have kept nothing.</summary>
        public ImmutableArray<Event> ShownTo { get; init; } = [];

        /// <summary>Nobody has asked yet whether the call that was to hand out the value did so, nor seen it.</summary>
        public bool IsUnheard { get; init; }

        /// <summary>The call that was to take the value, and failed.</summary>
        public Call? RefusedBy { get; init; }

        /// <summary>A branch has asked whether it did.</summary>
        public bool IsHeard { get; init; }

        /// <summary>The variable holds something else, and nothing holds the value.</summary>
        public bool IsLost { get; init; }

        /// <summary>That is so only if the function fails.</summary>
        public bool MustFail { get; init; }

        /// <summary>And it must not decide anything before it does.</summary>
        public bool IsLast { get; init; }

        /// <summary>What it returns says that it fails.</summary>
        public bool Fails { get; init; }
    }

    /// <summary>What is known of a call that was shown the value.</summary>
    private enum Loan
    {
        /// <summary>It may have kept it.</summary>
        Unknown,

        /// <summary>It has kept it only if this function succeeds.</summary>
        OfFailure,

        /// <summary>It has not kept it.</summary>
        Certain,
    }

    private sealed record Trail(PathPoint Point, Trail? Before);
}

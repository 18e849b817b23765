using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// A <c>finally</c> that releases what its variable held before the <c>try</c>. The scope takes the place of that
/// <c>try</c> and releases at the same point on every way, so that it does not matter where the value came from, who else
/// owns it, or where it went: a parameter, an element of a list, what a call handed out under a condition.
/// </summary>
public sealed class TryScope
{
    private readonly Owner _owner;
    private readonly Facts _facts;
    private readonly ImmutableArray<Call> _releases;
    private readonly Call _unwinding;
    private readonly Block _handler;

    private TryScope(Owner owner, Facts facts, ImmutableArray<Call> releases, Call unwinding, Block handler)
    {
        _owner = owner;
        _facts = facts;
        _releases = releases;
        _unwinding = unwinding;
        _handler = handler;
    }

    /// <summary>The one release of a variable, if it stands in a <c>finally</c>.</summary>
    public static TryScope? Of(Owner owner, ImmutableArray<Call> releases, Facts facts) => Of(owner, releases, isByType: false, facts);

    public static TryScope? ByType(ReleasedByType released, Facts facts) => Of(released.Variable, released.Releases, isByType: true, facts);

    private static TryScope? Of(Owner owner, ImmutableArray<Call> releases, bool isByType, Facts facts)
    {
        if (releases.IsEmpty || !Finallies.AreInFinally(releases, facts)
            || releases.FirstOrDefault(r => Finallies.RunsWhileUnwinding(r, facts)) is not { } unwinding)
        {
            return null;
        }

        var handlers = facts.Graph.Blocks.Select(b => b.Handler).OfType<Block>()
            .Where(h => h != facts.Graph.Unwind && Paths.Reaches(Point.StartOf(h), facts.Graph.Before(unwinding), exceptional: false))
            .Distinct()
            .ToList();

        // Of several, the others belong to a try inside of the finally.
        var handler = handlers.Find(h => handlers.TrueForAll(o => Paths.Reaches(Point.StartOf(h), Point.StartOf(o))));
        return handler is null || (releases.Length == 1 && MayGoWell(handler, facts)) ? null : new TryScope(owner, facts, releases, unwinding, handler) { IsByType = isByType };
    }

    /// <summary>
    /// The function may be left from there as usual, without a release: the handler is no <c>finally</c>, and what it releases
    /// only where something fails is handed over where nothing does.
    /// </summary>
    private static bool MayGoWell(Block handler, Facts facts) => facts.Graph.Blocks
        .Where(b => b.Handler == handler)
        .Any(b => Paths.Reaches(Point.StartOf(b), Point.StartOf(facts.Graph.Exit), exceptional: false));

    /// <summary>
    /// What is released is the variable's value, by a type that it may be of: it is asked for in the <c>finally</c>, and
    /// nothing else decides.
    /// </summary>
    public bool IsByType { get; private init; }

    /// <summary>
    /// Something else than the variable's emptiness decides about the release, and nothing between the <c>try</c> and there
    /// can change it: whether the caller is to release what it handed in.
    /// </summary>
    public bool IsDecidedAhead => !IsByType && !LeadingPast().All(IsAboutEmptiness) && Deciding().All(b => IsSettled(b.Branch!.Condition));

    /// <summary>Both are released in the <c>finally</c> of one <c>try</c>.</summary>
    public bool IsSameAs(TryScope other) => _handler == other._handler;

    /// <summary>The event stands in the <c>try</c> itself.</summary>
    public bool Guards(Event @event) => _facts.Graph.BlockOf(@event).Handler == _handler;

    public Refusal? Refuse()
    {
        if (_owner.IsCaptured)
            return ScopedCleanup.Captured;

        if (_owner.Local.IsValueType)
            return ScopedCleanup.ValueTypeCopy;

        if (!HoldsOneValue())
            return IsHandedOver() ? ScopedCleanup.Escapes : ScopedCleanup.Reassigned;

        if (OnlyReleases())
            return ScopedCleanup.ReleasedAtOnce;

        if (IsByType)
            return !TypeDecides() ? ScopedCleanup.ConditionalRelease : RunsMore() ? ScopedCleanup.ReleaseHandled : IsReachedLate() ? ScopedCleanup.Borrowed : null;

        var past = LeadingPast().ToList();
        if (!past.TrueForAll(IsAboutEmptiness) && !IsDecidedAhead)
            return ScopedCleanup.ConditionalRelease;

        if (_owner.Clearings.Any(c => _facts.IsLiveAfter(c, _owner.Local)))
            return ScopedCleanup.ReleasedThenUsed;

        if (!past.Exists(IsAboutEmptiness) && _releases.Any(MayMeetNothing))
            return ScopedCleanup.MayBeEmpty;

        if (RunsMore())
            return ScopedCleanup.ReleaseHandled;

        // A scope releases even where work before the release in its finally throws: only what is owned here has to be.
        return IsReachedLate() && !_owner.Acquisitions.All(ScopedCleanup.IsAcquiredHere) ? ScopedCleanup.Borrowed : null;
    }

    /// <summary>Releases that stand behind this one in the same <c>finally</c>: they are to become scopes around this one's.</summary>
    public IEnumerable<Local> Needs => ReleasedBehind().Select(o => o.Local).Distinct();

    /// <summary>The variable may have its value from several places: no declaration could stand there.</summary>
    public bool MeetsSeveral => Reaching(_unwinding).Count > 1;

    /// <summary>Stores of the empty value behind the release, which nobody reads.</summary>
    public IEnumerable<Store> Clearings => _owner.Clearings;

    /// <summary>Nothing is done in the <c>try</c> but to release others: a scope around that would hide what it is.</summary>
    private bool OnlyReleases()
    {
        var seen = Guarded().SelectMany(b => b.Events).Where(_facts.IsObservable).ToList();
        return seen.Count > 0 && seen.TrueForAll(e => e is Call { IsImplied: false } call
            && _facts.Catalogue.EffectsOf(call).Any(f => f.Kind is EffectKind.Release or EffectKind.Close));
    }

    /// <summary>
    /// The variable has the same value wherever the way to the release may begin. What is given to it inside of the try
    /// would reach the release beside what was there before, if anything may throw before that.
    /// </summary>
    private bool HoldsOneValue()
    {
        var released = Reaching(_unwinding);
        var guarded = Guarded().ToHashSet();
        return _releases.All(r => released.SetEquals(Reaching(r)))
            && (released.Count == 1
                || (!released.Any(d => d.At is { } at && guarded.Contains(_facts.Graph.BlockOf(at)))
                    && guarded.SelectMany(b => b.Events).Where(e => e.MayThrow).All(e => released.SetEquals(Reaching(e)))));
    }

    /// <summary>The variable is only emptied in the <c>try</c>: where it goes well, somebody else has its value.</summary>
    private bool IsHandedOver()
    {
        var guarded = Guarded().ToHashSet();
        var inside = _releases.SelectMany(Reaching).Where(d => d.At is { } at && guarded.Contains(_facts.Graph.BlockOf(at))).ToList();
        return inside.Count > 0 && inside.TrueForAll(d => d.At is Store { Value: Constant { Value: null } });
    }

    /// <summary>
    /// It may be called on null. That is the same where an exception comes there which a member called on the same null
    /// has raised: with the release or without, that kind of exception leaves.
    /// </summary>
    private bool MayMeetNothing(Call release)
    {
        if (release.HasNonNullReceiver || !IsEmpty(release) || TakenForGranted.IsReleasedBy(release, _owner, _facts)
            || TakenForGranted.OnlyHides(release, _facts))
        {
            return false;
        }

        return release != _unwinding || !Guarded().SelectMany(b => b.Events).Where(e => e.MayThrow && IsEmpty(e)).All(e =>
            e is Call { HasReceiver: true } call && call.Arguments[0].Local == _owner.Local);

        bool IsEmpty(Event @event) => _facts.Ownership.Before(@event, _owner).HasFlag(OwnershipState.Empty);
    }

    private HashSet<Definition> Reaching(Event @event) => [.. _facts.ReachingDefinitions.Before(@event, _owner.Local)];

    /// <summary>The blocks of which something may throw and then come to the release, at once or through other handlers.</summary>
    private IEnumerable<Block> Guarded()
    {
        var handlers = new HashSet<Block> { _handler };
        var others = _facts.Graph.Blocks.Select(b => b.Handler).OfType<Block>().Where(h => h != _facts.Graph.Unwind).ToHashSet();
        while (others.FirstOrDefault(o => !handlers.Contains(o) && PassesOn(o)) is { } found)
            handlers.Add(found);

        return _facts.Graph.Blocks.Where(b => b.Handler is { } h && handlers.Contains(h));

        bool PassesOn(Block handler) =>
            new ForwardSearch(Point.StartOf(handler), _ => false, exceptional: false).Passed.Any(e =>
                e.MayThrow && _facts.Graph.BlockOf(e).Handler is { } next && handlers.Contains(next));
    }

    /// <summary>The way past the release is taken where there is nothing to release, and only there.</summary>
    private bool IsAboutEmptiness((Block Block, Edge Edge) past) =>
        (_facts.Ownership.On(past.Edge, _owner) & ~OwnershipState.Empty) == 0
        && past.Block.Branch is { } branch && Access.Reads(branch.Condition).Contains(_owner.Local);

    /// <summary>The condition reads nothing but locals that keep their values from before the <c>try</c> until it is asked, as what is released does.</summary>
    private bool IsSettled(Expression condition)
    {
        var during = Guarded().Concat(BeforeRelease()).ToHashSet();
        return !Access.ReadsMemory(condition) && Access.Reads(condition).All(l =>
            l == _owner.Local
            || (!l.IsAliased && !_facts.ReachingDefinitions.OfLocal[l].Any(d => d.At is { } at && during.Contains(_facts.Graph.BlockOf(at)))));
    }

    /// <summary>Nothing but the question whether there is something of that type leads past the release, and it does.</summary>
    private bool TypeDecides()
    {
        var released = ReleasedByType.ReleasedLocals(_releases).ToHashSet();
        var past = LeadingPast().ToList();
        return past.Count > 0 && past.TrueForAll(p => p.Block.Branch?.Condition switch
        {
            Operation { Operator: ['i', 's', ' ', ..], Operands: [Read { Place: Local asked }] } => asked == _owner.Local,
            Operation { Operator: "!=" or "==", Operands: [Read { Place: Local asked }, Constant { Value: null }] } => released.Contains(asked),
            _ => false,
        });
    }

    /// <summary>The ways in the <c>finally</c> on which the release is left out.</summary>
    private IEnumerable<(Block Block, Edge Edge)> LeadingPast() =>
        from block in BeforeRelease()
        from edge in block.OrdinarySuccessors
        where !ReachesRelease(edge.To)
        select (block, edge);

    /// <summary>The decisions in the <c>finally</c> that the release may depend on.</summary>
    private IEnumerable<Block> Deciding() => BeforeRelease().Where(b => b.Branch is not null);

    /// <summary>The blocks of the <c>finally</c> that lie before the release's own, as control flows.</summary>
    private IEnumerable<Block> BeforeRelease()
    {
        var seen = new HashSet<Block>();
        var pending = new Stack<Block>([_handler]);
        while (pending.TryPop(out var block))
        {
            if (block == _facts.Graph.BlockOf(_unwinding) || !seen.Add(block))
                continue;

            yield return block;
            foreach (var edge in block.OrdinarySuccessors.Where(e => ReachesRelease(e.To)))
                pending.Push(edge.To);
        }
    }

    private bool ReachesRelease(Block block) =>
        block == _facts.Graph.BlockOf(_unwinding) || Paths.Reaches(Point.StartOf(block), _facts.Graph.Before(_unwinding), exceptional: false);

    /// <summary>
    /// The <c>finally</c> catches what the release throws, or goes on with work that is not done where it throws and would be
    /// done behind a scope.
    /// </summary>
    private bool RunsMore()
    {
        var search = Behind();
        var others = ReleasedBehind().ToList();
        return (_unwinding.MayThrow && search.Stops.Any(s => _facts.Graph.BlockOf(s).Handler != _facts.Graph.BlockOf(_unwinding).Handler))
            || search.Passed.Any(e => _facts.IsObservable(e) && !others.Exists(o => o.Releases.Contains(e)));
    }

    /// <summary>Something in the <c>finally</c> may throw before the release.</summary>
    private bool IsReachedLate() =>
        new ForwardSearch(Point.StartOf(_handler), e => e == _unwinding, exceptional: false).Passed.Any(e => e.MayThrow && LeadsToRelease(e))
        || Needs.Any();

    private bool LeadsToRelease(Event @event) =>
        Paths.Reaches(_facts.Graph.After(@event), _facts.Graph.Before(_unwinding), exceptional: false);

    private ForwardSearch Behind() => new(_facts.Graph.After(_unwinding), e => e is Throw, exceptional: false);

    private IEnumerable<Owner> ReleasedBehind()
    {
        foreach (var call in Behind().Passed.OfType<Call>())
        {
            if (_facts.Ownership.Owners.FirstOrDefault(o => o != _owner && o.Releases.Contains(call)) is { } other
                && Of(other, [.. other.Releases.Where(r => !r.IsImplied)], _facts) is { } scope && scope._handler == _handler && scope.Refuse() is null)
            {
                yield return other;
            }
        }
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// A local whose declaration can carry its release, and which stays a variable like any other: it may be assigned again,
/// passed by reference, and have its value taken out. What its scope releases is what it holds at the scope's end.
/// </summary>
/// <remarks>
/// Releases on the way out go. A release in the middle stays where the variable is empty or gets another value behind
/// it. Where the value leaves the function, it is stolen from the variable, so that the scope finds it empty.
/// </remarks>
internal sealed class ScopedVariable
{
    private const OwnershipState Held = OwnershipState.Owned | OwnershipState.Lent;

    private readonly ScopedCleanup.Site _site;
    private readonly Facts _facts;
    private readonly Owner _owner;
    private readonly HashSet<Event> _leaving = new(ReferenceEqualityComparer.Instance);

    private ScopedVariable(ScopedCleanup.Site site, Facts facts, Scope? inner)
    {
        _site = site;
        _facts = facts;
        _owner = site.Owner;
        Inner = inner;
        foreach (var release in site.Releases.Where(IsOnWayOut))
            _leaving.Add(release);

        Steals =
        [
            .. _owner.Transfers.Where(t => NeedsSteal(t) || ClearingBehind(t) is not null).Select(t => t.At),
            .. site.Releases.Where(r => facts.TakesParts && LeavesFull(r)),
        ];
        GivenAway = [.. Scopes.GivenAway.Of(_owner, site.Releases, EndsScope, facts).DistinctBy(g => g.Next.Origin)];
    }

    /// <summary>The scope that the declaration moves into; null where it stays.</summary>
    public Scope? Inner { get; }

    /// <summary>The releases that scope makes superfluous.</summary>
    public ImmutableArray<Call> Leaving => [.. _site.Releases.Where(_leaving.Contains)];

    /// <summary>No release by hand is left.</summary>
    private bool ReleasesAll => _site.Releases.All(_leaving.Contains);

    /// <summary>
    /// Where the value leaves for good, and the variable still holds it or is emptied by hand. Where parts are taken, a
    /// release in the middle is such a place: it gets the value out of the variable, and scope has the other ways.
    /// </summary>
    public ImmutableArray<Event> Steals { get; }

    /// <summary>Where the outcome of a call tells that it took the value over, and the variable is to be emptied.</summary>
    public ImmutableArray<(Branch Decision, Event Next)> GivenAway { get; }

    /// <summary>Stores of the empty value behind a release that goes, or behind the place where the value is taken out.</summary>
    public ImmutableArray<Store> Clearings =>
    [
        .. _owner.Clearings.Where(c => _facts.Ownership.Before(c, _owner).HasFlag(OwnershipState.Released) && IsBehindLeaving(c))
            .Union(_owner.Transfers.Select(ClearingBehind).OfType<Store>()),
    ];

    /// <summary>On some way the scope ends while the variable holds nothing, which the releaser minds, and no release by hand lies on that way.</summary>
    public bool MeetsEmpty => !_owner.Releaser.IgnoresEmpty
        && new ForwardSearch(Point.StartOf(_facts.Graph.Entry), e => EndsScope(e) || (e is Call call && _site.Releases.Contains(call)), exceptional: false)
            .Stops.Any(e => EndsScope(e) && (_facts.Ownership.Before(e, _owner) & (OwnershipState.Empty | OwnershipState.Unset)) != 0);

    /// <summary>
    /// The variable where it is declared; where that is refused, or leaves releases by hand, and it lives in a scope inside of
    /// that, there.
    /// </summary>
    public static ScopedVariable Of(ScopedCleanup.Site site, Facts facts)
    {
        var whole = new ScopedVariable(site, facts, null);
        var isRefused = whole.Refuse() is not null;
        return (isRefused || !whole.ReleasesAll) && InnerScope.Of(site.Owner, facts) is { } inner
            && new ScopedVariable(site, facts, inner) is var narrowed && narrowed.Refuse() is null && (isRefused || narrowed.ReleasesAll)
            ? narrowed
            : whole;
    }

    /// <summary>Why the variable stays as it is, if it does.</summary>
    public Refusal? Refuse()
    {
        if (_owner.IsCaptured && !IsEndedInPlace())
            return ScopedCleanup.Captured;

        if (_owner.Mismatches.Length > 0 || IsReleasedTwice() || IsOthers())
            return ScopedCleanup.ReleasedWrongly;

        if (IsNeverAskedFor())
            return ScopedCleanup.MayBeEmpty;

        if (!_owner.Releaser.IsSilent && _leaving.Any(ReadsErrorNumberBehind))
            return ScopedCleanup.ErrorNumberBehind;

        if (!_owner.Releaser.IsSilent && _leaving.Any(ReturnsMemoryBehind))
            return ScopedCleanup.MemoryBehind;

        if (IsReleasedAtOnce())
            return ScopedCleanup.ReleasedAtOnce;

        if (_leaving.Count == 0 || _site.Releases.Any(r => LeavesFull(r) && !Steals.Contains(r)))
            return _site.Releases.Any(IsNeededBehind) ? ScopedCleanup.ReleasedThenUsed : ScopedCleanup.ObservableAfterRelease;

        if (_site.Releases.Any(r => _facts.Ownership.Before(r, _owner).HasFlag(OwnershipState.Borrowed))
            || _owner.Acquisitions.Any(a => a is { Kind: AcquisitionKind.Witnessed, Source: { } source } && _facts.Catalogue.LeadsAround(source.Callee))
            || IsOnlyShown() || WalksAlong())
        {
            return ScopedCleanup.Borrowed;
        }

        if (ScopedCleanup.IsReleasedConditionally(_site, _facts))
            return ScopedCleanup.ConditionalRelease;

        if (Steals.Any(s => IsUsedBehind(s) || IsNamedTwice(s)) || IsReleasedByTaker())
            return ScopedCleanup.Escapes;

        if (OutlivesChild())
            return ScopedCleanup.Order;

        if (HeldAtEnd() is { } refusal)
            return refusal;

        return OverwritesItself() ? ScopedCleanup.Reassigned : IsJumpedOver() ? ScopedCleanup.NeedsEarlyReturn : null;
    }

    /// <summary>
    /// A structure stands where it stands, whoever knows its address: what ends it is given that address, and its scope gives
    /// it the same.
    /// </summary>
    private bool IsEndedInPlace() =>
        _owner.Local.IsValueType && _site.Releases.All(r => r.Arguments.Any(a => a.Passing == Passing.Reference && a.Target == _owner.Local));

    /// <summary>
    /// By hand, what was made from this goes behind it, and by scope it would go before. Once that is scoped itself, this is
    /// declared behind it.
    /// </summary>
    private bool OutlivesChild() =>
        !_owner.Releaser.IsSilent
        && _leaving.SelectMany(r => ToScopeEnd(_facts.Graph.After(r)).Passed).OfType<Call>().Where(c => !c.IsImplied).Distinct().Any(c =>
            _facts.Ownership.Owners.Any(o => o != _owner && !o.Releaser.IsSilent && o.Releases.Contains(c)
                && o.Acquisitions.Any(a => a.Source is { } source && source.Arguments.SelectMany(Access.Reads).Contains(_owner.Local))));

    /// <summary>
    /// Behind one release comes another, and the variable was not emptied in between: of what is counted, the first one gives
    /// back a reference that somebody else was to have.
    /// </summary>
    private bool IsReleasedTwice() => _leaving.Any(r => !LeavesEmpty((Call)r)
        && new ForwardSearch(_facts.Graph.After(r), e => IsAssigned(e) || EndsScope(e), exceptional: false).Passed.Any(e =>
            e is Call again && again.Origin != r.Origin && _site.Releases.Contains(again)));

    /// <summary>On some path somebody has taken it over who releases it, and it is released by hand as well.</summary>
    private bool IsOthers() =>
        _owner.Transfers.Any(t => t.Kind == TransferKind.Consumed)
        && _facts.Ownership.Incidents(_owner).Any(i => i.Kind == IncidentKind.ReleaseOfOthers);

    /// <summary>Nothing but a walk along something puts a value into it: what is walked along may be named in the same way.</summary>
    private bool IsOnlyShown() => _owner.Acquisitions is { Length: > 0 } all && all.All(a => a.Source is { LeadsAround: true });

    /// <summary>
    /// It begins with a value of somebody else's and goes on from each to the next: what it stands at in the end may be taken
    /// out and released, and is not its own before.
    /// </summary>
    private bool WalksAlong() =>
        _owner.Acquisitions.Any(a => a.Kind is AcquisitionKind.FromLocal or AcquisitionKind.FromMemory)
        && _owner.Acquisitions.Any(a => a is { Kind: AcquisitionKind.Witnessed, Source: { } step }
            && step.Arguments.Any(v => v.Local == _owner.Local) && !_facts.Catalogue.HandsOut(step.Callee, a.Operand));

    /// <summary>Whatever is acquired is released before anything else happens.</summary>
    private bool IsReleasedAtOnce() => _site.Acquisitions.All(a =>
        !new ForwardSearch(_facts.Graph.After(a), e => e is Call call && _site.Releases.Contains(call), exceptional: false).Passed.Any(e =>
            _facts.IsObservable(e) && HoldsSomething(e)));

    private bool HoldsSomething(Event @event) =>
        (_facts.Ownership.Before(@event, _owner) & (OwnershipState.Owned | OwnershipState.Lent | OwnershipState.Moved | OwnershipState.Borrowed)) != 0;

    /// <summary>
    /// From the release on, the variable is not needed any more, and nothing runs that must not see the release late. A
    /// release that only frees memory may come late, but not after another turn of a loop.
    /// </summary>
    private bool IsOnWayOut(Call release)
    {
        var search = ToScopeEnd(_facts.Graph.After(release));
        if (IsNeededIn(search, release) || IsMeasured(release, search))
            return false;

        return _owner.Releaser.IsSilent
            ? search.Passed.Count(IsWork) <= MostWorkBehind && !Loops(search)
            : !search.Passed.Any(IsWork);
    }

    /// <summary>The time is asked on the way to the release, and behind it: how long it takes may be what somebody wants to know.</summary>
    private bool IsMeasured(Call release, ForwardSearch behind) =>
        behind.Passed.Any(ReadsClock)
        && _facts.Graph.Events.Any(e => ReadsClock(e) && Paths.Reaches(_facts.Graph.After(e), _facts.Graph.Before(release)));

    private bool ReadsClock(Event @event) => @event is Call call && _facts.Catalogue.ReadsClock(call.Callee);

    /// <summary>
    /// What would be taken out of the variable is released behind that all the same: a call had not taken it over where it
    /// failed (<c>fdopen</c>), a structure only held it for a while.
    /// </summary>
    private bool IsReleasedByTaker() =>
        _owner.Transfers.Any(t => t.Kind is TransferKind.Consumed or TransferKind.Stored && Steals.Contains(t.At))
        && _leaving.Any(r => (_facts.Ownership.Before(r, _owner) & (Held | OwnershipState.Moved)) == OwnershipState.Moved);

    /// <summary>
    /// A number is released whether it is one of a thing or says that there is none, and nobody tests it. Where the release
    /// of none fails and does nothing else, that is missed by no function but one that asks for the error.
    /// </summary>
    private bool IsNeverAskedFor() =>
        !_owner.Releaser.IgnoresEmpty && !(_owner.Releaser.FailsOnEmpty && !Access.AsksForErrors(_facts.Graph)) && ValueSet.NumberOf(_owner.Resource.Empty) is < 0
        && _leaving.Any(r => _facts.Ownership.Before(r, _owner).HasFlag(OwnershipState.Empty))
        && !_facts.Graph.Blocks.Any(b => b.Branch is { IsImplied: false } branch && Access.Reads(branch.Condition).Contains(_owner.Local) && IsGuard(b));

    private bool ReadsErrorNumberBehind(Event release)
    {
        var behind = ToScopeEnd(_facts.Graph.After(release));
        return Access.AskFor(Implicit.Errno, behind.Passed, behind.Branches);
    }

    /// <summary>What is returned, or decides what is, is read behind the release: a scope would read it first.</summary>
    private bool ReturnsMemoryBehind(Event release)
    {
        var behind = ToScopeEnd(_facts.Graph.After(release));
        return behind.Passed.Any(e => e is EvaluateReturn { Value: { } value } && IsOthers(value)) || behind.Branches.Any(b => IsOthers(b.Condition));

        static bool IsOthers(Expression value) => Access.ReadsMemory(value) || Access.Reads(value).Any(l => l.IsAliased);
    }

    private bool IsNeededBehind(Call release) => IsNeededIn(ToScopeEnd(_facts.Graph.After(release)), release);

    private bool IsNeededIn(ForwardSearch behind, Call release) => behind.Passed.Any(e => e == release || Gives(e) || Needs(e));

    /// <summary>Memory kept a little longer is no loss; kept for the rest of a long function it may be one.</summary>
    private const int MostWorkBehind = 30;

    private bool Loops(ForwardSearch search)
    {
        // A loop around the scope does not count: its next turn has another scope.
        return search.Passed.Any(e => ToScopeEnd(_facts.Graph.After(e)).Passed.Contains(e));
    }

    private bool IsWork(Event @event) =>
        _facts.IsObservable(@event) && !IsPlainRelease(@event) && !ReleaseOrder.LeavesGuard(@event, _owner.Local, _facts);

    /// <summary>A release of something else, which neither was made from this nor is what this was made from.</summary>
    private bool IsPlainRelease(Event @event) =>
        @event is Call call
        && (_site.Releases.Contains(call)
            || _facts.Ownership.Owners.Any(o => o.Releases.Contains(call) && o.Resource.Kind != ResourceKind.Lock));

    private ForwardSearch ToScopeEnd(Point from) =>
        new(from, EndsScope, exceptional: false);

    private bool EndsScope(Event @event) => @event is ScopeExit exit && exit.Scope == (Inner ?? _owner.Local.Scope);

    /// <summary>The event gives the variable a value that is not the empty one.</summary>
    private bool Gives(Event @event) =>
        Access.Writes(@event).Any(w => w.Local == _owner.Local)
        && @event is not Store { Value: Constant }
        && !(@event is Call call && _site.Releases.Contains(call));

    private bool Needs(Event @event) =>
        _owner.Uses.Contains(@event) || (_owner.Transfers.Any(t => t.At == @event) && @event is not Store { Value: Constant });

    /// <summary>Behind a release that stays, the variable is empty or assigned before anything can find it.</summary>
    private bool LeavesEmpty(Call release)
    {
        if (ReleaserOf(release) is { Clears: true })
            return true;

        var isAssigned = new ForwardSearch(_facts.Graph.After(release), IsAssigned, exceptional: false);
        return !isAssigned.Passed.Any(e => e is EvaluateReturn || EndsScope(e));
    }

    /// <summary>A release that stays, behind which scope would find what it released.</summary>
    private bool LeavesFull(Call release) => !_leaving.Contains(release) && !LeavesEmpty(release);

    private Releaser? ReleaserOf(Call release) =>
        _facts.Catalogue.EffectsOf(release).FirstOrDefault(e => e.Kind == EffectKind.Release && e.Resource == _owner.Resource)?.Releaser;

    private bool IsAssigned(Event @event) => Access.Writes(@event).Any(w => w.Local == _owner.Local && w.IsWhole);

    private bool IsBehindLeaving(Store clearing) =>
        _leaving.Any(r => new ForwardSearch(_facts.Graph.After(r), IsAssigned, exceptional: false).Stops.Contains(clearing));

    /// <summary>
    /// The value goes for certain, and on some path the variable still has it when its scope ends. Who takes it for another
    /// one that it puts there, in the same call, leaves nothing to steal.
    /// </summary>
    private bool NeedsSteal(Transfer transfer) =>
        transfer.IsCertain && !_owner.Acquisitions.Any(a => a.At == transfer.At)
        && transfer.Kind is not (TransferKind.Thrown or TransferKind.Taken)
        && (_facts.Ownership.Before(transfer.At, _owner) & Held) != 0
        && (transfer.Kind == TransferKind.Returned
            || new ForwardSearch(_facts.Graph.After(transfer.At), IsAssigned, exceptional: false).Passed
                .Any(EndsScope));

    /// <summary>
    /// The store that empties the variable behind the place where its value leaves (<c>*result = name; name = NULL;</c>),
    /// with nothing between them that looks at it: taking the value out does both at once.
    /// </summary>
    private Store? ClearingBehind(Transfer transfer)
    {
        if (!transfer.IsCertain || transfer.Kind is TransferKind.Thrown or TransferKind.Taken or TransferKind.Returned
            || (_facts.Ownership.Before(transfer.At, _owner) & Held) == 0
            || IsNamedTwice(transfer.At))
        {
            return null;
        }

        for (var at = _facts.Graph.After(transfer.At); at.Event is { } next; at = at.Next)
        {
            if (next is Store { Value: Constant value } store && store.Target == _owner.Local && value.Equals(_owner.Resource.Empty))
                return store;

            if (Access.Reads(next).Contains(_owner.Local) || Access.Writes(next).Any(w => w.Local == _owner.Local))
                return null;
        }

        return null;
    }

    /// <summary>Behind the place where its value is taken out, somebody still reads the variable.</summary>
    private bool IsUsedBehind(Event steal)
    {
        var search = new ForwardSearch(_facts.Graph.After(steal), IsAssigned, exceptional: false);
        return search.Passed.Any(e => !_leaving.Contains(e) && Access.Reads(e).Contains(_owner.Local))
            || _facts.Graph.Blocks.Any(b => b.Branch is { } branch
                && Access.Reads(branch.Condition).Contains(_owner.Local)
                && search.Branches.Contains(branch)
                && !IsGuard(b));
    }

    private bool IsGuard(Block block) => SideExits.Of(_owner, _facts).SideOf(block) is not null;

    private bool IsNamedTwice(Event steal) => Access.Reads(steal).Count(l => l == _owner.Local) > 1;

    /// <summary>What may be in the variable where its scope ends, by hand or by scope, and is neither empty nor stolen.</summary>
    private Refusal? HeldAtEnd()
    {
        foreach (var end in _facts.Graph.Events.Where(EndsScope))
        {
            var state = _facts.Ownership.Before(end, _owner);
            if (state.HasFlag(OwnershipState.Lent) && !IsGivenAwayBefore(end))
                return ScopedCleanup.Escapes;

            if (state.HasFlag(OwnershipState.Borrowed))
                return ScopedCleanup.Borrowed;

            if (state.HasFlag(OwnershipState.Owned) && ScopedCleanup.IsTakenOver(_owner))
                return ScopedCleanup.Borrowed;

            // What may only have been shown here is not forgotten where it is not released.
            if (state.HasFlag(OwnershipState.Owned) && _owner.Acquisitions.Any(MayOnlyShow))
                return ScopedCleanup.ConditionalRelease;
        }

        return null;
    }

    /// <summary>Whoever was shown the value, it is released before the scope ends, or somebody has taken it over.</summary>
    private bool IsGivenAwayBefore(Event end) =>
        !GivenAway.IsEmpty && _owner.Transfers.All(t => t.IsCertain || !new ForwardSearch(
            _facts.Graph.After(t.At),
            e => IsAssigned(e) || (e is Call call && _site.Releases.Contains(call)) || GivenAway.Any(g => g.Next == e),
            exceptional: false).Passed.Contains(end));

    private bool MayOnlyShow(Acquisition acquisition) =>
        acquisition is { Kind: AcquisitionKind.Witnessed, Source: { } source }
        && (!_facts.Catalogue.HandsOut(source.Callee, acquisition.Operand)
            || (!acquisition.Operand.IsResult && _site.Releases.Any(r => IsOptional(r, source))));

    /// <summary>
    /// A decision stands before the release, past which the function goes on all the same: it may be by what was decided
    /// that the value became this function's. A decision by the outcome of the call that put the value out is none.
    /// </summary>
    private bool IsOptional(Call release, Call source)
    {
        var at = _facts.Graph.BlockOf(release);
        return _facts.Graph.Blocks.Any(b =>
            b.Branch is { } branch
            && b.Successors.Where(e => e.Kind is EdgeKind.True or EdgeKind.False).Select(e => e.To).ToList() is [var one, var other]
            && one != other && _facts.Dominates(_facts.Graph.BlockOf(source), b)
            && (SkipsTo(one, other) || SkipsTo(other, one))
            && !Access.Reads(branch.Condition).Any(l => l == _owner.Local || IsOutcome(l, Point.EndOf(b))));

        bool SkipsTo(Block side, Block join) =>
            _facts.Dominates(side, at) && !_facts.Dominates(join, at) && _facts.PostDominates(join, side, exceptional: false);

        bool IsOutcome(Local local, Point point) => _facts.ReachingDefinitions.At(point, local).All(d =>
            d.At == source || (d.At is Store { Value: Read { Place: Local from } } store && from != local && IsOutcome(from, _facts.Graph.Before(store))));
    }

    /// <summary>It is given another value while it owns one, other than by who is given the old one for it.</summary>
    private bool OverwritesItself() => _facts.Ownership.Overwrites(_owner).Any(e =>
        e is not ScopeEnter
        && !(e is Store emptied && _owner.Empties.Contains(emptied))
        && !(e is Call call && call.Arguments.Any(a => a.Passing != Passing.Value && a.Target == _owner.Local))
        && !_owner.Acquisitions.Any(a => a.At == e && a.Source is { } source && source.Arguments.Any(b => b.Local == _owner.Local)));

    /// <summary>A jump that goes past the declaration to a label behind it would find the variable unset.</summary>
    private bool IsJumpedOver()
    {
        var declared = _owner.Local.Declaration.Span;
        return Inner is null && !declared.IsEmpty && _facts.Function.Jumps.Any(j =>
            j.Origin.Span.Start < declared.Start
            && j.Label.Origin.Span.Start > declared.Start
            && _owner.Local.Scope!.Origin.Span.Contains(j.Label.Origin.Span));
    }
}

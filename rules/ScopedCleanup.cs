using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Lets scope release what a local owns, in place of releases by hand.</summary>
/// <remarks>
/// A local that a function acquires and releases on its way out, at a label, before each return or in a
/// <c>finally</c>, is released by its scope instead: its releases go, and a path that forgot one no longer leaks. The
/// scope reaches to the end of the block where nothing there can tell the difference, and ends with the last release
/// otherwise. A resource that may leave the function, or is given another value while it owns one, stays by hand. A
/// <c>finally</c> that releases what was there before its <c>try</c> becomes a scope wherever that came from.
/// </remarks>
public sealed class ScopedCleanup : Rule<ScopedCleanup.Site>
{
    public static readonly Refusal Captured =
        new("captured", "a lambda or local function sees the variable, or its address is kept");

    public static readonly Refusal Escapes =
        new("escapes", "the resource leaves the function on some path, or may do so", "release it on every path, or hand it over on every path");

    public static readonly Refusal CalleeDisposes =
        new("callee-disposes", "another object becomes the owner and releases it", "scope the new owner instead");

    public static readonly Refusal PassedByReference =
        new("passed-by-reference", "a scoped variable is read-only and cannot be passed by reference");

    public static readonly Refusal Reassigned =
        new("reassigned", "the variable is given another value while it owns one, or acquires in several places", "use a variable for each resource");

    public static readonly Refusal Borrowed =
        new("borrowed", "what the variable holds where it is released may belong to somebody else");

    public static readonly Refusal ValueTypeCopy =
        new("value-type-copy", "the owner is a value that is copied: copies would be released apart");

    public static readonly Refusal ReleasedThenUsed =
        new("released-then-used", "the variable is used after its release");

    public static readonly Refusal ConditionalRelease =
        new("conditional-release", "a condition other than a test for emptiness decides whether it is released");

    public static readonly Refusal MayBeEmpty =
        new("may-be-empty", "on some path nothing was acquired, and the releaser minds", "test the value before releasing it");

    public static readonly Refusal ReleaseAfterCatch =
        new("release-after-catch", "a handler or other clean-up runs before the release, and would run after it", "acquire before the try");

    public static readonly Refusal ReleaseHandled =
        new("release-handled", "what the release throws is caught in another place than what the scope would throw");

    public static readonly Refusal ObservableAfterRelease =
        new("observable-after-release", "on some path the function goes on working after the release, inside of what would be the scope");

    public static readonly Refusal Order =
        new("order", "scope would release in another order, and one of the resources was made from the other");

    public static readonly Refusal Overlaps =
        new("overlaps", "another resource is acquired inside of what would be the scope, and released by hand behind it", "release them in the reverse order of their acquisition");

    public static readonly Refusal ReleasedWrongly =
        new("released-wrongly", "it is released with the releaser of another resource, or twice", "see the findings");

    public static readonly Refusal ClosesOnly =
        new("closes-only", "nothing shows that what is called does all that scope would do", "release it with Dispose, if that is meant");

    public static readonly Refusal ReleasedAtOnce =
        new("released-at-once", "nothing happens while the value is held: there is no scope to release it by", "give the value to its releaser at once");

    public static readonly Refusal NeedsEarlyReturn =
        new("needs-early-return", "a jump goes past the declaration of what would be a scoped variable", "let early-return run as well");

    public override RuleInfo Info { get; } =
        new("scoped-cleanup", "Let scope release what a local owns");

    public override IReadOnlyList<Refusal> Refusals { get; } =
    [
        Captured, Escapes, CalleeDisposes, PassedByReference, Reassigned, Borrowed, ValueTypeCopy, ReleasedThenUsed,
        ConditionalRelease, MayBeEmpty, ReleaseAfterCatch, ReleaseHandled,
        ObservableAfterRelease, Order, Overlaps, ReleasedWrongly, ClosesOnly, ReleasedAtOnce, NeedsEarlyReturn,
    ];

    /// <summary>An owner with a scoped form, and its releases by hand.</summary>
    public sealed record Site(Owner Owner, ImmutableArray<Call> Releases)
    {
        /// <summary>The form declares the variable: it becomes read-only, and is released whatever happens.</summary>
        public required bool IsDeclared { get; init; }

        /// <summary>The form declares the variable, which may still be assigned, passed by reference and stolen from.</summary>
        public bool IsMutable { get; init; }

        /// <summary>Of a form that declares the variable elsewhere, the one that leaves the declaration alone is needed.</summary>
        public bool KeepsVariable { get; init; }

        /// <summary>The <c>try</c> whose <c>finally</c> releases becomes the scope.</summary>
        public TryScope? Try { get; init; }

        /// <summary>The language has a scope that releases, so that nothing written does.</summary>
        public bool IsOwnScope => IsDeclared || KeepsVariable;

        /// <summary>Where it is known that something was acquired, if a status is looked at after the acquisition.</summary>
        public ImmutableArray<Point> Heard { get; init; } = [];

        /// <summary>The events that acquire what is released here.</summary>
        public required ImmutableArray<Event> Acquisitions { get; init; }
    }

    protected override Origin At(Site site) => site.Releases[0].Origin;

    protected override IEnumerable<Site> Match(Function function, Facts facts)
    {
        var byType = ReleasedByType.In(facts).Select(r => ByTypeOf(r, facts)).OfType<Site>().ToList();
        foreach (var site in byType)
            yield return site;

        foreach (var site in ClosedIn(facts))
            yield return site;

        foreach (var owner in facts.Ownership.Owners.Where(o => !o.Releases.Any(r => byType.Exists(s => s.Releases.Contains(r)))))
        {
            var lives = SiteOf(owner, facts) is { } site
                ? Lives.Of(site, facts, s => Refuse(s, facts) is null && ReachesBlockEnd(s, facts)).Where(l => l.IsMutable || HoldsSomething(l, facts)).ToList()
                : [];
            foreach (var life in TrySiteOf(owner, facts) is { } attempt && IsBetter(attempt, lives, facts) ? [attempt] : lives)
                yield return life;
        }
    }

    /// <summary>A scope that declares the variable where it is acquired says more, where there can be one.</summary>
    private bool IsBetter(Site attempt, IReadOnlyCollection<Site> lives, Facts facts) =>
        lives.Count == 0
        || ((attempt.Try!.MeetsSeveral || lives.Any(l => l.KeepsVariable || Refuse(l, facts) is not null)) && Refuse(attempt, facts) is null);

    private static Site? SiteOf(Owner owner, Facts facts)
    {
        if (owner.Local is not { Kind: LocalKind.Variable, IsScoped: false }
            || !owner.Resource.Scoped.TryGetValue(facts.Style, out var form)
            || !owner.Acquisitions.Any(a => IsAcquiredHere(a) && a.At is not null))
        {
            return null;
        }

        var releases = form == Declaration ? [.. owner.Releases.Where(r => !r.IsImplied)] : ReleasesOf(owner, facts);
        if (releases.IsEmpty)
            return null;

        if (form == Declaration)
            return new Site(owner, releases) { IsDeclared = true, IsMutable = true, Acquisitions = AcquisitionsOf(owner) };

        var site = new Site(owner, releases) { IsDeclared = form != TryFinally, Acquisitions = AcquisitionsOf(owner) };
        return (site.IsDeclared || !Finallies.AreInFinally(releases, facts)) && HoldsSomething(site, facts) ? site : null;
    }

    /// <summary>What nothing but a call that may leave something to release ends, whatever happens: it looks like a scope by hand.</summary>
    private static IEnumerable<Site> ClosedIn(Facts facts)
    {
        foreach (var group in facts.Graph.Events.OfType<Call>().Where(c => !c.IsImplied).GroupBy(c => c.Origin))
        {
            var calls = group.ToImmutableArray();
            if (facts.Catalogue.EffectsOf(calls[0]).FirstOrDefault(e => e.Kind == EffectKind.Close) is { Resource: { } resource, Releaser: { } releaser } effect
                && calls[0].Arguments.ElementAtOrDefault(effect.Subject.Index)?.Local is { Kind: LocalKind.Variable, IsScoped: false } local
                && Finallies.AreInFinally(calls, facts)
                && !facts.Ownership.Owners.Any(o => o.Local == local && !o.Releases.IsEmpty))
            {
                yield return new Site(new Owner(local, resource) { Releases = calls, Releaser = releaser }, calls) { IsDeclared = true, Acquisitions = [] };
            }
        }
    }

    private static Site? ByTypeOf(ReleasedByType released, Facts facts) =>
        released.Variable.Resource.Scoped.TryGetValue(facts.Style, out var form) && form is not (TryFinally or Declaration)
        && TryScope.ByType(released, facts) is { } attempt
            ? new Site(released.Variable, released.Releases) { IsDeclared = false, KeepsVariable = true, Acquisitions = [], Try = attempt }
            : null;

    /// <summary>The releases that scope can stand for; those that do less stay beside them.</summary>
    private static ImmutableArray<Call> ReleasesOf(Owner owner, Facts facts)
    {
        var all = owner.Releases.Where(r => !r.IsImplied).ToImmutableArray();
        ImmutableArray<Call> whole = [.. all.Where(r => !DoesLess(r, owner, facts))];
        return whole.IsEmpty ? all : whole;
    }

    private static Site? TrySiteOf(Owner owner, Facts facts)
    {
        if (owner.Local is not { Kind: LocalKind.Variable or LocalKind.Parameter, IsScoped: false }
            || !owner.Resource.Scoped.TryGetValue(facts.Style, out var form) || form is TryFinally or Declaration)
        {
            return null;
        }

        var releases = ReleasesOf(owner, facts);
        return TryScope.Of(owner, releases, facts) is { } attempt
            ? new Site(owner, releases) { IsDeclared = false, KeepsVariable = true, Acquisitions = [], Try = attempt }
            : null;
    }

    protected override Refusal? Refuse(Site site, Facts facts)
    {
        if (site.IsOwnScope && !site.IsMutable && site.Releases.All(r => DoesLess(r, site.Owner, facts)))
            return ClosesOnly;

        if (site.Try is { } attempt)
            return attempt.Refuse();

        if (site.IsMutable)
            return ScopedVariable.Of(site, facts).Refuse();

        var owner = site.Owner;
        var ownership = facts.Ownership;
        if (owner.IsCaptured)
            return Captured;

        if (owner.Mismatches.Length > 0 || IsReleasedAgain(site, facts))
            return ReleasedWrongly;

        if (IsReleasedConditionally(site, facts))
            return ConditionalRelease;

        if (LeavesBy(site, facts) is { } leaving)
            return leaving;

        if (owner.Acquisitions.Any(a => !IsAcquiredHere(a)) || site.Releases.Any(r => ownership.Before(r, owner).HasFlag(OwnershipState.Borrowed)))
            return Borrowed;

        if (IsLeftByException(site, facts) && owner.Acquisitions.Any(a => a is { Kind: AcquisitionKind.Witnessed, Source.Callee.IsAccessor: true }))
            return Borrowed;

        if (IsLeftByException(site, facts) && owner.Transfers.Any(IsKept))
            return Captured;

        if (ownership.Overwrites(owner).Any() || (site.IsDeclared && site.Acquisitions.Select(e => e.Origin).Distinct().Count() > 1))
            return Reassigned;

        if (!site.IsOwnScope && MeetsEmpty(site, facts) && !CanAsk(site))
            return MayBeEmpty;

        if (IsUsedAfterRelease(site, facts))
            return ReleasedThenUsed;

        if (site.IsOwnScope && RunsHandlerFirst(site, facts))
            return ReleaseAfterCatch;

        if (ReordersChildren(site, facts))
            return Order;

        if (!site.KeepsVariable && !ReachesBlockEnd(site, facts) && IsOverlapped(site, facts))
            return Overlaps;

        if (IsHandledElsewhere(site, facts) || (site.IsOwnScope && RunsMoreBehind(site, facts)))
            return ReleaseHandled;

        if (GoesOnAfterRelease(site, facts))
            return ObservableAfterRelease;

        if (IsDecidedTwice(site, facts))
            return ConditionalRelease;

        return site.IsOwnScope && ReleasesNothing(site, facts) ? MayBeEmpty : null;
    }

    protected override IEnumerable<Change> Rewrite(Site site, Facts facts)
    {
        var owner = site.Owner;
        if (site.Try is { } attempt)
        {
            yield return new ScopeLocal(owner.Local, owner.Resource, owner.Releaser, [], site.Releases, ScopeExtent.LastRelease)
            {
                KeepsVariable = true,
                TakesTry = true,
                IsByType = attempt.IsByType,
                Clearings = [.. attempt.Clearings],
                Needs = [.. attempt.Needs],
            };
            yield break;
        }

        if (site.IsMutable)
        {
            var variable = ScopedVariable.Of(site, facts);
            yield return new ScopeLocal(owner.Local, owner.Resource, owner.Releaser, AcquisitionsOf(owner), variable.Leaving, ScopeExtent.Block)
            {
                MayBeEmpty = variable.MeetsEmpty,
                Clearings = variable.Clearings,
                Behind = ReleaseOrder.Behind(owner, facts),
            };
            foreach (var steal in variable.Steals)
                yield return new Steal(steal, owner.Local);

            foreach (var change in WaitingValue.ReturnedAtOnce(variable.Leaving, owner.Local, facts))
                yield return change;

            yield break;
        }

        var reachesEnd = ReachesBlockEnd(site, facts);
        var released = owner.Clearings.Where(c => facts.Ownership.Before(c, owner).HasFlag(OwnershipState.Released) && IsBehind(c, site, facts));
        var before = site.IsDeclared ? owner.Empties.Where(e => !e.IsInitialiser) : [];
        yield return new ScopeLocal(
            owner.Local,
            owner.Resource,
            owner.Releaser,
            site.Acquisitions,
            site.Releases,
            !site.KeepsVariable && reachesEnd ? ScopeExtent.Block : ScopeExtent.LastRelease)
        {
            KeepsVariable = site.KeepsVariable,
            From = site.Heard.IsEmpty ? null : Lives.FirstAt(site.Heard[0]),
            MayBeEmpty = !site.IsOwnScope && MeetsEmpty(site, facts),
            Clearings = [.. released, .. before],
            Needs = [.. (reachesEnd ? NeededBy(site, facts) : []).Union(NeededInside(site, facts))],
        };
        foreach (var change in WaitingValue.ReturnedAtOnce(site.Releases, owner.Local, facts))
            yield return change;
    }

    /// <summary>A test for null can be put before the release: a reference that one call gave back.</summary>
    private static bool CanAsk(Site site) =>
        site.Heard.IsEmpty && site.Acquisitions.Length == 1 && !site.Owner.Local.IsValueType
        && site.Owner.Acquisitions.All(a => a.At is not Call call || call.Result == site.Owner.Local);

    private static bool IsBehind(Store clearing, Site site, Facts facts) => site.Releases.Any(r =>
        new ForwardSearch(facts.Graph.After(r), e => e == clearing || site.Owner.Acquisitions.Any(a => a.At == e)).Stops.Contains(clearing));

    private const string TryFinally = "try-finally";

    /// <summary>A declaration that carries the release, of a variable that stays one.</summary>
    private const string Declaration = "declaration";

    private static ImmutableArray<Event> AcquisitionsOf(Owner owner) =>
        [.. owner.Acquisitions.Where(IsAcquiredHere).Select(a => a.At).OfType<Event>()];

    /// <summary>What the language hands out by itself (the element of a loop) is not acquired by anything written.</summary>
    internal static bool IsAcquiredHere(Acquisition acquisition) =>
        acquisition.Kind is AcquisitionKind.Catalogued or AcquisitionKind.Witnessed
        && acquisition is { At.IsImplied: false, Source: not { IsImplied: true } };

    /// <summary>
    /// Something that may throw, or may be seen, runs between acquisition and release: there is a scope. A block around
    /// nothing but the reading of a property would say less than the release by hand.
    /// </summary>
    private static bool HoldsSomething(Site site, Facts facts)
    {
        var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
        var isLoose = site.KeepsVariable && !Finallies.AreInFinally(site.Releases, facts);
        return Begins(site, facts).Any(b => new ForwardSearch(b.At, releases.Contains).Passed.Any(e =>
            isLoose ? e is Call { Callee.IsAccessor: false } or Throw or OpaqueMacro : e.MayThrow || facts.IsObservable(e)));
    }

    /// <summary>How the resource may leave, if it may.</summary>
    private static Refusal? LeavesBy(Site site, Facts facts)
    {
        var owner = site.Owner;
        var ownership = facts.Ownership;
        var atEnd = ownership.AtExit(owner);
        var isTaken = atEnd.HasFlag(OwnershipState.Moved)
            || (atEnd.HasFlag(OwnershipState.Lent) && owner.Transfers.Any(t => !t.IsCertain && !IsLoan(t, site, facts)))
            || (ownership.AtUnwind(owner).HasFlag(OwnershipState.Moved) && owner.Transfers.Any(t => t.IsCertain && t.Kind != TransferKind.Consumed))
            || (site.IsOwnScope && ownership.AtUnwind(owner).HasFlag(OwnershipState.Lent) && owner.Transfers.Any(t => IsFarewell(t, site, facts)))
            || (site.IsDeclared && owner.Clearings.Any(c => ownership.Before(c, owner).HasFlag(OwnershipState.Moved)));
        var byReference = owner.Transfers.Any(t => t.Kind == TransferKind.ByReference)
            || facts.Graph.Events.OfType<Call>().Any(c => !owner.Acquisitions.Any(a => a.At == c)
                && c.Arguments.Any(a => a.Passing != Passing.Value && a.Target == owner.Local && !IsReceiver(c, a)));
        if (byReference && site.IsOwnScope)
            return PassedByReference;

        if (owner.Local.IsValueType && owner.Transfers.Any(t => t.Kind == TransferKind.Copied))
            return ValueTypeCopy;

        if (!isTaken)
        {
            return site.Heard.IsEmpty
                ? atEnd.HasFlag(OwnershipState.Owned) && owner.Acquisitions.Any(a => a.Kind == AcquisitionKind.Witnessed) ? ConditionalRelease : null
                : IsForgotten(site, facts) ? ConditionalRelease : null;
        }


        return owner.Transfers.Any(t => t.Kind == TransferKind.Consumed) && owner.Transfers.All(t => t.Kind is TransferKind.Consumed or TransferKind.Passed)
            ? CalleeDisposes
            : Escapes;
    }

    /// <summary>
    /// A release lies on ways that do not acquire, and yet no way that can be taken forgets it: one condition decides where it
    /// is acquired and where it is released.
    /// </summary>
    private static bool IsDecidedTwice(Site site, Facts facts) =>
        site.Heard.IsEmpty && facts.Ownership.AtExit(site.Owner).HasFlag(OwnershipState.Owned)
        && site.Acquisitions is [var acquisition]
        && site.Releases.Any(r => Paths.Reaches(Point.StartOf(facts.Graph.Entry), facts.Graph.Before(r), stop: acquisition, exceptional: false))
        && !facts.Ownership.Incidents(site.Owner).Any(i => i.Kind is IncidentKind.Leak or IncidentKind.LeakByException);

    /// <summary>On some way nothing releases what was acquired for certain.</summary>
    private static bool IsForgotten(Site site, Facts facts) => site.Heard.Any(h =>
        new ForwardSearch(h, e => site.Releases.Contains(e), exceptional: false).Enters(facts.Graph.Exit));

    /// <summary>
    /// A call that got the value, behind which a release follows whenever nothing throws: it only borrowed it, on the
    /// other ways as well.
    /// </summary>
    private static bool IsLoan(Transfer transfer, Site site, Facts facts)
    {
        if (transfer.Kind != TransferKind.Passed)
            return false;

        var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
        var search = new ForwardSearch(facts.Graph.After(transfer.At), releases.Contains, exceptional: false);
        return search.Stops.Count > 0 && !search.Enters(facts.Graph.Exit);
    }

    /// <summary>
    /// A call that got the value and behind which nothing releases it, whatever happens: it may be what gives the value back
    /// there, in a way of its own.
    /// </summary>
    private static bool IsFarewell(Transfer transfer, Site site, Facts facts) =>
        transfer.Kind == TransferKind.Passed && !transfer.IsCertain
        && new CleanupCode(facts.Graph).Contains(transfer.At)
        && new ForwardSearch(facts.Graph.After(transfer.At), e => e is Call call && site.Releases.Contains(call)).Stops.Count == 0;

    /// <summary>
    /// An exception leaves the function with the resource in hand, where scope would release it. That something is released
    /// when all went well tells nothing of this when it was only read from somewhere, where it still is.
    /// </summary>
    private static bool IsLeftByException(Site site, Facts facts) =>
        (facts.Ownership.AtUnwind(site.Owner) & (OwnershipState.Owned | OwnershipState.Lent)) != 0;

    /// <summary>A lambda that sees the resource goes where it outlives the function: to an event, into an object.</summary>
    private static bool IsKept(Transfer transfer) => transfer is { Kind: TransferKind.Copied } && transfer.At switch
    {
        Call call => call.Callee.IsEventAccessor || call.Callee.MemberName.StartsWith("set_", StringComparison.Ordinal),
        Store store => store.Target is not Local,
        _ => false,
    };

    private static bool IsReceiver(Call call, Argument argument) => call.HasReceiver && call.Arguments[0] == argument;

    /// <summary>One release right behind another of the same kind: somebody means to try what happens then.</summary>
    private static bool IsReleasedAgain(Site site, Facts facts) => site.Releases.Any(r =>
        new ForwardSearch(facts.Graph.After(r), facts.IsObservable, exceptional: false).Stops.Any(e =>
            e is Call again && again.Origin != r.Origin && site.Releases.Contains(again) && again.Callee.Equals(r.Callee)));

    /// <summary>The variable is needed where it may be released, or a decision that stays looks at it there.</summary>
    private static bool IsUsedAfterRelease(Site site, Facts facts)
    {
        var owner = site.Owner;
        var ownership = facts.Ownership;
        if (owner.Uses.Concat(owner.Transfers.Select(t => t.At)).Any(u =>
            !site.Releases.Contains(u) && ownership.Before(u, owner).HasFlag(OwnershipState.Released)))
        {
            return true;
        }

        var guards = SideExits.Of(owner, facts);
        return facts.Graph.Blocks.Any(b =>
            b.Branch is { } branch
            && Access.Reads(branch.Condition).Contains(owner.Local)
            && IsBehindRelease(Point.EndOf(b), site, facts)
            && guards.SideOf(b) is null);
    }

    /// <summary>Something other than the variable's emptiness decides whether a release happens.</summary>
    internal static bool IsReleasedConditionally(Site site, Facts facts)
    {
        const OwnershipState held = OwnershipState.Owned | OwnershipState.Lent;
        var sides = SideExits.Of(site.Owner, facts);
        return facts.Graph.Blocks.Any(b =>
            sides.SideOf(b) is { } side
            && side.Events.Any(e => e is Call call && site.Releases.Contains(call))
            && b.Successors.Any(e => e.To != side && e.Kind != EdgeKind.Exceptional && (facts.Ownership.On(e, site.Owner) & held) != 0));
    }

    private static bool IsBehindRelease(Point point, Site site, Facts facts) =>
        site.Releases.Any(r => !facts.Ownership.After(r, site.Owner).HasFlag(OwnershipState.None)
            && Paths.Reaches(facts.Graph.After(r), point));

    /// <summary>
    /// The function may be left somewhere before a release, perhaps since nothing was acquired; a release there would
    /// need a test that no release here has.
    /// </summary>
    private static bool MeetsEmpty(Site site, Facts facts)
    {
        var owner = site.Owner;
        if (owner.Releaser.IgnoresEmpty || IsGuarded(site, facts))
            return false;

        var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
        return Begins(site, facts).Any(begin =>
            new ForwardSearch(begin.At, releases.Contains).Passed.Any(e =>
                (e.MayThrow || e is EvaluateReturn)
                && !(begin.Acquisition is { } acquisition && e.Origin.Span.Contains(acquisition.Origin.Span))
                && facts.Ownership.Before(e, owner).HasFlag(OwnershipState.Empty)
                && !ComesToRelease(e, site, facts)));
    }

    /// <summary>
    /// What is released behind it without a question was there before as well, unless it is null and the event says so.
    /// </summary>
    private static bool ComesToRelease(Event @event, Site site, Facts facts)
    {
        if (@event is EvaluateReturn or Throw || (@event is Call { HasReceiver: true } call && call.Arguments[0].Local == site.Owner.Local))
            return false;

        var search = new ForwardSearch(facts.Graph.After(@event), e => site.Releases.Contains(e), exceptional: false);
        return search.Stops.Count > 0 && !search.Enters(facts.Graph.Exit);
    }

    /// <summary>Where the scope may begin.</summary>
    private static IEnumerable<(Point At, Event? Acquisition)> Begins(Site site, Facts facts) => site.Heard.IsEmpty
        ? site.Acquisitions.Select(a => (facts.Graph.After(a), (Event?)a))
        : site.Heard.Select(h => (h, (Event?)null));

    /// <summary>A release that asks for nothing may meet null and throw, where a scope would do nothing.</summary>
    private static bool ReleasesNothing(Site site, Facts facts) => site.Releases.Any(r =>
        r is { HasReceiver: true, HasNonNullReceiver: false, MayThrow: true } && facts.Ownership.Before(r, site.Owner).HasFlag(OwnershipState.Empty)
        && !TakenForGranted.IsReleasedBy(r, site.Owner, facts) && !TakenForGranted.OnlyHides(r, facts));

    private static bool IsGuarded(Site site, Facts facts)
    {
        var sides = SideExits.Of(site.Owner, facts);
        return facts.Graph.Blocks.Any(b =>
            b.Branch is { } branch
            && Access.Reads(branch.Condition).Contains(site.Owner.Local)
            && sides.SideOf(b)?.Events.Any(e => site.Releases.Contains(e)) == true);
    }

    /// <summary>
    /// Where the acquisition stands under a handler, scope ends inside of it: what the handler does before the release
    /// would then come after.
    /// </summary>
    private bool RunsHandlerFirst(Site site, Facts facts)
    {
        foreach (var acquisition in site.Acquisitions)
        {
            if (facts.Graph.BlockOf(acquisition).Handler is not { } handler)
                continue;

            var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
            var search = new ForwardSearch(Point.StartOf(handler), e => releases.Contains(e) || e == acquisition);
            if (search.Stops.Any(releases.Contains) && search.Passed.Any(e => LeadsTo(e, releases, facts) && IsNoticed(e, site, facts)))
                return true;
        }

        return false;
    }

    /// <summary>A scope throws to where the acquisition stands; handlers that only release and go on do not count.</summary>
    private static bool IsHandledElsewhere(Site site, Facts facts)
    {
        if (site.Owner.Releaser.IsSilent)
            return false;

        var handlers = new Handlers(e => site.Releases.Contains(e) || IsClearing(e, site) || IsOthersRelease(e, site, facts), facts);
        var expected = site.Acquisitions.Select(handlers.Of).ToHashSet();
        return site.Releases.Any(r => r.MayThrow && !expected.Contains(handlers.Of(r)));
    }

    /// <summary>
    /// Another resource is released there, and scope would do that too, whether the release of this one throws or not. Of two
    /// that belong together, the one that was acquired later goes first.
    /// </summary>
    private static bool IsOthersRelease(Event @event, Site site, Facts facts) => @event is Call call
        && facts.Ownership.Owners.Any(o => o != site.Owner && o.Resource.Kind != ResourceKind.Lock && o.Releases.Contains(call)
            && (!Meet(o, site.Owner, facts) || AreNested(o, site, facts)));

    private static bool AreNested(Owner other, Site site, Facts facts)
    {
        var (inner, outer) = IsLater(other, site, facts) ? (other.Releases, site.Releases) : (site.Releases, other.Releases);
        return !outer.Any(o => inner.Any(i => Paths.Reaches(facts.Graph.After(o), facts.Graph.Before(i), exceptional: false)));
    }

    /// <summary>The <c>finally</c> works on behind a release: that work is left out where the release throws, and no scope can end before it.</summary>
    private static bool RunsMoreBehind(Site site, Facts facts) => site.Releases.Any(r =>
        r.MayThrow && Finallies.RunsWhileUnwinding(r, facts)
        && new ForwardSearch(facts.Graph.After(r), e => e is Throw, exceptional: false).Passed.Any(e =>
            facts.IsObservable(e) && !facts.Ownership.Owners.Any(o => e is Call call && o.Releases.Contains(call))));

    /// <summary>What was released so can be used again, and scope would do more.</summary>
    private static bool DoesLess(Call release, Owner owner, Facts facts) => facts.Catalogue.EffectsOf(release).Any(e =>
        e.Resource == owner.Resource && (e.Kind == EffectKind.Close || (e.Kind == EffectKind.Release && e.Releaser is { IsByHandOnly: true })));

    private static bool IsClearing(Event @event, Site site) => @event is Store store && site.Owner.Clearings.Contains(store);

    /// <summary>
    /// Where the scope ends with the last release, what runs behind an earlier one on its way out runs inside of it.
    /// </summary>
    private bool GoesOnAfterRelease(Site site, Facts facts)
    {
        if (ReachesBlockEnd(site, facts))
            return false;

        var last = site.Releases.MaxBy(r => r.Origin.Span.Start)!.Origin;
        var behind = site.Releases.Where(r => r.Origin == last)
            .SelectMany(r => new ForwardSearch(facts.Graph.After(r), _ => false, exceptional: false).Passed)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return site.Releases.Where(r => r.Origin != last).Any(r =>
            new ForwardSearch(facts.Graph.After(r), _ => false, exceptional: false).Passed.Any(e =>
                !behind.Contains(e) && IsNoticed(e, site, facts)));
    }

    /// <summary>An owner that is there before another one is let go by scope, too.</summary>
    private bool IsScopable(Owner owner, Owner later, Facts facts) =>
        AcquisitionsOf(owner).All(a => AcquisitionsOf(later).All(b => facts.Dominates(a, b)))
        && SiteOf(owner, facts) is { } site && Refuse(site, facts) is null;

    private static bool LeadsTo(Event @event, HashSet<Event> releases, Facts facts) =>
        releases.Any(r => Paths.Reaches(facts.Graph.After(@event), facts.Graph.Before(r)));

    /// <summary>Something made from this resource, or tied to it and scoped, is acquired after it, and released after it as well.</summary>
    private static bool ReordersChildren(Site site, Facts facts)
    {
        foreach (var other in facts.Ownership.Owners)
        {
            if (other == site.Owner || !(Kin.IsMadeFrom(other, site.Owner, facts) || (other.Local.IsScoped && Meet(other, site.Owner, facts) && IsLater(other, site, facts))))
                continue;

            var releases = other.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
            foreach (var release in site.Releases.Where(r => IsHeldAt(r, other)))
            {
                if (new ForwardSearch(facts.Graph.After(release), releases.Contains, exceptional: false).Stops.Any(s => IsHeldAt(s, other)))
                    return true;
            }
        }

        return false;

        bool IsHeldAt(Event at, Owner owner) => (facts.Ownership.Before(at, owner) & (OwnershipState.Owned | OwnershipState.Lent)) != 0;
    }

    /// <summary>The variable of another owner would be declared before the scope, given its value inside of it, and released behind it.</summary>
    private static bool IsOverlapped(Site site, Facts facts)
    {
        var acquired = site.Acquisitions.Max(a => a.Origin.Span.Start);
        return UntilScopeEnd(site, facts).SelectMany(s => s.Passed).Any(e =>
            e is Call { IsImplied: false } call && !site.Releases.Contains(call)
            && facts.Ownership.Owners.Any(o => o.Releases.Contains(call) && o.Local.Scope == site.Owner.Local.Scope
                && o.Local.Declaration.Span.Start > acquired && IsLater(o, site, facts)
                && site.Releases.Any(r => (facts.Ownership.Before(r, o) & (OwnershipState.Owned | OwnershipState.Lent)) != 0)));
    }

    private static bool IsLater(Owner other, Site site, Facts facts) => site.Acquisitions.Any(a =>
        AcquisitionsOf(other).Any(o => Paths.Reaches(facts.Graph.After(a), facts.Graph.Before(o))));

    /// <summary>Nothing that anybody notices runs between a release and the end of the variable's scope.</summary>
    private bool ReachesBlockEnd(Site site, Facts facts) =>
        UntilScopeEnd(site, facts).All(s => !s.Passed.Any(e => IsNoticed(e, site, facts)) && !s.Branches.Any(b => IsNoticed(b, site)));

    private static IEnumerable<ForwardSearch> UntilScopeEnd(Site site, Facts facts)
    {
        var scope = site.Owner.Local.Scope;
        return site.Releases.Select(r => new ForwardSearch(
            facts.Graph.After(r), e => e is ScopeExit exit && exit.Scope == scope, exceptional: false));
    }

    /// <summary>An event that must keep its place against the release: not one of those that go, nor another plain release.</summary>
    private bool IsNoticed(Event @event, Site site, Facts facts)
    {
        if (site.Releases.Contains(@event))
            return false;

        if (!facts.IsObservable(@event))
            return !site.Owner.Releaser.IsSilent && Access.ReadsMemory(@event);

        if (PartnerReleasedBy(@event, site, facts) is { } partner)
            return !IsScopable(partner, site.Owner, facts) && !IsInner(partner, site, facts);

        return @event is not Call call || !facts.Ownership.Owners.Any(o => o.Releases.Contains(call));
    }

    private static bool IsNoticed(Branch branch, Site site) => !site.Owner.Releaser.IsSilent && Access.ReadsMemory(branch.Condition);

    /// <summary>
    /// The owner that a call releases by hand, where this one was made from it, or one call got both and may have tied
    /// them to each other: it must go after this one.
    /// </summary>
    private static Owner? PartnerReleasedBy(Event @event, Site site, Facts facts) => @event is Call { IsImplied: false } call
        ? facts.Ownership.Owners.FirstOrDefault(o => o != site.Owner && o.Releases.Contains(call) && Meet(o, site.Owner, facts))
        : null;

    private static bool Meet(Owner one, Owner other, Facts facts) =>
        one.Local != other.Local && Kin.Of(one.Local, facts).Contains(other.Local);

    /// <summary>What is acquired later and released before, as scopes do it.</summary>
    private static bool IsInner(Owner partner, Site site, Facts facts) => IsLater(partner, site, facts) && AreNested(partner, site, facts);

    /// <summary>Those of them that are released where an exception comes from the acquisition: no scope of this one's may end before.</summary>
    private static IEnumerable<Local> NeededInside(Site site, Facts facts)
    {
        var handlers = site.Acquisitions.Select(a => facts.Graph.BlockOf(a).Handler).OfType<Block>().Distinct().ToList();
        return site.IsDeclared && handlers.Count > 0
            ? facts.Ownership.Owners
                .Where(o => o != site.Owner && Meet(o, site.Owner, facts) && IsInner(o, site, facts)
                    && o.Releases.Any(r => !r.IsImplied && handlers.Exists(h => Paths.Reaches(Point.StartOf(h), facts.Graph.Before(r)))))
                .Select(o => o.Local)
            : [];
    }

    private static IEnumerable<Local> NeededBy(Site site, Facts facts) =>
        UntilScopeEnd(site, facts).SelectMany(s => s.Passed)
            .Select(e => PartnerReleasedBy(e, site, facts)?.Local)
            .OfType<Local>()
            .Distinct();
}

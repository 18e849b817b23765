using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;
using MigrateCleanup.Rules.Scopes;

namespace MigrateCleanup.Rules;

/// <summary>Lets scope release what a local owns, in place of releases by hand.</summary>
/// <remarks>
/// A local that a function acquires and releases on its way out, at a label, before each return or in a
/// <c>finally</c>, is released by its scope instead: its releases go, and a path that forgot one no longer leaks. The
/// scope reaches to the end of the block where nothing there can tell the difference, and ends with the last release
/// otherwise. A resource that may leave the function, or is given another value while it owns one, stays by hand. A
/// <c>finally</c> that releases what was there before its <c>try</c> becomes a scope wherever that came from.
/// </remarks>
public sealed partial class ScopedCleanup : Rule<ScopedCleanup.Site>
{
    public static readonly Refusal Captured =
        new("captured", "a lambda or local function sees the variable, or its address is kept");

    public static readonly Refusal Escapes =
        new("escapes", "the resource leaves the function on some path, or may do so", "release it on every path, or hand it over on every path");

    public static readonly Refusal CalleeDisposes =
        new("callee-disposes", "another object becomes the owner and releases it", "scope the new owner instead");

    public static readonly Refusal PassedByReference =
        new("passed-by-reference", "a scoped variable is read-only and cannot be passed by reference");

    public static readonly Refusal FilledOnFailure =
        new("filled-on-failure", "a call may have filled the variable by reference and then fail, and it is released there as well", "call it before the try");

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

    public static readonly Refusal ErrorNumberBehind =
        new("errno-behind", "the error number is read behind the release, which may set it, and would be read before it", "keep the error number in a variable before the release");

    public static readonly Refusal MemoryBehind =
        new("memory-behind", "memory is read behind the release, which may change it, and would be read before it", "keep the value in a variable before the release");

    public static readonly Refusal UsedInHandler =
        new("used-in-handler", "it releases what it was made from as well, which a handler behind the scope goes on to use", "let it leave open what it was made from");

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
        Captured, Escapes, CalleeDisposes, PassedByReference, FilledOnFailure, Reassigned, Borrowed, ValueTypeCopy, ReleasedThenUsed,
        ConditionalRelease, MayBeEmpty, ReleaseAfterCatch, ReleaseHandled, UsedInHandler,
        ObservableAfterRelease, ErrorNumberBehind, MemoryBehind, Order, Overlaps, ReleasedWrongly, ClosesOnly, ReleasedAtOnce, NeedsEarlyReturn,
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

        var choices = new List<(Site? Attempt, List<Site> Lives)>();
        foreach (var owner in facts.Ownership.Owners.Where(o => !o.Releases.Any(r => byType.Exists(s => s.Releases.Contains(r)))))
        {
            var lives = LivesOf(owner, facts);
            choices.Add((TrySiteOf(owner, facts), lives));
        }

        var attempts = choices.Where(c => c.Attempt is { } attempt && IsBetter(attempt, c.Lives, facts)).Select(c => c.Attempt!).ToHashSet();
        foreach (var (attempt, lives) in choices)
        {
            var joins = attempt is not null && (attempts.Contains(attempt) || attempts.Any(a => Joins(attempt, lives, a, facts)));
            foreach (var chosen in joins ? [attempt!] : lives)
                yield return chosen;
        }
    }

    /// <summary>The scopes of one owner; where not all of its releases can go by them, those of a <c>finally</c> may.</summary>
    private List<Site> LivesOf(Owner owner, Facts facts)
    {
        if (SiteOf(owner, facts) is not { } site)
            return [];

        var lives = Lived(site);
        var last = site.IsDeclared ? InOneFinally(site.Releases, owner, facts) : site.Releases;
        return last.Length < site.Releases.Length && lives.Exists(l => Refuse(l, facts) is not null)
            && Lived(site with { Releases = last }) is { Count: > 0 } fewer && fewer.TrueForAll(l => Refuse(l, facts) is null)
            ? fewer
            : lives;

        List<Site> Lived(Site all) =>
            Lives.Of(all, facts, s => Refuse(s, facts) is null && ReachesBlockEnd(s, facts)).Where(l => l.IsMutable || HoldsSomething(l, facts)).ToList();
    }

    /// <summary>
    /// The <c>try</c> becomes a scope of another resource anyway, and one that began where this one is acquired would hold what
    /// is done before the <c>try</c> as well.
    /// </summary>
    private bool Joins(Site attempt, List<Site> lives, Site other, Facts facts) =>
        lives is [{ IsDeclared: true, Acquisitions: [var acquisition] }]
        && attempt.Try!.IsSameAs(other.Try!)
        && new ForwardSearch(facts.Graph.After(acquisition), attempt.Try.Guards, exceptional: false).Passed.Any(facts.IsObservable)
        && Refuse(attempt, facts) is null;

    /// <summary>A scope that declares the variable where it is acquired says more, where there can be one.</summary>
    private bool IsBetter(Site attempt, IReadOnlyCollection<Site> lives, Facts facts) =>
        lives.Count == 0
        || ((attempt.Try!.MeetsSeveral || lives.Any(l => l.KeepsVariable || Refuse(l, facts) is not null)) && Refuse(attempt, facts) is null);

    private static Site? SiteOf(Owner owner, Facts facts)
    {
        if (owner.Local is not { Kind: LocalKind.Variable, IsScoped: false }
            || !owner.Resource.Scoped.TryGetValue(facts.Style, out var form)
            || !(owner.Acquisitions.Any(a => IsAcquiredHere(a) && a.At is not null) || (form == Declaration && IsTakenOver(owner))))
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
            foreach (var effect in facts.Catalogue.EffectsOf(calls[0]).Where(e => e.Kind == EffectKind.Close))
            {
                if (calls[0].Arguments.ElementAtOrDefault(effect.Subject.Index)?.Local is { Kind: LocalKind.Variable, IsScoped: false } local
                    && Finallies.AreInFinally(calls, facts)
                    && !facts.Ownership.Owners.Any(o => o.Local == local && !o.Releases.IsEmpty))
                {
                    yield return new Site(new Owner(local, effect.Resource!) { Releases = calls, Releaser = effect.Releaser! }, calls) { IsDeclared = true, Acquisitions = [] };
                }
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

    /// <summary>
    /// The releases of a <c>finally</c>, where there is one. What is released in the <c>try</c> or its handlers already, since
    /// they need it gone, stays so: the <c>finally</c> releases it again, as a scope does.
    /// </summary>
    private static ImmutableArray<Call> InOneFinally(ImmutableArray<Call> releases, Owner owner, Facts facts)
    {
        var groups = releases.GroupBy(r => r.Origin).Select(g => g.ToImmutableArray()).ToList();
        return groups.Count > 1 && groups.FindAll(g => g.Length > 1 && Finallies.AreInFinally(g, facts)) is [var last]
            && releases.Except(last).All(r => ComesTo(last, facts.Graph.After(r), owner, facts))
            ? last
            : releases;
    }

    /// <summary>Whatever is released at that point is released there again, before the variable gets anything new.</summary>
    private static bool ComesTo(ImmutableArray<Call> releases, Point from, Owner owner, Facts facts) =>
        new ForwardSearch(from, e => releases.Contains(e) || owner.Acquisitions.Any(a => a.At == e)).Stops is { Count: > 0 } stops
        && stops.All(s => releases.Contains(s));

    private static Site? TrySiteOf(Owner owner, Facts facts)
    {
        if (owner.Local is not { Kind: LocalKind.Variable or LocalKind.Parameter, IsScoped: false }
            || !owner.Resource.Scoped.TryGetValue(facts.Style, out var form) || form is TryFinally or Declaration)
        {
            return null;
        }

        var releases = InOneFinally(ReleasesOf(owner, facts), owner, facts);
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

        if (IsLeftByException(site, facts) && owner.Transfers.Any(t => IsKept(t, owner.Local, facts)))
            return Captured;

        if (ownership.Overwrites(owner).Any() && ownership.Overwrites(owner).All(e => e is Store store && (owner.Clearings.Contains(store) || owner.Empties.Contains(store))))
            return Escapes;

        if (site.IsOwnScope && owner.Acquisitions.Any(a => IsReleasedOnFailure(a, site, facts)))
            return FilledOnFailure;

        if (site.KeepsVariable && WorksBeforeMeeting(site, facts))
            return Reassigned;

        // What a turn of a loop forgot, the end of its scope releases.
        if (ownership.Overwrites(owner).Any(e => e is not ScopeEnter) || (site.IsDeclared && site.Acquisitions.Select(e => e.Origin).Distinct().Count() > 1))
            return Reassigned;

        if (!site.IsOwnScope && MeetsEmpty(site, facts) && !CanAsk(site))
            return MayBeEmpty;

        if (IsUsedAfterRelease(site, facts))
            return ReleasedThenUsed;

        if (site.IsOwnScope && RunsHandlerFirst(site, facts))
            return ReleaseAfterCatch;

        if (EndsWhatIsUsed(site, facts))
            return UsedInHandler;

        if (ReordersChildren(site, facts))
            return Order;

        if (!site.KeepsVariable && !ReachesBlockEnd(site, facts) && IsOverlapped(site, facts))
            return Overlaps;

        if (IsHandledElsewhere(site, facts) || (site.IsOwnScope && RunsMoreBehind(site, facts)))
            return ReleaseHandled;

        if (GoesOnAfterRelease(site, facts) || (site.IsDeclared && IsClearedBefore(site, facts)))
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
                IsDecidedAhead = attempt.IsDecidedAhead,
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
                Beginnings = [.. owner.Empties.Where(e => facts.Ownership.Before(e, owner) == OwnershipState.Unset)],
                Into = variable.Inner,
                Behind = variable.Inner is null ? ReleaseOrder.Behind(owner, facts) : null,
            };
            foreach (var steal in variable.Steals)
                yield return new Steal(steal, owner.Local);

            foreach (var change in WaitingValue.ReturnedAtOnce(variable.Leaving, owner.Local, facts))
                yield return change;

            foreach (var (decision, next) in variable.GivenAway)
                yield return new Empty(decision, next, owner.Local, owner.Resource.Empty);

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

    /// <summary>Behind a release that would stay it is cleared, so that it is released once: a scope that declares it would do so twice.</summary>
    private static bool IsClearedBefore(Site site, Facts facts) =>
        site.Owner.Clearings.Any(c => facts.Ownership.Before(c, site.Owner).HasFlag(OwnershipState.Released) && !IsBehind(c, site, facts));

    private static bool IsBehind(Store clearing, Site site, Facts facts) => site.Releases.Any(r =>
        new ForwardSearch(facts.Graph.After(r), e => e == clearing || site.Owner.Acquisitions.Any(a => a.At == e)).Stops.Contains(clearing));

    private const string TryFinally = "try-finally";

    /// <summary>A declaration that carries the release, of a variable that stays one.</summary>
    private const string Declaration = "declaration";

    private static ImmutableArray<Event> AcquisitionsOf(Owner owner) =>
        [.. owner.Acquisitions.Where(a => IsAcquiredHere(a) || IsTakenOver(owner)).Select(a => a.At).OfType<Event>()];

    /// <summary>
    /// The variable got what the function was handed, or what stood elsewhere, once, and it is released in several places: it
    /// became this function's there.
    /// </summary>
    internal static bool IsTakenOver(Owner owner) =>
        owner.Acquisitions is [{ Kind: AcquisitionKind.FromLocal or AcquisitionKind.FromMemory, At: Store }]
        && owner.Releases.Where(r => !r.IsImplied).Select(r => r.Origin).Distinct().Skip(1).Any();

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
        return Begins(site, facts).Any(b => new ForwardSearch(b.At, e => releases.Contains(e) || Lives.IsEnd(e, site.Owner.Local)).Passed.Any(e =>
            isLoose ? e is Call { Callee.IsAccessor: false } or Throw or OpaqueMacro : e.MayThrow || facts.IsObservable(e)));
    }
}

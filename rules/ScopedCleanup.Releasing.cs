using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules.Jumps;
using MigrateCleanup.Rules.Scopes;

namespace MigrateCleanup.Rules;

/// <summary>What runs at the releases and behind them, and whether there is something to release.</summary>
public sealed partial class ScopedCleanup
{
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
            && !(site.IsMutable && AsksForOutcome(b, site.Owner, facts))
            && b.Successors.Any(e => e.To != side && e.Kind != EdgeKind.Exceptional && (facts.Ownership.On(e, site.Owner) & held) != 0));
    }

    /// <summary>The branch asks the call that hands out through an argument whether it did, and nothing else.</summary>
    private static bool AsksForOutcome(Block block, Owner owner, Facts facts) =>
        Access.Reads(block.Branch!.Condition).ToList() is { Count: > 0 } asked
        && owner.Acquisitions.Any(a => a is { Source.Result: { } said, Operand.IsResult: false }
            && asked.TrueForAll(l => l == said || facts.Constants.AreCopies(Point.EndOf(block), l, said)));

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
            // A scope that begins inside of a try has ended before its handler runs.
            new ForwardSearch(begin.At, releases.Contains, beyond: begin.At.Block.Handler).Passed.Any(e =>
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
        // Where the release throws nothing, what the handler throws goes the same way behind it.
        var isQuiet = site.Releases.All(r => !r.MayThrow);
        foreach (var acquisition in site.Acquisitions)
        {
            if (facts.Graph.BlockOf(acquisition).Handler is not { } handler || IsPastHandler(acquisition, handler, site, facts))
                continue;

            var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
            var search = new ForwardSearch(Point.StartOf(handler), e => releases.Contains(e) || e == acquisition);
            if (search.Stops.Any(releases.Contains) && search.Passed.Any(e => LeadsTo(e, releases, facts) && IsNoticed(e, site, facts) && !(isQuiet && e is Throw)))
                return true;
        }

        return false;
    }

    /// <summary>
    /// It comes from several places, and behind one of them something is done before the ways meet, where one scope for all
    /// would begin.
    /// </summary>
    private static bool WorksBeforeMeeting(Site site, Facts facts)
    {
        if (!Finallies.AreInFinally(site.Releases, facts) || site.Acquisitions.Select(a => a.Origin).Distinct().Count() < 2)
            return false;

        var behind = site.Acquisitions
            .Select(a => new ForwardSearch(facts.Graph.After(a), e => site.Releases.Contains(e) || site.Acquisitions.Contains(e), exceptional: false).Passed)
            .ToList();
        return behind.Exists(passed => passed.Any(e =>
            (e.MayThrow || facts.IsObservable(e)) && !behind.TrueForAll(other => other.Contains(e))));
    }

    /// <summary>
    /// It took over what it was made from, and releases that as well: a handler that an exception brings to the end of the
    /// scope goes on to use it.
    /// </summary>
    private static bool EndsWhatIsUsed(Site site, Facts facts)
    {
        var taken = (
            from source in site.Owner.Acquisitions.Select(a => a.Source).OfType<Call>()
            from index in facts.Catalogue.EffectsOf(source).SelectMany(e => e.Acquirer?.Consumes ?? [])
            select source.Arguments.ElementAtOrDefault(index)?.Local into local
            where local is { IsPlain: false } && local != site.Owner.Local
            select local).ToHashSet();
        if (!site.IsOwnScope || taken.Count == 0)
            return false;

        var handlers = site.Acquisitions
            .SelectMany(a => Lives.WhileHeld(a, site, facts))
            .Where(e => e.MayThrow)
            .Select(e => facts.Graph.BlockOf(e).Handler)
            .OfType<Block>()
            .Distinct();
        return handlers.Any(h => new ForwardSearch(Point.StartOf(h), e => site.Releases.Contains(e)).Passed.Any(e =>
            Access.Reads(e).Any(taken.Contains)
            && !(e is Call call && facts.Catalogue.EffectsOf(call).Any(f => f.Kind is EffectKind.Release or EffectKind.Close))));
    }

    /// <summary>Where a scope that leaves the acquisition where it is would begin: behind a <c>try</c> that guards the acquisition alone.</summary>
    private static Event FirstHeld(Event acquisition, Site site, Facts facts) =>
        Lives.IsCaughtAlone(site, facts)
            ? Lives.WhileHeld(acquisition, site, facts).FirstOrDefault(e => e.MayThrow) ?? acquisition
            : acquisition;

    /// <summary>Nothing throws to the handler that guards the acquisition while the resource is held.</summary>
    private static bool IsPastHandler(Event acquisition, Block handler, Site site, Facts facts) =>
        Lives.WhileHeld(acquisition, site, facts).All(e => !e.MayThrow || facts.Graph.BlockOf(e).Handler != handler);

    /// <summary>A scope throws to where the acquisition stands; handlers that only release and go on do not count.</summary>
    private static bool IsHandledElsewhere(Site site, Facts facts)
    {
        if (site.Owner.Releaser.IsSilent)
            return false;

        var handlers = new Handlers(e => site.Releases.Contains(e) || IsClearing(e, site) || IsOthersRelease(e, site, facts), facts);
        var expected = site.Acquisitions.Select(a => handlers.Of(site.KeepsVariable ? FirstHeld(a, site, facts) : a)).ToHashSet();
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
        return !outer.Any(o => new ForwardSearch(facts.Graph.After(o), e => inner.Contains(e) || Lives.IsEnd(e, site.Owner.Local), exceptional: false).Stops.Any(s => inner.Contains(s)));
    }

    /// <summary>The <c>finally</c> works on behind a release: that work is left out where the release throws, and no scope can end before it.</summary>
    private static bool RunsMoreBehind(Site site, Facts facts) => site.Releases.Any(r =>
        r.MayThrow && Finallies.RunsWhileUnwinding(r, facts)
        && new ForwardSearch(facts.Graph.After(r), e => e is Throw, exceptional: false).Passed.Any(e =>
            facts.IsObservable(e) && !facts.Ownership.Owners.Any(o => e is Call call && o.Releases.Contains(call))));

    /// <summary>What was released so can be used again, and scope would do more.</summary>
    private static bool DoesLess(Call release, Owner owner, Facts facts) => facts.Catalogue.EffectsOf(release).Any(e =>
        e.Resource == owner.Resource && (e.Kind == EffectKind.Close || (e.Kind == EffectKind.Release && e.Releaser is { IsByHandOnly: true })));

    /// <summary>What a call hands out by reference is there even if the call throws, and a release runs then.</summary>
    private static bool IsReleasedOnFailure(Acquisition acquisition, Site site, Facts facts) =>
        acquisition is { At: Call { MayThrow: true } call, Operand.IsResult: false }
        && facts.Graph.BlockOf(call).Handler is { } handler
        && site.Releases.Any(r => Paths.Reaches(Point.StartOf(handler), facts.Graph.Before(r)));

    private static bool IsClearing(Event @event, Site site) => @event is Store store && site.Owner.Clearings.Contains(store);

    /// <summary>
    /// Where the scope ends with the last release, what runs behind an earlier one on its way out runs inside of it.
    /// </summary>
    private bool GoesOnAfterRelease(Site site, Facts facts)
    {
        if (ReachesBlockEnd(site, facts))
            return false;

        return EarlierExits.Behind(site.Releases, e => Lives.IsEnd(e, site.Owner.Local) || site.Acquisitions.Contains(e), facts).Any(e => IsNoticed(e, site, facts));
    }
}

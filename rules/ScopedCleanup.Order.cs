using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules.Jumps;
using MigrateCleanup.Rules.Scopes;

namespace MigrateCleanup.Rules;

/// <summary>In which order scopes release, and what of it is noticed.</summary>
public sealed partial class ScopedCleanup
{
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

    private static bool IsLater(Owner other, Site site, Facts facts)
    {
        var others = AcquisitionsOf(other);
        return site.Acquisitions.Any(a => new ForwardSearch(facts.Graph.After(a), e => Lives.IsEnd(e, site.Owner.Local)).Passed.Any(others.Contains));
    }

    /// <summary>Nothing that anybody notices runs between a release and the end of the variable's scope.</summary>
    private bool ReachesBlockEnd(Site site, Facts facts) =>
        UntilScopeEnd(site, facts).All(s => !s.Passed.Any(e => IsNoticed(e, site, facts)) && !s.Branches.Any(b => IsNoticed(b, site)));

    private static IEnumerable<ForwardSearch> UntilScopeEnd(Site site, Facts facts) => site.Releases.Select(r =>
        new ForwardSearch(facts.Graph.After(r), e => Lives.IsEnd(e, site.Owner.Local), exceptional: false));

    /// <summary>An event that must keep its place against the release: not one of those that go, nor another plain release.</summary>
    private bool IsNoticed(Event @event, Site site, Facts facts)
    {
        if (site.Releases.Contains(@event) || @event is Load { IsImplied: true, Source: Implicit { } raised } && raised.Equals(Implicit.Exception))
            return false;

        if (!facts.IsObservable(@event) || (@event is Call harmless && facts.Catalogue.IsHarmless(harmless.Callee)))
            return !site.Owner.Releaser.IsSilent && Access.ReadsMemory(@event);

        if (@event is Throw && LeavesScope(@event, site, facts))
            return false;

        if (PartnerReleasedBy(@event, site, facts) is { } partner)
            return !IsScopable(partner, site.Owner, facts) && !IsInner(partner, site, facts);

        return @event is not Call call || !facts.Ownership.Owners.Any(o => o.Releases.Contains(call));
    }

    /// <summary>What is thrown there goes where what the acquisition throws goes: a scope has released by then, as the function did.</summary>
    private static bool LeavesScope(Event thrown, Site site, Facts facts) =>
        site.Acquisitions.All(a => facts.Graph.BlockOf(a).Handler == facts.Graph.BlockOf(thrown).Handler);

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

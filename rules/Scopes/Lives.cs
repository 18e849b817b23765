using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// The lives of a variable that owns one thing after another, or one that comes from several places: acquisitions and
/// the releases that they reach belong together. A scope that declares the variable fits one life from one place only;
/// the others have a scope that leaves the declaration where it is. Where a <c>finally</c> by hand is the scope, each life has its own.
/// </summary>
internal static class Lives
{
    /// <summary>The sites of a variable's lives.</summary>
    /// <param name="site">The variable, with all it acquires and releases.</param>
    /// <param name="facts">What is known of the function.</param>
    /// <param name="stands">Whether a scope for a site is not refused, and has the rest of its block.</param>
    public static IEnumerable<ScopedCleanup.Site> Of(ScopedCleanup.Site site, Facts facts, Func<ScopedCleanup.Site, bool> stands)
    {
        if (site.IsMutable)
            return [site];

        if (Finallies.AreInFinally(site.Releases, facts))
            return [site.IsDeclared && (IsTakenElsewhere(site) || IsOnCondition(site, facts) || IsCaughtAlone(site, facts)) ? site with { IsDeclared = false, KeepsVariable = true } : site];

        if (HeardOf(site, facts) is { IsEmpty: false } heard && !(site.IsDeclared && IsGivenBack(site) && stands(site)))
            return [site with { Heard = heard, IsDeclared = false, KeepsVariable = site.IsDeclared }];

        var isOnePlace = site.Acquisitions.Select(a => a.Origin).Distinct().Count() <= 1;
        if (isOnePlace && !(site.IsDeclared && (IsNeededWithout(site, facts) || IsGivenAnother(site, facts))))
            return [site];

        return Grouped(site, facts).Where(life => site.IsDeclared || !Finallies.AreInFinally(life.Releases, facts)).Select(life => site with
        {
            IsDeclared = false,
            KeepsVariable = site.IsDeclared,
            Acquisitions = life.Acquisitions,
            Releases = life.Releases,
        });
    }

    /// <summary>It comes from several places, or is handed out by an argument: no declaration of a scope can be what acquires it.</summary>
    private static bool IsTakenElsewhere(ScopedCleanup.Site site) =>
        site.Acquisitions.Select(a => a.Origin).Distinct().Count() > 1
        || site.Acquisitions is [Call call] && call.Result != site.Owner.Local && call.Arguments.Any(a => a is { Passing: Passing.Out, Target: Local target } && target == site.Owner.Local);

    /// <summary>
    /// It is acquired on some condition, and what runs until the release runs without it as well: the scope begins where both
    /// ways have met, and nothing may be thrown on the way there.
    /// </summary>
    private static bool IsOnCondition(ScopedCleanup.Site site, Facts facts)
    {
        if (site.Acquisitions is not [var acquisition])
            return false;

        var without = new ForwardSearch(Point.StartOf(facts.Graph.Entry), e => e == acquisition, exceptional: false).Passed.ToHashSet();
        var behind = WhileHeld(acquisition, site, facts);
        return behind.Any(e => facts.IsObservable(e) && without.Contains(e)) && !behind.Any(e => e.MayThrow && !without.Contains(e));
    }

    /// <summary>A <c>try</c> of its own catches what the acquisition throws: what is done with the resource stands behind that.</summary>
    public static bool IsCaughtAlone(ScopedCleanup.Site site, Facts facts) =>
        site.Acquisitions is [var acquisition]
        && facts.Graph.BlockOf(acquisition).Handler is { } handler && handler != facts.Graph.Unwind
        && WhileHeld(acquisition, site, facts) is { Count: > 0 } behind
        && behind.Where(e => e.MayThrow).Concat(site.Releases).All(e => facts.Graph.BlockOf(e).Handler != handler);

    /// <summary>What runs behind an acquisition until a release, or until the variable ends without one, where nothing is thrown.</summary>
    public static IReadOnlyCollection<Event> WhileHeld(Event acquisition, ScopedCleanup.Site site, Facts facts) =>
        new ForwardSearch(facts.Graph.After(acquisition), e => site.Releases.Contains(e) || IsEnd(e, site.Owner.Local), exceptional: false).Passed;

    /// <summary>The variable ends there: in a loop, another turn begins behind it, with another value.</summary>
    public static bool IsEnd(Event @event, Local local) => @event is ScopeExit exit && exit.Scope == local.Scope;

    /// <summary>One call gives it back, or null: a scope that declares it asks for that, and says more than one behind the test for it.</summary>
    private static bool IsGivenBack(ScopedCleanup.Site site) =>
        site.Owner.Acquisitions is [{ Source: not null, Operand.IsResult: true }] && !site.Owner.Local.IsValueType
        && site.Owner.Resource.Empty.Equals(Constant.Null);

    /// <summary>
    /// Where it is known of every acquisition that it succeeded; empty when the scopes would begin in different places,
    /// or nobody asks.
    /// </summary>
    private static ImmutableArray<Point> HeardOf(ScopedCleanup.Site site, Facts facts)
    {
        var heard = new List<Point>();
        foreach (var acquisition in site.Owner.Acquisitions)
        {
            if (facts.Ownership.HeardAt(site.Owner, acquisition) is not { } points)
                return [];

            heard.AddRange(points);
        }

        return heard.Select(FirstAt).Distinct().Count() == 1 && FirstAt(heard[0]) is not null ? [.. heard] : [];
    }

    /// <summary>Where the first thing that is written behind a point stands.</summary>
    internal static Origin? FirstAt(Point point)
    {
        for (var blocks = 0; blocks < 8;)
        {
            if (point.Event is { } next)
            {
                if (next is not (ScopeEnter or ScopeExit) && !next.Origin.Span.IsEmpty)
                    return next.Origin;

                point = point.Next;
                continue;
            }

            if (point.Block.Branch is { } branch)
                return branch.Origin;

            if (point.Block.OrdinarySuccessors.ToList() is not [var only])
                return null;

            point = Point.StartOf(only.To);
            blocks++;
        }

        return null;
    }

    /// <summary>Somebody asks for the value on a way on which it was not acquired: acquired on some condition, and used on all.</summary>
    private static bool IsNeededWithout(ScopedCleanup.Site site, Facts facts)
    {
        var acquisition = site.Acquisitions[0];
        return site.Owner.Uses.Concat(site.Owner.Transfers.Select(t => t.At)).Any(use =>
            use is not Call { IsImplied: true } && !site.Releases.Contains(use) && use != acquisition
            && Paths.Reaches(Point.StartOf(facts.Graph.Entry), facts.Graph.Before(use), stop: acquisition, exceptional: false));
    }

    /// <summary>Behind its releases the variable gets something that is not released here: it has to stay one that can be assigned.</summary>
    private static bool IsGivenAnother(ScopedCleanup.Site site, Facts facts) => site.Releases.Any(r =>
        new ForwardSearch(facts.Graph.After(r), e => IsEnd(e, site.Owner.Local) || site.Acquisitions.Contains(e), exceptional: false).Passed.Any(e =>
            Access.Writes(e).Any(w => w.Local == site.Owner.Local) && !site.Releases.Contains(e)
            && !site.Owner.Clearings.Contains(e) && !site.Owner.Empties.Contains(e)));

    private static IEnumerable<(ImmutableArray<Event> Acquisitions, ImmutableArray<Call> Releases)> Grouped(ScopedCleanup.Site site, Facts facts)
    {
        var lives = new List<(List<Event> Acquisitions, List<Call> Releases)>();
        foreach (var release in site.Releases)
        {
            var reaching = facts.ReachingDefinitions.Before(release, site.Owner.Local).Select(d => d.At).OfType<Event>().Where(site.Acquisitions.Contains).ToList();
            var joined = lives.Where(l => l.Acquisitions.Exists(reaching.Contains)).ToList();
            lives.RemoveAll(joined.Contains);
            lives.Add((
                [.. joined.SelectMany(l => l.Acquisitions).Concat(reaching).Distinct()],
                [.. joined.SelectMany(l => l.Releases), release]));
        }

        return lives.Where(l => l.Acquisitions.Count > 0)
            .OrderBy(l => l.Acquisitions[0].Origin.Span.Start)
            .Select(l => (l.Acquisitions.ToImmutableArray(), l.Releases.ToImmutableArray()));
    }
}

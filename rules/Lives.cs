using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules;

/// <summary>
/// The lives of a variable that owns one thing after another, or one that comes from several places: acquisitions and
/// the releases that they reach belong together. A scope that declares the variable fits one life from one place only;
/// the others have a scope that leaves the declaration where it is.
/// </summary>
internal static class Lives
{
    public static IEnumerable<ScopedCleanup.Site> Of(ScopedCleanup.Site site, Facts facts)
    {
        var isOnePlace = site.Acquisitions.Select(a => a.Origin).Distinct().Count() <= 1;
        if (!site.IsDeclared || site.IsMutable || Finallies.AreInFinally(site.Releases, facts)
            || (isOnePlace && !IsNeededWithout(site, facts)))
        {
            return [site];
        }

        return Grouped(site, facts).Select(life => site with
        {
            IsDeclared = false,
            KeepsVariable = true,
            Acquisitions = life.Acquisitions,
            Releases = life.Releases,
        });
    }

    /// <summary>Somebody asks for the value on a way on which it was not acquired: acquired on some condition, and used on all.</summary>
    private static bool IsNeededWithout(ScopedCleanup.Site site, Facts facts)
    {
        var acquisition = site.Acquisitions[0];
        return site.Owner.Uses.Concat(site.Owner.Transfers.Select(t => t.At)).Any(use =>
            use is not Call { IsImplied: true } && !site.Releases.Contains(use) && use != acquisition
            && Paths.Reaches(Point.StartOf(facts.Graph.Entry), facts.Graph.Before(use), stop: acquisition, exceptional: false));
    }

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

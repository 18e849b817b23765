using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// Calls that end one thing on several ways. A scope for it ends with the last of them: what runs behind an earlier one comes
/// to stand inside.
/// </summary>
internal static class EarlierExits
{
    /// <summary>What runs, where nothing is thrown, behind one that is not the last, up to where a path stops, and not behind the last up to there.</summary>
    public static IEnumerable<Event> Behind(ImmutableArray<Call> exits, Func<Event, bool> stopsAt, Facts facts)
    {
        var last = exits.MaxBy(e => e.Origin.Span.Start)!.Origin;
        var behind = exits.Where(e => e.Origin == last)
            .SelectMany(e => new ForwardSearch(facts.Graph.After(e), stopsAt, exceptional: false).Passed)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return exits.Where(e => e.Origin != last)
            .SelectMany(e => new ForwardSearch(facts.Graph.After(e), stopsAt, exceptional: false).Passed)
            .Where(e => !behind.Contains(e));
    }
}

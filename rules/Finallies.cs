using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules;

/// <summary>Clean-up that already runs whatever happens.</summary>
internal static class Finallies
{
    /// <summary>
    /// The calls are all one piece of text, and one of its copies runs while an exception passes on: nothing is left to
    /// do for scope.
    /// </summary>
    public static bool AreInFinally(ImmutableArray<Call> calls, Facts facts) =>
        calls.All(c => c.Origin == calls[0].Origin)
        && calls.Any(c => RunsWhileUnwinding(c, facts));

    /// <summary>Behind the call, the exception in flight is raised again, and nothing else can follow.</summary>
    private static bool RunsWhileUnwinding(Call call, Facts facts)
    {
        var behind = facts.Graph.After(call);
        return !Paths.Reaches(behind, Point.StartOf(facts.Graph.Exit), exceptional: false)
            && new ForwardSearch(behind, e => e is Throw, exceptional: false).Stops is { Count: > 0 } stops
            && stops.All(s => s is Throw { Value: null });
    }
}

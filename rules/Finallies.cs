using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules;

/// <summary>Clean-up that already runs whatever happens.</summary>
internal static class Finallies
{
    /// <summary>The calls are all one piece of text that runs on the way out: nothing is left to do for scope.</summary>
    public static bool AreInFinally(ImmutableArray<Call> calls, Facts facts) =>
        calls.All(c => c.Origin == calls[0].Origin)
        && calls.Any(c => !Paths.Reaches(facts.Graph.After(c), Point.StartOf(facts.Graph.Exit)));
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>Clean-up that already runs whatever happens.</summary>
internal static class Finallies
{
    /// <summary>
    /// The calls are all one piece of text that runs whichever way control leaves: on several ways out, for which it was
    /// copied, or while an exception passes on. Nothing is left to do for scope.
    /// </summary>
    public static bool AreInFinally(ImmutableArray<Call> calls, Facts facts) =>
        calls.All(c => c.Origin == calls[0].Origin)
        && (calls.Length > 1 || RunsWhileUnwinding(calls[0], facts));

    /// <summary>Behind the call, the exception in flight is raised again, and nothing else can follow.</summary>
    public static bool RunsWhileUnwinding(Call call, Facts facts) => UntilRaisedAgain(facts.Graph.After(call), facts) is not null;

    /// <summary>What is raised under a handler leaves the function: each one on the way works, whatever it is, and raises it again.</summary>
    public static bool OnlyPassOn(Block? handler, Facts facts)
    {
        while (handler is not null && handler != facts.Graph.Unwind)
        {
            if (UntilRaisedAgain(Point.StartOf(handler), facts) is not { } search || search.Passed.Any(e => Access.Reads(e, Implicit.Exception)))
                return false;

            handler = facts.Graph.BlockOf(search.Stops[0]).Handler;
        }

        return true;
    }

    /// <summary>What runs until the exception in flight is raised again; null where something else may end it.</summary>
    private static ForwardSearch? UntilRaisedAgain(Point from, Facts facts)
    {
        var search = new ForwardSearch(from, e => e is Throw, exceptional: false);
        return search.Stops.Count > 0 && search.Stops.All(s => s is Throw { Value: null }) && !search.Enters(facts.Graph.Exit) ? search : null;
    }
}

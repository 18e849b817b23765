using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>What is left without a way to it once some edges of a graph are gone, and goes too.</summary>
internal static class Unreached
{
    public static IEnumerable<Change> Without(Function function, IReadOnlySet<Edge> edges)
    {
        var after = new Subgraph(function.Graph, edges);
        // A piece of a finally is reached as long as one of its copies is.
        var reached = after.Events.Select(e => e.Origin)
            .Concat(function.Jumps.Where(j => after.IsReached(j.From)).Select(j => j.Origin))
            .ToHashSet();
        foreach (var label in function.Labels.Distinct())
        {
            var jumps = function.JumpsTo(label).ToList();
            if (jumps.Count > 0 && jumps.All(j => !after.IsReached(j.From)))
                yield return new RemoveLabel(label);
        }

        foreach (var jump in function.Jumps.Where(j => !after.IsReached(j.From) && !reached.Contains(j.Origin)))
            yield return new RemoveJump(jump);

        var gone = function.Graph.Blocks
            .Where(b => !after.IsReached(b) && b != function.Graph.Exit && b != function.Graph.Unwind)
            .SelectMany(b => b.Events)
            .Where(e => !e.IsImplied && !reached.Contains(e.Origin) && e is Call or Store { Target: not Local { IsTemporary: true } } or EvaluateReturn or Throw)
            .ToList();
        foreach (var @event in gone)
            yield return new RemoveStatement(@event);

        var used = after.Events.SelectMany(e => Access.Reads(e).Concat(Access.Writes(e).Select(w => w.Local)))
            .Concat(after.Branches.SelectMany(b => Access.Reads(b.Condition)))
            .ToHashSet();
        foreach (var local in gone.OfType<Store>().Where(s => s.IsInitialiser).Select(s => s.Target).OfType<Local>().Distinct())
        {
            if (!used.Contains(local))
                yield return new RemoveVariable(local);
        }
    }
}

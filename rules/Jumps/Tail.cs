using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// The way from a block to the exit on which nothing observable happens, clean-up apart that every way out of there
/// runs. <see cref="Return"/> is null where the function just ends.
/// </summary>
public sealed record Tail(EvaluateReturn? Return, ImmutableArray<Load> Loads)
{
    /// <summary>The private variable that is returned, if the tail returns just that.</summary>
    public Local? Result => Return?.Value is Read { Place: Local { IsTemporary: false } local } && Locals.IsPrivate(local) ? local : null;

    /// <summary>The tail that starts here, or null where something observable comes first.</summary>
    public static Tail? Of(Block start, Function function)
    {
        var loads = ImmutableArray.CreateBuilder<Load>();
        var seen = new HashSet<Block>();
        for (var block = start; seen.Add(block);)
        {
            for (var i = 0; i < block.Events.Length; i++)
            {
                switch (block.Events[i])
                {
                    case EvaluateReturn at:
                        return new Tail(at, loads.ToImmutable());
                    case Load { IsVolatile: false } load:
                        loads.Add(load);
                        break;
                    case ScopeEnter or ScopeExit or Store { Target: Local { IsTemporary: true } } or Call { IsPure: true, IsImplied: false }:
                        break;
                    default:
                        return BehindCleanup(new Point(block, i), function, loads.Count > 0);
                }
            }

            if (block == function.Graph.Exit)
                return new Tail(null, []);

            if (block.Branch is not null || Next(block) is not [var next])
                return BehindCleanup(Point.EndOf(block), function, loads.Count > 0);

            block = next;
        }

        return null;
    }

    /// <summary>
    /// From here to the exit there is only clean-up that scopes run: implied events, and those of a <c>finally</c>, which
    /// are known by their copies on other ways out. What is returned behind it is the same before it.
    /// </summary>
    private static Tail? BehindCleanup(Point start, Function function, bool hasLoads)
    {
        var cleanup = new CleanupCode(function.Graph);
        var search = new ForwardSearch(start, e => e is EvaluateReturn { IsImplied: false }, exceptional: false);
        if (!search.Passed.All(e => e is ScopeEnter or ScopeExit or EvaluateReturn { IsImplied: true } || cleanup.Contains(e)))
            return null;

        // Somebody decides there, if only to say something about the one side.
        if (!search.Branches.All(cleanup.Contains))
            return null;

        if (!function.ReturnsValue)
            return search.Stops.Count == 0 ? new Tail(null, []) : null;

        return !hasLoads && search.Stops.ToList() is [EvaluateReturn { Value: { } value } at] && !search.Enters(function.Graph.Exit)
            && !Access.ReadsMemory(value)
            && Access.Reads(value).All(l => Locals.IsPrivate(l) && !l.IsTemporary && !search.Passed.Any(e => Access.Writes(e).Any(w => w.Local == l)))
                ? new Tail(at, [])
                : null;
    }

    private static IReadOnlyList<Block> Next(Block block) =>
        [.. block.OrdinarySuccessors.Select(e => e.To)];
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules;

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
                        return OnlyCleanup(new Point(block, i), function) ? new Tail(null, []) : null;
                }
            }

            if (block == function.Graph.Exit)
                return new Tail(null, []);

            if (block.Branch is not null || Next(block) is not [var next])
                return OnlyCleanup(Point.EndOf(block), function) ? new Tail(null, []) : null;

            block = next;
        }

        return null;
    }

    /// <summary>
    /// From here to the exit there is only clean-up that scopes run: implied events, and those of a <c>finally</c>, which
    /// are known by their copies on other ways out.
    /// </summary>
    private static bool OnlyCleanup(Point start, Function function)
    {
        if (function.ReturnsValue)
            return false;

        var cleanup = new CleanupCode(function.Graph);
        return Paths.From(function.Graph, start).All(e =>
            e is ScopeEnter or ScopeExit or EvaluateReturn { IsImplied: true } || cleanup.Contains(e));
    }

    private static IReadOnlyList<Block> Next(Block block) =>
        [.. block.OrdinarySuccessors.Select(e => e.To)];
}

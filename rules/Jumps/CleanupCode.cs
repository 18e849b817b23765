using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// What scopes run on every way out: implied events, and those of a <c>finally</c>, which are known by their copies on
/// other ways out.
/// </summary>
internal sealed class CleanupCode
{
    private readonly HashSet<(Type, Origin)> _copied;
    private readonly HashSet<Origin> _copiedDecisions;

    public CleanupCode(ControlFlowGraph graph)
    {
        _copied = graph.Events
            .GroupBy(e => (e.GetType(), e.Origin))
            .Where(g => g.Select(graph.BlockOf).Distinct().Count() > 1)
            .Select(g => g.Key)
            .ToHashSet();
        _copiedDecisions = graph.Blocks
            .Select(b => b.Branch).OfType<Branch>()
            .GroupBy(b => b.Origin)
            .Where(g => g.Count() > 1)
            .Select(g => g.Key)
            .ToHashSet();
    }

    public bool Contains(Branch branch) => branch.IsImplied || _copiedDecisions.Contains(branch.Origin);

    public bool Contains(Event @event) => @event.IsImplied || _copied.Contains((@event.GetType(), @event.Origin));
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// What stands behind a label, as far as it says why there are jumps to it: to clean up, or only to get there, like the
/// labelled <c>break</c> or <c>continue</c> of other languages.
/// </summary>
internal sealed class LabelWork
{
    private readonly Facts _facts;
    private readonly Label _label;
    private readonly HashSet<Block> _behind = [];

    public LabelWork(Label label, Facts facts)
    {
        _facts = facts;
        _label = label;
        var pending = new Stack<Block>([label.Block]);
        while (pending.TryPop(out var block))
        {
            if (!_behind.Add(block))
                continue;

            foreach (var next in Next(block))
                pending.Push(next);
        }
    }

    /// <summary>The function goes on there: it comes back to where it has been, or returns in several places.</summary>
    public bool LeadsOn =>
        _behind.SelectMany(b => b.Events).OfType<EvaluateReturn>().Select(e => e.Origin).Distinct().Count() > 1
        || _behind.Any(b => Next(b).Any(IsBefore));

    /// <summary>Something that the function holds is let go there, or set back to what it was.</summary>
    public bool CleansUp()
    {
        var cleanup = new CleanupCode(_facts.Graph);
        return _behind
            .Where(b => _facts.Dominates(_label.Block, b))
            .SelectMany(b => b.Events)
            .Any(e => !cleanup.Contains(e) && (LetsGo(e) || SetsBack(e)));
    }

    /// <summary>Jumps leave a loop for where it ends anyway.</summary>
    public bool IsBehindLoop(IReadOnlyCollection<Jump> jumps) =>
        _label.Block.Predecessors.Any(e => e.Kind != EdgeKind.Exceptional && jumps.All(j => j.From != e.From))
        && jumps.All(j => j.LeavesLoop);

    private static IEnumerable<Block> Next(Block block) =>
        block.OrdinarySuccessors.Select(e => e.To);

    private bool IsBefore(Block block) => _facts.Dominates(block, _label.Block) && block != _label.Block;

    /// <summary>
    /// A release that is known, or a call for its own sake that is the last thing done with what a variable holds.
    /// </summary>
    private bool LetsGo(Event @event)
    {
        if (@event is not Call { IsPure: false } call)
            return false;

        if (_facts.Catalogue.EffectsOf(call).Any(e => e.Kind == EffectKind.Release))
            return true;

        return call.Result is null && call.Arguments.Any(a =>
            (a.Local ?? a.Target as Local) is { IsPlain: false, Kind: LocalKind.Variable or LocalKind.Parameter } local
            && !_facts.IsLiveAfter(call, local));
    }

    /// <summary>Memory gets the value that was read from it before.</summary>
    private bool SetsBack(Event @event) =>
        @event is Store { Value: Read { Place: Local local } } store
        && !Locals.IsPrivate(store.Target)
        && _facts.ReachingDefinitions.Before(@event, local).ToList() is { Count: > 0 } definitions
        && definitions.All(d => d.At is Store { Value: Read { Place: var from } } ? from.Equals(store.Target) : d.At is Load load && load.Source.Equals(store.Target));
}

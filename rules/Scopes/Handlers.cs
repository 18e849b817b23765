using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// Where an exception goes. A handler that does nothing but what goes away, and passes the exception on, is passed by.
/// </summary>
/// <param name="goes">The events that a rewrite takes away.</param>
/// <param name="facts">Facts of the function.</param>
internal sealed class Handlers(Func<Event, bool> goes, Facts facts)
{
    /// <summary>The handler of what an event throws; null for none in this function.</summary>
    public Block? Of(Event @event) => Beyond(facts.Graph.BlockOf(@event).Handler);

    private Block? Beyond(Block? handler)
    {
        var passed = new HashSet<Block>();
        while (handler is not null && handler != facts.Graph.Unwind && passed.Add(handler) && Rethrows(handler, out var outer))
            handler = outer;

        return handler == facts.Graph.Unwind ? null : handler;
    }

    /// <summary>Every way through the handler ends by raising the exception again, and to one place.</summary>
    private bool Rethrows(Block handler, out Block? outer)
    {
        outer = null;
        var outers = new HashSet<Block?>();
        var seen = new HashSet<Block>();
        var pending = new Stack<Block>([handler]);
        while (pending.TryPop(out var block))
        {
            if (!seen.Add(block))
                continue;

            foreach (var @event in block.Events)
            {
                if (@event is Throw { Value: null })
                    outers.Add(block.Handler);
                else if (!goes(@event) && facts.IsObservable(@event))
                    return false;
            }

            if (block == facts.Graph.Exit || block == facts.Graph.Unwind)
                return false;

            foreach (var edge in block.OrdinarySuccessors)
                pending.Push(edge.To);
        }

        outer = outers.FirstOrDefault();
        return outers.Count == 1;
    }
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// Decisions around a release: on one side it is released (and nothing else happens), the other side goes straight to
/// where both meet again.
/// </summary>
/// <param name="goes">The releases, and what goes with them.</param>
/// <param name="facts">Facts of the function.</param>
internal sealed class SideExits(Func<Event, bool> goes, Facts facts)
{
    public static SideExits Of(Owner owner, Facts facts) =>
        new(e => (e is Call call && owner.Releases.Contains(call)) || (e is Store store && owner.Clearings.Contains(store)), facts);

    /// <summary>The side that only releases or clears, if the other one goes to its end at once.</summary>
    public Block? SideOf(Block block)
    {
        var sides = block.Successors.Where(e => e.Kind is EdgeKind.True or EdgeKind.False).ToList();
        if (sides is not [var a, var b])
            return null;

        return LeadsTo(a.To, b.To) ? a.To : LeadsTo(b.To, a.To) ? b.To : null;
    }

    private bool LeadsTo(Block side, Block join)
    {
        for (var steps = 0; steps < 4; steps++)
        {
            if (!side.Events.All(Goes))
                return false;

            var next = side.OrdinarySuccessors.ToList();
            if (next is not [{ To: var to }])
                return false;

            if (to == join || IsPassedBy(join, to))
                return true;

            side = to;
        }

        return false;
    }

    /// <summary>Two empty blocks that lead to one place are one place.</summary>
    private static bool IsPassedBy(Block block, Block end)
    {
        while (block.Events.IsEmpty && block.Branch is null && block.Successors is [{ Kind: EdgeKind.Normal, To: var next }])
        {
            if (next == end)
                return true;

            block = next;
        }

        return false;
    }

    private bool Goes(Event @event) => goes(@event) || @event switch
    {
        Call call => call.IsPure,
        Store store => store.Target is Local { IsTemporary: true },
        ScopeEnter or ScopeExit => true,
        _ => !facts.IsObservable(@event),
    };
}

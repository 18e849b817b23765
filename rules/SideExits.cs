using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules;

/// <summary>
/// Decisions around a release: on one side it is released (and nothing else happens), the other side goes straight to
/// where both meet again.
/// </summary>
internal sealed class SideExits(Owner owner, Facts facts)
{
    /// <summary>The decision only spares a release that would have nothing to do.</summary>
    public bool IsGuard(Block block) =>
        block.Branch is not null
        && Access.Reads(block.Branch.Condition).Contains(owner.Local)
        && SideOf(block) is not null;

    /// <summary>Something other than the variable's emptiness decides whether a release happens.</summary>
    public bool IsReleasedConditionally(IReadOnlyCollection<Call> releases)
    {
        const OwnershipState held = OwnershipState.Owned | OwnershipState.Lent;
        foreach (var block in facts.Graph.Blocks)
        {
            if (block.Branch is null || SideOf(block) is not { } side || !side.Events.Any(e => e is Call c && releases.Contains(c)))
                continue;

            var skipping = block.Successors.First(e => e.To != side);
            if ((facts.Ownership.On(skipping, owner) & held) != 0)
                return true;
        }

        return false;
    }

    /// <summary>The side that only releases or clears, if the other one goes to its end at once.</summary>
    private Block? SideOf(Block block)
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

            var next = side.Successors.Where(e => e.Kind != EdgeKind.Exceptional).ToList();
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

    private bool Goes(Event @event) => @event switch
    {
        Call call => owner.Releases.Contains(call) || call.IsPure,
        Store store => owner.Clearings.Contains(store) || store.Target is Local { IsTemporary: true },
        ScopeEnter or ScopeExit => true,
        _ => !facts.IsObservable(@event),
    };
}

using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Which names (of fields, members, globals and functions) one side's code can still come upon from a block on. A
/// condition over a name that lies behind is never asked again, and need not be remembered: without that, states that
/// differ in nothing that counts multiply at every join (the relevance of path facts, as in lazy abstraction: Henzinger,
/// Jhala, Majumdar, Sutre, 2002). Linear in the graph for each pass of its loops.
/// </summary>
internal sealed class Questions
{
    /// <summary>Per block that is reached, the numbers of the names.</summary>
    private readonly ulong[]?[] _ahead;

    public Questions(Terms terms, Body body)
    {
        var blocks = body.Graph.ReversePostOrder;
        _ahead = new ulong[]?[body.Graph.Blocks.Length];
        var keys = blocks.Select(b => (Block: b, Keys: KeysIn(terms, b))).ToArray();
        var words = (terms.KeyCount >> 6) + 1;
        foreach (var (block, own) in keys)
        {
            var ahead = _ahead[block.Id] = new ulong[words];
            foreach (var key in own)
                ahead[key >> 6] |= 1UL << key;
        }

        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = blocks.Length - 1; i >= 0; i--)
            {
                var own = _ahead[blocks[i].Id]!;
                foreach (var edge in blocks[i].Successors)
                {
                    if (edge.To != blocks[i] && _ahead[edge.To.Id] is { } next)
                        changed |= Add(own, next);
                }
            }
        }
    }

    /// <summary>Whether the name can be met in the block or behind it.</summary>
    public bool AreAhead(Block block, int key) =>
        _ahead[block.Id] is not { } ahead || (key >> 6 < ahead.Length && (ahead[key >> 6] & (1UL << key)) != 0);

    private static bool Add(ulong[] set, ulong[] other)
    {
        var grows = false;
        for (var i = 0; i < set.Length; i++)
        {
            grows |= (other[i] & ~set[i]) != 0;
            set[i] |= other[i];
        }

        return grows;
    }

    private static HashSet<int> KeysIn(Terms terms, Block block)
    {
        var keys = new HashSet<int>();
        foreach (var @event in block.Events)
        {
            if (@event is Call call)
                keys.Add(terms.KeyOf(call.Callee.Name));

            foreach (var place in Body.PlacesIn(@event))
                AddKey(place);
        }

        if (block.Branch is { } branch)
        {
            foreach (var place in Body.PlacesIn(branch.Condition))
                AddKey(place);
        }

        foreach (var edge in block.Successors)
        {
            if (edge.Case is { } value)
            {
                foreach (var place in Body.PlacesIn(value))
                    AddKey(place);
            }
        }

        return keys;

        void AddKey(Place place)
        {
            if (place switch { Field f => f.Name, Member m => m.Name, Global g => g.Name, Implicit i => i.Name, _ => null } is { } name)
                keys.Add(terms.KeyOf(name));
        }
    }
}

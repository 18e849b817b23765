namespace MigrateCleanup.Engine.Verification;

/// <summary>A canonical state, as remembered at a pair of points.</summary>
internal sealed class Snapshot
{
    private readonly Terms _terms;
    private readonly List<object> _shape = [];
    private readonly int _hash;

    public Snapshot(Terms terms, ProductState state)
    {
        _terms = terms;
        var roots = new List<int>();
        StateMemory.MapRoots(state, root =>
        {
            roots.Add(root);
            return root;
        });

        foreach (var ((memory, place), value) in state.Stored)
            roots.AddRange([memory, place, value]);

        Roots = [.. roots];
        Facts = state.Facts.Copy();
        Things = new(state.Things);
        _shape.Add(state.IsOutOfMemory);
        _shape.Add(state.Old.HasRaised);
        _shape.Add(state.Stored.Count);
        foreach (var (_, count) in state.Old.Made.Concat(state.New.Made))
            _shape.Add(count);

        _shape.Add(state.Old.Made.Count);
        foreach (var owed in state.Owed)
        {
            _shape.Add((owed.IsOwedByNew, owed.IsSecond, owed.IsSpeculative, owed.IsReordered, owed.IsReachable, owed.Crossed is null, owed.Objection));
            _shape.Add((owed.Resource, owed.At.Callee, owed.Arguments.Length));
        }

        foreach (var hold in state.Holds)
            _shape.Add(hold.Resource);

        var hash = default(HashCode);
        foreach (var part in _shape)
            hash.Add(part);

        hash.Add(Roots.Length);
        _hash = hash.ToHashCode();
    }

    public int[] Roots { get; }

    public PathFacts Facts { get; }

    public Dictionary<int, Provenance> Things { get; }

    /// <summary>The same things are owed and held, in the same order: the states differ in values alone.</summary>
    public bool HasShapeOf(Snapshot other) =>
        _hash == other._hash && Roots.Length == other.Roots.Length && _shape.SequenceEqual(other._shape);

    /// <summary>Every run from the other state is a run from this one.</summary>
    public bool Covers(Snapshot other)
    {
        if (!HasShapeOf(other))
            return false;

        var bound = new Dictionary<int, int>();
        for (var i = 0; i < Roots.Length; i++)
        {
            if (!Binds(Roots[i], other.Roots[i], bound))
                return false;
        }

        foreach (var (atom, value) in Facts.Known)
        {
            if (other.Facts.Decide(_terms.Substitute(atom, bound)) != value)
                return false;
        }

        var owned = new HashSet<int>();
        foreach (var (symbol, thing) in Things)
        {
            if (bound.TryGetValue(symbol, out var term) && !CoversThing(other, thing, term, bound, owned))
                return false;
        }

        // What this state knows nothing of may not be something there.
        return other.Things.All(t => t.Value.IsPlain
            || bound.Where(b => _terms.IsSymbol(b.Key) && b.Value == t.Key).All(b => Things.ContainsKey(b.Key)));
    }

    private bool CoversThing(Snapshot other, Provenance thing, int term, Dictionary<int, int> bound, HashSet<int> owned)
    {
        if (!_terms.IsSymbol(term))
            return thing.IsOther || IsEmptyValue(_terms, term);

        if (!other.Things.TryGetValue(term, out var there))
            return thing.IsOther && !thing.IsPlain;

        if (!owned.Add(term) && !thing.IsPlain)
            return false;

        return thing.Acquisitions.IsSupersetOf(there.Acquisitions)
            && thing.Handed.IsSupersetOf(there.Handed)
            && thing.Told.IsSupersetOf(there.Told)
            && (thing.IsOther || !there.IsOther)
            && (!thing.IsPlain || there.IsPlain)
            && Covers(thing.Escaped, there.Escaped)
            && Covers(thing.ReleasedByOld, there.ReleasedByOld)
            && Covers(thing.ReleasedByNew, there.ReleasedByNew)
            && Bound(thing.Sources, bound).IsSupersetOf(there.Sources)
            && Bound(thing.MadeFrom, bound).IsSupersetOf(there.MadeFrom)
            && Bound(thing.Consumers, bound).Equals(there.Consumers);
    }

    /// <summary>A value that never needs a release.</summary>
    public static bool IsEmptyValue(Terms terms, int term) =>
        term == terms.Unset || term == terms.Nothing || term == terms.Null || term == terms.Zero || term == terms.False
        || (terms.IsConstant(term) && terms.ValueOf(term) is -1L);

    private static bool Covers(Certainty here, Certainty there) => here == there || here == Certainty.Perhaps;

    /// <summary>What the symbols of a set stand for; a term made of symbols stands for each of them.</summary>
    private NumberSet Bound(NumberSet set, Dictionary<int, int> bound)
    {
        var symbols = NumberSet.Empty;
        foreach (var symbol in set.Items)
            symbols = symbols.Union(_terms.SymbolsOf(bound.GetValueOrDefault(symbol, symbol)));

        return symbols;
    }

    private bool Binds(int general, int special, Dictionary<int, int> bound)
    {
        if (_terms.IsSymbol(general))
        {
            if (bound.TryGetValue(general, out var known))
                return known == special;

            bound[general] = special;
            return true;
        }

        if (!_terms.HasSymbols(general))
            return general == special;

        var left = _terms.OperandsOf(general);
        var right = _terms.OperandsOf(special);
        if (_terms.OperatorOf(general) != _terms.OperatorOf(special) || left.Length != right.Length)
            return false;

        for (var i = 0; i < left.Length; i++)
        {
            // Terms are never changed, so the spans stay good while new ones are made.
            if (!Binds(left[i], right[i], bound))
                return false;
        }

        return true;
    }
}

using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// The least general state that covers two states of one shape: their anti-unification, position by position. Two
/// positions that hold the same pair of different values get the same symbol, so equalities within and between the two
/// functions survive; and of numbers, how far they are apart: a counter that one function has counted on and the other not
/// yet is the other's and one.
/// </summary>
internal sealed class Generalisation
{
    private readonly Terms _terms;
    private readonly Snapshot _left;
    private readonly Snapshot _right;
    private readonly Dictionary<(int Left, int Right), int> _pairs = [];
    private readonly Dictionary<(int Left, int Right), int> _joined = [];
    private readonly Dictionary<(int Left, int Right), (int Left, int Right, int Added)> _sums = [];
    private readonly int[] _roots;

    public Generalisation(Terms terms, Snapshot left, Snapshot right)
    {
        _terms = terms;
        _left = left;
        _right = right;
        _roots = new int[left.Roots.Length];
        FindSums();
        for (var i = 0; i < _roots.Length; i++)
            _roots[i] = Joined(left.Roots[i], right.Roots[i]);
    }

    /// <param name="state">The state that becomes the general one.</param>
    /// <param name="joined">Room for what symbols of one of the two become.</param>
    /// <param name="elsewhere">Room for what they are in the other.</param>
    public void WriteTo(ProductState state, Substitution joined, Substitution elsewhere)
    {
        var next = 0;
        StateMemory.MapRoots(state, _ => _roots[next++]);
        state.Stored.Clear();
        for (; next < _roots.Length; next += 3)
            state.Stored.Set(_roots[next], _roots[next + 1], _roots[next + 2]);

        state.Facts.Clear();
        KeepCommon(state, _left, _right, p => p.Left, p => p.Right, joined, elsewhere);
        KeepCommon(state, _right, _left, p => p.Right, p => p.Left, joined, elsewhere);
        JoinThings(state);
        state.NextSymbol = _pairs.Count;
        state.IsMerged = true;
    }

    /// <summary>Pairs of numbers with one distance between them are the smallest pair and a constant.</summary>
    private void FindSums()
    {
        var pairs = Enumerable.Range(0, _roots.Length)
            .Select(i => (Left: _left.Roots[i], Right: _right.Roots[i]))
            .Where(p => p.Left != p.Right && _terms.IsSmall(p.Left) && _terms.IsSmall(p.Right))
            .Distinct();
        foreach (var apart in pairs.GroupBy(p => NumberOf(p.Right) - NumberOf(p.Left)))
        {
            var least = apart.MinBy(p => NumberOf(p.Left));
            foreach (var pair in apart.Where(p => p != least))
                _sums[pair] = (least.Left, least.Right, _terms.Constant(new Constant(NumberOf(pair.Left) - NumberOf(least.Left))));
        }

        long NumberOf(int term) => (long)_terms.ValueOf(term)!;
    }

    private int Joined(int left, int right)
    {
        if (left == right && !_terms.HasSymbols(left))
            return left;

        if (_sums.TryGetValue((left, right), out var sum))
            return _terms.Operation("+", Joined(sum.Left, sum.Right), sum.Added);

        if (_terms.Less(left, right) is { } less)
            return _terms.Operation("+", Joined(less, _terms.OperandsOf(right)[0]), _terms.OperandsOf(right)[1]);

        if (_terms.Less(right, left) is { } other)
            return _terms.Operation("+", Joined(_terms.OperandsOf(left)[0], other), _terms.OperandsOf(left)[1]);

        if (!_terms.IsSymbol(left) && !_terms.IsSymbol(right) && _terms.HasSymbols(left) && _terms.HasSymbols(right)
            && _terms.OperatorOf(left) == _terms.OperatorOf(right)
            && _terms.OperandsOf(left).Length == _terms.OperandsOf(right).Length)
        {
            if (_joined.TryGetValue((left, right), out var known))
                return known;

            var operands = new int[_terms.OperandsOf(left).Length];
            for (var i = 0; i < operands.Length; i++)
                operands[i] = Joined(_terms.OperandsOf(left)[i], _terms.OperandsOf(right)[i]);

            return _joined[(left, right)] = _terms.Operation(_terms.OperatorOf(left), operands);
        }

        if (!_pairs.TryGetValue((left, right), out var symbol))
            _pairs[(left, right)] = symbol = _terms.Symbol(_pairs.Count);

        return symbol;
    }

    /// <summary>Facts of one state that hold in the other as well.</summary>
    private void KeepCommon(
        ProductState state,
        Snapshot from,
        Snapshot other,
        Func<(int Left, int Right), int> here,
        Func<(int Left, int Right), int> there,
        Substitution joined,
        Substitution elsewhere)
    {
        joined.Clear();
        elsewhere.Clear();
        foreach (var (pair, symbol) in _pairs)
        {
            var term = here(pair);
            if (!_terms.IsSymbol(term) || joined.Contains(term))
                continue;

            joined.Set(term, symbol);
            elsewhere.Set(term, there(pair));
        }

        for (var i = 0; i < from.Facts.Conditions.Length; i++)
        {
            var (condition, holds) = (from.Facts.Conditions[i], from.Facts.Holds[i]);
            if (_terms.SymbolsOf(condition).All(elsewhere.Contains)
                && other.Facts.Decide(_terms.Substitute(condition, elsewhere)) == holds)
                state.Facts.Record(_terms.Substitute(condition, joined), holds);
        }
    }

    private void JoinThings(ProductState state)
    {
        state.Things.Clear();
        var ofLeft = _pairs.Keys.CountBy(p => p.Left).ToDictionary();
        var ofRight = _pairs.Keys.CountBy(p => p.Right).ToDictionary();
        foreach (var (pair, symbol) in _pairs)
        {
            var left = _left.Things.Of(pair.Left);
            var right = _right.Things.Of(pair.Right);
            if (left is null && right is null)
                continue;

            // Something that two positions hold, and hold together with different things.
            var isShared = (left is not null && ofLeft[pair.Left] > 1) || (right is not null && ofRight[pair.Right] > 1);
            left ??= Snapshot.IsEmptyValue(_terms, pair.Left) ? right! : Provenance.Unknown;
            right ??= Snapshot.IsEmptyValue(_terms, pair.Right) ? left : Provenance.Unknown;
            var isPlain = left.IsPlain && right.IsPlain;
            state.Things[symbol] = new Provenance
            {
                Acquisitions = left.Acquisitions.Union(right.Acquisitions),
                Handed = left.Handed.Union(right.Handed),
                Told = left.Told.Union(right.Told),
                Answers = left.Answers.Intersect(right.Answers),
                IsOther = left.IsOther || right.IsOther,
                IsPlain = isPlain,
                Escaped = isShared && !isPlain ? Certainty.Perhaps : Joined(left.Escaped, right.Escaped),
                ReleasedByOld = Joined(left.ReleasedByOld, right.ReleasedByOld),
                ReleasedByNew = Joined(left.ReleasedByNew, right.ReleasedByNew),
                Sources = Within(left.Sources, right.Sources),
                MadeFrom = Within(left.MadeFrom, right.MadeFrom),
                Consumers = Renamed(left.Consumers, right.Consumers),
            };
        }
    }

    private static Certainty Joined(Certainty left, Certainty right) => left == right ? left : Certainty.Perhaps;

    /// <summary>
    /// The names of all that holds something of the sets. A sum that grows by a term in each round hides the earlier ones
    /// behind one name: what came of those comes of the sum.
    /// </summary>
    private NumberSet Within(NumberSet left, NumberSet right) =>
        left.IsEmpty && right.IsEmpty ? NumberSet.Empty : NumberSet.Of(_pairs.Where(p => HasAny(p.Key.Left, left) || HasAny(p.Key.Right, right)).Select(p => p.Value));

    private bool HasAny(int term, NumberSet symbols)
    {
        foreach (var symbol in _terms.SymbolsOf(term).Items)
        {
            if (symbols.Contains(symbol))
                return true;
        }

        return false;
    }

    private NumberSet Renamed(NumberSet left, NumberSet right) =>
        left.IsEmpty && right.IsEmpty ? NumberSet.Empty : NumberSet.Of(_pairs.Where(p => left.Contains(p.Key.Left) || right.Contains(p.Key.Right)).Select(p => p.Value));
}

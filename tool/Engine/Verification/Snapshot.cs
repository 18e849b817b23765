namespace MigrateCleanup.Engine.Verification;

/// <summary>A canonical state, as remembered at a pair of points. Its symbols are numbered from zero without a gap.</summary>
/// <param name="terms">The terms of the verification.</param>
/// <param name="shape">The number of its shape: only states of one shape are compared.</param>
/// <param name="roots">The terms that it is made of.</param>
/// <param name="symbols">How many symbols those name.</param>
/// <param name="facts">What is known of them.</param>
/// <param name="things">What has become of them.</param>
internal sealed class Snapshot(Terms terms, int shape, int[] roots, int symbols, PathFacts facts, Things things)
{
    public int Shape { get; } = shape;

    public int[] Roots { get; } = roots;

    public PathFacts Facts { get; } = facts;

    public Things Things { get; } = things;

    /// <summary>The same, whatever becomes of the state that it was taken of.</summary>
    public Snapshot Kept() => new(terms, Shape, Roots, symbols, Facts.Copy(), Things.Copy());

    /// <summary>Every run from another state of the same shape is a run from this one.</summary>
    public bool Covers(Snapshot other, Binding binding)
    {
        if (!MayBind(other))
            return false;

        binding.Clear();
        for (var i = 0; i < Roots.Length; i++)
        {
            if (!Binds(Roots[i], other.Roots[i], binding))
                return false;
        }

        return CoversFacts(other, binding) && CoversThings(other, binding);
    }

    /// <summary>
    /// How much is lost when the two become one: a value that is known in both, such as a flag or a result, counts for more
    /// than what has a name of its own anyway.
    /// </summary>
    public int DistanceTo(Snapshot other)
    {
        var distance = 0;
        for (var i = 0; i < Roots.Length; i++)
        {
            if (Roots[i] != other.Roots[i])
                distance += terms.HasSymbols(Roots[i]) || terms.HasSymbols(other.Roots[i]) ? 1 : LostValue;
        }

        return distance;
    }

    private const int LostValue = 8;

    /// <summary>What holds no symbol is the same in both: asked first, since most that differ differ in that.</summary>
    private bool MayBind(Snapshot other)
    {
        for (var i = 0; i < Roots.Length; i++)
        {
            if (Roots[i] != other.Roots[i] && !terms.HasSymbols(Roots[i]))
                return false;
        }

        return true;
    }

    private bool CoversFacts(Snapshot other, Binding binding)
    {
        var conditions = Facts.Conditions;
        var holds = Facts.Holds;
        for (var i = 0; i < conditions.Length; i++)
        {
            if (other.Facts.Decide(terms.Substitute(conditions[i], binding.Substitution)) != holds[i])
                return false;
        }

        return true;
    }

    private bool CoversThings(Snapshot other, Binding binding)
    {
        var owned = new Dictionary<int, Provenance>();
        for (var i = 0; i < symbols; i++)
        {
            var symbol = terms.Symbol(i);
            if (Things.Of(symbol) is { } thing && binding.Substitution.TryGet(symbol, out var term) && !CoversThing(other, thing, term, binding, owned))
                return false;
        }

        // What this state knows nothing of may not be something there.
        foreach (var symbol in binding.Bound)
        {
            if (other.Things.Of(binding.Of(symbol)) is { IsPlain: false } && !Things.Contains(symbol))
                return false;
        }

        return true;
    }

    private bool CoversThing(Snapshot other, Provenance thing, int term, Binding binding, Dictionary<int, Provenance> owned)
    {
        if (!terms.IsSymbol(term))
            return thing.IsOther || IsEmptyValue(terms, term);

        if (!other.Things.TryGetValue(term, out var there))
            return thing.IsOther && !thing.IsPlain;

        // What one holds as two things is one that others may have in hand.
        if (!owned.TryAdd(term, thing) && !(IsShared(thing) && IsShared(owned[term])))
            return false;

        return (thing.IsOther || !there.IsOther)
            && (!thing.IsPlain || there.IsPlain)
            && Covers(thing.Escaped, there.Escaped)
            && Covers(thing.ReleasedByOld, there.ReleasedByOld)
            && Covers(thing.ReleasedByNew, there.ReleasedByNew)
            && thing.Acquisitions.IsSupersetOf(there.Acquisitions)
            && thing.Handed.IsSupersetOf(there.Handed)
            && thing.Told.IsSupersetOf(there.Told)
            && there.Answers.IsSupersetOf(thing.Answers)
            && Bound(thing.Sources, binding).IsSupersetOf(there.Sources)
            && Bound(thing.MadeFrom, binding).IsSupersetOf(there.MadeFrom)
            && Bound(thing.Consumers, binding).Equals(there.Consumers);
    }

    /// <summary>A value that never needs a release.</summary>
    public static bool IsEmptyValue(Terms terms, int term) =>
        term == terms.Unset || term == terms.Nothing || term == terms.Null || term == terms.Zero || term == terms.False
        || (terms.IsConstant(term) && terms.ValueOf(term) is -1L);

    private static bool IsShared(Provenance thing) => thing.IsPlain || thing.Escaped == Certainty.Perhaps;

    private static bool Covers(Certainty here, Certainty there) => here == there || here == Certainty.Perhaps;

    /// <summary>What the symbols of a set stand for; a term made of symbols stands for each of them.</summary>
    private NumberSet Bound(NumberSet set, Binding binding)
    {
        var isSame = true;
        foreach (var symbol in set.Items)
            isSame &= binding.Of(symbol) == symbol;

        if (isSame)
            return set;

        var bound = NumberSet.Empty;
        foreach (var symbol in set.Items)
            bound = bound.Union(terms.SymbolsOf(binding.Of(symbol)));

        return bound;
    }

    private bool Binds(int general, int special, Binding binding)
    {
        if (terms.IsSymbol(general))
            return binding.Bind(general, special);

        if (!terms.HasSymbols(general))
            return general == special;

        if (terms.Less(special, general) is { } less)
            return Binds(terms.OperandsOf(general)[0], less, binding);

        // A part that terms share is gone through once: written out, they may be of any size.
        if (binding.Substitution.TryGet(general, out var known))
            return known == special;

        var left = terms.OperandsOf(general);
        var right = terms.OperandsOf(special);
        if (left.Length != right.Length || terms.OperatorOf(general) != terms.OperatorOf(special))
            return false;

        for (var i = 0; i < left.Length; i++)
        {
            // Terms are never changed, so the spans stay good while new ones are made.
            if (!Binds(left[i], right[i], binding))
                return false;
        }

        binding.Substitution.Set(general, special);
        return true;
    }
}

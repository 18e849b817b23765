namespace MigrateCleanup.Engine.Verification;

/// <summary>What the symbols of a general state stand for in a special one: a one-sided unifier.</summary>
internal sealed class Binding
{
    private readonly List<int> _bound = [];
    private readonly Substitution _terms = new();

    /// <summary>The symbols that stand for something, in the order in which they were bound.</summary>
    public IReadOnlyList<int> Bound => _bound;

    /// <summary>For terms that are made of symbols.</summary>
    public Substitution Substitution => _terms;

    public void Clear()
    {
        _bound.Clear();
        _terms.Clear();
    }

    /// <summary>What a symbol stands for; itself where that is not known.</summary>
    public int Of(int symbol) => _terms.TryGet(symbol, out var term) ? term : symbol;

    /// <summary>Lets the symbol stand for the term; false when it stands for another one.</summary>
    public bool Bind(int symbol, int term)
    {
        if (_terms.TryGet(symbol, out var known))
            return known == term;

        _terms.Set(symbol, term);
        _bound.Add(symbol);
        return true;
    }
}

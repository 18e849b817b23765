using System.Diagnostics.CodeAnalysis;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// What is known of the values that symbols stand for. Symbols are numbered from zero in every state, so it is a table by
/// number; terms that are no symbols are in none.
/// </summary>
internal sealed class Things
{
    private readonly Terms _terms;
    private Provenance?[] _ofNumber;

    public Things(Terms terms)
        : this(terms, [], 0)
    {
    }

    private Things(Terms terms, Provenance?[] ofNumber, int count)
    {
        _terms = terms;
        _ofNumber = ofNumber;
        Count = count;
    }

    public int Count { get; private set; }

    /// <summary>By the number of the symbol; what is null is not known.</summary>
    public ReadOnlySpan<Provenance?> OfNumber => _ofNumber;

    public Provenance this[int symbol]
    {
        set
        {
            var number = _terms.NumberOf(symbol);
            if (number >= _ofNumber.Length)
                Array.Resize(ref _ofNumber, Math.Max(number + 4, _ofNumber.Length * 3 / 2));

            Count += _ofNumber[number] is null ? 1 : 0;
            _ofNumber[number] = value;
        }
    }

    public Things Copy() => new(_terms, (Provenance?[])_ofNumber.Clone(), Count);

    public bool Contains(int term) => Of(term) is not null;

    public bool TryGetValue(int term, [NotNullWhen(true)] out Provenance? thing) => (thing = Of(term)) is not null;

    public Provenance? Of(int term)
    {
        var number = _terms.NumberOf(term);
        return number >= 0 && number < _ofNumber.Length ? _ofNumber[number] : null;
    }

    public void Remove(int term)
    {
        if (Of(term) is null)
            return;

        _ofNumber[_terms.NumberOf(term)] = null;
        Count--;
    }

    public void Clear() => Take([]);

    /// <summary>Holds these from now on, by the number of their symbol, and nothing else.</summary>
    public void Take(Provenance?[] ofNumber)
    {
        _ofNumber = ofNumber;
        Count = 0;
        foreach (var thing in ofNumber)
            Count += thing is null ? 0 : 1;
    }
}

using System.Numerics;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>A set of small numbers. Never changed; union and difference share what they can.</summary>
public sealed class BitSet : IEquatable<BitSet>
{
    private readonly ulong[] _words;

    private BitSet(ulong[] words)
    {
        _words = words;
    }

    public static BitSet Empty { get; } = new([]);

    public static BitSet Of(IEnumerable<int> members)
    {
        ulong[] words = [];
        foreach (var member in members)
        {
            if (words.Length <= member / 64)
                Array.Resize(ref words, (member / 64) + 1);

            words[member / 64] |= 1UL << (member % 64);
        }

        return words.Length == 0 ? Empty : new BitSet(words);
    }

    /// <summary>The numbers below a bound.</summary>
    public static BitSet Below(int bound)
    {
        if (bound == 0)
            return Empty;

        var words = new ulong[((bound - 1) / 64) + 1];
        Array.Fill(words, ulong.MaxValue);
        if (bound % 64 != 0)
            words[^1] >>= 64 - (bound % 64);

        return new BitSet(words);
    }

    public bool Contains(int member) =>
        member / 64 < _words.Length && (_words[member / 64] & (1UL << (member % 64))) != 0;

    public BitSet Union(BitSet other)
    {
        if (ReferenceEquals(this, other) || other.IsSubsetOf(this))
            return this;

        if (IsSubsetOf(other))
            return other;

        var words = new ulong[Math.Max(_words.Length, other._words.Length)];
        for (var i = 0; i < words.Length; i++)
            words[i] = WordAt(i) | other.WordAt(i);

        return new BitSet(words);
    }

    public BitSet Except(BitSet other)
    {
        var changes = false;
        for (var i = 0; i < _words.Length && !changes; i++)
            changes = (_words[i] & other.WordAt(i)) != 0;

        if (!changes)
            return this;

        var words = new ulong[_words.Length];
        for (var i = 0; i < words.Length; i++)
            words[i] = _words[i] & ~other.WordAt(i);

        return new BitSet(words);
    }

    /// <summary>The set without what is in another one, and with some members in any case.</summary>
    public BitSet Replaced(BitSet removed, ReadOnlySpan<int> added)
    {
        var length = _words.Length;
        var changes = false;
        for (var i = 0; i < _words.Length && !changes; i++)
            changes = (_words[i] & removed.WordAt(i)) != 0;

        foreach (var member in added)
        {
            changes |= !Contains(member);
            length = Math.Max(length, (member / 64) + 1);
        }

        if (!changes)
            return this;

        var words = new ulong[length];
        for (var i = 0; i < _words.Length; i++)
            words[i] = _words[i] & ~removed.WordAt(i);

        foreach (var member in added)
            words[member / 64] |= 1UL << (member % 64);

        return new BitSet(words);
    }

    public bool IsSubsetOf(BitSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & ~other.WordAt(i)) != 0)
                return false;
        }

        return true;
    }

    public IEnumerable<int> Members
    {
        get
        {
            for (var i = 0; i < _words.Length; i++)
            {
                for (var word = _words[i]; word != 0; word &= word - 1)
                    yield return i * 64 + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    public bool Equals(BitSet? other) => ReferenceEquals(this, other) || other is not null && IsSubsetOf(other) && other.IsSubsetOf(this);

    public override bool Equals(object? obj) => Equals(obj as BitSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var member in Members)
            hash.Add(member);

        return hash.ToHashCode();
    }

    public override string ToString() => $"{{{string.Join(", ", Members)}}}";

    private ulong WordAt(int index) => index < _words.Length ? _words[index] : 0;
}

namespace MigrateCleanup.Engine.Verification;

/// <summary>A small set of numbers, kept in order and never changed.</summary>
internal readonly struct NumberSet : IEquatable<NumberSet>
{
    private readonly int[]? _items;

    private NumberSet(int[] items)
    {
        _items = items.Length == 0 ? null : items;
    }

    public static NumberSet Empty => default;

    public ReadOnlySpan<int> Items => _items;

    public int Count => _items?.Length ?? 0;

    public bool IsEmpty => Count == 0;

    public static NumberSet Of(int item) => new([item]);

    public static NumberSet Of(IEnumerable<int> items)
    {
        int[] sorted = [.. items];
        Array.Sort(sorted);
        return new NumberSet(WithoutRepetitions(sorted));
    }

    /// <summary>The set of numbers of which none comes twice; they are put in order.</summary>
    public static NumberSet OfDistinct(Span<int> items)
    {
        items.Sort();
        return new NumberSet(items.ToArray());
    }

    public bool Contains(int item) => _items is not null && Array.BinarySearch(_items, item) >= 0;

    public NumberSet With(int item)
    {
        if (_items is null)
            return new NumberSet([item]);

        var at = Array.BinarySearch(_items, item);
        return at >= 0 ? this : new NumberSet([.. Items[..~at], item, .. Items[~at..]]);
    }

    public NumberSet Without(int item)
    {
        var at = _items is null ? -1 : Array.BinarySearch(_items, item);
        return at < 0 ? this : new NumberSet([.. Items[..at], .. Items[(at + 1)..]]);
    }

    public NumberSet Union(NumberSet other)
    {
        if (other.IsEmpty)
            return this;

        if (IsEmpty)
            return other;

        return IsSupersetOf(other) ? this : new NumberSet(Merged(Items, other.Items));
    }

    public NumberSet Intersect(NumberSet other) =>
        IsEmpty || other.IsEmpty ? Empty : Of(Items.ToArray().Where(other.Contains));

    public bool All(Func<int, bool> holds)
    {
        foreach (var item in Items)
        {
            if (!holds(item))
                return false;
        }

        return true;
    }

    public bool IsSupersetOf(NumberSet other)
    {
        if (other._items is null || ReferenceEquals(_items, other._items))
            return true;

        foreach (var item in other.Items)
        {
            if (!Contains(item))
                return false;
        }

        return true;
    }

    public bool Equals(NumberSet other) => ReferenceEquals(_items, other._items) || Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is NumberSet other && Equals(other);

    public override int GetHashCode()
    {
        var hash = Count;
        foreach (var item in Items)
            hash = (hash * 31) + item;

        return hash;
    }

    private static int[] Merged(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var merged = new int[left.Length + right.Length];
        for (int i = 0, j = 0; i + j < merged.Length;)
        {
            var takesLeft = j == right.Length || (i < left.Length && left[i] <= right[j]);
            merged[i + j] = takesLeft ? left[i] : right[j];
            (i, j) = takesLeft ? (i + 1, j) : (i, j + 1);
        }

        return WithoutRepetitions(merged);
    }

    private static int[] WithoutRepetitions(int[] sorted)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
                sorted[count++] = sorted[i];
        }

        return count == sorted.Length ? sorted : sorted[..count];
    }
}

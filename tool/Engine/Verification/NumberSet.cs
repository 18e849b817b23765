namespace MigrateCleanup.Engine.Verification;

/// <summary>A small set of numbers, kept in order and never changed.</summary>
internal readonly struct NumberSet : IEquatable<NumberSet>
{
    private readonly int[]? _items;

    private NumberSet(int[] items)
    {
        _items = items;
    }

    public static NumberSet Empty => default;

    public ReadOnlySpan<int> Items => _items;

    public int Count => _items?.Length ?? 0;

    public bool IsEmpty => Count == 0;

    public static NumberSet Of(IEnumerable<int> items)
    {
        int[] sorted = [.. new SortedSet<int>(items)];
        return sorted.Length == 0 ? Empty : new NumberSet(sorted);
    }

    public bool Contains(int item) => _items is not null && Array.BinarySearch(_items, item) >= 0;

    public NumberSet With(int item) => Contains(item) ? this : Of([.. Items, item]);

    public NumberSet Without(int item) => Contains(item) ? Of(_items!.Where(i => i != item)) : this;

    public NumberSet Union(NumberSet other) =>
        other.IsEmpty ? this : IsEmpty ? other : IsSupersetOf(other) ? this : Of([.. Items, .. other.Items]);

    public bool IsSupersetOf(NumberSet other)
    {
        foreach (var item in other.Items)
        {
            if (!Contains(item))
                return false;
        }

        return true;
    }

    public bool Equals(NumberSet other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is NumberSet other && Equals(other);

    public override int GetHashCode()
    {
        var hash = Count;
        foreach (var item in Items)
            hash = (hash * 31) + item;

        return hash;
    }
}

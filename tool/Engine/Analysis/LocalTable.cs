using System.Diagnostics.CodeAnalysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// What is known of some of a function's locals; never changed. Locals are numbered from zero in their function, so it is an
/// array by number, cut into pieces of which versions share those that are the same. Two versions are compared, and joined,
/// where their pieces differ.
/// </summary>
internal sealed class LocalTable<T>
    where T : class
{
    private const int Bits = 4;
    private const int Size = 1 << Bits;

    private readonly T?[]?[] _pieces;

    private LocalTable(T?[]?[] pieces)
    {
        _pieces = pieces;
    }

    public static LocalTable<T> Empty { get; } = new([]);

    public T? this[Local local]
    {
        get
        {
            var at = local.Id >> Bits;
            return at < _pieces.Length ? _pieces[at]?[local.Id & (Size - 1)] : null;
        }
    }

    public bool TryGetValue(Local local, [NotNullWhen(true)] out T? value) => (value = this[local]) is not null;

    /// <summary>The table with another value for a local; null is none.</summary>
    public LocalTable<T> With(Local local, T? value)
    {
        if (ReferenceEquals(this[local], value))
            return this;

        var at = local.Id >> Bits;
        var pieces = new T?[]?[Math.Max(_pieces.Length, at + 1)];
        _pieces.CopyTo(pieces, 0);
        var piece = new T?[Size];
        pieces[at]?.CopyTo(piece, 0);
        piece[local.Id & (Size - 1)] = value;
        pieces[at] = piece;
        return new LocalTable<T>(pieces);
    }

    /// <summary>What comes of both, local by local, where either holds something; what is the same in both stays.</summary>
    public LocalTable<T> Joined(LocalTable<T> other, Func<T?, T?, T?> join)
    {
        T?[]?[]? joined = null;
        for (var i = 0; i < _pieces.Length; i++)
        {
            var (left, right) = (_pieces[i], i < other._pieces.Length ? other._pieces[i] : null);
            var piece = Joined(left, right, join);
            if (!ReferenceEquals(piece, left))
                (joined ??= [.. _pieces])[i] = piece;
        }

        return joined is null ? this : new LocalTable<T>(joined);
    }

    public bool IsSame(LocalTable<T> other, Func<T, T, bool> areSame)
    {
        for (var i = 0; i < Math.Max(_pieces.Length, other._pieces.Length); i++)
        {
            var (left, right) = (i < _pieces.Length ? _pieces[i] : null, i < other._pieces.Length ? other._pieces[i] : null);
            if (!ReferenceEquals(left, right) && !IsSame(left, right, areSame))
                return false;
        }

        return true;
    }


    private static T?[]? Joined(T?[]? left, T?[]? right, Func<T?, T?, T?> join)
    {
        if (ReferenceEquals(left, right) || left is null)
            return left;

        T?[]? joined = null;
        for (var i = 0; i < Size; i++)
        {
            if (left[i] is null || ReferenceEquals(left[i], right?[i]))
                continue;

            var value = join(left[i], right?[i]);
            if (!ReferenceEquals(value, left[i]))
                (joined ??= [.. left])[i] = value;
        }

        return joined ?? left;
    }

    private static bool IsSame(T?[]? left, T?[]? right, Func<T, T, bool> areSame)
    {
        for (var i = 0; i < Size; i++)
        {
            var (a, b) = (left?[i], right?[i]);
            if (!ReferenceEquals(a, b) && (a is null || b is null || !areSame(a, b)))
                return false;
        }

        return true;
    }
}

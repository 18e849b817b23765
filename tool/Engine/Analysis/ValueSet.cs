using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>On which sides of zero a number may lie.</summary>
[Flags]
public enum Signs
{
    None = 0,
    Negative = 1,
    Zero = 2,
    Positive = 4,
    Any = Negative | Zero | Positive,
}

/// <summary>
/// What is known of a value: it is one of a few constants, or it is none of a few and lies on some sides of zero.
/// Null, false and zero are the same value, as they are in C; no C# expression can tell them apart.
/// </summary>
public sealed class ValueSet : IEquatable<ValueSet>
{
    private static readonly object s_zero = 0L, s_one = 1L;

    private ValueSet(ImmutableArray<Constant>? oneOf, ImmutableArray<Constant> noneOf, Signs signs)
    {
        OneOf = oneOf;
        NoneOf = noneOf;
        Signs = signs;
    }

    public static ValueSet Any { get; } = new(null, [], Signs.Any);

    /// <summary>No value is possible: the point is not reached.</summary>
    public static ValueSet None { get; } = new([], [], Signs.None);

    /// <summary>The constants it may be, when they are known.</summary>
    public ImmutableArray<Constant>? OneOf { get; }

    /// <summary>Constants that it is not.</summary>
    public ImmutableArray<Constant> NoneOf { get; }

    public Signs Signs { get; }

    /// <summary>The one constant that it is, if that is known.</summary>
    public Constant? Constant => OneOf is [var only] ? only : null;

    public bool IsKnown => Constant is not null;

    public bool IsImpossible => OneOf is [];

    public static ValueSet Of(Constant constant) => new([constant], [], SignsOf(constant));

    /// <summary>It is certainly this constant.</summary>
    public bool Is(Constant constant) => Constant is { } known && AreSame(known, constant);

    /// <summary>It is certainly not this constant.</summary>
    public bool IsNot(Constant constant) =>
        OneOf is { } some
            ? AreAllDifferent(some, constant)
            : Holds(NoneOf, constant) || (SignsOf(constant) & Signs) == 0;

    /// <summary>What holds when either holds.</summary>
    public ValueSet Join(ValueSet other)
    {
        if (IsImpossible || ReferenceEquals(this, other))
            return other;

        if (other.IsImpossible)
            return this;

        // Sets and signs are joined each for itself, which keeps join associative: a set that learnt from the signs
        // would forget it again in another order.
        if (OneOf is { } mine && other.OneOf is { } others)
            return Among([.. mine.Concat(others.Where(c => !Holds(mine, c)))]);

        var excluded = OneOf is { } some ? other.NoneOf.Where(c => AreAllDifferent(some, c))
            : other.OneOf is { } any ? NoneOf.Where(c => AreAllDifferent(any, c))
            : NoneOf.Where(c => Holds(other.NoneOf, c));
        return Made(excluded, Signs | other.Signs);
    }

    /// <summary>What is left when it is this constant.</summary>
    public ValueSet Only(Constant constant)
    {
        if (OneOf is not { } some)
            return IsNot(constant) ? None : Of(constant);

        var same = some.Where(c => !AreDifferent(c, constant)).ToImmutableArray();
        return same.Length == 1 && AreSame(same[0], constant) ? Of(same[0]) : Among(same);
    }

    /// <summary>What is left when it is not this constant.</summary>
    public ValueSet Without(Constant constant)
    {
        if (OneOf is { } some)
            return Among([.. some.Where(c => !AreSame(c, constant))]);

        if (Holds(NoneOf, constant))
            return this;

        var signs = SignsOf(constant) == Signs.Zero ? Signs & ~Signs.Zero : Signs;
        return signs == Signs.None ? None : Made(NoneOf.Append(constant), signs);
    }

    /// <summary>What is left when it lies on one of these sides of zero.</summary>
    public ValueSet Within(Signs signs)
    {
        if (OneOf is { } some)
            return Among([.. some.Where(c => (SignsOf(c) & signs) != 0)]);

        return (Signs & signs) == 0 ? None : Made(NoneOf, Signs & signs);
    }

    /// <summary>What is left of known constants when a comparison with each is possible.</summary>
    public ValueSet Where(Func<Constant, bool> possible) =>
        OneOf is { } some ? Among([.. some.Where(possible)]) : this;

    /// <summary>Whether two constants are one value. Two unknown named ones are when they have one name.</summary>
    public static bool AreSame(Constant left, Constant right) =>
        left.Equals(right) || (IsDefinite(left) && IsDefinite(right) && Equals(Normal(left), Normal(right)));

    /// <summary>Whether two constants are certainly two values.</summary>
    public static bool AreDifferent(Constant left, Constant right) =>
        IsDefinite(left) && IsDefinite(right) && !Equals(Normal(left), Normal(right));

    /// <summary>The constant as a whole number; null when it is none or not known.</summary>
    public static long? NumberOf(Constant constant) => IsDefinite(constant) ? Normal(constant) as long? : null;

    public bool Equals(ValueSet? other) =>
        ReferenceEquals(this, other)
        || other is not null && Signs == other.Signs && OneOf.HasValue == other.OneOf.HasValue
        && SameConstants(OneOf ?? [], other.OneOf ?? []) && SameConstants(NoneOf, other.NoneOf);

    public override bool Equals(object? obj) => Equals(obj as ValueSet);

    public override int GetHashCode() => HashCode.Combine(Signs, OneOf?.Length ?? -1, NoneOf.Length);

    public override string ToString()
    {
        if (OneOf is { } some)
            return some.Length == 1 ? some[0].ToString() : $"{{{string.Join(", ", some)}}}";

        var parts = NoneOf.Select(c => $"!= {c}").ToList();
        if (Signs != Signs.Any)
            parts.Insert(0, Signs.ToString().ToLowerInvariant());

        return parts.Count == 0 ? "any" : string.Join(" and ", parts);
    }

    private static ValueSet Among(ImmutableArray<Constant> some) =>
        some.Length == 0
            ? None
            : new ValueSet(
                Ordered(some),
                [],
                some.Aggregate(Signs.None, (s, c) => s | SignsOf(c)));

    private static ValueSet Made(IEnumerable<Constant> noneOf, Signs signs)
    {
        var excluded = Ordered([.. noneOf]);
        return excluded.Length == 0 && signs == Signs.Any ? Any : new ValueSet(null, excluded, signs);
    }

    private static ImmutableArray<Constant> Ordered(ImmutableArray<Constant> some) =>
        some.Length < 2 ? some : [.. some.OrderBy(KeyOf, StringComparer.Ordinal)];

    private static bool SameConstants(ImmutableArray<Constant> left, ImmutableArray<Constant> right)
    {
        if (left.Length != right.Length)
            return false;

        foreach (var constant in left)
        {
            if (!Holds(right, constant))
                return false;
        }

        return true;
    }

    private static bool Holds(ImmutableArray<Constant> some, Constant constant)
    {
        foreach (var other in some)
        {
            if (AreSame(other, constant))
                return true;
        }

        return false;
    }

    private static bool AreAllDifferent(ImmutableArray<Constant> some, Constant constant)
    {
        foreach (var other in some)
        {
            if (!AreDifferent(other, constant))
                return false;
        }

        return true;
    }

    private static Signs SignsOf(Constant constant)
    {
        if (!IsDefinite(constant))
            return Signs.Any;

        return Normal(constant) switch
        {
            long number => number < 0 ? Signs.Negative : number == 0 ? Signs.Zero : Signs.Positive,
            ulong => Signs.Positive,

            // A text is an address, and no null one.
            string => Signs.Positive,
            _ => Signs.Any,
        };
    }

    private static bool IsDefinite(Constant constant) => constant.Symbol is null || constant.Value is not null;

    private static object Normal(Constant constant) => constant.Value switch
    {
        null => s_zero,
        bool b => b ? s_one : s_zero,
        char c => (long)c,
        ulong u when u <= long.MaxValue => (long)u,
        var other => other,
    };

    private static string KeyOf(Constant constant) =>
        IsDefinite(constant)
            ? Convert.ToString(Normal(constant), CultureInfo.InvariantCulture) ?? ""
            : $"~{constant.Symbol}";
}

namespace MigrateCleanup.C.Flow;

/// <summary>What a type's text tells by itself.</summary>
internal static class Types
{
    private static readonly HashSet<string> s_arithmetic = new(StringComparer.Ordinal)
    {
        "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "bool", "size_t", "ssize_t",
        "__signed__", "_Complex", "__int128",
    };

    /// <summary>A number or a pointer; a typedef of unknown meaning is neither.</summary>
    public static bool IsScalar(string type) =>
        type.EndsWith('*')
        || type.StartsWith("enum ", StringComparison.Ordinal)
        || type.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(s_arithmetic.Contains)
        || (type.EndsWith("_t", StringComparison.Ordinal) && (type.StartsWith("int", StringComparison.Ordinal) || type.StartsWith("uint", StringComparison.Ordinal)));

    /// <summary>A number by its own words.</summary>
    public static bool IsPlain(string type) => type.Length > 0 && !type.EndsWith('*') && IsScalar(type);

    /// <summary>The integers that a conversion to the type keeps as they are on every machine; null for every other type.</summary>
    public static (long Low, long High)? KeptBy(string type) => type switch
    {
        "signed char" => (sbyte.MinValue, sbyte.MaxValue),
        "unsigned char" => (byte.MinValue, byte.MaxValue),
        "short" => (short.MinValue, short.MaxValue),
        "unsigned short" => (ushort.MinValue, ushort.MaxValue),
        "int" or "long" or "ssize_t" => (int.MinValue, int.MaxValue),
        "unsigned" or "unsigned int" or "unsigned long" or "size_t" => (0, uint.MaxValue),
        _ => null,
    };

    /// <summary>A struct or union by its own words.</summary>
    public static bool IsAggregate(string type) =>
        !type.EndsWith('*')
        && (type.StartsWith("struct ", StringComparison.Ordinal) || type.StartsWith("union ", StringComparison.Ordinal));
}

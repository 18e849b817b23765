using System.Collections.Frozen;

namespace MigrateCleanup.C.Syntax;

/// <summary>What a macro stands for where it is used, as far as its definition or a style tells.</summary>
public enum MacroShape
{
    /// <summary>Not known; how it is used decides.</summary>
    Unknown,

    /// <summary>Nothing, an attribute, a qualifier: it may stand among specifiers and behind declarators.</summary>
    Attribute,

    /// <summary>A type, with or without arguments.</summary>
    Type,

    /// <summary>A clean-up macro whose argument is the type pointed to: <c>g_autoptr(T) x</c> declares a <c>T *</c>.</summary>
    PointerType,

    /// <summary>A clean-up macro whose argument is the type: <c>g_auto(T) x</c> declares a <c>T</c>.</summary>
    ValueType,

    /// <summary>A macro with the declared name as its second argument: <c>CLASS(fdget, f)(fd)</c> declares <c>f</c>.</summary>
    Declaration,

    /// <summary>A whole statement, or several: no semicolon need follow.</summary>
    Statement,

    /// <summary>The head of a loop or of a guarded block: a statement follows.</summary>
    Loop,

    /// <summary>A string literal.</summary>
    String,

    /// <summary>An expression.</summary>
    Expression,
}

/// <summary>
/// What is known of names beyond one file, to read C without its headers: which are types, and what macros stand for.
/// Where nothing is known, the shape of the code decides.
/// </summary>
public sealed class SyntaxNames
{
    private readonly FrozenSet<string> _types;
    private readonly FrozenDictionary<string, MacroShape> _macros;

    public SyntaxNames(IEnumerable<string> types, IEnumerable<KeyValuePair<string, MacroShape>> macros)
    {
        _types = types.ToFrozenSet(StringComparer.Ordinal);
        _macros = macros.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Knows nothing.</summary>
    public static SyntaxNames None { get; } = new([], []);

    public bool IsType(string name) => _types.Contains(name);

    public MacroShape ShapeOf(string name) => _macros.GetValueOrDefault(name);
}

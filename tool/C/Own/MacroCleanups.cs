using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Macros;

namespace MigrateCleanup.C.Own;

/// <summary>
/// Clean-up functions that a codebase writes by a macro of its own, whatever its parameters: the macro's expansion shows
/// what each of them is.
/// <code>
/// #define DEFINE_CLEANUP_FUNC(name, type, free_fn) void name(type *p) { if (*p) free_fn(*p); }
/// static inline DEFINE_CLEANUP_FUNC(cleanup_dir, DIR *, closedir)
/// </code>
/// </summary>
/// <param name="macros">The macros of the codebase.</param>
internal sealed class MacroCleanups(OnlyMacros macros)
{
    private readonly MacroExpansion _expansion = new(macros.Of);
    private readonly Dictionary<string, bool> _defining = new(StringComparer.Ordinal);

    /// <summary>The functions that a file's uses of such macros may define, as a compiler reads them.</summary>
    public ImmutableArray<string> In(FileFacts file) =>
    [
        .. from use in file.Declarations
           where Defines(use.Macro)
           select _expansion.Of($"{use.Macro}({string.Join(", ", use.Arguments)})")
    ];

    /// <summary>One function without a value, of one parameter, whose name the macro is given.</summary>
    private bool Defines(string macro)
    {
        if (_defining.TryGetValue(macro, out var defines))
            return defines;

        return _defining[macro] = macros.Of(macro) is { IsFunctionLike: true, Parameters: { Length: > 1 } parameters } fact
            && fact.Replacement.Contains('{', StringComparison.Ordinal)
            && CWords.Of(_expansion.Of($"{macro}({string.Join(", ", parameters)})")).ToList() is var words
            && words.IndexOf("void") is >= 0 and var type
            && type + 2 < words.Count && parameters.Contains(words[type + 1]) && words[type + 2] == "("
            && words.IndexOf(")") is var close && close > type && words.IndexOf("{") == close + 1
            && !words.Take(close).Contains(",");
    }
}

/// <summary>The macros that have one definition, or the same one several times.</summary>
internal sealed class OnlyMacros(Func<string, ImmutableArray<MacroFact>> definitions)
{
    public MacroFact? Of(string name) =>
        definitions(name) is [var first, .. var others]
        && others.All(o => o.Replacement == first.Replacement && o.IsFunctionLike == first.IsFunctionLike && (!o.IsFunctionLike || o.Parameters.SequenceEqual(first.Parameters)))
            ? first
            : null;
}

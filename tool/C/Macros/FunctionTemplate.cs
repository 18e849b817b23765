using MigrateCleanup.C.Index;

namespace MigrateCleanup.C.Macros;

/// <summary>
/// A macro that defines functions of one kind, each named after a parameter that is pasted into its name. What releases
/// the types of a generated file is often made by one, and the generated file is not there before a build.
/// </summary>
/// <remarks>
/// <code>
/// #define WIDGET_FREE(_type, _body) void widget_##_type##_free(widget_##_type **item) { ... }
/// </code>
/// </remarks>
/// <param name="Prefix">What the names of its functions begin with.</param>
/// <param name="Suffix">What they end with.</param>
/// <param name="Macro">The macro.</param>
/// <param name="Parameter">Its parameter that stands between the two.</param>
public sealed record FunctionTemplate(string Prefix, string Suffix, MacroFact Macro, string Parameter)
{
    /// <summary>The template that a macro is; null where it defines no function, or the name of one is all its own.</summary>
    public static FunctionTemplate? Of(MacroFact macro)
    {
        if (!macro.IsFunctionLike || !macro.Replacement.Contains(MacroExpansion.Paste, StringComparison.Ordinal))
            return null;

        var words = CWords.Of(macro.Replacement).ToList();
        var open = words.FindIndex(w => w == "(");
        if (open < 5 || words[open - 2] != MacroExpansion.Paste || words[open - 4] != MacroExpansion.Paste || !macro.Parameters.Contains(words[open - 3])
            || words[^1] != "}" || words.IndexOf("{") is var body && (body < 0 || words[body - 1] != ")"))
        {
            return null;
        }

        var (prefix, suffix) = (words[open - 5], words[open - 1]);
        return macro.Parameters.Contains(prefix) || macro.Parameters.Contains(suffix) || !IsName(prefix) || !IsName(suffix)
            ? null
            : new FunctionTemplate(prefix, suffix, macro, words[open - 3]);
    }

    /// <summary>The functions of its kind that a text calls.</summary>
    public IEnumerable<string> CalledIn(string text)
    {
        for (var at = text.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Prefix, at + 1, StringComparison.Ordinal))
        {
            if (at > 0 && CWords.IsNamePart(text[at - 1]))
                continue;

            var end = at;
            while (end < text.Length && CWords.IsNamePart(text[end]))
                end++;

            if (end < text.Length && text[end] == '(' && end - at > Prefix.Length + Suffix.Length
                && text.AsSpan(at, end - at).EndsWith(Suffix, StringComparison.Ordinal))
            {
                yield return text[at..end];
            }
        }
    }

    /// <summary>
    /// The definition that the macro makes of one of its functions. What else it is given is not known: it stands there
    /// as a call of nobody's function.
    /// </summary>
    public string DefinitionOf(string function)
    {
        var argument = function[Prefix.Length..^Suffix.Length];
        var words = CWords.Of(Macro.Replacement).ToList();
        return MacroExpansion.Pasted([.. words.Select((word, i) =>
            word == Parameter ? argument
            : !Macro.Parameters.Contains(word) ? word
            : i + 1 < words.Count && (words[i + 1] is "{" or "}" || IsName(words[i + 1])) ? word + "();"
            : word + "()")]);
    }

    private static bool IsName(string word) => word.Length > 0 && CWords.IsNamePart(word[0]) && !char.IsAsciiDigit(word[0]);
}

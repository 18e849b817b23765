using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

/// <summary>
/// A codebase's own macros that release what a variable holds and leave it empty: the macro's expansion shows what each of
/// them is.
/// <code>
/// #define SAFE_FREE(p) do { free(p); (p) = NULL; } while (0)
/// #define CLOSE_FD(fd) do { if ((fd) >= 0) { close(fd); fd = -1; } } while (0)
/// </code>
/// </summary>
internal static partial class OwnClearings
{
    /// <summary>Stands for the variable while the words of a macro are looked at.</summary>
    private const string Variable = "@";

    /// <summary>All that have this form; whether what they call is a releaser is not known yet.</summary>
    public static ImmutableArray<ClearingForm> Of(ProjectIndex index, StyleSet styles)
    {
        var macros = new OnlyMacros(index.Macros);
        var expansion = new MacroExpansion(n => styles.Spellings.Clearing(n) is null ? macros.Of(n) : null);
        return
        [
            .. from name in index.MacrosOfOne
               where macros.Of(name) is not null && styles.Spellings.Clearing(name) is null
               let clearing = Of(macros.Of(name)!, expansion, styles)
               where clearing is not null
               select clearing,
        ];
    }

    /// <summary>Those that call a releaser.</summary>
    public static IEnumerable<ClearingForm> Known(IEnumerable<ClearingForm> clearings, Catalogue catalogue) => clearings.Where(c =>
        catalogue.EffectsOf(new Callee(c.Releaser!)).Any(e => e is { Kind: EffectKind.Release, Subject.Index: 0 } && EmptyOf(e.Resource!) == c.Empty));

    private static string EmptyOf(Resource resource) => resource.Empty.Value is long ? "-1" : "NULL";

    private static ClearingForm? Of(MacroFact macro, MacroExpansion expansion, StyleSet styles)
    {
        var parameter = macro.Parameters[0];
        if (!macro.Replacement.Contains('=') && !CWords.Of(macro.Replacement).Any(w => styles.Spellings.Clearing(w) is not null))
            return null;

        var text = string.Concat(CWords.Of(expansion.Of(macro.Replacement)).Select(w => w == parameter ? Variable : w));
        text = Unwrapped(Parenthesized().Replace(text, "${inner}"));
        // Given the variable's address, it works on what stands there.
        text = text.Replace($"*{Variable}", Variable, StringComparison.Ordinal);
        if (OneCall().Match(text) is { Success: true } call && styles.Spellings.Clearing(call.Groups["call"].Value) is { Subject: 0 } other)
        {
            var releaser = other.With is 1 && call.Groups["with"].Success ? call.Groups["with"].Value : other.Releaser;
            return releaser is null || (other.With is not null) != call.Groups["with"].Success
                ? null
                : new ClearingForm(macro.Name, 0) { Releaser = releaser, Empty = other.Empty };
        }

        if (Sequence().Match(text) is not { Success: true } match)
            return null;

        var isNumber = match.Groups["number"].Success;
        var test = match.Groups["test"];
        return test.Success && TestsNumber(test.Value) != isNumber
            ? null
            : new ClearingForm(macro.Name, 0) { Releaser = match.Groups["call"].Value, Empty = isNumber ? "-1" : "NULL" };
    }

    private static bool TestsNumber(string test) => test.Contains('1') || test.Contains(">=", StringComparison.Ordinal);

    /// <summary>What stands in a macro's braces, which are there to make one statement of it.</summary>
    private static string Unwrapped(string text)
    {
        while (Wrapping().Match(text) is { Success: true } match)
            text = match.Groups["inner"].Value;

        return text;
    }

    [GeneratedRegex(@"^(?:do\{(?<inner>.*)\}while\((?:0|false|FALSE)\);?|(?:__extension__)?\(\{(?<inner>.*)\}\);?|\{(?<inner>.*)\})$")]
    private static partial Regex Wrapping();

    /// <summary>The variable in parentheses of its own, which are no call's.</summary>
    [GeneratedRegex(@"(?<!\w)\((?<inner>\*?@)\)")]
    private static partial Regex Parenthesized();

    /// <summary>A call of the variable, and the empty value assigned to it: behind each other, or on one condition.</summary>
    [GeneratedRegex(
        """
        ^\(?
        (?:if\((?<test>@|@!=NULL|@!=0|NULL!=@|@>=0|@>-1|@!=-1)\)(?<brace>\{)?)?
        (?:\(void\))?(?<call>[A-Za-z_]\w*)\((?:\([A-Za-z_\s]+\**\))?@\)
        (?:;(?(brace)\}?)|,)
        @=(?:(?<number>-1|\(-1\))|NULL|0|\(void\*\)0|\(\(void\*\)0\))
        ;?\}?\)?;?$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sequence();

    /// <summary>A call that clears, of the variable or its address.</summary>
    [GeneratedRegex(@"^(?:\(void\))?(?<call>[A-Za-z_]\w*)\(&?@(?:,(?:\([A-Za-z_\s]+\**\))?(?<with>[A-Za-z_]\w*))?\);?$")]
    private static partial Regex OneCall();
}

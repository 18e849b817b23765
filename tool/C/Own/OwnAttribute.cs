using System.Text.RegularExpressions;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Own;

/// <summary>
/// A codebase's own macro for the compiler's attribute, which is written in its place. Where the macro bears the name of the
/// attribute's word, the attribute could not be written out at all.
/// <code>
/// #define cleanup(f) __attribute__((cleanup(f)))
/// </code>
/// </summary>
internal static partial class OwnAttribute
{
    /// <summary>The forms of a style that write the attribute out, written with the macro.</summary>
    public static Style Applied(Style style, ProjectIndex index)
    {
        if (!style.Scopes.Any(s => WrittenOut().IsMatch(s.Text)) || MacroOf(index) is not { } macro)
            return style;

        return style with
        {
            Scopes = [.. style.Scopes.Select(s => !WrittenOut().IsMatch(s.Text) ? s : s with
            {
                Text = WrittenOut().Replace(s.Text, $"{macro}(${{function}})"),
                Alternatives = [],
                Macro = s.Macro ?? macro,
                Beside = s.Macro is null ? null : macro,
            })],
        };
    }

    private static string? MacroOf(ProjectIndex index)
    {
        var macros = new OnlyMacros(index.Macros);
        return index.MacrosOfOne.FirstOrDefault(name =>
            macros.Of(name) is { } macro && Stands().Match(string.Concat(CWords.Of(macro.Replacement))) is { Success: true } match
            && match.Groups["function"].Value == macro.Parameters[0]);
    }

    [GeneratedRegex(@"__attribute__\(\(cleanup\((?<function>[^()]+)\)\)\)")]
    private static partial Regex WrittenOut();

    [GeneratedRegex(@"^__attribute(?:__)?\(\((?:cleanup|__cleanup__)\((?<function>\w+)\)\)\)$")]
    private static partial Regex Stands();
}

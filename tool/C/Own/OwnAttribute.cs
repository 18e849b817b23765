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
    /// <summary>The macro, and the style as it is written where a file sees that; null where there is none.</summary>
    public static (string Macro, Style Style)? Of(Style style, ProjectIndex index)
    {
        if (!style.Scopes.Any(s => WrittenOut().IsMatch(s.Text)) || MacroOf(index) is not { } macro)
            return null;

        return (macro, style with
        {
            Scopes = [.. style.Scopes.Select(s => !WrittenOut().IsMatch(s.Text) ? s : s with
            {
                Text = WrittenOut().Replace(s.Text, $"{macro}(${{function}})"),
                Alternatives = [],
            })],
        });
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

using System.Text.RegularExpressions;

namespace MigrateCleanup.C.Spelling;

/// <summary>How a codebase says that a case is meant to go on with the next one: with a comment, a macro or an attribute.</summary>
internal static partial class FallThroughHabit
{
    /// <summary>What compilers and people understand everywhere.</summary>
    public const string Usual = "/* fallthrough */";

    /// <summary>A text holds such a mark.</summary>
    public static bool Says(string text) => Word().IsMatch(text);

    /// <summary>The mark that stands in the most places of these texts, or the usual one.</summary>
    public static string Of(IEnumerable<string> texts) => texts
        .Where(Says)
        .SelectMany(t => Mark().Matches(t))
        .GroupBy(m => m.Value, StringComparer.Ordinal)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => g.Key)
        .FirstOrDefault(Usual);

    [GeneratedRegex(@"fall[s]?[ _-]*thr(?:ough|u)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    /// <summary>A line of its own that says nothing else.</summary>
    [GeneratedRegex(
        @"(?<=^[ \t]*)(?:/\*[ \t]*fall[s]?[ _-]*thr(?:ough|u)[ \t.]*\*/|//[ \t]*fall[s]?[ _-]*thr(?:ough|u)[ \t.]*|[A-Z_a-z]*fall_?through[A-Z_a-z]*;|__attribute__[ \t]*\(\(_*fallthrough_*\)\);|\[\[fallthrough\]\];)(?=\r?$)",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}

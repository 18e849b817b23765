using System.Collections.Immutable;

namespace MigrateCleanup.C.Own;

/// <summary>What a function is called that releases what it is given.</summary>
internal static class ReleaserNames
{
    /// <summary>
    /// A word of its own at the end of the name says so, or one that begins it: <c>part_free</c>, <c>partFree</c>,
    /// <c>free_part</c>; <c>output</c> puts nothing back.
    /// </summary>
    public static bool Says(string name, ImmutableArray<string> words) => words.Any(word => name.Length > word.Length && (EndsWith(name, word) || BeginsWith(name, word)));

    /// <summary>The name ends in the word, whatever stands before it: <c>xfree</c>.</summary>
    public static bool MaySay(string name, ImmutableArray<string> words) =>
        words.Any(word => name.EndsWith(word, StringComparison.OrdinalIgnoreCase) || BeginsWith(name, word));

    private static bool EndsWith(string name, string word) =>
        name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && (name[^(word.Length + 1)] == '_' || (char.IsAsciiLetterUpper(name[^word.Length]) && !char.IsAsciiLetterUpper(name[^(word.Length + 1)])));

    private static bool BeginsWith(string name, string word) =>
        name.Length > word.Length
        && name.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        && (name[word.Length] == '_' || (char.IsAsciiLetterUpper(name[word.Length]) && char.IsAsciiLetterLower(name[word.Length - 1])));
}

namespace MigrateCleanup.C.Index;

/// <summary>The compiler's attribute as it is written.</summary>
internal static class CleanupAttribute
{
    /// <summary>The function in <c>cleanup(f)</c>; null where none is named.</summary>
    public static string? FunctionIn(string text)
    {
        var words = CWords.Of(text).ToList();
        var at = words.FindIndex(w => w is "cleanup" or "__cleanup__");
        return at >= 0 && words.ElementAtOrDefault(at + 1) == "(" && words.ElementAtOrDefault(at + 3) == ")" ? words[at + 2] : null;
    }
}

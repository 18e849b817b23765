using MigrateCleanup.C.Index;

namespace MigrateCleanup.C.Own;

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

    /// <summary>The text is attributes and nothing else: what has a type in it declares something by itself.</summary>
    public static bool IsAllOf(string text)
    {
        var words = CWords.Of(text).ToList();
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is not ("__attribute__" or "__attribute") || words.ElementAtOrDefault(i + 1) != "(")
                return false;

            var depth = 0;
            do
            {
                i++;
                depth += words[i] switch { "(" => 1, ")" => -1, _ => 0 };
            }
            while (depth > 0 && i + 1 < words.Count);
        }

        return words.Count > 0;
    }
}

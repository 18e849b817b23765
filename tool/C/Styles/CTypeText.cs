using System.Text;

namespace MigrateCleanup.C.Styles;

/// <summary>Types as text: the one form in which they are compared, whatever blanks and qualifiers they are written with.</summary>
public static class CTypeText
{
    /// <summary><c>const  char**</c> is <c>char **</c>.</summary>
    public static string Normal(string type)
    {
        if (IsName(type))
            return IsQualifier(type) ? "" : type;

        var words = new List<string>();
        var stars = 0;
        foreach (var word in type.Replace("*", " * ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == "*")
                stars++;
            else if (!IsQualifier(word))
                words.Add(word);
        }

        var text = new StringBuilder().AppendJoin(' ', words);
        return stars == 0 ? text.ToString() : text.Append(' ').Append('*', stars).ToString();
    }

    private static bool IsQualifier(string word) => word is "const" or "volatile" or "static" or "register" or "restrict" or "auto";

    /// <summary>What a pointer type points to; null for any other.</summary>
    public static string? Pointee(string type)
    {
        var normal = Normal(type);
        return normal.EndsWith('*') ? normal[..^1].TrimEnd() : null;
    }

    /// <summary>A qualifier stands in the type, as a word of its own.</summary>
    public static bool IsQualified(string type, string qualifier)
    {
        foreach (var word in type.Split([' ', '\t', '\r', '\n', '*'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == qualifier)
                return true;
        }

        return false;
    }

    /// <summary>A pointer to a pointer, as it is written.</summary>
    public static bool IsAddressOfPointer(string type) => type.EndsWith("**", StringComparison.Ordinal);

    /// <summary>One word, as a macro can paste it into a name.</summary>
    public static bool IsName(string type) =>
        type.Length > 0 && !char.IsAsciiDigit(type[0]) && type.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}

using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>The words of a piece of code that is looked at without a tree.</summary>
internal static class CWords
{
    /// <summary>Its tokens as they are written, without blanks and comments.</summary>
    public static IEnumerable<string> Of(string text) =>
        CLexer.Lex(text).Where(t => !t.IsTrivia).Select(t => text.Substring(t.Start, t.Length));

    /// <summary>A letter, digit or underscore of a name in ASCII.</summary>
    public static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}

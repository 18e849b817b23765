using System.Collections.Immutable;
using System.Text;

namespace MigrateCleanup.C.Parsing;

/// <summary>Reads preprocessor lines.</summary>
internal static class DirectiveText
{
    /// <summary>The word behind <c>#</c>; empty for a null directive.</summary>
    public static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> directive)
    {
        var start = directive.StartsWith("%:", StringComparison.Ordinal) ? 2 : 1;
        while (start < directive.Length && !IsNamePart(directive[start]))
        {
            if (directive[start] == '/' && start + 1 < directive.Length && directive[start + 1] == '*')
            {
                var close = directive[(start + 2)..].IndexOf("*/", StringComparison.Ordinal);
                start = close < 0 ? directive.Length : start + 2 + close + 2;
            }
            else if (directive[start] is ' ' or '\t' or '\\' or '\n' or '\r' or '\f' or '\v')
                start++;
            else
                return [];
        }

        var end = start;
        while (end < directive.Length && IsNamePart(directive[end]))
            end++;

        return directive[start..end];
    }

    /// <summary>What stands behind the word, comments and continuations taken out, blanks single.</summary>
    public static string ArgumentOf(ReadOnlySpan<char> directive)
    {
        var name = NameOf(directive);
        if (name.IsEmpty)
            return "";

        directive.Overlaps(name, out var offset);
        return Clean(directive[(offset + name.Length)..]);
    }

    /// <summary>The text without comments and continued line ends, and with single blanks outside of literals.</summary>
    public static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        var blank = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '/' && i + 1 < text.Length && text[i + 1] == '/')
                break;

            if (c == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                var close = text[(i + 2)..].IndexOf("*/", StringComparison.Ordinal);
                i = close < 0 ? text.Length : i + 2 + close + 1;
                blank = true;
            }
            else if (c == '\\' && SpliceLength(text, i) is > 0 and var length)
                i += length - 1;
            else if (c is ' ' or '\t' or '\f' or '\v' or '\r' or '\n')
                blank = true;
            else
            {
                if (blank && clean.Length > 0)
                    clean.Append(' ');

                blank = false;
                clean.Append(c);
                if (c is '"' or '\'' && LiteralEnd(text, i) is > 0 and var end)
                {
                    clean.Append(text[(i + 1)..end]);
                    i = end - 1;
                }
            }
        }

        return clean.ToString();
    }

    /// <summary>
    /// The condition of <c>#if</c>, <c>#ifdef</c>, <c>#elif</c>... in one spelling (<c>defined(X)</c>), and whether it
    /// holds where that does not.
    /// </summary>
    public static (string Condition, bool IsNegated) ConditionOf(ReadOnlySpan<char> directive)
    {
        var name = NameOf(directive);
        var argument = ArgumentOf(directive);
        if (name is "ifdef" or "elifdef")
            return ($"defined({FirstWord(argument)})", false);

        if (name is "ifndef" or "elifndef")
            return ($"defined({FirstWord(argument)})", true);

        var condition = WithCallsOfDefined(argument);
        var negated = false;
        for (var round = 0; round < 16; round++)
        {
            if (condition.Length > 1 && condition[0] == '(' && Closes(condition, 0) == condition.Length - 1)
                condition = condition[1..^1].Trim();
            else if (condition.Length > 1 && condition[0] == '!' && IsAtom(condition[1..].TrimStart()))
            {
                negated = !negated;
                condition = condition[1..].TrimStart();
            }
            else
                break;
        }

        return (condition, negated);
    }

    /// <summary>Name, parameters (default for an object-like macro) and replacement of a <c>#define</c>.</summary>
    public static (string Name, ImmutableArray<string> Parameters, string Replacement) DefinitionOf(ReadOnlySpan<char> directive)
    {
        var argument = ArgumentOf(directive);
        var name = FirstWord(argument);
        if (name.Length >= argument.Length || argument[name.Length] != '(')
            return (name, default, argument[name.Length..].Trim());

        var close = argument.IndexOf(')', name.Length);
        if (close < 0)
            return (name, default, argument[name.Length..].Trim());

        var parameters = argument[(name.Length + 1)..close].Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (name, [.. parameters], argument[(close + 1)..].Trim());
    }

    private static string WithCallsOfDefined(string condition)
    {
        const string Defined = "defined";
        var result = new StringBuilder(condition.Length + 8);
        for (var i = 0; i < condition.Length; i++)
        {
            var isWord = string.CompareOrdinal(condition, i, Defined, 0, Defined.Length) == 0
                && (i == 0 || !IsNamePart(condition[i - 1]))
                && (i + Defined.Length >= condition.Length || !IsNamePart(condition[i + Defined.Length]));
            if (!isWord)
            {
                result.Append(condition[i]);
                continue;
            }

            var start = i + Defined.Length;
            while (start < condition.Length && condition[start] is ' ' or '(' )
                start++;

            var word = FirstWord(condition[start..]);
            result.Append(Defined).Append('(').Append(word).Append(')');
            var end = start + word.Length;
            if (condition.AsSpan(i + Defined.Length, start - i - Defined.Length).Contains('('))
            {
                while (end < condition.Length && condition[end] == ' ')
                    end++;

                if (end < condition.Length && condition[end] == ')')
                    end++;
            }

            i = Math.Max(i + Defined.Length, end) - 1;
        }

        return result.ToString();
    }

    /// <summary>One operand: a word, a call of <c>defined</c>, something in parentheses.</summary>
    private static bool IsAtom(string text)
    {
        if (text.Length == 0)
            return false;

        var end = 0;
        while (end < text.Length && IsNamePart(text[end]))
            end++;

        while (end < text.Length && text[end] == ' ')
            end++;

        if (end < text.Length && text[end] == '(')
            return Closes(text, end) == text.Length - 1;

        return end == text.Length;
    }

    private static int Closes(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')' && --depth == 0)
                return i;
        }

        return -1;
    }

    private static string FirstWord(string text)
    {
        var end = 0;
        while (end < text.Length && IsNamePart(text[end]))
            end++;

        return text[..end];
    }

    private static int SpliceLength(ReadOnlySpan<char> text, int backslash)
    {
        var i = backslash + 1;
        while (i < text.Length && text[i] is ' ' or '\t' or '\r')
            i++;

        return i < text.Length && text[i] == '\n' ? i + 1 - backslash : 0;
    }

    private static int LiteralEnd(ReadOnlySpan<char> text, int start)
    {
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == text[start])
                return i + 1;
        }

        return -1;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= '\u0080';
}

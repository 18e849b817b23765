using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Macros;

/// <summary>
/// What a compiler makes of a few words that use macros. Only of definitions that have no twin is anything made: of the
/// others nobody knows which one holds.
/// </summary>
/// <param name="definitionOf">The only definition of a macro; null where there is none, or several differ.</param>
internal sealed class MacroExpansion(Func<string, MacroFact?> definitionOf)
{
    public const string Paste = "##";
    private const int Deepest = 8;
    private const int Longest = 10_000;

    /// <summary>The words with what their macros stand for; as they are where that grows out of hand.</summary>
    public string Of(string text) => Of(text, 0);

    private string Of(string text, int depth)
    {
        if (depth > Deepest || text.Length > Longest)
            return text;

        var tokens = CLexer.Lex(text).Where(t => !t.IsTrivia).ToList();
        var result = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = text.Substring(tokens[i].Start, tokens[i].Length);
            if (result.Length > 0)
                result.Append(' ');

            if (tokens[i].Kind != TokenKind.Identifier || definitionOf(word) is not { } macro)
            {
                result.Append(word);
                continue;
            }

            if (!macro.IsFunctionLike)
            {
                result.Append(Of(macro.Replacement, depth + 1));
                continue;
            }

            var close = CloseOf(tokens, i + 1, text);
            var arguments = close < 0 ? [] : ArgumentsOf(text, tokens, i + 1, close);
            if (arguments.Length != macro.Parameters.Length)
            {
                result.Append(word);
                continue;
            }

            result.Append(Of(Pasted(Substituted(macro.Replacement, macro.Parameters, arguments)), depth + 1));
            i = close;
        }

        return result.ToString();
    }

    private static string Substituted(string replacement, ImmutableArray<string> parameters, ImmutableArray<string> arguments)
    {
        var result = new StringBuilder();
        foreach (var token in CLexer.Lex(replacement))
        {
            var word = replacement.Substring(token.Start, token.Length);
            var index = token.Kind == TokenKind.Identifier ? parameters.IndexOf(word) : -1;
            result.Append(index >= 0 && index < arguments.Length ? arguments[index].Trim() : word);
        }

        return result.ToString();
    }

    private static string Pasted(string text) =>
        text.Contains(Paste, StringComparison.Ordinal) ? Pasted(CWords.Of(text).ToList()) : text;

    /// <summary>Words with a blank between each two, but for those that are pasted.</summary>
    public static string Pasted(IReadOnlyList<string> words)
    {
        var result = new StringBuilder();
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == Paste)
                continue;

            if (i > 0 && words[i - 1] != Paste)
                result.Append(' ');

            result.Append(words[i]);
        }

        return result.ToString();
    }

    /// <summary>Where the bracket that stands at <paramref name="open"/> is closed; -1 where none stands there.</summary>
    private static int CloseOf(List<Token> tokens, int open, string text)
    {
        if (open >= tokens.Count || text[tokens[open].Start] != '(')
            return -1;

        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += Step(text[tokens[i].Start], tokens[i].Length);
            if (depth == 0)
                return i;
        }

        return -1;
    }

    private static ImmutableArray<string> ArgumentsOf(string text, List<Token> tokens, int open, int close)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        var (depth, start) = (0, tokens[open].End);
        for (var i = open + 1; i < close; i++)
        {
            depth += Step(text[tokens[i].Start], tokens[i].Length);
            if (depth != 0 || tokens[i].Length != 1 || text[tokens[i].Start] != ',')
                continue;

            arguments.Add(text[start..tokens[i].Start].Trim());
            start = tokens[i].End;
        }

        arguments.Add(text[start..tokens[close].Start].Trim());
        return arguments.ToImmutable();
    }

    /// <summary>The arguments between two brackets, given as text.</summary>
    public static ImmutableArray<string> ArgumentsIn(string text)
    {
        var bracketed = $"({text})";
        var tokens = CLexer.Lex(bracketed).Where(t => !t.IsTrivia).ToList();
        return ArgumentsOf(bracketed, tokens, 0, tokens.Count - 1);
    }

    private static int Step(char first, int length) => length != 1 ? 0 : first switch
    {
        '(' or '[' or '{' => 1,
        ')' or ']' or '}' => -1,
        _ => 0,
    };
}

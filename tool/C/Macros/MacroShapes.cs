using System.Collections.Immutable;
using MigrateCleanup.C.Parsing;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Macros;

/// <summary>What a macro stands for, as far as the words of its definition tell.</summary>
internal static class MacroShapes
{
    /// <summary>A name in capitals, as macros have it: what is not defined in sight may be one.</summary>
    public static bool IsNamedLikeMacro(string name) =>
        name.All(c => !char.IsAsciiLetterLower(c)) && name.Any(char.IsAsciiLetterUpper);

    /// <summary>The shape of a definition, or the macro that decides it (<c>#define A B(x)</c>); both empty where nothing can be said.</summary>
    public static (MacroShape Shape, string? Via) Of(bool isFunctionLike, List<(TokenKind Kind, string Text)> words)
    {
        if (words.Count == 0)
            return (isFunctionLike ? MacroShape.Unknown : MacroShape.Attribute, null);

        if (IsAttributes(words))
            return (MacroShape.Attribute, null);

        if (words.TrueForAll(w => w.Kind is TokenKind.String or TokenKind.Identifier) && words.Exists(w => w.Kind == TokenKind.String))
            return (MacroShape.String, null);

        if (words.TrueForAll(w => Codes.OfWord(w.Text) is Code.BuiltinType or Code.Aggregate || w.Text == "*" || IsTag(words, w)) && !isFunctionLike)
            return (MacroShape.Type, null);

        if (IsHead(words))
            return (MacroShape.Loop, null);

        if (IsStatement(words))
            return (MacroShape.Statement, null);

        return (MacroShape.Unknown, Forwarded(words));
    }

    /// <summary>What several definitions agree on; an empty one with parameters has no say.</summary>
    public static MacroShape Agreed(ImmutableArray<MacroFact> definitions, Func<string, MacroShape> shapeOf)
    {
        var agreed = MacroShape.Unknown;
        foreach (var definition in definitions)
        {
            if (definition is { IsFunctionLike: true, Replacement: "" })
                continue;

            var shape = definition.ShapeVia is { } via ? shapeOf(via) : definition.Shape;
            if (shape == MacroShape.Unknown || (agreed != MacroShape.Unknown && agreed != shape))
                return MacroShape.Unknown;

            agreed = shape;
        }

        return agreed;
    }

    private static bool IsTag(List<(TokenKind Kind, string Text)> words, (TokenKind Kind, string Text) word) =>
        word.Kind == TokenKind.Identifier && words.Count >= 2 && words[1] == word && Codes.OfWord(words[0].Text) == Code.Aggregate;

    /// <summary>Attributes, storage and qualifiers alone.</summary>
    private static bool IsAttributes(List<(TokenKind Kind, string Text)> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            switch (Codes.OfWord(words[i].Text))
            {
                case Code.Attribute when i + 1 < words.Count && words[i + 1].Text == "(":
                    i = CloseOf(words, i + 1);
                    break;
                case Code.Storage or Code.Qualifier or Code.Extension:
                    break;
                default:
                    if (words[i].Text != "[" || i + 1 >= words.Count || words[i + 1].Text != "[")
                        return false;

                    i = CloseOf(words, i);
                    break;
            }
        }

        return true;
    }

    /// <summary>Heads of statements and nothing behind them: <c>for (...)</c>, <c>for (...) if (!(c)) {} else</c>.</summary>
    private static bool IsHead(List<(TokenKind Kind, string Text)> words)
    {
        var i = 0;
        while (i < words.Count)
        {
            switch (words[i].Text)
            {
                case "for" or "while" or "if" or "switch" when i + 1 < words.Count && words[i + 1].Text == "(":
                    i = CloseOf(words, i + 1) + 1;
                    break;
                case "else" when i > 0:
                    i++;
                    break;
                case "{" when i > 0 && i + 2 < words.Count && words[i + 1].Text == "}" && words[i + 2].Text == "else":
                    i += 2;
                    break;
                case ";" when i > 0 && i + 1 < words.Count && words[i + 1].Text == "else":
                    i++;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool IsStatement(List<(TokenKind Kind, string Text)> words) => words[^1].Text switch
    {
        ";" => true,

        // `{ 1, 2 }` is an initialiser.
        "}" => words[0].Text is "if" or "for" or "while" or "switch" or "do" || (words[0].Text == "{" && words.Exists(w => w.Text == ";")),
        _ => false,
    };

    /// <summary>The only macro that the words consist of, with or without arguments.</summary>
    private static string? Forwarded(List<(TokenKind Kind, string Text)> words)
    {
        if (words[0].Kind != TokenKind.Identifier || Codes.OfWord(words[0].Text) != Code.Identifier)
            return null;

        return words.Count == 1 || (words[1].Text == "(" && CloseOf(words, 1) == words.Count - 1) ? words[0].Text : null;
    }

    private static int CloseOf(List<(TokenKind Kind, string Text)> words, int open)
    {
        var depth = 0;
        for (var i = open; i < words.Count; i++)
        {
            if (words[i].Text is "(" or "[" or "{")
                depth++;
            else if (words[i].Text is ")" or "]" or "}" && --depth == 0)
                return i;
        }

        return words.Count;
    }
}

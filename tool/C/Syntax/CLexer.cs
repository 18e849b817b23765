using System.Collections.Immutable;

namespace MigrateCleanup.C.Syntax;

/// <summary>
/// Cuts a text into tokens, without a gap: together they are the text, whatever it holds. One pass; a continued line
/// (<c>\</c> before the line end) may stand inside any token.
/// </summary>
public static class CLexer
{
    public static ImmutableArray<Token> Lex(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<Token>(text.Length / 2 + 8);
        var position = 0;
        var startsLine = true;
        while (position < text.Length)
        {
            var kind = Scan(text, position, startsLine, out var end);
            tokens.Add(new Token(kind, position, end - position));
            position = end;
            if (kind == TokenKind.LineEnd)
                startsLine = true;
            else if (kind is not (TokenKind.Whitespace or TokenKind.Comment))
                startsLine = false;
        }

        return tokens.DrainToImmutable();
    }

    private static TokenKind Scan(string text, int start, bool startsLine, out int end)
    {
        var c = text[start];
        switch (c)
        {
            case ' ' or '\t' or '\f' or '\v' or '\uFEFF':
            case '\r' when At(text, start + 1) != '\n':
            case '\\' when LineEndLength(text, start + 1) > 0:
                end = Blanks(text, start);
                return TokenKind.Whitespace;
            case '\n':
                end = start + 1;
                return TokenKind.LineEnd;
            case '\r':
                end = start + 2;
                return TokenKind.LineEnd;
            case '/' when At(text, Next(text, start)) == '/':
                end = LineComment(text, start);
                return TokenKind.Comment;
            case '/' when At(text, Next(text, start)) == '*':
                end = BlockComment(text, Next(text, Next(text, start)));
                return TokenKind.Comment;
            case '#' when startsLine:
            case '%' when startsLine && At(text, start + 1) == ':':
                end = Directive(text, start);
                return TokenKind.Directive;
            case '"':
                end = Quoted(text, start);
                return TokenKind.String;
            case '\'':
                end = Quoted(text, start);
                return TokenKind.Character;
            case >= '0' and <= '9':
            case '.' when char.IsAsciiDigit(At(text, Next(text, start))):
                end = Number(text, start);
                return TokenKind.Number;
        }

        if (IsNameStart(c))
            return Name(text, start, out end);

        end = Punctuator(text, start);
        if (end > start)
            return TokenKind.Punctuator;

        end = start + 1;
        return TokenKind.Unknown;
    }

    private static int Blanks(string text, int position)
    {
        while (position < text.Length)
        {
            if (text[position] is ' ' or '\t' or '\f' or '\v' or '\uFEFF'
                || (text[position] == '\r' && At(text, position + 1) != '\n'))
                position++;
            else if (text[position] == '\\' && LineEndLength(text, position + 1) is > 0 and var length)
                position += 1 + length;
            else
                break;
        }

        return position;
    }

    private static int LineComment(string text, int position)
    {
        while (position < text.Length && !IsLineEnd(text, position))
            position = SkippingSplice(text, position);

        return position;
    }

    private static int BlockComment(string text, int inside)
    {
        var close = inside >= text.Length ? -1 : text.IndexOf("*/", inside, StringComparison.Ordinal);
        return close < 0 ? text.Length : close + 2;
    }

    /// <summary>To the end of its line; comments inside may run over several lines.</summary>
    private static int Directive(string text, int position)
    {
        while (position < text.Length && !IsLineEnd(text, position))
        {
            var c = text[position];
            if (c == '/' && At(text, position + 1) == '*')
                position = BlockComment(text, position + 2);
            else if (c == '/' && At(text, position + 1) == '/')
                return LineComment(text, position);
            else if (c is '"' or '\'')
            {
                // An apostrophe in #error's words opens nothing.
                var close = Quoted(text, position);
                position = close > position + 1 && text[close - 1] == c ? close : position + 1;
            }
            else
                position = SkippingSplice(text, position);
        }

        return position;
    }

    private static int Quoted(string text, int start)
    {
        var quote = text[start];
        var position = start + 1;
        while (position < text.Length && !IsLineEnd(text, position))
        {
            var c = text[position];
            if (c == quote)
                return position + 1;

            if (c == '\\')
            {
                var splice = LineEndLength(text, position + 1);
                position += splice > 0 ? 1 + splice : position + 1 < text.Length && !IsLineEnd(text, position + 1) ? 2 : 1;
            }
            else
                position++;
        }

        return position;
    }

    private static int Number(string text, int start)
    {
        var position = start;
        var last = '0';
        while (position < text.Length)
        {
            var c = text[position];
            if (c == '\\' && LineEndLength(text, position + 1) is > 0 and var length
                && (IsNamePart(At(text, position + 1 + length)) || At(text, position + 1 + length) == '.'))
            {
                position += 1 + length;
                continue;
            }

            var goesOn = IsNamePart(c) || c == '.'
                || (c is '+' or '-' && last is 'e' or 'E' or 'p' or 'P' && !IsHexadecimal(text, start, last))
                || (c == '\'' && char.IsAsciiLetterOrDigit(At(text, position + 1)) && IsNamePart(last));
            if (!goesOn)
                break;

            last = c;
            position++;
        }

        return position;
    }

    /// <summary>The <c>e</c> of a hexadecimal number is a digit: <c>0xe+1</c> is a sum in all but name.</summary>
    private static bool IsHexadecimal(string text, int start, char last) =>
        last is 'e' or 'E' && text[start] == '0' && At(text, start + 1) is 'x' or 'X';

    private static TokenKind Name(string text, int start, out int end)
    {
        var position = start;
        while (position < text.Length)
        {
            if (IsNamePart(text[position]))
                position++;
            else if (text[position] == '\\' && LineEndLength(text, position + 1) is > 0 and var length
                && IsNamePart(At(text, position + 1 + length)))
                position += 1 + length;
            else
                break;
        }

        end = position;
        if (position - start <= 2 && At(text, position) is '"' or '\'' && IsPrefix(text.AsSpan(start, position - start)))
        {
            var kind = text[position] == '"' ? TokenKind.String : TokenKind.Character;
            end = Quoted(text, position);
            return kind;
        }

        return TokenKind.Identifier;
    }

    private static bool IsPrefix(ReadOnlySpan<char> name) => name is "L" or "u" or "U" or "u8";

    private static int Punctuator(string text, int start)
    {
        var first = text[start];
        var one = Next(text, start);
        var second = At(text, one);
        var two = second == '\0' ? one : Next(text, one);
        var third = At(text, two);
        switch (first)
        {
            case '.':
                return second == '.' && third == '.' ? two + 1 : start + 1;
            case '<':
                if (second == '<')
                    return third == '=' ? two + 1 : one + 1;
                return second is '=' or ':' or '%' ? one + 1 : start + 1;
            case '>':
                if (second == '>')
                    return third == '=' ? two + 1 : one + 1;
                return second == '=' ? one + 1 : start + 1;
            case '-':
                return second is '>' or '-' or '=' ? one + 1 : start + 1;
            case '+' or '&' or '|':
                return second == first || second == '=' ? one + 1 : start + 1;
            case '*' or '/' or '^' or '=' or '!':
                return second == '=' ? one + 1 : start + 1;
            case '%':
                return second is '=' or '>' ? one + 1 : start + 1;
            case ':':
                return second is ':' or '>' ? one + 1 : start + 1;
            case '#':
                return second == '#' ? one + 1 : start + 1;
            case '(' or ')' or '[' or ']' or '{' or '}' or ';' or ',' or '?' or '~':
                return start + 1;
            default:
                return start;
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$' || c >= '\u0080';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || (c >= '\u0080' && c != '\uFEFF');

    private static bool IsLineEnd(string text, int position) =>
        text[position] == '\n' || (text[position] == '\r' && At(text, position + 1) == '\n');

    /// <summary>The length of the line end here, 0 where there is none. Blanks before it are forgiven, as by gcc.</summary>
    private static int LineEndLength(string text, int position)
    {
        var start = position;
        while (At(text, position) is ' ' or '\t')
            position++;

        return At(text, position) switch
        {
            '\n' => position + 1 - start,
            '\r' when At(text, position + 1) == '\n' => position + 2 - start,
            _ => 0,
        };
    }

    private static int SkippingSplice(string text, int position) =>
        text[position] == '\\' && LineEndLength(text, position + 1) is > 0 and var length ? position + 1 + length : position + 1;

    /// <summary>The place of the next character, continued lines joined.</summary>
    private static int Next(string text, int position)
    {
        position++;
        while (At(text, position) == '\\' && LineEndLength(text, position + 1) is > 0 and var length)
            position += 1 + length;

        return position;
    }

    private static char At(string text, int position) => position < text.Length ? text[position] : '\0';
}

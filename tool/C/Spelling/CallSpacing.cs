using System.Text;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>Whether a file writes a blank before the bracket of what it calls: <c>free (p)</c>.</summary>
internal sealed class CallSpacing(SourceFileTree file)
{
    private static readonly string[] NotCalled = ["if", "while", "for", "switch", "return", "sizeof", "do", "else", "case", "typeof", "__attribute__"];

    private readonly Lazy<bool> _isUsual = new(() => Balance(file, null) > 0);

    /// <summary>The calls in a form, written as those of the file are.</summary>
    public string Of(string form) => _isUsual.Value ? Spaced(form, _ => true) : form;

    /// <summary>The macros in a declaration, each written as elsewhere in the file; many who write <c>f (x)</c> write <c>g_autoptr(T)</c>.</summary>
    public string OfDeclaration(string form) =>
        form.Contains('(', StringComparison.Ordinal) ? Spaced(form, name => Balance(file, name) > 0) : form;

    private static string Spaced(string form, Func<string, bool> isSpaced)
    {
        var text = new StringBuilder();
        var start = 0;
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == '(' && form[start..i] is { Length: > 0 } name && !NotCalled.Contains(name) && isSpaced(name))
                text.Append(' ');

            text.Append(form[i]);
            if (!(char.IsAsciiLetterOrDigit(form[i]) || form[i] == '_'))
                start = i + 1;
        }

        return text.ToString();
    }

    /// <summary>How many more calls, of one name or of any, have the blank than have none.</summary>
    private static int Balance(SourceFileTree file, string? name)
    {
        var (tokens, text, balance) = (file.Tokens, file.Text, 0);
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            if (tokens[i].Kind != TokenKind.Identifier)
                continue;

            var next = tokens[i + 1].Kind == TokenKind.Whitespace && tokens[i + 1].Length == 1 && i + 2 < tokens.Length ? 2 : 1;
            var called = text.AsSpan(tokens[i].Start, tokens[i].Length);
            if (text[tokens[i + next].Start] == '(' && (name is null ? !IsKeyword(called) : called.SequenceEqual(name)))
                balance += next == 2 ? 1 : -1;
        }

        return balance;
    }

    private static bool IsKeyword(ReadOnlySpan<char> word)
    {
        foreach (var keyword in NotCalled)
        {
            if (word.SequenceEqual(keyword))
                return true;
        }

        return false;
    }
}

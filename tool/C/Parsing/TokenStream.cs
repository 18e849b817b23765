using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Parsing;

/// <summary>
/// The tokens of one file that mean something to the grammar, directives included, and its <c>#if</c> groups. What stands
/// under <c>#if 0</c> is never compiled, and need not be code: it means nothing. Neither does what is for other languages
/// than C (<c>#ifdef __cplusplus</c>).
/// </summary>
internal sealed class TokenStream
{
    private readonly string _text;
    private readonly Code[] _codes;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly bool[] _firstOnLine;
    private readonly Dictionary<int, ConditionalGroup> _groups = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public TokenStream(string text, ImmutableArray<Token> tokens)
    {
        _text = text;
        var all = ImmutableCollectionsMarshal.AsArray(tokens)!;
        var count = 0;
        foreach (var token in all)
        {
            if (!token.IsTrivia)
                count++;
        }

        _codes = new Code[count + 1];
        _starts = new int[count + 1];
        _lengths = new int[count + 1];
        _firstOnLine = new bool[count + 1];
        Count = Fill(all);
        _starts[Count] = text.Length;
        Groups = ConditionalGroup.Find(this);
        foreach (var group in Groups)
        {
            foreach (var branch in group.Branches)
                _groups[branch.Directive] = group;

            _groups[group.End] = group;
        }
    }

    public int Count { get; }

    public string Text => _text;

    public ImmutableArray<ConditionalGroup> Groups { get; }

    public Code CodeAt(int index) => _codes[index];

    public int StartOf(int index) => _starts[index];

    public int EndOf(int index) => _starts[index] + _lengths[index];

    public TextSpan SpanOf(int index) => new(_starts[index], _lengths[index]);

    /// <summary>Only blanks and comments stand before it on its line.</summary>
    public bool IsFirstOnLine(int index) => _firstOnLine[index];

    /// <summary>It is the first character of its line.</summary>
    public bool IsInColumnZero(int index) => _starts[index] == 0 || _text[_starts[index] - 1] == '\n';

    /// <summary>Whether an empty line stands before the token.</summary>
    public bool HasEmptyLineBefore(int index)
    {
        if (index == 0 || index >= Count)
            return true;

        var lineEnds = 0;
        for (var i = EndOf(index - 1); i < _starts[index]; i++)
        {
            if (_text[i] == '\n')
                lineEnds++;
            else if (_text[i] is not (' ' or '\t' or '\r' or '\f'))
                lineEnds = 0;

            if (lineEnds > 1)
                return true;
        }

        return false;
    }

    /// <summary>How far the token is from the start of its line, tabs counted to multiples of eight; null behind another token.</summary>
    public int? IndentOf(int index)
    {
        if (!_firstOnLine[index])
            return null;

        var start = _starts[index];
        while (start > 0 && _text[start - 1] is ' ' or '\t')
            start--;

        var column = 0;
        for (var i = start; i < _starts[index]; i++)
            column = _text[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;

        return column;
    }

    public ReadOnlySpan<char> SpellingOf(int index) => _text.AsSpan(_starts[index], _lengths[index]);

    /// <summary>The name, continued lines joined; equal names are one string.</summary>
    public string NameOf(int index)
    {
        var spelling = SpellingOf(index);
        if (spelling.Contains('\\'))
            return _codes[index] is Code.String or Code.Character or Code.Number ? spelling.ToString() : Joined(spelling);

        lock (_names)
        {
            var lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
            if (lookup.TryGetValue(spelling, out var known))
                return known;

            var name = spelling.ToString();
            _names.Add(name, name);
            return name;
        }
    }

    public ConditionalGroup GroupOf(int directive) => _groups[directive];

    /// <summary>The first token that starts at the position or behind it.</summary>
    public int IndexAt(int position)
    {
        var index = Array.BinarySearch(_starts, 0, Count, position);
        return index < 0 ? ~index : index;
    }

    /// <summary>Takes a conditional directive that belongs to no <c>#if</c> out of the game.</summary>
    internal void Ignore(int index) => _codes[index] = Code.Directive;

    private static string Joined(ReadOnlySpan<char> spelling)
    {
        var joined = new StringBuilder(spelling.Length);
        for (var i = 0; i < spelling.Length; i++)
        {
            if (spelling[i] != '\\')
            {
                joined.Append(spelling[i]);
                continue;
            }

            while (i + 1 < spelling.Length && spelling[i] != '\n')
                i++;
        }

        return joined.ToString();
    }

    /// <summary>How many there are.</summary>
    private int Fill(Token[] all)
    {
        var index = 0;
        var first = true;
        var disabled = new DisabledText();
        foreach (var token in all)
        {
            if (token.IsTrivia)
            {
                first |= token.Kind == TokenKind.LineEnd;
                continue;
            }

            var code = CodeOf(token);
            var isPart = code is Code.If or Code.ElseIf or Code.Else or Code.EndIf
                ? disabled.Meets(code, _text.AsSpan(token.Start, token.Length))
                : !disabled.IsInside;
            if (isPart)
            {
                _starts[index] = token.Start;
                _lengths[index] = token.Length;
                _firstOnLine[index] = first;
                _codes[index] = code;
                index++;
            }

            first = false;
        }

        return index;
    }

    /// <summary>Follows the <c>#if</c>s of a text, and knows of each place whether it stands under one that never holds.</summary>
    private sealed class DisabledText
    {
        private int _open;
        private int? _since;
        private readonly Stack<bool> _restIsDisabled = new();

        public bool IsInside => _since is not null;

        /// <summary>A conditional directive; whether it is outside of what is disabled, or begins or ends it.</summary>
        public bool Meets(Code code, ReadOnlySpan<char> directive)
        {
            if (code == Code.If)
            {
                _open++;
                if (IsInside)
                    return false;

                var holds = ValueOf(directive);
                _restIsDisabled.Push(holds == true);
                if (holds == false)
                    _since = _open;

                return true;
            }

            if (_open == 0 || (IsInside && _since != _open))
            {
                if (code == Code.EndIf && _open > 0)
                    _open--;

                return !IsInside;
            }

            _since = null;
            if (code == Code.EndIf)
            {
                _open--;
                _restIsDisabled.Pop();
            }
            else if (_restIsDisabled.Peek())
            {
                _since = _open;
            }

            return true;
        }

        /// <summary>Whether a condition holds wherever C is compiled; null where that depends.</summary>
        private static bool? ValueOf(ReadOnlySpan<char> directive)
        {
            var argument = DirectiveText.ArgumentOf(directive);
            if (DirectiveText.NameOf(directive) is "if" && argument is "0" or "1")
                return argument == "1";

            if (!directive.Contains("__cplusplus", StringComparison.Ordinal) && !directive.Contains("__ASSEMBL", StringComparison.Ordinal))
                return null;

            var (condition, isNegated) = DirectiveText.ConditionOf(directive);
            return condition is "__cplusplus" or "defined(__cplusplus)" or "__ASSEMBLER__" or "defined(__ASSEMBLER__)" or "__ASSEMBLY__" or "defined(__ASSEMBLY__)"
                ? isNegated
                : null;
        }
    }

    private Code CodeOf(Token token)
    {
        var spelling = _text.AsSpan(token.Start, token.Length);
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                return spelling.Contains('\\') ? Codes.OfWord(Joined(spelling)) : Codes.OfWord(spelling);
            case TokenKind.Number:
                return Code.Number;
            case TokenKind.String:
                return Code.String;
            case TokenKind.Character:
                return Code.Character;
            case TokenKind.Punctuator:
                return spelling.Contains('\\') ? Codes.OfPunctuator(Joined(spelling)) : Codes.OfPunctuator(spelling);
            case TokenKind.Directive:
                return DirectiveText.NameOf(spelling) switch
                {
                    "if" or "ifdef" or "ifndef" => Code.If,
                    "elif" or "elifdef" or "elifndef" => Code.ElseIf,
                    "else" => Code.Else,
                    "endif" => Code.EndIf,
                    _ => Code.Directive,
                };
            default:
                return Code.Unknown;
        }
    }
}

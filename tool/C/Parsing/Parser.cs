using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Parsing;

/// <summary>
/// Reads one view of tokens by recursive descent. The first mistake ends it: the position then jumps to the end, where
/// every loop stops. Brackets are matched beforehand, so no look-ahead is longer than a few tokens.
/// </summary>
internal sealed partial class Parser
{
    private const int DepthLimit = 10_000;

    private readonly TokenView _view;
    private readonly TokenStream _stream;
    private readonly SyntaxNames _names;
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _localTypes = new(StringComparer.Ordinal);
    private int _position;
    private int _depth;

    /// <summary>What is read initialises a static variable: it runs nothing.</summary>
    private bool _inStatic;
    private bool _isOldStyleHead;

    public Parser(TokenView view, SyntaxNames names)
    {
        _view = view;
        _stream = view.Stream;
        _names = names;
    }

    /// <summary>Where the first mistake is, as a position in the view, and what it is.</summary>
    public (int Position, string Reason)? Mistake { get; private set; }

    /// <summary>The stack was too small: the text has to be read again on a larger one.</summary>
    public bool NeedsStack { get; private set; }

    /// <summary>The initializers whose content is not in the view: the place of the brace and its text and names.</summary>
    public Dictionary<int, TextNode> Skipped { get; } = [];

    /// <summary>What was read ends at a semicolon, or with the text.</summary>
    public bool IsAtEndOfDeclaration => Current is Code.Semicolon or Code.End;

    private Code Current => _view[_position];

    private bool Failed => Mistake is not null;

    public void Declare(string name) => _variables.Add(name);

    private Code Peek(int ahead) => _view[_position + ahead];

    private string NameAt(int position) => _stream.NameOf(_view.IndexAt(position));

    private int StartOf(int position) => _stream.StartOf(_view.IndexAt(position));

    private TextSpan SpanFrom(int start) => Span(start, _position);

    private TextSpan Span(int start, int end)
    {
        var from = StartOf(start);
        return end <= start
            ? new TextSpan(from, 0)
            : TextSpan.FromBounds(from, Math.Max(from, _stream.EndOf(_view.IndexAt(end - 1))));
    }

    private void Fail(string reason)
    {
        Mistake ??= (Math.Min(_position, _view.Count), reason);
        _position = _view.Count;
    }

    private bool Take(Code code)
    {
        if (Current != code)
            return false;

        _position++;
        return true;
    }

    private void Expect(Code code, string what)
    {
        if (!Take(code))
            Fail($"{what} expected");
    }

    /// <summary>Goes one level deeper; false when that is too deep.</summary>
    private bool Enter()
    {
        _depth++;
        if (_depth > DepthLimit)
        {
            Fail($"nested deeper than {DepthLimit} levels");
            return false;
        }

        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return true;

        NeedsStack = true;
        Fail("nested too deeply for the stack");
        return false;
    }

    private void Leave() => _depth--;

    /// <summary>Tokens joined, with single blanks where the text has blanks or comments.</summary>
    private string TextOf(int start, int end)
    {
        if (end == start + 1)
            return NameAt(start);

        var text = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            var index = _view.IndexAt(i);
            if (i > start && _stream.StartOf(index) > _stream.EndOf(_view.IndexAt(i - 1)))
                text.Append(' ');

            text.Append(_stream.SpellingOf(index));
        }

        return text.ToString();
    }

    private TextNode AsText(int start, int end)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = start; i < end; i++)
        {
            if (_view[i] == Code.Identifier && seen.Add(NameAt(i)))
                names.Add(NameAt(i));
        }

        return new TextNode(Span(start, end), TextOf(start, end), names.DrainToImmutable());
    }

    /// <summary>Past the bracket that closes the one here.</summary>
    private void SkipBrackets()
    {
        var close = _view.MatchOf(_position);
        if (close < 0)
            Fail("bracket without a partner");
        else
            _position = close + 1;
    }

    /// <summary>The next comma outside of brackets before the end, or the end.</summary>
    private int EndOfItem(int start, int end)
    {
        var i = start;
        while (i < end && _view[i] != Code.Comma)
        {
            var match = _view.MatchOf(i);
            i = match > i ? match + 1 : i + 1;
        }

        return Math.Min(i, end);
    }

    private int DirectiveIn(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (Codes.IsConditional(_view[i]))
                return i;
        }

        return -1;
    }

    private bool IsType(string name) =>
        !_variables.Contains(name) && (_localTypes.Contains(name) || _names.IsType(name)
            || _names.ShapeOf(name) is MacroShape.Type or MacroShape.PointerType or MacroShape.ValueType);

    /// <summary>Looks like an attribute or a macro that is none of the code's values: <c>API</c>, <c>__must_check</c>, <c>_unused_</c>.</summary>
    private bool IsAttributeLike(string name)
    {
        if (_names.ShapeOf(name) is var shape and not MacroShape.Unknown)
            return shape == MacroShape.Attribute;

        if (_names.IsType(name))
            return false;

        return IsUnderscoredOrCapitals(name);
    }

    private static bool IsUnderscoredOrCapitals(string name) => IsUnderscored(name) || IsAllCapitals(name);

    /// <summary>Written as attributes are: <c>__must_check</c>, <c>_unused_</c>.</summary>
    private static bool IsUnderscored(string name) =>
        name.StartsWith("__", StringComparison.Ordinal)
            ? !name.EndsWith("_t", StringComparison.Ordinal)
            : name.Length > 2 && name[0] == '_' && name[^1] == '_';

    private static bool IsAllCapitals(string name)
    {
        var hasLetter = false;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterLower(c))
                return false;

            hasLetter |= char.IsAsciiLetterUpper(c);
        }

        return hasLetter && name.Length > 1;
    }
}

using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Parsing;

/// <summary>Makes nodes of the tokens that were found to be one item.</summary>
internal sealed partial class FileReader
{
    private const string NoFunction = "a block without the head of a function";

    private int _itemsAtLastError = -1;

    private int Garbage(int start, int end, bool isOther, string reason)
    {
        if (!isOther)
            Complain(TextSpan.FromBounds(_stream.StartOf(start), _stream.EndOf(Math.Max(start, end - 1))), reason);

        return end;
    }

    /// <summary>A row of mistakes without an item between them is one: the file is a fragment of something.</summary>
    private void Complain(TextSpan span, string reason)
    {
        _isOtherLanguage |= IsOtherLanguage(_stream.IndexAt(span.Start));
        if (_errors.Count > 0 && _itemsAtLastError == _items.Count)
        {
            var first = _errors[^1];
            _errors[^1] = first with { Span = TextSpan.FromBounds(first.Span.Start, Math.Max(first.Span.End, span.End)) };
        }
        else
            _errors.Add(new SyntaxError(span, reason));

        _itemsAtLastError = _items.Count;
    }

    /// <summary>No item of C begins so: <c>class Page : public QObject {</c>, <c>.macro page</c>.</summary>
    private bool IsOtherLanguage(int start) => start + 1 < _stream.Count && _stream.CodeAt(start + 1) is Code.Identifier or Code.Relation or Code.OpenBrace && (
        _stream.CodeAt(start) == Code.Dot
        || (_stream.CodeAt(start) == Code.Identifier && _stream.NameOf(start) is "class" or "namespace" or "template" or "using"));

    private int AddMacro(int next)
    {
        if (!IsMacroAlone())
        {
            AddDeclaration(isOther: false);
            return next;
        }

        _items.Add(Macro());
        _behindMacro = next;
        return next;
    }

    private MacroItemNode Macro()
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        var depth = 0;
        var at = MacroAt();
        var start = at + 2;
        for (var i = at + 1; i < _buffer.Count; i++)
        {
            var code = _stream.CodeAt(_buffer[i]);
            if (code is Code.OpenParen or Code.OpenBracket or Code.OpenBrace)
                depth++;
            else if (code is Code.CloseParen or Code.CloseBracket or Code.CloseBrace)
                depth--;

            if ((code == Code.Comma && depth == 1) || (depth == 0 && i > at + 1))
            {
                if (i > start || code == Code.Comma || arguments.Count > 0)
                    arguments.Add(TextOf(start, i));

                start = i + 1;
                if (depth == 0)
                    break;
            }
        }

        return new MacroItemNode(SpanOfBuffer(), _stream.NameOf(_buffer[at]), arguments.DrainToImmutable());
    }

    private string TextOf(int start, int end) => end <= start
        ? ""
        : DirectiveText.Clean(_stream.Text.AsSpan(
            _stream.StartOf(_buffer[start]), _stream.EndOf(_buffer[end - 1]) - _stream.StartOf(_buffer[start])));

    private TextSpan SpanOfBuffer() =>
        TextSpan.FromBounds(_stream.StartOf(_buffer[0]), _stream.EndOf(_buffer[^1]));

    private Parser NewParser()
    {
        var view = new TokenView(_stream, _buffer);
        var parser = new Parser(view, _names);
        foreach (var (position, from, to) in _skipped)
            parser.Skipped[position] = Skipped(from, to);

        return parser;
    }

    private TextNode Skipped(int open, int close)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = open + 1; i < close; i++)
        {
            if (_stream.CodeAt(i) == Code.Identifier)
                names.Add(_stream.NameOf(i));
        }

        var span = TextSpan.FromBounds(_stream.EndOf(open), _stream.StartOf(close));
        return new TextNode(span, _stream.Text.Substring(span.Start, span.Length), [.. names]);
    }

    private void AddDeclaration(bool isOther)
    {
        if (_stream.CodeAt(_buffer[^1]) == Code.Semicolon)
        {
            var semicolon = _buffer[^1];
            _buffer.RemoveAt(_buffer.Count - 1);
            if (_buffer.Count == 0)
                return;

            if (IsMacroAlone() && _buffer.Count > 1)
            {
                _items.Add(Macro());
                return;
            }

            _buffer.Add(semicolon);
        }

        if (_stream.CodeAt(_buffer[0]) == Code.Assembly)
            return;

        var (parser, declaration) = DeepStack.Run(
            () =>
            {
                var parser = NewParser();
                return (Parser: parser, Declaration: parser.Declaration(DeclarationPlace.File));
            },
            r => r.Parser.NeedsStack);
        if (parser.Mistake is null && parser.IsAtEndOfDeclaration)
            _items.Add(new DeclarationItemNode(SpanOfBuffer(), declaration));
        else if (!isOther)
            Complain(SpanOfBuffer(), parser.Mistake?.Reason ?? "no declaration");
    }

    /// <summary>The item so far as a prototype, when it is the head of a function.</summary>
    private void AddPrototype()
    {
        if (_buffer.Count == 0)
            return;

        if (HeadOf() is var (specifiers, declarator))
            _items.Add(new DeclarationItemNode(SpanOfBuffer(), new DeclarationNode(SpanOfBuffer(), specifiers, [declarator])));
    }

    private (SpecifiersNode Specifiers, DeclaratorNode Declarator)? HeadOf() => DeepStack.Run(
        () =>
        {
            var parser = NewParser();
            return (Parser: parser, Head: parser.FunctionHead());
        },
        r => r.Parser.NeedsStack).Head;

    private int AddFunction(int open, int to, bool isOther)
    {
        var start = _buffer.Count > 0 ? _buffer[0] : open;
        var head = _buffer.Count > 0 ? HeadOf() : null;
        var (close, next) = FindClose(open, to);
        if (close < 0 && isOther)
        {
            AddPrototype();
            return to;
        }

        var end = close < 0 ? Math.Max(open, to - 1) : close;
        var span = TextSpan.FromBounds(_stream.StartOf(start), _stream.EndOf(end));
        if (head is not var (specifiers, declarator))
        {
            if (!isOther)
                Complain(span, NoFunction);

            return next;
        }

        var body = TextSpan.FromBounds(_stream.StartOf(open), _stream.EndOf(end));
        var stream = _stream;
        var names = _names;
        _items.Add(new FunctionNode(
            span, specifiers, declarator, body, function => BodyReader.Read(stream, names, function, open, next)));
        return next;
    }

    /// <summary>
    /// The item so far is the head of an old-style function, whose parameters' declarations go on from here to its
    /// brace: <c>int f(a, b) int a; | char *b; {</c>. There are no more of them than parameters.
    /// </summary>
    private bool IsOldStyleHead(int next, int to)
    {
        var parameters = OldStyleParameters();
        if (parameters == 0)
            return false;

        var atConditions = new Stack<int>();
        const int MostTokens = 64;
        var last = Code.Semicolon;
        var end = Math.Min(to, next + MostTokens * parameters);
        for (var i = next; i < end; i++)
        {
            var code = _stream.CodeAt(i);
            switch (code)
            {
                case Code.OpenBrace:
                    return last == Code.Semicolon;
                case Code.Semicolon:
                    if (--parameters < 0)
                        return false;

                    break;
                case Code.If:
                    atConditions.Push(parameters);
                    break;
                case Code.ElseIf or Code.Else when atConditions.TryPeek(out var before):
                    parameters = before;
                    break;
                case Code.ElseIf or Code.Else:
                    i = _stream.GroupOf(i).End;
                    break;
                case Code.EndIf:
                    atConditions.TryPop(out _);
                    break;
                case Code.Identifier or Code.BuiltinType or Code.Qualifier or Code.Storage or Code.Aggregate or Code.Star
                    or Code.Comma or Code.OpenBracket or Code.CloseBracket or Code.Number or Code.OpenParen or Code.CloseParen
                    or Code.Directive:
                    break;
                default:
                    return false;
            }

            if (code != Code.Directive && !Codes.IsConditional(code))
                last = code;
        }

        return false;
    }

    /// <summary>How many names stand alone between the parentheses behind the declared name; 0 when anything else does.</summary>
    private int OldStyleParameters()
    {
        var i = 0;
        while (i < _buffer.Count && _stream.CodeAt(_buffer[i]) != Code.OpenParen)
            i++;

        if (i == 0 || i >= _buffer.Count - 1 || _stream.CodeAt(_buffer[i - 1]) != Code.Identifier)
            return 0;

        var names = 0;
        for (i++; i < _buffer.Count; i += 2)
        {
            if (_stream.CodeAt(_buffer[i]) != Code.Identifier || i + 1 >= _buffer.Count)
                return 0;

            names++;
            var behind = _stream.CodeAt(_buffer[i + 1]);
            if (behind == Code.CloseParen)
                return names;

            if (behind != Code.Comma)
                return 0;
        }

        return 0;
    }
}

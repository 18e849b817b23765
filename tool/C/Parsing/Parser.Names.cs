using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Parsing;

/// <summary>Statements that start with a name: by what is known of it, and by the tokens behind it.</summary>
internal sealed partial class Parser
{
    private StatementNode StartingWithName()
    {
        var start = _position;
        var next = Peek(1);
        if (next == Code.Colon && Peek(2) != Code.Colon)
            return Label();

        if (IsDefer())
            return Defer();

        switch (next)
        {
            case Code.OpenParen:
                return StartingWithCall();
            case Code.OpenBrace:
                return Block(start, 1);
            case Code.CloseBrace or Code.End:
            case Code.If or Code.ElseIf or Code.Else or Code.EndIf:
            case var code when Codes.StartsStatement(code):
                return Macro(1);
            case Code.Identifier:
                return IsMacroLine() ? Macro(1) : DeclarationStatement();
            case var code when Codes.StartsType(code):
                return IsMacroLine() ? Macro(1) : DeclarationStatement();
            case Code.Star when StartsDeclaration():
                return DeclarationStatement();
            case Code.String when _stream.IsFirstOnLine(_view.IndexAt(start + 1)):
                return Macro(1);
            default:
                return IsKnownStatement(start) && next != Code.Semicolon && _stream.IsFirstOnLine(_view.IndexAt(start + 1))
                    ? Macro(1)
                    : ExpressionStatement();
        }
    }

    private bool IsKnownStatement(int position) => _names.ShapeOf(NameAt(position)) == MacroShape.Statement;

    /// <summary>The name stands alone on its line and is a macro, not the type of what follows.</summary>
    private bool IsMacroLine()
    {
        var name = NameAt(_position);
        if (IsKnownStatement(_position))
            return true;

        return _stream.IsFirstOnLine(_view.IndexAt(_position + 1))
            && _names.ShapeOf(name) == MacroShape.Unknown
            && !IsType(name)
            && IsAllCapitals(name);
    }

    /// <summary>Whether a declaration starts here, as far as a few tokens tell.</summary>
    private bool StartsDeclaration()
    {
        if (Codes.StartsType(Current) || (Current == Code.Extension && Codes.StartsType(Peek(1))))
            return true;

        if (Current != Code.Identifier)
            return false;

        var name = NameAt(_position);
        if (_variables.Contains(name))
            return false;

        var i = _position + 1;
        if (_view[i] == Code.OpenParen)
        {
            var close = _view.MatchOf(i);
            return close > 0 && (IsTypeMacro(name) || IsDeclarationBehind(close + 1));
        }

        if (_view[i] == Code.Identifier || Codes.StartsType(_view[i]))
            return true;

        if (_view[i] != Code.Star)
            return false;

        while (_view[i] is Code.Star or Code.Qualifier)
            i++;

        if (_view[i] != Code.Identifier)
            return _view[i] == Code.OpenParen && IsType(name);

        return IsType(name)
            || _view[i + 1] is Code.Semicolon or Code.Assign or Code.Comma or Code.OpenBracket or Code.Identifier or Code.Attribute
            || (_view[i + 1] == Code.OpenParen && !_variables.Contains(NameAt(i)) && IsAttributeLike(NameAt(i)));
    }

    private bool IsTypeMacro(string name) =>
        _names.ShapeOf(name) is MacroShape.Type or MacroShape.PointerType or MacroShape.ValueType or MacroShape.Declaration;

    /// <summary>Behind <c>NAME(...)</c>: what is left of a declaration.</summary>
    private bool IsDeclarationBehind(int position)
    {
        if (Codes.StartsType(_view[position]))
            return true;

        while (_view[position] is Code.Star or Code.Qualifier)
            position++;

        if (_view[position] != Code.Identifier)
            return false;

        return _view[position + 1] switch
        {
            Code.Semicolon or Code.Assign or Code.Comma or Code.OpenBracket or Code.Identifier or Code.Star or Code.Attribute => true,
            Code.OpenParen => _view.MatchOf(position + 1) is var close && close > 0
                && _view[close + 1] is Code.Identifier or Code.Star or Code.Assign,
            _ => false,
        };
    }

    private StatementNode StartingWithCall()
    {
        var start = _position;
        var close = _view.MatchOf(start + 1);
        if (close < 0)
        {
            Fail("')' expected");
            return Empty(start);
        }

        var name = NameAt(start);
        var behind = _view[close + 1];
        if (behind == Code.Semicolon)
            return ExpressionStatement();

        if (behind == Code.OpenBrace)
            return Block(start, 2);

        if (behind == Code.Colon)
        {
            var call = Call(start, Callee());
            _position++;
            return new CaseNode(SpanFrom(start), call, null);
        }

        var shape = _names.ShapeOf(name);
        if (shape == MacroShape.Declaration && behind is Code.OpenParen or Code.Assign)
            return NamedByArgument(close);

        var isOnNewLine = _stream.IsFirstOnLine(_view.IndexAt(close + 1));
        if (behind is Code.CloseBrace or Code.End or Code.If or Code.ElseIf or Code.Else or Code.EndIf or Code.WordCase or Code.WordDefault or Code.WordElse)
            return Macro(2);

        if (shape == MacroShape.Loop)
            return Block(start, 2);

        // `COUNT(x)++;`, and `for_each(x) ++n;`
        var isCounted = behind == Code.Increment && !isOnNewLine && _view[close + 2] is not (Code.Identifier or Code.OpenParen or Code.Star);
        var startsStatement = behind is Code.Identifier or Code.Extension || (behind == Code.Increment && !isCounted)
            || Codes.StartsStatement(behind) || Codes.StartsType(behind);
        if (shape == MacroShape.Statement && (startsStatement || isOnNewLine))
            return Macro(2);

        if (!startsStatement)
        {
            // `FOREACH(x)` with a single statement on the next line, deeper.
            var mayStart = behind is Code.OpenParen or Code.Star or Code.And or Code.Not;
            if (mayStart && isOnNewLine && shape is MacroShape.Unknown && IsDeeper(start, close + 1))
                return Block(start, 2);

            return behind == Code.Star && StartsDeclaration() ? DeclarationStatement() : ExpressionStatement();
        }

        if (!_variables.Contains(name) && (IsTypeMacro(name) || shape == MacroShape.Attribute || !isOnNewLine)
            && behind is not Code.Increment && StartsDeclaration())
            return DeclarationStatement();

        // What follows belongs to the macro when it stands on the same line, or deeper.
        var isHead = behind is not (Code.Increment or Code.Identifier) || isOnNewLine || !Codes.StartsType(behind);
        if (isHead && (!isOnNewLine || IsDeeper(start, close + 1)))
            return Block(start, 2);

        return behind == Code.Increment && !isOnNewLine ? ExpressionStatement() : Macro(2);
    }

    private bool IsDeeper(int start, int following) =>
        _stream.IndentOf(_view.IndexAt(following)) > _stream.IndentOf(_view.IndexAt(start));

    private NameNode Callee()
    {
        var name = new NameNode(Span(_position, _position + 1), NameAt(_position));
        _position++;
        return name;
    }

    /// <summary>A macro before a block or a statement that it heads; <paramref name="parts"/> is 2 when it has arguments.</summary>
    private MacroBlockNode Block(int start, int parts)
    {
        var callee = Callee();
        var head = parts == 2 ? Call(start, callee) : new CallNode(SpanFrom(start), callee, []);
        var body = Nested();
        return new MacroBlockNode(SpanFrom(start), head, body);
    }

    /// <summary>A macro that is a statement without a semicolon.</summary>
    private MacroStatementNode Macro(int parts)
    {
        var start = _position;
        var name = NameAt(start);
        _position++;
        var arguments = parts == 2 ? Arguments(_view.MatchOf(_position)) : [];
        return new MacroStatementNode(SpanFrom(start), name, arguments);
    }

    private LabelNode Label()
    {
        var start = _position;
        var name = NameAt(start);
        _position += 2;
        while (!Failed && Current == Code.Attribute && Peek(1) == Code.OpenParen
            && _view.MatchOf(_position + 1) is var close && close > 0 && !StartsDeclarationAt(close + 1))
            WordWithArguments();

        return new LabelNode(SpanFrom(start), name);
    }

    private bool StartsDeclarationAt(int position)
    {
        var here = _position;
        _position = position;
        var starts = StartsDeclaration();
        _position = here;
        return starts;
    }

    /// <summary><c>CLASS(fdget, f)(fd);</c>: the second argument is the name declared, the second parentheses initialise it.</summary>
    private StatementNode NamedByArgument(int close)
    {
        var start = _position;
        var macro = NameAt(start);
        var comma = EndOfItem(start + 2, close);
        var nameEnd = EndOfItem(comma + 1, close);
        if (comma >= close || nameEnd != comma + 2 || _view[comma + 1] != Code.Identifier)
            return ExpressionStatement();

        var argument = TextOf(start + 2, comma);
        var specifiers = new SpecifiersNode(Span(start, close + 1), [new Specifier(Span(start, close + 1), macro, TextOf(start + 2, close))], [], null)
        {
            Type = $"{macro}({argument})",
            WrapperMacro = (macro, argument),
        };
        var name = NameAt(comma + 1);
        _variables.Add(name);
        _position = close + 1;
        ExpressionNode? initializer;
        if (Take(Code.Assign))
            initializer = Initializer();
        else
        {
            var callee = new NameNode(Span(_position, _position), macro);
            var arguments = Arguments(_view.MatchOf(_position));
            initializer = new CallNode(Failed ? Span(close, close + 1) : Span(close + 1, _position), callee, arguments);
        }

        var declarator = new DeclaratorNode(
            Failed ? Span(close, close + 1) : Span(close + 1, _position), name, Span(comma + 1, comma + 2), initializer, []);
        var declaration = new DeclarationNode(SpanFrom(start), specifiers, [declarator]);
        Expect(Code.Semicolon, "';'");
        return new DeclarationStatementNode(SpanFrom(start), declaration);
    }
}

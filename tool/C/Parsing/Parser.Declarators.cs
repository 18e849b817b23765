using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Parsing;

/// <summary>Where a declaration stands: it decides what its declarators may look like.</summary>
internal enum DeclarationPlace
{
    File,
    Block,
    Member,
    Parameter,
}

internal sealed partial class Parser
{
    /// <summary>Specifiers and declarators, without the semicolon.</summary>
    public DeclarationNode Declaration(DeclarationPlace place)
    {
        var start = _position;
        var specifiers = Specifiers();
        var declarators = ImmutableArray.CreateBuilder<DeclaratorNode>();
        while (!Failed && Current is not (Code.Semicolon or Code.End or Code.CloseBrace or Code.OpenBrace))
        {
            var declarator = Declarator(place, specifiers);
            if (Failed)
                break;

            declarators.Add(declarator);
            if (place == DeclarationPlace.Block && declarator.Name.Length > 0)
                (specifiers.Has("typedef") ? _localTypes : _variables).Add(declarator.Name);

            if (!Take(Code.Comma))
                break;
        }

        return new DeclarationNode(SpanFrom(start), specifiers, declarators.DrainToImmutable());
    }

    /// <summary>
    /// Specifiers and declarator of a function with a body; null where the tokens are no such thing. Old-style
    /// declarations of parameters are put in the place of their names.
    /// </summary>
    public (SpecifiersNode Specifiers, DeclaratorNode Declarator)? FunctionHead()
    {
        var isOldStyle = _isOldStyleHead = HasSemicolon();
        var specifiers = isOldStyle && Current == Code.Identifier && Peek(1) == Code.OpenParen
            ? new SpecifiersNode(Span(_position, _position), [], [], null) { Type = "" }
            : Specifiers();
        _isOldStyleHead = false;
        var isBare = specifiers.Type.Length == 0;
        var declaratorStart = _position;
        var shape = new DeclaratorShape();
        Core(shape, DeclarationPlace.File);
        if (Failed || !shape.IsFunction || shape.Name.Length == 0)
            return null;

        // `TEST(name) {`: the macro and its arguments name it, and so they do in `int WRAP(name)(int x) {`.
        var groupsEnd = _position;
        var name = shape.Name;
        var nameEnd = FirstGroupEnd(declaratorStart, groupsEnd);
        if (IsAllCapitals(name) && (isBare || nameEnd < groupsEnd))
            name = TextOf(declaratorStart, nameEnd);

        if (isOldStyle)
            OldStyleParameters(shape);

        var attributes = Failed ? [] : DeclaratorAttributes(DeclarationPlace.File);
        if (Failed || Current != Code.End)
            return null;

        return (specifiers, new DeclaratorNode(Span(declaratorStart, _position), name, shape.NameSpan, null, shape.Parameters)
        {
            Pointers = shape.Pointers,
            IsFunction = true,
            IsVariadic = shape.IsVariadic,
            Attributes = shape.Attributes is { } before ? [.. before, .. attributes] : attributes,
            Dimensions = [.. shape.Dimensions],
        });
    }

    private bool HasSemicolon()
    {
        for (var i = 0; i < _view.Count; i++)
        {
            if (_view[i] == Code.Semicolon)
                return true;
        }

        return false;
    }

    private int FirstGroupEnd(int start, int end)
    {
        while (start < end && _view[start] != Code.OpenParen)
            start++;

        return start < end ? _view.MatchOf(start) + 1 : end;
    }

    /// <summary><c>int f(a, b) int a; char *b; {</c>.</summary>
    private void OldStyleParameters(DeclaratorShape shape)
    {
        var declared = new List<ParameterNode>();
        while (!Failed && Current != Code.End)
        {
            var declaration = Declaration(DeclarationPlace.Block);
            Expect(Code.Semicolon, "';'");
            var first = true;
            foreach (var declarator in declaration.Declarators)
            {
                var specifiers = declaration.Specifiers;
                if (!first)
                {
                    specifiers = new SpecifiersNode(new TextSpan(declarator.Span.Start, 0), specifiers.Words, [], specifiers.Tag)
                    {
                        Type = specifiers.Type,
                    };
                }

                var span = first ? TextSpan.FromBounds(specifiers.Span.Start, declarator.Span.End) : declarator.Span;
                declared.Add(new ParameterNode(span, specifiers, declarator));
                first = false;
            }
        }

        shape.Parameters = [.. declared];
    }

    /// <summary>A declared name with its pointers, brackets, attributes and initializer.</summary>
    private DeclaratorNode Declarator(DeclarationPlace place, SpecifiersNode specifiers)
    {
        var start = _position;
        var shape = new DeclaratorShape();
        Core(shape, place);
        var attributes = DeclaratorAttributes(place);
        if (Current == Code.Colon && place == DeclarationPlace.Member)
        {
            _position++;
            shape.Dimensions.Add(Conditional());
            attributes = attributes.AddRange(DeclaratorAttributes(place));
        }

        if (place == DeclarationPlace.Block && shape.Name.Length > 0 && !specifiers.Has("typedef"))
            _variables.Add(shape.Name);

        _inStatic = place == DeclarationPlace.File || specifiers.Has("static");
        var initializer = place != DeclarationPlace.Parameter && Take(Code.Assign) ? Initializer() : null;
        _inStatic = false;
        if (shape.Name.Length == 0 && _position == start && place != DeclarationPlace.Parameter && !Failed)
            Fail("declarator expected");

        // Where nothing is declared, it stands right behind the type, and not behind a comment that follows.
        var span = _position == start ? new TextSpan(specifiers.Span.End, 0) : SpanFrom(start);
        return new DeclaratorNode(span, shape.Name, shape.NameSpan, initializer, shape.Parameters)
        {
            Pointers = shape.Pointers,
            IsArray = shape.IsArray,
            IsFunction = shape.IsFunction,
            IsFunctionPointer = shape.IsFunctionPointer,
            IsVariadic = shape.IsVariadic,
            Attributes = shape.Attributes is { } before ? [.. before, .. attributes] : attributes,
            Dimensions = [.. shape.Dimensions],
        };
    }

    private void Core(DeclaratorShape shape, DeclarationPlace place)
    {
        if (!Enter())
            return;

        var pointers = Pointers(shape);
        var inner = false;
        if (Current == Code.Identifier)
        {
            shape.Name = NameAt(_position);
            shape.NameSpan = Span(_position, _position + 1);
            _position++;
        }
        else if (Current == Code.OpenParen && IsNestedDeclarator(place))
        {
            var close = _view.MatchOf(_position);
            _position++;
            inner = true;
            Core(shape, place);
            while (Current is Code.Identifier or Code.Attribute)
                WordWithArguments();

            if (!Failed && _position != close)
                Fail("')' expected");
            else if (!Failed)
                _position = close + 1;
        }

        Leave();
        if (!Failed)
            Suffixes(shape, place, inner, pointers);
    }

    /// <summary>Stars, with the qualifiers and macros between them.</summary>
    private int Pointers(DeclaratorShape shape)
    {
        var pointers = 0;
        while (!Failed)
        {
            if (Current == Code.Star)
            {
                pointers++;
                _position++;
            }
            else if (Current == Code.Qualifier || (Current == Code.Xor && Peek(-1) == Code.OpenParen))
                _position++;
            else if (Current == Code.Attribute || (Current == Code.Identifier && IsMacroBeforeName()))
                (shape.Attributes ??= []).Add(WordWithArguments());
            else
                break;
        }

        return pointers;
    }

    private bool IsMacroBeforeName()
    {
        var next = Peek(1);
        if (next == Code.OpenParen)
        {
            var close = _view.MatchOf(_position + 1);
            return close > 0 && _view[close + 1] is Code.Identifier or Code.Star
                && (_names.ShapeOf(NameAt(_position)) == MacroShape.Attribute || IsBeforeFunction(_position));
        }

        // `char *CALL name(void)` against `char *name UNUSED`.
        return next is Code.Star or Code.Qualifier
            || (next == Code.Identifier && IsAttributeLike(NameAt(_position)) && !IsTrailingAttribute(_position + 1));
    }

    private bool IsTrailingAttribute(int position)
    {
        var name = NameAt(position);
        if (_names.ShapeOf(name) == MacroShape.Attribute)
            return true;

        var behind = _view[position + 1];
        if (behind == Code.OpenParen && IsUnderscored(name) && _view.MatchOf(position + 1) is var close && close > 0)
            behind = _view[close + 1];

        return IsAttributeLike(name) && behind is Code.Semicolon or Code.Assign or Code.Comma or Code.CloseParen;
    }

    private bool IsNestedDeclarator(DeclarationPlace place)
    {
        var close = _view.MatchOf(_position);
        if (close < 0)
            return false;

        switch (Peek(1))
        {
            case Code.Star or Code.Xor or Code.OpenParen or Code.Attribute:
                return true;
            case Code.Identifier when Peek(2) is Code.Star:
                // `(WINAPI *callback)(int)` against the parameters of `int (Foo *)`.
                return Peek(3) == Code.Identifier && _view[close + 1] is Code.OpenParen or Code.OpenBracket;
            case Code.Identifier when Peek(2) is Code.CloseParen:
                return place != DeclarationPlace.Parameter || _view[close + 1] is Code.OpenParen or Code.OpenBracket;
            case Code.Identifier when Peek(2) is Code.OpenParen or Code.OpenBracket:
                return place != DeclarationPlace.Parameter;
            default:
                return false;
        }
    }

    private void Suffixes(DeclaratorShape shape, DeclarationPlace place, bool inner, int pointers)
    {
        var isFirst = true;
        while (!Failed)
        {
            if (Current == Code.OpenBracket && Peek(1) != Code.OpenBracket)
            {
                var close = _view.MatchOf(_position);
                if (close < 0)
                {
                    Fail("']' expected");
                    return;
                }

                Dimension(shape, close);
                if (isFirst && !(inner && shape.Pointers > 0))
                    shape.IsArray = !shape.IsFunction;
            }
            else if (Current == Code.OpenParen)
            {
                var isOfPointer = inner && shape.Pointers > 0;
                if (isFirst && isOfPointer && !shape.IsFunction)
                {
                    shape.IsFunctionPointer = true;
                    ParameterList(shape, place, keep: true);
                }
                else if (isFirst && !shape.IsFunction && !shape.IsFunctionPointer)
                {
                    shape.IsFunction = true;
                    ParameterList(shape, place, keep: true);
                }
                else
                    ParameterList(shape, place, keep: false);
            }
            else
                break;

            isFirst = false;
        }

        if (!inner || !shape.IsFunctionPointer)
            shape.Pointers += pointers;
    }

    private void Dimension(DeclaratorShape shape, int close)
    {
        _position++;
        while (Current is Code.Storage or Code.Qualifier)
            _position++;

        if (_position < close && !(Current == Code.Star && _position + 1 == close))
            shape.Dimensions.Add(ItemUpTo(close));

        if (!Failed)
            _position = close + 1;
    }

    private void ParameterList(DeclaratorShape shape, DeclarationPlace place, bool keep)
    {
        var close = _view.MatchOf(_position);
        if (close < 0)
        {
            Fail("')' expected");
            return;
        }

        var parameters = ImmutableArray.CreateBuilder<ParameterNode>();
        _position++;
        var isVoid = _position + 1 == close && Current == Code.BuiltinType && NameAt(_position) == "void";
        while (_position < close && !isVoid && !Failed)
        {
            var start = _position;
            var end = EndOfItem(start, close);
            if (Current == Code.Ellipsis)
                shape.IsVariadic |= keep;
            else if (end > start)
                parameters.Add(Parameter(start, end));

            if (!Failed)
                _position = end + 1;
        }

        if (!Failed)
            _position = close + 1;

        if (keep)
            shape.Parameters = parameters.DrainToImmutable();
    }

    private ParameterNode Parameter(int start, int end)
    {
        var directive = DirectiveIn(start, end);
        if (directive >= 0)
        {
            _position = directive;
            Fail("#if inside parameters");
        }

        var depth = _depth;
        if (Enter())
        {
            var specifiers = Specifiers();
            if (!Failed)
            {
                var declarator = Declarator(DeclarationPlace.Parameter, specifiers);
                if (!Failed && _position <= end)
                {
                    _depth = depth;
                    return new ParameterNode(Span(start, end), specifiers, declarator);
                }
            }
        }

        _depth = depth;
        if (directive < 0 && !NeedsStack)
            Mistake = null;

        // An argument of a macro that makes a function: no more is known of it than its text.
        var text = new SpecifiersNode(Span(start, end), [], [], null) { Type = TextOf(start, end) };
        var nameless = new DeclaratorNode(new TextSpan(Span(start, end).End, 0), "", new TextSpan(Span(start, end).End, 0), null, []);
        return new ParameterNode(Span(start, end), text, nameless);
    }

    /// <summary>Attributes and macros behind a declarator.</summary>
    private ImmutableArray<Specifier> DeclaratorAttributes(DeclarationPlace place)
    {
        if (Current is Code.Semicolon or Code.Comma or Code.Assign or Code.End)
            return [];

        var attributes = ImmutableArray.CreateBuilder<Specifier>();
        while (!Failed)
        {
            if (Current is Code.Attribute or Code.Identifier)
                attributes.Add(WordWithArguments());
            else if (Current == Code.Qualifier && place == DeclarationPlace.File)
                attributes.Add(Word());
            else if (Current == Code.OpenBracket && Peek(1) == Code.OpenBracket)
                attributes.Add(StandardAttribute());
            else if (Current == Code.Assembly)
            {
                var start = _position++;
                while (Current is Code.Qualifier)
                    _position++;

                if (Current == Code.OpenParen)
                    SkipBrackets();

                attributes.Add(new Specifier(SpanFrom(start), NameAt(start), ""));
            }
            else
                break;
        }

        return attributes.DrainToImmutable();
    }

    private ExpressionNode Initializer() => Current == Code.OpenBrace ? InitializerList() : Assignment();

    private InitializerListNode InitializerList()
    {
        var start = _position;
        if (Skipped.TryGetValue(start, out var text))
        {
            SkipBrackets();
            return new InitializerListNode(SpanFrom(start), [("", text)]);
        }

        var close = _view.MatchOf(start);
        var items = ImmutableArray.CreateBuilder<(string, ExpressionNode)>();
        if (close < 0 || !Enter())
        {
            Fail("'}' expected");
            return new InitializerListNode(Span(start, start + 1), []);
        }

        _position++;
        var directive = DirectiveIn(_position, close);
        var isOfConstants = directive >= 0 && (_inStatic || IsOfConstants(_position, close));
        while (_position < close && !Failed)
        {
            if (isOfConstants && Codes.IsConditional(Current))
            {
                _position++;
                continue;
            }

            var end = EndOfItem(_position, close);
            if (isOfConstants && DirectiveIn(_position, end) is var inside && inside >= 0)
                end = inside;

            if (end > _position)
            {
                var designator = Designator(end);
                items.Add((designator, Current == Code.OpenBrace && _view.MatchOf(_position) == end - 1
                    ? InitializerList()
                    : ItemUpTo(end)));
            }

            if (!Failed)
                _position = Codes.IsConditional(_view[end]) ? end : end + 1;
        }

        Leave();
        if (!Failed)
            _position = close + 1;

        return new InitializerListNode(SpanFrom(start), items.DrainToImmutable());
    }

    /// <summary>
    /// Nothing in the list can do anything: then items under <c>#if</c> need no view of their own, and those of all
    /// branches are listed.
    /// </summary>
    private bool IsOfConstants(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (_view[i] is Code.OpenParen or Code.Assign or Code.Increment or Code.CompoundAssign && _view[i - 1] is not Code.CloseBracket
                && !(_view[i] == Code.Assign && _view[i - 2] == Code.Dot))
                return false;
        }

        return true;
    }

    /// <summary><c>.x =</c>, <c>[1].y =</c>, <c>[1 ... 5] =</c>, GNU's old <c>x:</c>; empty when there is none.</summary>
    private string Designator(int end)
    {
        var start = _position;
        if (Current == Code.Identifier && Peek(1) == Code.Colon)
        {
            _position += 2;
            return TextOf(start, start + 1);
        }

        var i = start;
        while (i < end)
        {
            if (_view[i] == Code.Dot && _view[i + 1] == Code.Identifier)
                i += 2;
            else if (_view[i] == Code.OpenBracket && _view.MatchOf(i) > 0)
                i = _view.MatchOf(i) + 1;
            else
                break;
        }

        if (i == start)
            return "";

        _position = _view[i] == Code.Assign ? i + 1 : i;
        return TextOf(start, i);
    }

    /// <summary>What a declarator turns out to be, gathered from the inside out.</summary>
    private sealed class DeclaratorShape
    {
        public string Name { get; set; } = "";

        public TextSpan NameSpan { get; set; }

        public int Pointers { get; set; }

        public bool IsArray { get; set; }

        public bool IsFunction { get; set; }

        public bool IsFunctionPointer { get; set; }

        public bool IsVariadic { get; set; }

        public ImmutableArray<ParameterNode> Parameters { get; set; } = [];

        public List<ExpressionNode> Dimensions { get; } = [];

        /// <summary>Those before the name.</summary>
        public List<Specifier>? Attributes { get; set; }
    }
}

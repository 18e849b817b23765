using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Parsing;

internal sealed partial class Parser
{
    /// <summary>With commas.</summary>
    private ExpressionNode Expression()
    {
        var start = _position;
        var left = Assignment();
        while (Current == Code.Comma)
        {
            _position++;
            var right = Assignment();
            left = new BinaryNode(SpanFrom(start), left, ",", right);
        }

        return left;
    }

    private ExpressionNode Assignment()
    {
        var start = _position;
        var target = Conditional();
        if (Current is not (Code.Assign or Code.CompoundAssign))
            return target;

        // `a = b = c ...` is gathered first and built from its end: no recursion.
        var chain = new List<(int Start, ExpressionNode Target, string Operator)>();
        while (Current is Code.Assign or Code.CompoundAssign)
        {
            chain.Add((start, target, NameAt(_position)));
            _position++;
            start = _position;
            target = Current == Code.OpenBrace ? InitializerList() : Conditional();
        }

        var value = target;
        for (var i = chain.Count - 1; i >= 0; i--)
            value = new AssignmentNode(SpanFrom(chain[i].Start), chain[i].Target, chain[i].Operator, value);

        return value;
    }

    private ExpressionNode Conditional()
    {
        var start = _position;
        var condition = Binary(0);
        if (Current != Code.Question)
            return condition;

        // `a ? b : c ? d : e ...` is gathered first and built from its end.
        var chain = new List<(int Start, ExpressionNode Condition, ExpressionNode? WhenTrue)>();
        while (Current == Code.Question)
        {
            if (!Enter())
                break;

            _position++;
            var whenTrue = Current == Code.Colon ? null : Expression();
            Leave();
            Expect(Code.Colon, "':'");
            chain.Add((start, condition, whenTrue));
            start = _position;
            condition = Binary(0);
        }

        var result = condition;
        for (var i = chain.Count - 1; i >= 0; i--)
            result = new ConditionalNode(SpanFrom(chain[i].Start), chain[i].Condition, chain[i].WhenTrue, result);

        return result;
    }

    private static int Precedence(Code code) => code switch
    {
        Code.OrOr => 1,
        Code.AndAnd => 2,
        Code.Or => 3,
        Code.Xor => 4,
        Code.And => 5,
        Code.Equality => 6,
        Code.Relation => 7,
        Code.Shift => 8,
        Code.Plus or Code.Minus => 9,
        Code.Star or Code.Slash or Code.Percent => 10,
        _ => 0,
    };

    private ExpressionNode Binary(int above)
    {
        var start = _position;
        var left = Unary();
        while (Precedence(Current) is var precedence && precedence > above)
        {
            var @operator = NameAt(_position);
            _position++;
            var right = Binary(precedence);
            left = new BinaryNode(SpanFrom(start), left, @operator, right);
        }

        return left;
    }

    private ExpressionNode Unary()
    {
        if (!IsPrefix(Current) && !(Current == Code.OpenParen && IsCast(out _)))
            return Postfix();

        // Prefixes and casts are gathered first and applied from the inside out: a row of them is no recursion.
        var prefixes = new List<(int Start, string? Operator, TypeNameNode? Type)>();
        ExpressionNode? operand = null;
        while (operand is null && !Failed)
        {
            var start = _position;
            if (Current == Code.AndAnd)
            {
                _position++;
                var label = Current == Code.Identifier ? NameAt(_position) : "";
                Expect(Code.Identifier, "label");
                operand = new LabelAddressNode(SpanFrom(start), label);
            }
            else if (Current == Code.SizeOf && Peek(1) == Code.OpenParen && IsTypeInParens(_position + 1))
            {
                var close = _view.MatchOf(_position + 1);
                var type = TypeName(_position + 2, close);
                _position = close + 1;
                operand = new UnaryNode(SpanFrom(start), NameAt(start), type);
            }
            else if (IsPrefix(Current))
            {
                // `sizeof (x) - 1` is a difference: no cast stands behind sizeof.
                var isSize = Current == Code.SizeOf && Peek(1) == Code.OpenParen;
                prefixes.Add((start, NameAt(_position), null));
                _position++;
                if (isSize)
                    operand = Postfix();
            }
            else if (Current == Code.OpenParen && IsCast(out var close))
            {
                prefixes.Add((start, null, TypeName(_position + 1, close)));
                _position = close + 1;
            }
            else
                operand = Postfix();
        }

        operand ??= Missing();
        for (var i = prefixes.Count - 1; i >= 0; i--)
        {
            var (start, @operator, type) = prefixes[i];
            operand = type is null
                ? new UnaryNode(SpanFrom(start), @operator!, operand)
                : new CastNode(SpanFrom(start), type, operand);
        }

        return operand;
    }

    private static bool IsPrefix(Code code) =>
        code is Code.Not or Code.Tilde or Code.Plus or Code.Minus or Code.Star or Code.And or Code.AndAnd or Code.Increment
            or Code.SizeOf or Code.Extension or Code.Part;

    /// <summary>A parenthesis here is that of a cast; that of a compound literal is not.</summary>
    private bool IsCast(out int close)
    {
        close = _view.MatchOf(_position);
        if (close < 0 || close == _position + 1 || _view[close + 1] == Code.OpenBrace)
            return false;

        var behind = _view[close + 1];
        if (!StartsOperand(behind))
            return false;

        if (IsSurelyType(_position + 1, close))
            return true;

        if (_view[_position + 1] != Code.Identifier || close != _position + 2)
            return false;

        // `(T) x`: between two operands only a cast makes sense. `(a) - b`, `(f)(x)` need to know that the name is a type.
        var name = NameAt(_position + 1);
        if (IsType(name))
            return true;

        // `(T) (int) x`: nothing is called with a type.
        if (behind == Code.OpenParen && IsTypeInParens(close + 1) && StartsOperand(_view[_view.MatchOf(close + 1) + 1]))
            return true;

        // `(T) (U) x` with names that nobody knows: what is behind a call is no operand.
        if (behind == Code.OpenParen && !_variables.Contains(name) && _view[close + 2] == Code.Identifier && _view.MatchOf(close + 1) == close + 3
            && _view[close + 4] is (Code.Identifier or Code.Number or Code.String or Code.Character))
        {
            return true;
        }

        var mayBeBinary = behind is Code.OpenParen or Code.Plus or Code.Minus or Code.Star or Code.And or Code.AndAnd or Code.Increment;
        return !_variables.Contains(name)
            && (!mayBeBinary || (name.EndsWith("_t", StringComparison.Ordinal) && name.Length > 2));
    }

    private static bool StartsOperand(Code code) =>
        code is Code.Identifier or Code.Number or Code.String or Code.Character or Code.OpenParen || IsPrefix(code);

    private bool IsTypeInParens(int open)
    {
        var close = _view.MatchOf(open);
        return close > open + 1
            && _view[close + 1] != Code.OpenBrace
            && (IsSurelyType(open + 1, close)
                || (_view[open + 1] == Code.Identifier && close == open + 2 && IsTypeOrNamedSo(NameAt(open + 1))));
    }

    private bool IsTypeOrNamedSo(string name) =>
        IsType(name) || (name.Length > 2 && name.EndsWith("_t", StringComparison.Ordinal) && !_variables.Contains(name));

    /// <summary>The tokens can be nothing but a type: <c>struct x *</c>, <c>foo_t *</c>, <c>Foo (*)(int)</c>.</summary>
    private bool IsSurelyType(int start, int end)
    {
        if (end <= start)
            return false;

        if (_view[start] is Code.Extension)
            start++;

        if (_view[start] is Code.BuiltinType or Code.Aggregate or Code.TypeOf or Code.Qualifier or Code.Storage)
            return _view[start] != Code.Aggregate || end > start + 1;

        if (_view[start] != Code.Identifier)
            return false;

        var i = start + 1;
        if (IsType(NameAt(start)) && i == end)
            return true;

        if (i == end)
            return false;

        if (_view[i] == Code.OpenParen)
        {
            var close = _view.MatchOf(i);
            if (close < 0)
                return false;

            if (_view[i + 1] == Code.Star && close == i + 2)
                return _view[close + 1] == Code.OpenParen && close + 1 < end;

            i = close + 1;
            if (i == end)
                return _names.ShapeOf(NameAt(start)) is MacroShape.Type;
        }

        // Only stars, qualifiers and names to the end, the last of them no name: `Foo API *`, `Foo *const`.
        var stars = false;
        for (; i < end; i++)
        {
            if (_view[i] == Code.Star)
                stars = true;
            else if (_view[i] == Code.OpenBracket && _view.MatchOf(i) == end - 1 && IsType(NameAt(start)))
                return true;
            else if (_view[i] is Code.BuiltinType or Code.Aggregate && !stars)
                return true;
            else if (_view[i] is not Code.Qualifier && !(_view[i] == Code.Identifier && !stars))
                return false;
        }

        // `(le16_t __force)`: a name, and attributes.
        return stars || _view[end - 1] == Code.Qualifier
            || (!IsAllCapitals(NameAt(start)) && IsUnderscored(NameAt(end - 1)));
    }

    private TypeNameNode TypeName(int start, int end) => new(Span(start, end), TextOf(start, end));

    private ExpressionNode Postfix()
    {
        var start = _position;
        var left = Primary();
        while (!Failed)
        {
            switch (Current)
            {
                case Code.OpenParen:
                    left = Call(start, left);
                    break;
                case Code.OpenBracket:
                {
                    var close = _view.MatchOf(_position);
                    if (close < 0 || !Enter())
                    {
                        Fail("']' expected");
                        return left;
                    }

                    _position++;
                    var index = Expression();
                    Leave();
                    Expect(Code.CloseBracket, "']'");
                    left = new IndexNode(SpanFrom(start), left, index);
                    break;
                }

                case Code.Dot or Code.Arrow:
                {
                    var isArrow = Current == Code.Arrow;
                    _position++;
                    if (Current is not Code.Identifier && !IsWord(Current))
                    {
                        Fail("member expected");
                        return left;
                    }

                    var name = NameAt(_position);
                    _position++;
                    left = new MemberNode(SpanFrom(start), left, name, isArrow);
                    break;
                }

                case Code.Increment:
                {
                    var @operator = NameAt(_position);
                    _position++;
                    left = new UnaryNode(SpanFrom(start), @operator, left, isPostfix: true);
                    break;
                }

                case Code.Identifier or Code.Number or Code.Character when left is CallNode { Arguments: [TypeNameNode type] }:
                    // A macro that casts: `CONST_CAST(char *) x`.
                    var operand = Unary();
                    return new CastNode(SpanFrom(start), type, operand);
                case Code.String when left is CallNode or NameNode:
                    left = Strings(start);
                    break;
                default:
                    return left;
            }
        }

        return left;
    }

    private static bool IsWord(Code code) => code >= Code.Storage;

    private CallNode Call(int start, ExpressionNode callee)
    {
        var close = _view.MatchOf(_position);
        if (close < 0)
        {
            Fail("')' expected");
            return new CallNode(SpanFrom(start), callee, []);
        }

        var arguments = Arguments(close);
        return new CallNode(SpanFrom(start), callee, arguments);
    }

    /// <summary>From the opening parenthesis past the closing one.</summary>
    private ImmutableArray<ExpressionNode> Arguments(int close)
    {
        if (!Enter())
            return [];

        var arguments = ImmutableArray.CreateBuilder<ExpressionNode>();
        _position++;
        while (_position < close && !Failed)
        {
            var end = EndOfItem(_position, close);
            arguments.Add(ItemUpTo(end));
            if (Failed)
                break;

            _position = end + 1;
            if (end < close && _position == close)
                arguments.Add(AsText(close, close));
        }

        Leave();
        if (!Failed)
            _position = close + 1;

        return arguments.DrainToImmutable();
    }

    /// <summary>
    /// An argument, an item of a list: an expression, else a type, else mere text. A conditional directive in it that is
    /// no part of a statement expression splits it.
    /// </summary>
    private ExpressionNode ItemUpTo(int end)
    {
        var start = _position;
        if (end == start)
            return AsText(start, start);

        if (IsSurelyType(start, end) && !HasOperand(start, end))
        {
            _position = end;
            return TypeName(start, end);
        }

        var depth = _depth;
        var expression = _view[start] == Code.OpenBrace && _view.MatchOf(start) == end - 1 ? Failing() : Assignment();
        if (!Failed && _position == end)
            return expression;

        var mistake = Mistake?.Position ?? _position;
        var directive = Codes.IsConditional(_view[mistake]) ? mistake : DirectiveIn(start, end);
        if (NeedsStack)
            return expression;

        Mistake = null;
        _depth = depth;
        if (directive >= 0 && directive < end)
        {
            _position = directive;
            Fail("#if inside an expression");
            return expression;
        }

        _position = end;
        return AsText(start, end);
    }

    /// <summary>An expression, commas included, to the closing bracket; mere text where macros make it unreadable.</summary>
    private ExpressionNode UpTo(int close)
    {
        var start = _position;
        var depth = _depth;
        var expression = Expression();
        if ((!Failed && _position == close) || NeedsStack)
            return expression;

        var mistake = Mistake?.Position ?? _position;
        var directive = Codes.IsConditional(_view[mistake]) ? mistake : DirectiveIn(start, close);
        if (start == close || !IsMacroText(start, close))
        {
            Fail("')' expected");
            return expression;
        }

        Mistake = null;
        _depth = depth;
        if (directive >= 0 && directive < close)
        {
            _position = directive;
            Fail("#if inside an expression");
            return expression;
        }

        _position = close;
        return AsText(start, close);
    }

    /// <summary>There is a name that may be a macro for an operator.</summary>
    private bool IsMacroText(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (Codes.StartsStatement(_view[i]) || _view[i] == Code.Semicolon)
                return false;
        }

        return true;
    }

    /// <summary>Something in it is of no type: <c>int: 1</c> of <c>_Generic</c>.</summary>
    private bool HasOperand(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (_view[i] is Code.Colon or Code.Number && _view[i - 1] is not Code.OpenBracket)
                return true;
        }

        return false;
    }

    private ExpressionNode Failing()
    {
        Fail("a block is no expression");
        return Missing();
    }

    private ExpressionNode Primary()
    {
        var start = _position;
        switch (Current)
        {
            case Code.Identifier:
                if (Peek(1) == Code.String || IsStringMacro(start))
                    return Strings(start);

                _position++;
                return new NameNode(Span(start, start + 1), NameAt(start));
            case Code.Number:
                _position++;
                return new LiteralNode(Span(start, start + 1), LiteralKind.Number, TextOf(start, start + 1));
            case Code.Character:
                _position++;
                return new LiteralNode(Span(start, start + 1), LiteralKind.Character, TextOf(start, start + 1));
            case Code.String:
                return Strings(start);
            case Code.OpenParen:
                return Parenthesized();
            case Code.BuiltinType or Code.Aggregate or Code.TypeOf when Peek(1) == Code.OpenParen && Current == Code.TypeOf:
            case Code.StaticAssert or Code.Attribute when Peek(1) == Code.OpenParen:
                _position++;
                return new NameNode(Span(start, start + 1), NameAt(start));
            default:
                Fail("expression expected");
                return Missing();
        }
    }

    private bool IsStringMacro(int position) =>
        Peek(1) == Code.Identifier
        && (_names.ShapeOf(NameAt(position)) == MacroShape.String
            || (IsAllCapitals(NameAt(position)) && IsAllCapitals(NameAt(position + 1))));

    /// <summary>Adjacent strings, and the macros between them.</summary>
    private LiteralNode Strings(int start)
    {
        while (Current is Code.String or Code.Identifier)
        {
            var isName = Current == Code.Identifier;
            _position++;
            if (isName && Current == Code.OpenParen)
                SkipBrackets();
        }

        return new LiteralNode(SpanFrom(start), LiteralKind.String, TextOf(start, _position));
    }

    private ExpressionNode Parenthesized()
    {
        var start = _position;
        var close = _view.MatchOf(start);
        if (close < 0 || !Enter())
        {
            Fail("')' expected");
            return Missing();
        }

        ExpressionNode result;
        if (_view[close + 1] == Code.OpenBrace && _view.MatchOf(close + 1) > 0 && IsTypeOfLiteral(start + 1, close))
        {
            var type = TypeName(start + 1, close);
            _position = close + 1;
            var values = InitializerList();
            result = new CompoundLiteralNode(SpanFrom(start), type, values);
        }
        else if (Peek(1) == Code.OpenBrace)
        {
            _position++;
            var body = Compound();
            Expect(Code.CloseParen, "')'");
            result = new StatementExpressionNode(SpanFrom(start), body);
        }
        else
        {
            _position++;
            var inner = UpTo(close);
            Expect(Code.CloseParen, "')'");
            result = new ParenthesizedNode(SpanFrom(start), inner);
        }

        Leave();
        return result;
    }

    private bool IsTypeOfLiteral(int start, int end) =>
        IsSurelyType(start, end) || _view[start] == Code.Identifier;

    private NameNode Missing() => new(Span(_position, _position), "");
}

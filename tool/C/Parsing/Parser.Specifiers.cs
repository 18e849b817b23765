using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Parsing;

internal sealed partial class Parser
{
    /// <summary>What stands before the declarators. A word is a type or an attribute by what follows it.</summary>
    private SpecifiersNode Specifiers()
    {
        var start = _position;
        var type = new TypeWords();
        var words = ImmutableArray.CreateBuilder<Specifier>(2);
        var aggregate = Aggregate.None;
        while (!Failed)
        {
            switch (Current)
            {
                case Code.Storage or Code.Extension:
                    words.Add(Word());
                    continue;
                case Code.Qualifier:
                    words.Add(Peek(1) == Code.OpenParen ? TypedWord(type) : Word());
                    continue;
                case Code.BuiltinType:
                    words.Add(NameAt(_position) == "_BitInt" ? TypedWord(type) : TypeWord(type));
                    continue;
                case Code.TypeOf:
                    words.Add(TypedWord(type));
                    continue;
                case Code.Attribute or Code.StaticAssert:
                    words.Add(WordWithArguments());
                    continue;
                case Code.OpenBracket when Peek(1) == Code.OpenBracket:
                    words.Add(StandardAttribute());
                    continue;
                case Code.Aggregate:
                    aggregate = AggregateSpecifier(words);
                    type.AddDefinite(aggregate.Type);
                    continue;
                case Code.Identifier when SpecifierName(type, words):
                    continue;
            }

            break;
        }

        return new SpecifiersNode(SpanFrom(start), words.DrainToImmutable(), aggregate.Members, aggregate.Tag)
        {
            DefinesType = aggregate.Defines,
            Enumerators = aggregate.Enumerators,
            Type = type.Text(this),
            WrapperMacro = type.Wrapper,
        };
    }

    private Specifier Word()
    {
        var word = new Specifier(Span(_position, _position + 1), NameAt(_position), null);
        _position++;
        return word;
    }

    private Specifier TypeWord(TypeWords type)
    {
        type.AddDefinite(NameAt(_position));
        return Word();
    }

    private Specifier WordWithArguments()
    {
        if (Peek(1) != Code.OpenParen)
            return Word();

        var start = _position++;
        SkipBrackets();
        var arguments = Failed ? "" : TextOf(start + 2, _position - 1);
        return new Specifier(SpanFrom(start), NameAt(start), arguments);
    }

    private Specifier TypedWord(TypeWords type)
    {
        var word = WordWithArguments();
        type.AddDefinite(word.Arguments is null ? word.Name : $"{word.Name}({word.Arguments})");
        return word;
    }

    private Specifier StandardAttribute()
    {
        var start = _position;
        SkipBrackets();
        return new Specifier(SpanFrom(start), Failed ? "" : TextOf(start, _position), null);
    }

    /// <summary>Takes a name that is a specifier: an attribute macro, or the type. False when it is the declared name.</summary>
    private bool SpecifierName(TypeWords type, ImmutableArray<Specifier>.Builder words)
    {
        var name = NameAt(_position);
        var next = Peek(1);
        var shape = _names.ShapeOf(name);
        if (shape == MacroShape.Attribute && next is not (Code.Assign or Code.Semicolon or Code.Comma))
        {
            words.Add(WordWithArguments());
            return true;
        }

        if (next == Code.OpenParen)
            return MacroSpecifier(name, shape, type, words);

        if (next == Code.Identifier || Codes.StartsType(next) || next == Code.Star)
        {
            // `int x UNUSED = 1`: the attribute stands behind the name.
            var isName = type.IsKnown && next != Code.Star && !IsAttributeLike(name)
                && (next == Code.Attribute || (next == Code.Identifier && IsTrailingAttribute(_position + 1)));
            if (isName)
                return false;
        }
        else if (type.HasWords || (next == Code.Assign && words.Count > 0))
            return false;

        type.AddCandidate(name, isType: !IsUnderscored(name));
        words.Add(Word());
        return true;
    }

    /// <summary>A name with parentheses behind it: <c>g_autoptr(T) x</c>, <c>_printf_(1, 2) int f()</c>, or a declared function.</summary>
    private bool MacroSpecifier(string name, MacroShape shape, TypeWords type, ImmutableArray<Specifier>.Builder words)
    {
        var close = _view.MatchOf(_position + 1);
        if (close < 0)
            return false;

        var behind = _view[close + 1];
        var isTypeMacro = shape is MacroShape.Type or MacroShape.PointerType or MacroShape.ValueType;
        if (shape == MacroShape.Declaration && !type.IsKnown)
        {
            type.SetWrapper(name, TextOf(_position + 2, EndOfItem(_position + 2, close)), shape);
            words.Add(WordWithArguments());
            return true;
        }

        if (type.IsKnown)
        {
            // `int __close(db) DB *db; {`
            if (_isOldStyleHead && (behind != Code.Identifier || _view[close + 2] != Code.OpenParen))
                return false;

            // With a type before it, only what no declared name can be is a macro: `int __init_or(x) f(void)`.
            var isMacro = isTypeMacro || (IsUnderscored(name) && IsAttributeLike(name));
            if ((!isMacro || (behind is not (Code.Identifier or Code.Star) && !Codes.StartsType(behind))) && !IsBeforeFunction(_position))
                return false;
        }
        else if (!isTypeMacro && behind is not (Code.Identifier or Code.Star) && !Codes.StartsType(behind))
        {
            // `Foo (*callback)(int)`, `Foo (name)(int)`: the type of a declarator in parentheses.
            var isType = _view[_position + 2] == Code.Star || (behind == Code.OpenParen && IsType(name));
            if (!isType)
                return false;

            type.AddCandidate(name, isType: true);
            words.Add(Word());
            return true;
        }

        var isAttribute = !isTypeMacro && (type.IsKnown || Codes.StartsType(behind)
            || (behind == Code.Identifier && IsTypeBehind(close + 2)));
        if (!isAttribute)
            type.SetWrapper(name, TextOf(_position + 2, close), shape);

        words.Add(WordWithArguments());
        return true;
    }

    /// <summary>Macros in capitals with the declared function behind them: <c>int NONNULL(1) name(int *p)</c>.</summary>
    private bool IsBeforeFunction(int position)
    {
        var macros = 0;
        while (_view[position] == Code.Identifier)
        {
            var close = _view[position + 1] == Code.OpenParen ? _view.MatchOf(position + 1) : position;
            if (!IsUnderscoredOrCapitals(NameAt(position)))
                return macros > 0 && close > position;

            if (close < 0)
                return false;

            macros++;
            position = close + 1;
        }

        return false;
    }

    /// <summary>The name before this token is a type, or another macro, since what follows is declared.</summary>
    private bool IsTypeBehind(int position)
    {
        switch (_view[position])
        {
            case Code.Identifier:
                return !IsTrailingAttribute(position);
            case Code.OpenParen:
                var close = _view.MatchOf(position);
                return close > 0 && (_view[close + 1] is Code.Identifier or Code.Star || Codes.StartsType(_view[close + 1]))
                    && IsUnderscoredOrCapitals(NameAt(position - 1));
            case var code:
                return code == Code.Star || Codes.StartsType(code);
        }
    }

    /// <summary><c>struct</c>, <c>union</c> or <c>enum</c> with tag and body.</summary>
    private Aggregate AggregateSpecifier(ImmutableArray<Specifier>.Builder words)
    {
        var keyword = NameAt(_position);
        words.Add(Word());
        string? tag = null;
        while (!Failed)
        {
            if (Current == Code.Attribute)
                words.Add(WordWithArguments());
            else if (Current == Code.OpenBracket && Peek(1) == Code.OpenBracket)
                words.Add(StandardAttribute());
            else if (Current == Code.Identifier && IsAttributeOfAggregate(tag))
                words.Add(WordWithArguments());
            else if (Current == Code.Identifier && tag is null)
            {
                tag = NameAt(_position);
                words.Add(Word());
            }
            else
                break;
        }

        if (Current == Code.Colon && keyword == "enum" && tag is not null && IsUnderlyingType())
        {
            while (Current is not (Code.OpenBrace or Code.Semicolon or Code.End))
                _position++;
        }

        var type = tag is null ? keyword : $"{keyword} {tag}";
        if (Current != Code.OpenBrace)
            return Aggregate.None with { Type = type, Tag = tag };

        var close = _view.MatchOf(_position);
        if (close < 0)
        {
            Fail("'}' expected");
            return Aggregate.None with { Type = type, Tag = tag };
        }

        _position++;
        var members = keyword == "enum" ? [] : Members(close);
        var enumerators = keyword == "enum" ? Enumerators(close) : [];
        if (!Failed)
            _position = close + 1;

        while (Current == Code.Attribute || (Current == Code.Identifier && _names.ShapeOf(NameAt(_position)) == MacroShape.Attribute))
            words.Add(WordWithArguments());

        return new Aggregate(type, tag, true, members, enumerators);
    }

    private bool IsAttributeOfAggregate(string? tag)
    {
        var name = NameAt(_position);
        var next = Peek(1);
        if (_names.ShapeOf(name) == MacroShape.Attribute || next == Code.OpenParen)
        {
            var behind = next == Code.OpenParen && _view.MatchOf(_position + 1) is var close && close > 0 ? _view[close + 1] : next;
            return IsAttributeLike(name) && (behind == Code.OpenBrace || (behind == Code.Identifier && tag is null));
        }

        if (tag is not null)
            return next == Code.OpenBrace;

        return next == Code.Identifier && Peek(2) == Code.OpenBrace && IsAttributeLike(name);
    }

    private bool IsUnderlyingType()
    {
        for (var i = _position + 1; i < _view.Count; i++)
        {
            if (_view[i] == Code.OpenBrace)
                return true;

            if (_view[i] is not (Code.BuiltinType or Code.Identifier or Code.Qualifier))
                return false;
        }

        return false;
    }

    private ImmutableArray<DeclarationNode> Members(int close)
    {
        var members = ImmutableArray.CreateBuilder<DeclarationNode>();
        while (_position < close && !Failed)
        {
            if (Current is Code.Semicolon || Codes.IsConditional(Current))
            {
                _position++;
                continue;
            }

            var end = _position;
            while (end < close && _view[end] != Code.Semicolon)
                end = _view.MatchOf(end) is var match && match > end ? match + 1 : end + 1;

            var depth = _depth;
            if (!Enter())
                break;

            var member = Declaration(DeclarationPlace.Member);
            _depth = depth;
            if (Failed && !NeedsStack)
            {
                // A macro among the members costs that member at most.
                Mistake = null;
                _position = end;
                continue;
            }

            members.Add(member);
            if (Current == Code.Semicolon || _position >= end)
                _position = Math.Max(_position, Math.Min(end, close));
            else
                _position = Math.Min(end, close);
        }

        return members.DrainToImmutable();
    }

    private ImmutableArray<Enumerator> Enumerators(int close)
    {
        var enumerators = ImmutableArray.CreateBuilder<Enumerator>();
        while (_position < close && !Failed)
        {
            if (Current != Code.Identifier)
            {
                _position++;
                continue;
            }

            var start = _position;
            var end = EndOfItem(start, close);
            var name = NameAt(start);
            _position++;
            while (Current == Code.Attribute || (Current == Code.Identifier && _position < end))
                WordWithArguments();

            ExpressionNode? value = null;
            if (Current == Code.Assign)
            {
                _position++;
                value = ItemUpTo(end);
            }
            else if (Current == Code.OpenParen)
                name = "";

            if (name.Length > 0)
                enumerators.Add(new Enumerator(Span(start, end), name, value));

            if (!Failed)
                _position = end + 1;
        }

        return enumerators.DrainToImmutable();
    }

    private sealed record Aggregate(
        string Type, string? Tag, bool Defines, ImmutableArray<DeclarationNode> Members, ImmutableArray<Enumerator> Enumerators)
    {
        public static Aggregate None { get; } = new("", null, false, [], []);
    }

    /// <summary>The words of a declaration that may be its type.</summary>
    private sealed class TypeWords
    {
        private readonly List<string> _definite = [];
        private readonly List<string> _candidates = [];
        private MacroShape _wrapperShape;
        private bool _hasType;

        public (string Name, string Argument)? Wrapper { get; private set; }

        public bool IsKnown => _definite.Count > 0 || _hasType || Wrapper is not null;

        public bool HasWords => IsKnown || _candidates.Count > 0;

        public void AddDefinite(string word) => _definite.Add(word);

        public void AddCandidate(string word, bool isType)
        {
            _candidates.Add(word);
            _hasType |= isType;
        }

        public void SetWrapper(string name, string argument, MacroShape shape)
        {
            Wrapper = (name, argument);
            _wrapperShape = shape;
        }

        public string Text(Parser parser)
        {
            if (_definite.Count > 0)
                return _definite.Count == 1 ? _definite[0] : string.Join(' ', _definite);

            if (Wrapper is var (name, argument))
            {
                return _wrapperShape switch
                {
                    MacroShape.PointerType => $"{argument} *",
                    MacroShape.ValueType => argument,
                    _ => $"{name}({argument})",
                };
            }

            return _candidates.Count switch
            {
                0 => "",
                1 => _candidates[0],
                _ => _candidates.FindLast(parser.IsType)
                    ?? _candidates.FindLast(c => !parser.IsAttributeLike(c))
                    ?? _candidates[^1],
            };
        }
    }
}

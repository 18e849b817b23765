using System.Collections.Immutable;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Parsing;

/// <summary>
/// Finds a file's items in one pass. Between items every <c>#if</c> branch counts; inside an item the first branch is
/// followed, equal conditions alike. Where an item starts in one branch and ends behind the group (two heads that
/// share a body), the heads in the other branches are read as prototypes.
/// </summary>
internal sealed partial class FileReader
{
    private readonly string _path;
    private readonly TokenStream _stream;
    private readonly SyntaxNames _names;
    private readonly List<Node> _items = [];
    private readonly List<SyntaxError> _errors = [];
    private readonly Queue<(int From, int To)> _otherBranches = [];
    private readonly List<int> _buffer = [];
    private readonly List<(int Position, int From, int To)> _skipped = [];
    private readonly Dictionary<string, bool> _literals = new(StringComparer.Ordinal);
    private ConditionalGroup? _group;
    private int _linkages;

    /// <summary>How long the item is where its first parentheses close; negative before that.</summary>
    private int _firstGroupEnd;
    private bool _isUnbalanced;
    private bool _isOtherLanguage;

    /// <summary>Where the token behind the last macro without a semicolon stands.</summary>
    private int _behindMacro = -1;

    public FileReader(string path, TokenStream stream, SyntaxNames names)
    {
        _path = path;
        _stream = stream;
        _names = names;
    }

    public SourceFileTree Read(ImmutableArray<Token> tokens)
    {
        ReadRange(0, _stream.Count, isOther: false);
        while (_otherBranches.TryDequeue(out var branch))
            ReadRange(branch.From, branch.To, isOther: true);

        if (IsOtherText())
            _errors.Clear();

        ReadDirectives();
        return new SourceFileTree(
            _path, _stream.Text, tokens,
            [.. _items.OrderBy(i => i.Span.Start)],
            [.. _errors.OrderBy(e => e.Span.Start)]);
    }

    /// <summary>
    /// What could not be read is none of C's functions: the text is of another language, or a list for another file to include in
    /// the middle of an item (the lines of a table), which has no statement in it.
    /// </summary>
    private bool IsOtherText() => _errors.Count > 0 && (_isOtherLanguage || (_items.TrueForAll(i => i is MacroItemNode) && !HasSemicolon()));

    private bool HasSemicolon()
    {
        for (var i = 0; i < _stream.Count; i++)
        {
            if (_stream.CodeAt(i) == Code.Semicolon)
                return true;
        }

        return false;
    }

    private void ReadDirectives()
    {
        for (var i = 0; i < _stream.Count; i++)
        {
            if (_stream.CodeAt(i) != Code.Directive)
                continue;

            var directive = _stream.SpellingOf(i);
            switch (DirectiveText.NameOf(directive))
            {
                case "define":
                    var (name, parameters, replacement) = DirectiveText.DefinitionOf(directive);
                    if (name.Length > 0)
                        _items.Add(new DefineNode(_stream.SpanOf(i), name, parameters, replacement));

                    break;
                case "include" or "include_next" or "import":
                    _items.Add(new IncludeNode(_stream.SpanOf(i), DirectiveText.ArgumentOf(directive)));
                    break;
            }
        }
    }

    private void ReadRange(int from, int to, bool isOther)
    {
        _group = null;
        var i = from;
        while (i < to)
        {
            switch (_stream.CodeAt(i))
            {
                case Code.If or Code.ElseIf or Code.Else or Code.EndIf:
                    Cross(i++);
                    break;
                case Code.Directive or Code.Semicolon:
                    i++;
                    break;
                case Code.CloseBrace:
                    if (_linkages > 0)
                        _linkages--;
                    else if (!isOther)
                        Complain(_stream.SpanOf(i), "'}' without '{'");

                    i++;
                    break;
                default:
                    var start = i;
                    var group = _group;
                    i = Math.Max(ReadItem(i, to, isOther), start + 1);
                    for (; group is not null && group.End < i; group = group.Parent)
                        QueueOtherBranches(group, start);

                    break;
            }
        }
    }

    private void QueueOtherBranches(ConditionalGroup group, int start)
    {
        for (var b = 1; b < group.Branches.Length; b++)
        {
            if (group.Branches[b].Directive > start)
                _otherBranches.Enqueue((group.Branches[b].Directive + 1, group.EndOf(b)));
        }
    }

    private void Cross(int directive)
    {
        var group = _stream.GroupOf(directive);
        _group = _stream.CodeAt(directive) == Code.EndIf ? group.Parent : group;
    }

    /// <summary>Past a directive inside an item, into the branch that the item goes on in.</summary>
    private int Follow(int directive)
    {
        var group = _stream.GroupOf(directive);
        if (_stream.CodeAt(directive) != Code.If)
        {
            _group = group.Parent;
            return group.End + 1;
        }

        for (var b = 0; b < group.Branches.Length; b++)
        {
            var branch = group.Branches[b];
            if (branch.Condition is null or "1" || Holds(branch))
            {
                _group = group;
                return branch.Directive + 1;
            }
        }

        return group.End + 1;
    }

    /// <summary>A condition that is met for the first time holds; from then on it has that value in this item.</summary>
    private bool Holds(GroupBranch branch)
    {
        if (branch.Condition == "0")
            return branch.IsNegated;

        if (!_literals.TryGetValue(branch.Condition!, out var value))
        {
            value = !branch.IsNegated;
            _literals.Add(branch.Condition!, value);
        }

        return branch.HoldsWhen(value);
    }

    /// <summary>Reads the item that starts here, and says where the next one may start.</summary>
    private int ReadItem(int start, int to, bool isOther)
    {
        _buffer.Clear();
        _skipped.Clear();
        _literals.Clear();
        _firstGroupEnd = -1;
        var parens = 0;
        var hasInitializer = false;
        var i = start;
        while (i < to)
        {
            var code = _stream.CodeAt(i);
            if (Codes.IsConditional(code))
            {
                // A type may stand alone before the heads of several branches.
                if (parens == 0 && IsMacroAlone() && (_buffer.Count > 1 || MacroShapes.IsNamedLikeMacro(_stream.NameOf(_buffer[0]))))
                    return AddMacro(i);

                i = Follow(i);
                continue;
            }

            if (code == Code.Directive)
            {
                i++;
                continue;
            }

            if (parens == 0 && _buffer.Count > 0 && EndsBefore(i, code))
                return AddMacro(i);

            switch (code)
            {
                case Code.OpenParen or Code.OpenBracket:
                    parens++;
                    break;
                case Code.CloseParen or Code.CloseBracket:
                    if (--parens < 0)
                        return Garbage(start, i + 1, isOther, "bracket without a partner");

                    if (parens == 0 && _firstGroupEnd < 0)
                        _firstGroupEnd = _buffer.Count + 1;

                    break;
                case Code.Comma when parens == 0 && IsElement(start):
                    return AddMacro(i + 1);
                case Code.Assign when parens == 0:
                    hasInitializer = true;
                    break;
                case Code.Semicolon when parens == 0:
                    _buffer.Add(i);
                    if (IsOldStyleHead(i + 1, to))
                        break;

                    AddDeclaration(isOther);
                    return i + 1;
                case Code.CloseBrace:
                    return Garbage(start, i, isOther, "'}' in a declaration");
                case Code.OpenBrace when parens == 0 && IsLinkage():
                    _linkages++;
                    return i + 1;
                case Code.OpenBrace when parens == 0 && !hasInitializer && IsAggregate():
                    i = CollectMembers(i, to);
                    continue;
                case Code.OpenBrace when parens == 0 && !hasInitializer && _buffer.Count > 0 && _firstGroupEnd < 0:
                    // `interface IFoo {`: a macro stands for what opens the block.
                    i = SkipBraces(i, to);
                    if (i < to && _stream.CodeAt(i) == Code.Semicolon && IsNamesOnly())
                    {
                        _items.Add(Macro());
                        return i + 1;
                    }

                    return Garbage(start, i, isOther, NoFunction);
                case Code.OpenBrace when parens == 0 && !hasInitializer:
                    return AddFunction(i, to, isOther);
                case Code.OpenBrace:
                    var behind = SkipBraces(i, to);
                    if (parens > 0 && _stream.IsInColumnZero(i) && !GoesOn(behind))
                        return Garbage(start, i, isOther, "bracket without a partner");

                    i = behind;
                    continue;
            }

            if (code != Code.Semicolon || parens > 0)
                _buffer.Add(i);

            i++;
        }

        if (IsMacroAlone())
            return AddMacro(to);

        if (isOther)
            AddPrototype();
        else if (_buffer.Count > 0)
            Garbage(start, to, isOther, "the file ends inside a declaration");

        return to;
    }

    /// <summary>A block in a macro's arguments is followed by another argument, or by their end.</summary>
    private bool GoesOn(int index) =>
        _stream.CodeAt(index) is Code.Comma or Code.CloseParen or Code.CloseBracket or Code.OpenBrace;

    /// <summary>A macro without a semicolon stands before this token, which starts an item of its own.</summary>
    private bool EndsBefore(int index, Code code)
    {
        if (!_stream.IsFirstOnLine(index))
            return false;

        var last = _stream.CodeAt(_buffer[^1]);
        if (last == Code.CloseParen && code == Code.Storage && _stream.IsInColumnZero(index) && _stream.CodeAt(_buffer[0]) == Code.Identifier)
            return ShapeOf(_buffer[0]) != MacroShape.Attribute;

        var startsItem = code == Code.Identifier || Codes.StartsType(code) || code is Code.Extension or Code.StaticAssert or Code.Assembly;
        if (!startsItem || !IsMacroAlone())
            return false;

        if (_buffer.Count == 1)
            return _stream.HasEmptyLineBefore(index);

        if (ShapeOf(_buffer[0]) is MacroShape.Attribute or MacroShape.Type)
            return false;

        return !IsOldStyleHead(index, _stream.Count);
    }

    private MacroShape ShapeOf(int index) => _names.ShapeOf(_stream.NameOf(index));

    /// <summary>The item so far is a name, or a name and its arguments; the macro that exports it may stand before it.</summary>
    private bool IsMacroAlone()
    {
        if (_buffer.Count == 0 || _stream.CodeAt(_buffer[0]) != Code.Identifier)
            return false;

        if (_buffer.Count == 1)
            return true;

        return _buffer.Count == _firstGroupEnd && _stream.CodeAt(_buffer[MacroAt() + 1]) == Code.OpenParen;
    }

    /// <summary>Where the macro of an item that is one stands: behind another in <c>PAGE_PUBLIC G_DECLARE_TYPE (Page, page)</c>.</summary>
    private int MacroAt() =>
        _buffer.Count > 2 && _stream.CodeAt(_buffer[1]) == Code.Identifier
            && MacroShapes.IsNamedLikeMacro(_stream.NameOf(_buffer[0])) && MacroShapes.IsNamedLikeMacro(_stream.NameOf(_buffer[1]))
            ? 1
            : 0;

    /// <summary>
    /// An element of a list whose ends are macros:
    /// <code>
    /// NAMES(page)
    ///     NAME(TITLE),
    /// END
    /// </code>
    /// </summary>
    private bool IsElement(int start) => _buffer.Count > 1 && IsMacroAlone() && _behindMacro >= 0 && OnlyDirectives(_behindMacro, start);

    private bool OnlyDirectives(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (_stream.CodeAt(i) != Code.Directive && !Codes.IsConditional(_stream.CodeAt(i)))
                return false;
        }

        return from <= to;
    }

    private bool IsNamesOnly() => _buffer.TrueForAll(i => _stream.CodeAt(i) is Code.Identifier or Code.OpenBrace or Code.CloseBrace);

    private bool IsLinkage() =>
        _buffer.Count > 1 && _stream.CodeAt(_buffer[^1]) == Code.String && _stream.CodeAt(_buffer[^2]) == Code.Storage;

    /// <summary>The brace here opens the body of a struct, union or enum: only its tag and attributes stand before it.</summary>
    private bool IsAggregate()
    {
        for (var i = _buffer.Count - 1; i >= 0; i--)
        {
            switch (_stream.CodeAt(_buffer[i]))
            {
                case Code.Aggregate:
                    return true;
                case Code.Identifier or Code.Attribute or Code.Qualifier or Code.BuiltinType or Code.Colon or Code.Storage:
                    break;
                case Code.CloseBracket:
                    while (i > 0 && _stream.CodeAt(_buffer[i]) != Code.OpenBracket)
                        i--;

                    break;
                case Code.CloseParen:
                    i = OpenOf(i) - 1;
                    if (i < 1)
                        return false;

                    var isAttribute = _stream.CodeAt(_buffer[i]) == Code.Attribute
                        || (_stream.CodeAt(_buffer[i]) == Code.Identifier
                            && (ShapeOf(_buffer[i]) == MacroShape.Attribute || _stream.CodeAt(_buffer[i - 1]) == Code.Aggregate));
                    if (!isAttribute)
                        return false;

                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private int OpenOf(int close)
    {
        var depth = 0;
        for (var i = close; i >= 0; i--)
        {
            var code = _stream.CodeAt(_buffer[i]);
            if (code == Code.CloseParen)
                depth++;
            else if (code == Code.OpenParen && --depth == 0)
                return i;
        }

        return -1;
    }

    /// <summary>Takes the members of all branches in, from the opening brace past the closing one.</summary>
    private int CollectMembers(int open, int to)
    {
        var depth = 0;
        for (var i = open; i < to; i++)
        {
            var code = _stream.CodeAt(i);
            if (code == Code.Directive || Codes.IsConditional(code))
                continue;

            _buffer.Add(i);
            if (code == Code.OpenBrace)
                depth++;
            else if (code == Code.CloseBrace && --depth == 0)
                return i + 1;
        }

        return to;
    }

    /// <summary>Past an initializer or a block in a macro's arguments. Only its braces go into the item.</summary>
    private int SkipBraces(int open, int to)
    {
        var (close, next) = FindClose(open, to);
        if (close < 0)
        {
            _buffer.Add(open);
            return to;
        }

        _skipped.Add((_buffer.Count, open, close));
        _buffer.Add(open);
        _buffer.Add(close);
        return next;
    }

    /// <summary>
    /// The partner of a brace along the followed branches, and the token behind it (behind the group, where the body
    /// ends in a branch of a group that starts in it); negative where there is none.
    /// </summary>
    private (int Close, int Next) FindClose(int open, int to)
    {
        var depth = 0;
        var fallback = -1;
        for (var i = open; i < to;)
        {
            var code = _stream.CodeAt(i);
            if (Codes.IsConditional(code))
            {
                i = Follow(i);
                continue;
            }

            if (code == Code.OpenBrace)
                depth++;
            else if (code == Code.CloseBrace)
            {
                depth--;
                if (depth > 0 && fallback < 0 && _stream.IsInColumnZero(i))
                    fallback = i;

                if (depth == 0 || (_isUnbalanced && fallback == i))
                    return BehindGroups(open, i, to);
            }

            i++;
        }

        // Braces that do not match cost the items from here to the first brace in column zero, not the whole file.
        _isUnbalanced |= to == _stream.Count;
        return fallback < 0 ? (-1, to) : (fallback, fallback + 1);
    }

    private (int Close, int Next) BehindGroups(int open, int close, int to)
    {
        ConditionalGroup? last = null;
        for (var group = _group; group is not null && group.Start > open; group = group.Parent)
            last = group;

        if (last is null || last.End >= to)
            return (close, close + 1);

        // Another branch closes the body too: the group belongs to it.
        var lastClose = -1;
        for (var i = close + 1; i < last.End; i++)
        {
            if (_stream.CodeAt(i) == Code.CloseBrace && _stream.IsInColumnZero(i))
                lastClose = i;
        }

        if (lastClose < 0)
            return (close, close + 1);

        _group = last.Parent;
        return (lastClose, last.End + 1);
    }
}

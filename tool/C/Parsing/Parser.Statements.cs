using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Parsing;

internal sealed partial class Parser
{
    /// <summary>A whole body with its braces, and nothing behind it.</summary>
    public CompoundNode Body()
    {
        var body = Compound();
        if (!Failed && Current != Code.End)
            Fail("text behind the body");

        return body;
    }

    private CompoundNode Compound()
    {
        var start = _position;
        var statements = ImmutableArray.CreateBuilder<StatementNode>();
        if (Enter())
        {
            Expect(Code.OpenBrace, "'{'");
            Statements(statements, inBranch: false);
            Expect(Code.CloseBrace, "'}'");
        }

        Leave();
        return new CompoundNode(SpanFrom(start), statements.DrainToImmutable());
    }

    /// <summary>To the closing brace, or to the directive that ends the branch.</summary>
    private void Statements(ImmutableArray<StatementNode>.Builder statements, bool inBranch)
    {
        while (!Failed)
        {
            switch (Current)
            {
                case Code.CloseBrace or Code.End:
                    return;
                case Code.If:
                    statements.Add(ConditionalStatement());
                    break;
                case Code.ElseIf or Code.Else or Code.EndIf:
                    if (!inBranch)
                        Fail("#if across the end of a block");

                    return;
                case Code.WordElse when statements.Count > 0 && statements[^1] is MacroStatementNode:
                    // The macro holds the `if`.
                    statements.Add(Block(_position, 1));
                    break;
                default:
                    statements.Add(Statement());
                    break;
            }
        }
    }

    private ConditionalStatementNode ConditionalStatement()
    {
        var start = _position;
        var branches = ImmutableArray.CreateBuilder<ConditionalBranch>();
        if (Enter())
        {
            var group = _stream.GroupOf(_view.IndexAt(start));
            foreach (var branch in group.Branches)
            {
                if (Failed || _view.IndexAt(_position) != branch.Directive)
                    break;

                var directive = Span(_position, _position + 1);
                _position++;
                var statements = ImmutableArray.CreateBuilder<StatementNode>();
                Statements(statements, inBranch: true);
                branches.Add(new ConditionalBranch(directive, branch.Condition, branch.IsNegated, statements.DrainToImmutable()));
            }

            if (Current != Code.EndIf || _view.IndexAt(_position) != group.End)
                Fail("#endif expected");

            _position++;
        }

        Leave();
        return new ConditionalStatementNode(SpanFrom(start), branches.DrainToImmutable());
    }

    /// <summary>A statement; a label is one by itself.</summary>
    private StatementNode Statement()
    {
        if (!Enter())
        {
            Leave();
            return Empty(_position);
        }

        var statement = StatementHere();
        Leave();
        return statement;
    }

    private StatementNode StatementHere()
    {
        var start = _position;
        switch (Current)
        {
            case Code.OpenBrace:
                return Compound();
            case Code.Semicolon:
                _position++;
                return Empty(start);
            case Code.WordIf:
                return If();
            case Code.WordWhile:
                return While();
            case Code.WordDo:
                return Do();
            case Code.WordFor:
                return For();
            case Code.WordSwitch:
                return Switch();
            case Code.WordCase or Code.WordDefault:
                return Case();
            case Code.WordGoto:
                return Goto();
            case Code.WordReturn:
            {
                _position++;
                var value = Current == Code.Semicolon ? null : Current == Code.OpenBrace ? InitializerList() : Expression();
                Expect(Code.Semicolon, "';'");
                return new ReturnNode(SpanFrom(start), value);
            }

            case Code.WordBreak or Code.WordContinue:
            {
                var isContinue = Current == Code.WordContinue;
                _position++;
                Expect(Code.Semicolon, "';'");
                return new BreakNode(SpanFrom(start), isContinue);
            }

            case Code.Assembly:
                return Assembly();
            case Code.WordLabel:
                return LocalLabels();
            case Code.WordDefer:
                return Defer();
            case Code.Directive:
                _position++;
                return new MacroStatementNode(Span(start, start + 1), TextOf(start, start + 1), []);
            case Code.StaticAssert or Code.Storage or Code.Qualifier or Code.BuiltinType or Code.Aggregate or Code.TypeOf or Code.Attribute:
                return DeclarationStatement();
            case Code.OpenBracket when Peek(1) == Code.OpenBracket:
                return StartingWithAttribute();
            case Code.Extension when Codes.StartsType(Peek(1)):
                return DeclarationStatement();
            case Code.Identifier:
                return StartingWithName();
            case Code.WordElse:
                Fail(DanglingElse);
                return Empty(start);
            default:
                return ExpressionStatement();
        }
    }

    /// <summary>The reason of a mistake that shows that this combination of conditions was never compiled.</summary>
    public const string DanglingElse = "'else' without 'if'";

    private ExpressionStatementNode Empty(int start) => new(SpanFrom(start), null);

    private ExpressionStatementNode ExpressionStatement()
    {
        var start = _position;
        var expression = Expression();
        Expect(Code.Semicolon, "';'");
        return new ExpressionStatementNode(SpanFrom(start), expression);
    }

    private StatementNode DeclarationStatement()
    {
        var start = _position;
        var declaration = Declaration(DeclarationPlace.Block);
        if (Current == Code.OpenBrace)
            Fail("a function inside a function");

        // `__attribute__((fallthrough))` and macros that end in a semicolon of their own.
        Expect(Code.Semicolon, "';'");
        return new DeclarationStatementNode(SpanFrom(start), declaration);
    }

    private StatementNode StartingWithAttribute()
    {
        var close = _view.MatchOf(_position);
        var behind = close < 0 ? Code.End : _view[close + 1];
        if (behind is Code.Semicolon or Code.Identifier || Codes.StartsType(behind))
            return DeclarationStatement();

        SkipBrackets();
        return StatementHere();
    }

    private DeferNode Defer()
    {
        var start = _position++;
        var body = Nested();
        return new DeferNode(SpanFrom(start), body);
    }

    /// <summary>
    /// <c>defer</c> is <c>_Defer</c> as <c>&lt;stddefer.h&gt;</c> spells it; code that knows neither has it as a name for what it likes.
    /// </summary>
    private bool IsDefer() =>
        NameAt(_position) == DeferWord && !_variables.Contains(DeferWord) && !_names.IsType(DeferWord)
        && Peek(1) is var next && (next is Code.Identifier or Code.OpenBrace || Codes.StartsStatement(next));

    private const string DeferWord = "defer";

    /// <summary>The statement under an <c>if</c> or a loop. A label with its statement is wrapped into a block of two.</summary>
    private StatementNode Nested()
    {
        var start = _position;
        if (Codes.IsConditional(Current) || Current is Code.CloseBrace or Code.End)
        {
            Fail("statement expected");
            return Empty(start);
        }

        var first = Statement();
        if (first is not (LabelNode or CaseNode))
            return first;

        var statements = ImmutableArray.CreateBuilder<StatementNode>();
        statements.Add(first);
        while (!Failed && statements[^1] is LabelNode or CaseNode)
            statements.Add(Statement());

        return new CompoundNode(SpanFrom(start), statements.DrainToImmutable());
    }

    /// <summary>Between parentheses; a macro that brings its own parentheses may stand there too.</summary>
    private ExpressionNode Condition()
    {
        if (Current != Code.OpenParen)
        {
            if (Current == Code.Identifier && Peek(1) == Code.OpenParen)
            {
                var start = _position++;
                return Call(start, new NameNode(Span(start, start + 1), NameAt(start)));
            }

            Fail("'(' expected");
            return Missing();
        }

        var close = _view.MatchOf(_position);
        if (close < 0)
        {
            Fail("')' expected");
            return Missing();
        }

        _position++;
        var condition = UpTo(close);
        _position++;
        return condition;
    }

    /// <summary>A row of <c>else if</c> is gathered first and built from its end: no recursion.</summary>
    private IfNode If()
    {
        var rungs = new List<(int Start, ExpressionNode Condition, StatementNode Then)>();
        StatementNode? last = null;
        do
        {
            var start = _position++;
            var condition = Condition();
            rungs.Add((start, condition, Nested()));
            if (Current != Code.WordElse || Failed)
                break;

            _position++;
            if (Current != Code.WordIf)
                last = Nested();
        }
        while (last is null && !Failed);

        for (var i = rungs.Count - 1; i >= 0; i--)
            last = new IfNode(SpanFrom(rungs[i].Start), rungs[i].Condition, rungs[i].Then, last);

        return (IfNode)last!;
    }

    private WhileNode While()
    {
        var start = _position++;
        var condition = Condition();
        var body = Nested();
        return new WhileNode(SpanFrom(start), condition, body, isDo: false);
    }

    private WhileNode Do()
    {
        var start = _position++;
        var body = Nested();
        Expect(Code.WordWhile, "'while'");
        var condition = Failed ? Missing() : Condition();
        Take(Code.Semicolon);
        return new WhileNode(SpanFrom(start), condition, body, isDo: true);
    }

    private StatementNode For()
    {
        var start = _position++;
        var close = Current == Code.OpenParen ? _view.MatchOf(_position) : -1;
        if (close < 0)
        {
            Fail("'(' expected");
            return Empty(start);
        }

        var head = ++_position;
        StatementNode? first = null;
        if (Current == Code.Semicolon)
            _position++;
        else if (StartsDeclaration())
            first = DeclarationStatement();
        else
            first = ExpressionStatement();

        var condition = Failed || Current == Code.Semicolon ? null : Expression();
        Expect(Code.Semicolon, "';'");
        var step = Failed || Current == Code.CloseParen ? null : Expression();
        if (!Failed && _position != close)
            Fail("')' expected");

        if (Failed && !NeedsStack && DirectiveIn(head, close) < 0)
        {
            // A macro stands for the head, or for a part of it.
            Mistake = null;
            _position = close + 1;
            var call = new CallNode(Span(start, close + 1), new NameNode(Span(start, start + 1), NameAt(start)), [AsText(head, close)]);
            return new MacroBlockNode(SpanOfBlock(start, out var text), call, text);
        }

        _position++;
        var body = Nested();
        return new ForNode(SpanFrom(start), first, condition, step, body);
    }

    private TextSpan SpanOfBlock(int start, out StatementNode body)
    {
        body = Nested();
        return SpanFrom(start);
    }

    private SwitchNode Switch()
    {
        var start = _position++;
        var value = Condition();
        var body = Nested();
        return new SwitchNode(SpanFrom(start), value, body);
    }

    private CaseNode Case()
    {
        var start = _position;
        ExpressionNode? value = null;
        ExpressionNode? upTo = null;
        if (Current == Code.WordCase)
        {
            _position++;
            value = Conditional();
            if (Take(Code.Ellipsis))
                upTo = Conditional();
        }
        else
            _position++;

        Expect(Code.Colon, "':'");
        return new CaseNode(SpanFrom(start), value, upTo);
    }

    private GotoNode Goto()
    {
        var start = _position++;
        string? label = null;
        ExpressionNode? target = null;
        if (Take(Code.Star))
            target = Expression();
        else if (Current == Code.Identifier)
            label = NameAt(_position++);
        else
            Fail("label expected");

        Expect(Code.Semicolon, "';'");
        return new GotoNode(SpanFrom(start), label, target);
    }

    private StatementNode Assembly()
    {
        var start = _position++;
        var mayJump = false;
        while (Current is Code.Qualifier or Code.Storage or Code.WordGoto)
        {
            mayJump |= Current == Code.WordGoto;
            _position++;
        }

        if (Current is not (Code.OpenParen or Code.OpenBrace))
        {
            Fail("'(' expected");
            return Empty(start);
        }

        SkipBrackets();
        var names = Failed ? [] : AsText(start + 1, _position).Names;
        if (!Take(Code.Semicolon) && Current != Code.CloseBrace)
            Fail("';' expected");

        return new AssemblyNode(SpanFrom(start), names, mayJump);
    }

    /// <summary><c>__label__ a, b;</c> declares labels, and nothing else.</summary>
    private StatementNode LocalLabels()
    {
        var start = _position;
        var word = Word();
        while (Current is Code.Identifier or Code.Comma)
            _position++;

        var specifiers = new SpecifiersNode(SpanFrom(start), [word], [], null) { Type = "" };
        var declaration = new DeclarationNode(SpanFrom(start), specifiers, []);
        Expect(Code.Semicolon, "';'");
        return new DeclarationStatementNode(SpanFrom(start), declaration);
    }
}

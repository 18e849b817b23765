using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Syntax;

public abstract class StatementNode(TextSpan span) : Node(span);

/// <summary><c>{ ... }</c>.</summary>
public sealed class CompoundNode : StatementNode
{
    public CompoundNode(TextSpan span, ImmutableArray<StatementNode> statements)
        : base(span)
    {
        Statements = statements;
        Adopt();
    }

    public ImmutableArray<StatementNode> Statements { get; }

    public override IEnumerable<Node> Children => Statements;
}

/// <summary>Declares locals: <c>static const char *a = "x", b[2];</c>. A typedef, a nested struct or a prototype declares too.</summary>
public sealed class DeclarationStatementNode : StatementNode
{
    public DeclarationStatementNode(TextSpan span, DeclarationNode declaration)
        : base(span)
    {
        Declaration = declaration;
        Adopt();
    }

    public DeclarationNode Declaration { get; }

    public override IEnumerable<Node> Children => [Declaration];
}

/// <summary>An expression and its semicolon; without an expression, the empty statement.</summary>
public sealed class ExpressionStatementNode : StatementNode
{
    public ExpressionStatementNode(TextSpan span, ExpressionNode? expression)
        : base(span)
    {
        Expression = expression;
        Adopt();
    }

    public ExpressionNode? Expression { get; }

    public override IEnumerable<Node> Children => Present(Expression);
}

public sealed class IfNode : StatementNode
{
    public IfNode(TextSpan span, ExpressionNode condition, StatementNode then, StatementNode? @else)
        : base(span)
    {
        Condition = condition;
        Then = then;
        Else = @else;
        Adopt();
    }

    /// <summary>Between the parentheses.</summary>
    public ExpressionNode Condition { get; }

    public StatementNode Then { get; }

    public StatementNode? Else { get; }

    public override IEnumerable<Node> Children => Present(Condition, Then, Else);
}

/// <summary><c>while (c) body</c>, or <c>do body while (c);</c> when <see cref="IsDo"/>.</summary>
public sealed class WhileNode : StatementNode
{
    public WhileNode(TextSpan span, ExpressionNode condition, StatementNode body, bool isDo)
        : base(span)
    {
        Condition = condition;
        Body = body;
        IsDo = isDo;
        Adopt();
    }

    public ExpressionNode Condition { get; }

    public StatementNode Body { get; }

    public bool IsDo { get; }

    public override IEnumerable<Node> Children => IsDo ? [Body, Condition] : [Condition, Body];
}

public sealed class ForNode : StatementNode
{
    public ForNode(TextSpan span, StatementNode? first, ExpressionNode? condition, ExpressionNode? step, StatementNode body)
        : base(span)
    {
        First = first;
        Condition = condition;
        Step = step;
        Body = body;
        Adopt();
    }

    /// <summary>A declaration, or an expression statement; null when empty.</summary>
    public StatementNode? First { get; }

    public ExpressionNode? Condition { get; }

    public ExpressionNode? Step { get; }

    public StatementNode Body { get; }

    public override IEnumerable<Node> Children => Present(First, Condition, Step, Body);
}

/// <summary>
/// A macro that heads a statement: a loop (<c>for_each_x(a, b) {</c>), or a block that it guards in a way of its own
/// (<c>WITH_QEMU_LOCK_GUARD(&amp;m) {</c>). Which of them it is, the index may know.
/// </summary>
public sealed class MacroBlockNode : StatementNode
{
    public MacroBlockNode(TextSpan span, CallNode head, StatementNode body)
        : base(span)
    {
        Head = head;
        Body = body;
        Adopt();
    }

    public CallNode Head { get; }

    public StatementNode Body { get; }

    public override IEnumerable<Node> Children => [Head, Body];
}

/// <summary>
/// A macro that is a statement by itself: without a semicolon (<c>ERROR_EXIT(x)</c>, <c>BEGIN_BLOCK</c>), or with
/// arguments that are no expressions. It may hide anything unless the index knows its body.
/// </summary>
public sealed class MacroStatementNode : StatementNode
{
    public MacroStatementNode(TextSpan span, string name, ImmutableArray<ExpressionNode> arguments)
        : base(span)
    {
        Name = name;
        Arguments = arguments;
        Adopt();
    }

    public string Name { get; }

    public ImmutableArray<ExpressionNode> Arguments { get; }

    public override IEnumerable<Node> Children => Arguments;
}

/// <summary><c>defer free(p);</c>: what runs at the end of the block it stands in, however control leaves (ISO/IEC TS 25755).</summary>
public sealed class DeferNode : StatementNode
{
    public DeferNode(TextSpan span, StatementNode body)
        : base(span)
    {
        Body = body;
        Adopt();
    }

    public StatementNode Body { get; }

    public override IEnumerable<Node> Children => [Body];
}

public sealed class SwitchNode : StatementNode
{
    public SwitchNode(TextSpan span, ExpressionNode value, StatementNode body)
        : base(span)
    {
        Value = value;
        Body = body;
        Adopt();
    }

    public ExpressionNode Value { get; }

    public StatementNode Body { get; }

    public override IEnumerable<Node> Children => [Value, Body];
}

/// <summary><c>case 1:</c>, <c>case 1 ... 3:</c>, <c>default:</c>, without the statement behind it.</summary>
public sealed class CaseNode : StatementNode
{
    public CaseNode(TextSpan span, ExpressionNode? value, ExpressionNode? upTo)
        : base(span)
    {
        Value = value;
        UpTo = upTo;
        Adopt();
    }

    /// <summary>Null for <c>default</c>.</summary>
    public ExpressionNode? Value { get; }

    public ExpressionNode? UpTo { get; }

    public override IEnumerable<Node> Children => Present(Value, UpTo);
}

/// <summary><c>name:</c> with its attributes, without the statement behind it: that is the next one in the list.</summary>
public sealed class LabelNode(TextSpan span, string name) : StatementNode(span)
{
    public string Name { get; } = name;

    public override IEnumerable<Node> Children => [];
}

/// <summary><c>goto name;</c>, or <c>goto *expression;</c>.</summary>
public sealed class GotoNode : StatementNode
{
    public GotoNode(TextSpan span, string? label, ExpressionNode? target)
        : base(span)
    {
        Label = label;
        Target = target;
        Adopt();
    }

    public string? Label { get; }

    public ExpressionNode? Target { get; }

    public override IEnumerable<Node> Children => Present(Target);
}

public sealed class ReturnNode : StatementNode
{
    public ReturnNode(TextSpan span, ExpressionNode? value)
        : base(span)
    {
        Value = value;
        Adopt();
    }

    public ExpressionNode? Value { get; }

    public override IEnumerable<Node> Children => Present(Value);
}

/// <summary><c>break;</c>, or <c>continue;</c> when <see cref="IsContinue"/>.</summary>
public sealed class BreakNode(TextSpan span, bool isContinue) : StatementNode(span)
{
    public bool IsContinue { get; } = isContinue;

    public override IEnumerable<Node> Children => [];
}

/// <summary>Inline assembly. Its operands may be read and written; <c>asm goto</c> names labels.</summary>
public sealed class AssemblyNode(TextSpan span, ImmutableArray<string> names, bool mayJump) : StatementNode(span)
{
    /// <summary>The identifiers in it, each once.</summary>
    public ImmutableArray<string> Names { get; } = names;

    public bool MayJump { get; } = mayJump;

    public override IEnumerable<Node> Children => [];
}

/// <summary>Statements of which the preprocessor picks one list: <c>#if ... #elif ... #else ... #endif</c>.</summary>
public sealed class ConditionalStatementNode : StatementNode
{
    public ConditionalStatementNode(TextSpan span, ImmutableArray<ConditionalBranch> branches)
        : base(span)
    {
        Branches = branches;
        Adopt();
    }

    /// <summary>In text order. Without an <c>#else</c> there is an implied empty way past all of them.</summary>
    public ImmutableArray<ConditionalBranch> Branches { get; }

    public override IEnumerable<Node> Children => Branches.SelectMany(b => b.Statements);
}

/// <summary>One branch of an <c>#if</c>, or of several directives with equal conditions.</summary>
/// <param name="Directive">The line that opens it.</param>
/// <param name="Condition">
/// In normalised spelling (<c>defined(X)</c>, blanks single), as <see cref="Engine.Flow.Edge.Literal"/> has it; null for <c>#else</c>.
/// </param>
/// <param name="IsNegated">It holds where the literal does not (<c>#ifndef</c>).</param>
/// <param name="Statements">What stands in it.</param>
public sealed record ConditionalBranch(
    TextSpan Directive, string? Condition, bool IsNegated, ImmutableArray<StatementNode> Statements);

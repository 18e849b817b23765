using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Syntax;

public abstract class ExpressionNode(TextSpan span) : Node(span)
{
    /// <summary>The expression without parentheses around it.</summary>
    public ExpressionNode Unwrapped
    {
        get
        {
            var node = this;
            while (node is ParenthesizedNode inner)
                node = inner.Inner;

            return node;
        }
    }
}

/// <summary>An identifier used as a value: a variable, a function, an enumerator, an object-like macro.</summary>
public sealed class NameNode(TextSpan span, string name) : ExpressionNode(span)
{
    public string Name { get; } = name;

    public override IEnumerable<Node> Children => [];
}

public enum LiteralKind
{
    Number,
    Character,

    /// <summary>One or several adjacent strings, with macros between them (<c>"%" PRIu64</c>).</summary>
    String,
}

public sealed class LiteralNode(TextSpan span, LiteralKind kind, string text) : ExpressionNode(span)
{
    public LiteralKind Kind { get; } = kind;

    /// <summary>As it is written.</summary>
    public string Text { get; } = text;

    public override IEnumerable<Node> Children => [];
}

public sealed class ParenthesizedNode : ExpressionNode
{
    public ParenthesizedNode(TextSpan span, ExpressionNode inner)
        : base(span)
    {
        Inner = inner;
        Adopt();
    }

    public ExpressionNode Inner { get; }

    public override IEnumerable<Node> Children => [Inner];
}

/// <summary>
/// A prefix operator (<c>! ~ - + * &amp; ++ --</c>, <c>sizeof</c>, <c>_Alignof</c>, <c>__extension__</c>,
/// <c>__real__</c>, <c>__imag__</c>) or, when <see cref="IsPostfix"/>, <c>++</c> or <c>--</c> behind its operand.
/// </summary>
public sealed class UnaryNode : ExpressionNode
{
    public UnaryNode(TextSpan span, string @operator, ExpressionNode operand, bool isPostfix = false)
        : base(span)
    {
        Operator = @operator;
        Operand = operand;
        IsPostfix = isPostfix;
        Adopt();
    }

    public string Operator { get; }

    public ExpressionNode Operand { get; }

    public bool IsPostfix { get; }

    public override IEnumerable<Node> Children => [Operand];
}

/// <summary>A two-sided operator, the comma, <c>&amp;&amp;</c> and <c>||</c> included; assignments are <see cref="AssignmentNode"/>s.</summary>
public sealed class BinaryNode : ExpressionNode
{
    public BinaryNode(TextSpan span, ExpressionNode left, string @operator, ExpressionNode right)
        : base(span)
    {
        Left = left;
        Operator = @operator;
        Right = right;
        Adopt();
    }

    public ExpressionNode Left { get; }

    public string Operator { get; }

    public ExpressionNode Right { get; }

    public override IEnumerable<Node> Children => [Left, Right];
}

/// <summary><c>=</c> or a compound assignment.</summary>
public sealed class AssignmentNode : ExpressionNode
{
    public AssignmentNode(TextSpan span, ExpressionNode target, string @operator, ExpressionNode value)
        : base(span)
    {
        Target = target;
        Operator = @operator;
        Value = value;
        Adopt();
    }

    public ExpressionNode Target { get; }

    public string Operator { get; }

    public ExpressionNode Value { get; }

    public override IEnumerable<Node> Children => [Target, Value];
}

/// <summary><c>a ? b : c</c>; GNU's <c>a ?: c</c> has no <see cref="WhenTrue"/>.</summary>
public sealed class ConditionalNode : ExpressionNode
{
    public ConditionalNode(TextSpan span, ExpressionNode condition, ExpressionNode? whenTrue, ExpressionNode whenFalse)
        : base(span)
    {
        Condition = condition;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
        Adopt();
    }

    public ExpressionNode Condition { get; }

    public ExpressionNode? WhenTrue { get; }

    public ExpressionNode WhenFalse { get; }

    public override IEnumerable<Node> Children => Present(Condition, WhenTrue, WhenFalse);
}

/// <summary>A call, or a function-like macro used as one. An argument that is no expression is a <see cref="TypeNameNode"/> or a <see cref="TextNode"/>.</summary>
public sealed class CallNode : ExpressionNode
{
    public CallNode(TextSpan span, ExpressionNode callee, ImmutableArray<ExpressionNode> arguments)
        : base(span)
    {
        Callee = callee;
        Arguments = arguments;
        Adopt();
    }

    public ExpressionNode Callee { get; }

    public ImmutableArray<ExpressionNode> Arguments { get; }

    /// <summary>The name called, unless the callee is computed.</summary>
    public string? Name => (Callee.Unwrapped as NameNode)?.Name;

    public override IEnumerable<Node> Children => [Callee, .. Arguments];
}

public sealed class IndexNode : ExpressionNode
{
    public IndexNode(TextSpan span, ExpressionNode @base, ExpressionNode index)
        : base(span)
    {
        Base = @base;
        Index = index;
        Adopt();
    }

    public ExpressionNode Base { get; }

    public ExpressionNode Index { get; }

    public override IEnumerable<Node> Children => [Base, Index];
}

/// <summary><c>s.name</c>, or <c>p-&gt;name</c> when <see cref="IsArrow"/>.</summary>
public sealed class MemberNode : ExpressionNode
{
    public MemberNode(TextSpan span, ExpressionNode @base, string name, bool isArrow)
        : base(span)
    {
        Base = @base;
        Name = name;
        IsArrow = isArrow;
        Adopt();
    }

    public ExpressionNode Base { get; }

    public string Name { get; }

    public bool IsArrow { get; }

    public override IEnumerable<Node> Children => [Base];
}

public sealed class CastNode : ExpressionNode
{
    public CastNode(TextSpan span, TypeNameNode type, ExpressionNode operand)
        : base(span)
    {
        Type = type;
        Operand = operand;
        Adopt();
    }

    public TypeNameNode Type { get; }

    public ExpressionNode Operand { get; }

    public override IEnumerable<Node> Children => [Type, Operand];
}

/// <summary>A type where an expression stands: in a cast, behind <c>sizeof</c>, as the argument of a macro (<c>va_arg(ap, int *)</c>).</summary>
public sealed class TypeNameNode(TextSpan span, string text) : ExpressionNode(span)
{
    /// <summary>Its tokens, joined with single blanks where the text has blanks or comments.</summary>
    public string Text { get; } = text;

    public override IEnumerable<Node> Children => [];
}

/// <summary><c>(T){ ... }</c>.</summary>
public sealed class CompoundLiteralNode : ExpressionNode
{
    public CompoundLiteralNode(TextSpan span, TypeNameNode type, InitializerListNode values)
        : base(span)
    {
        Type = type;
        Values = values;
        Adopt();
    }

    public TypeNameNode Type { get; }

    public InitializerListNode Values { get; }

    public override IEnumerable<Node> Children => [Type, Values];
}

/// <summary><c>{ a, .x = b, [1] = c }</c>; the value of an item is itself an expression or a list.</summary>
public sealed class InitializerListNode : ExpressionNode
{
    public InitializerListNode(TextSpan span, ImmutableArray<(string Designator, ExpressionNode Value)> items)
        : base(span)
    {
        Items = items;
        Adopt();
    }

    /// <summary>Each value, with the text of its designator (<c>.x</c>, <c>[1]</c>), empty where it has none.</summary>
    public ImmutableArray<(string Designator, ExpressionNode Value)> Items { get; }

    public override IEnumerable<Node> Children => Items.Select(i => i.Value);
}

/// <summary>GNU's <c>({ ... })</c>, whose value is that of its last expression statement.</summary>
public sealed class StatementExpressionNode : ExpressionNode
{
    public StatementExpressionNode(TextSpan span, CompoundNode body)
        : base(span)
    {
        Body = body;
        Adopt();
    }

    public CompoundNode Body { get; }

    public override IEnumerable<Node> Children => [Body];
}

/// <summary>GNU's <c>&amp;&amp;label</c>.</summary>
public sealed class LabelAddressNode(TextSpan span, string label) : ExpressionNode(span)
{
    public string Label { get; } = label;

    public override IEnumerable<Node> Children => [];
}

/// <summary>
/// Tokens that are no expression and no type but stand where one does: a macro's argument (<c>==</c>, a statement, a
/// format), <c>_Generic</c>'s associations. Brackets in it are balanced. It may mean anything.
/// </summary>
public sealed class TextNode(TextSpan span, string text, ImmutableArray<string> names) : ExpressionNode(span)
{
    public string Text { get; } = text;

    /// <summary>The identifiers in it, each once.</summary>
    public ImmutableArray<string> Names { get; } = names;

    /// <summary>It is an operator between two others, such as <c>==</c>, which changes nothing and leads nowhere.</summary>
    public bool IsPlainOperator =>
        Text is "==" or "!=" or "<" or ">" or "<=" or ">=" or "+" or "-" or "/" or "%" or "|" or "^" or "&&" or "||" or "<<" or ">>";

    public override IEnumerable<Node> Children => [];
}

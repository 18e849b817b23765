using System.Collections.Immutable;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Syntax;

/// <summary>Specifiers and declarators: of locals, globals, fields, parameters, typedefs, prototypes.</summary>
public sealed class DeclarationNode : Node
{
    public DeclarationNode(TextSpan span, SpecifiersNode specifiers, ImmutableArray<DeclaratorNode> declarators)
        : base(span)
    {
        Specifiers = specifiers;
        Declarators = declarators;
        Adopt();
    }

    public SpecifiersNode Specifiers { get; }

    public ImmutableArray<DeclaratorNode> Declarators { get; }

    public bool IsTypedef => Specifiers.Has("typedef");

    public override IEnumerable<Node> Children => [Specifiers, .. Declarators];
}

/// <summary>
/// What stands before the declarators: storage, qualifiers, the type, attributes, and macros that are any of these
/// (<c>static g_autofree char</c>, <c>_cleanup_(freep) struct x</c>).
/// </summary>
public sealed class SpecifiersNode : Node
{
    public SpecifiersNode(TextSpan span, ImmutableArray<Specifier> words, ImmutableArray<DeclarationNode> members, string? tag)
        : base(span)
    {
        Words = words;
        Members = members;
        Tag = tag;
        Adopt();
    }

    public ImmutableArray<Specifier> Words { get; }

    /// <summary>The fields, when a struct or union is defined here.</summary>
    public ImmutableArray<DeclarationNode> Members { get; }

    /// <summary>The enumerators, when an enum is defined here.</summary>
    public ImmutableArray<Enumerator> Enumerators { get; init; } = [];

    /// <summary>The name behind <c>struct</c>, <c>union</c> or <c>enum</c>.</summary>
    public string? Tag { get; }

    /// <summary>A struct, union or enum is defined here, with its body.</summary>
    public bool DefinesType { get; init; }

    /// <summary>
    /// The type alone, without storage, qualifiers, attributes and clean-up macros: <c>struct x</c>, <c>unsigned int</c>,
    /// <c>char</c>. The type of <c>g_autoptr(T)</c> is <c>T *</c> (<see cref="WrapperMacro"/> says which macro made it).
    /// </summary>
    public required string Type { get; init; }

    /// <summary>A macro with the type as its argument (<c>g_autoptr(virDomain)</c>, <c>CLASS(fdget, f)</c>), and that argument.</summary>
    public (string Name, string Argument)? WrapperMacro { get; init; }

    public bool Has(string word)
    {
        foreach (var specifier in Words)
        {
            if (specifier.Name == word)
                return true;
        }

        return false;
    }

    public override IEnumerable<Node> Children => Members;
}

/// <summary>One specifier: a word, or a word with parenthesised arguments (<c>__attribute__((...))</c>, <c>__free(kfree)</c>).</summary>
public sealed record Specifier(TextSpan Span, string Name, string? Arguments);

/// <summary>A constant of an enum, with its value where one is written.</summary>
public sealed record Enumerator(TextSpan Span, string Name, ExpressionNode? Value);

/// <summary>One declared name with what surrounds it.</summary>
public sealed class DeclaratorNode : Node
{
    public DeclaratorNode(TextSpan span, string name, TextSpan nameSpan, ExpressionNode? initializer, ImmutableArray<ParameterNode> parameters)
        : base(span)
    {
        Name = name;
        NameSpan = nameSpan;
        Initializer = initializer;
        Parameters = parameters;
        Adopt();
    }

    /// <summary>Empty for an unnamed bit-field or parameter.</summary>
    public string Name { get; }

    public TextSpan NameSpan { get; }

    /// <summary>How many <c>*</c> stand before the name.</summary>
    public int Pointers { get; init; }

    public bool IsArray { get; init; }

    /// <summary>It declares a function (a prototype, or the head of a definition), not a pointer to one.</summary>
    public bool IsFunction { get; init; }

    /// <summary>It declares a pointer to a function.</summary>
    public bool IsFunctionPointer { get; init; }

    public bool IsVariadic { get; init; }

    /// <summary>Attributes and macros around the name, behind the stars (<c>__free(kfree)</c>, <c>__attribute__((cleanup(f)))</c>, <c>G_GNUC_UNUSED</c>).</summary>
    public ImmutableArray<Specifier> Attributes { get; init; } = [];

    /// <summary>Behind <c>=</c>.</summary>
    public ExpressionNode? Initializer { get; }

    /// <summary>Of a function; empty for <c>(void)</c> and <c>()</c>.</summary>
    public ImmutableArray<ParameterNode> Parameters { get; }

    /// <summary>Lengths of arrays and other expressions inside the declarator.</summary>
    public ImmutableArray<ExpressionNode> Dimensions { get; init; } = [];

    public override IEnumerable<Node> Children => Initializer is null ? Parameters : [.. Parameters, Initializer];
}

/// <summary>A parameter of a function.</summary>
public sealed class ParameterNode : Node
{
    public ParameterNode(TextSpan span, SpecifiersNode specifiers, DeclaratorNode declarator)
        : base(span)
    {
        Specifiers = specifiers;
        Declarator = declarator;
        Adopt();
    }

    public SpecifiersNode Specifiers { get; }

    /// <summary>Nameless in a prototype that gives no name.</summary>
    public DeclaratorNode Declarator { get; }

    public override IEnumerable<Node> Children => [Specifiers, Declarator];
}

/// <summary>A function with its body. The body is parsed when first asked for.</summary>
public sealed class FunctionNode : Node
{
    private readonly Lazy<FunctionBody> _body;

    public FunctionNode(TextSpan span, SpecifiersNode specifiers, DeclaratorNode declarator, TextSpan bodySpan, Func<FunctionNode, FunctionBody> parse)
        : base(span)
    {
        Specifiers = specifiers;
        Declarator = declarator;
        BodySpan = bodySpan;
        _body = new Lazy<FunctionBody>(() => parse(this));
        Adopt();
    }

    public SpecifiersNode Specifiers { get; }

    public DeclaratorNode Declarator { get; }

    public string Name => Declarator.Name;

    /// <summary>With its braces.</summary>
    public TextSpan BodySpan { get; }

    /// <summary>Its statements, in each combination of <c>#if</c>s that split one; or why it could not be parsed.</summary>
    public FunctionBody Body => _body.Value;

    public override IEnumerable<Node> Children => [Specifiers, Declarator];
}

/// <summary>
/// A parsed body. <see cref="Views"/> has one tree, or several where an <c>#if</c> splits a statement: one for each
/// combination of the conditions involved, at most 16. Exactly one of views and error is there.
/// </summary>
public sealed record FunctionBody(ImmutableArray<BodyView> Views, SyntaxError? Error);

/// <summary>The tree under one combination of conditions: each condition in normalised spelling, with its value.</summary>
public sealed record BodyView(CompoundNode Body, ImmutableArray<(string Condition, bool Holds)> Assumptions);

/// <summary>Why a stretch of text could not be parsed, and where.</summary>
public sealed record SyntaxError(TextSpan Span, string Reason);

/// <summary>A declaration at file level.</summary>
public sealed class DeclarationItemNode : Node
{
    public DeclarationItemNode(TextSpan span, DeclarationNode declaration)
        : base(span)
    {
        Declaration = declaration;
        Adopt();
    }

    public DeclarationNode Declaration { get; }

    public override IEnumerable<Node> Children => [Declaration];
}

/// <summary>A macro at file level (<c>G_DEFINE_AUTOPTR_CLEANUP_FUNC(T, f);</c>), its arguments as text.</summary>
public sealed class MacroItemNode(TextSpan span, string name, ImmutableArray<string> arguments) : Node(span)
{
    public string Name { get; } = name;

    public ImmutableArray<string> Arguments { get; } = arguments;

    public override IEnumerable<Node> Children => [];
}

/// <summary>
/// A <c>#define</c>. <see cref="Parameters"/> is default for an object-like macro. The replacement is text, continuations
/// and comments taken out.
/// </summary>
public sealed class DefineNode(TextSpan span, string name, ImmutableArray<string> parameters, string replacement) : Node(span)
{
    public string Name { get; } = name;

    public ImmutableArray<string> Parameters { get; } = parameters;

    public bool IsFunctionLike => !Parameters.IsDefault;

    public string Replacement { get; } = replacement;

    public override IEnumerable<Node> Children => [];
}

/// <summary>An <c>#include</c>: the name with its quotes or angle brackets.</summary>
public sealed class IncludeNode(TextSpan span, string name) : Node(span)
{
    public string Name { get; } = name;

    public override IEnumerable<Node> Children => [];
}

/// <summary>
/// One file: every token, the items at file level of all <c>#if</c> branches in text order, and what could not be
/// parsed. Made in one pass; that never fails.
/// </summary>
public sealed record SourceFileTree(
    string Path, string Text, ImmutableArray<Token> Tokens, ImmutableArray<Node> Items, ImmutableArray<SyntaxError> Errors)
{
    public IEnumerable<FunctionNode> Functions => Items.OfType<FunctionNode>();
}

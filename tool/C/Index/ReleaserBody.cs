using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>
/// What the body of a function tells that may release what it is given: whether the null pointer is fine, and what it
/// calls. Only memory is freed where every call only frees memory, and nothing but what is freed is written.
/// </summary>
/// <param name="Function">The function.</param>
/// <param name="Parameter">The type of what it releases.</param>
public sealed record ReleaserBody(string Function, string Parameter)
{
    /// <summary>Given null it does nothing: its first deed is to return.</summary>
    public bool ReturnsForNull { get; private init; }

    /// <summary>The calls that are given the parameter itself; where each of them ignores null, so does this.</summary>
    public ImmutableArray<string> OnParameter { get; private init; } = [];

    /// <summary>It reads through the parameter without a test.</summary>
    public bool Dereferences { get; private init; }

    /// <summary>Every call in it, each name once.</summary>
    public ImmutableArray<string> Calls { get; private init; } = [];

    /// <summary>It writes to a variable or memory that is not what it releases.</summary>
    public bool WritesElsewhere { get; private init; }

    private static readonly string[] s_endings =
        ["free", "unref", "destroy", "close", "release", "put", "dispose", "delete", "cleanup"];

    /// <summary>The facts of a function whose name ends as releasers' do and which takes one pointer; null for any other.</summary>
    public static ReleaserBody? Of(FunctionNode function, FunctionFact fact)
    {
        if (!IsReleaserName(fact.Name) || fact.ParameterCount != 1 || !fact.FirstParameter.EndsWith('*')
            || function.Declarator.Parameters is not [{ Declarator.Name: { Length: > 0 } parameter }]
            || function.Body.Views is not [{ Body: var body }, ..])
        {
            return null;
        }

        var onParameter = new HashSet<string>(StringComparer.Ordinal);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        var locals = new HashSet<string>(StringComparer.Ordinal) { parameter };
        var dereferences = false;
        var writesElsewhere = false;
        foreach (var node in body.DescendantsAndSelf)
        {
            switch (node)
            {
                case DeclaratorNode declarator:
                    locals.Add(declarator.Name);
                    break;
                case CallNode call:
                    calls.Add(call.Name ?? "*");
                    if (call.Arguments.Any(a => a.Unwrapped is NameNode { Name: var name } && name == parameter))
                        onParameter.Add(call.Name ?? "*");

                    break;
                case MemberNode { IsArrow: true, Base: var @base } when @base.Unwrapped is NameNode { Name: var name } && name == parameter:
                    dereferences = true;
                    break;
                case UnaryNode { Operator: "*", Operand: var operand } when operand.Unwrapped is NameNode { Name: var name } && name == parameter:
                    dereferences = true;
                    break;
                case AssignmentNode { Target: var target } when RootOf(target) is not { } root || !locals.Contains(root):
                    writesElsewhere = true;
                    break;
                case UnaryNode { Operator: "++" or "--", Operand: var operand } when RootOf(operand) is not { } root || !locals.Contains(root):
                    writesElsewhere = true;
                    break;
                case MacroStatementNode macro:
                    calls.Add(macro.Name);
                    break;
                case AssemblyNode or GotoNode:
                    writesElsewhere = true;
                    break;
            }
        }

        return new ReleaserBody(fact.Name, fact.FirstParameter)
        {
            ReturnsForNull = StartsWithNullTest(body.Statements, parameter),
            OnParameter = [.. onParameter.Order(StringComparer.Ordinal)],
            Dereferences = dereferences,
            Calls = [.. calls.Order(StringComparer.Ordinal)],
            WritesElsewhere = writesElsewhere,
        };
    }

    private static bool IsReleaserName(string name) =>
        s_endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>Behind declarations without effects: <c>if (!p) return;</c>, or everything inside <c>if (p) { ... }</c>.</summary>
    private static bool StartsWithNullTest(ImmutableArray<StatementNode> statements, string parameter)
    {
        var deeds = statements.SkipWhile(s => s is DeclarationStatementNode declaration && declaration.Declaration.Declarators.All(d => d.Initializer is null or LiteralNode or NameNode)).ToList();
        return deeds switch
        {
            [IfNode { Else: null } test, ..] when IsNull(test.Condition, parameter) => Returns(test.Then),
            [IfNode { Else: null } test] => IsNotNull(test.Condition, parameter),
            [IfNode { Else: null } test, ReturnNode] => IsNotNull(test.Condition, parameter),
            _ => false,
        };
    }

    private static bool Returns(StatementNode statement) => statement switch
    {
        ReturnNode => true,
        CompoundNode { Statements: [ReturnNode] } => true,
        _ => false,
    };

    private static bool IsNull(ExpressionNode condition, string parameter) => condition.Unwrapped switch
    {
        UnaryNode { Operator: "!", Operand: var operand } => IsName(operand, parameter),
        BinaryNode { Operator: "==", Left: var left, Right: var right } =>
            (IsName(left, parameter) && IsName(right, "NULL")) || (IsName(left, "NULL") && IsName(right, parameter)),
        BinaryNode { Operator: "||", Left: var left } => IsNull(left, parameter),
        CallNode { Arguments: [var inner, ..] } => IsNull(inner, parameter),
        _ => false,
    };

    private static bool IsNotNull(ExpressionNode condition, string parameter) => condition.Unwrapped switch
    {
        NameNode { Name: var name } => name == parameter,
        BinaryNode { Operator: "!=", Left: var left, Right: var right } =>
            (IsName(left, parameter) && IsName(right, "NULL")) || (IsName(left, "NULL") && IsName(right, parameter)),
        BinaryNode { Operator: "&&", Left: var left } => IsNotNull(left, parameter),
        _ => false,
    };

    private static bool IsName(ExpressionNode node, string name) => node.Unwrapped is NameNode { Name: var found } && found == name;

    private static string? RootOf(ExpressionNode node) => node.Unwrapped switch
    {
        NameNode { Name: var name } => name,
        MemberNode { Base: var inner } => RootOf(inner),
        IndexNode { Base: var inner } => RootOf(inner),
        UnaryNode { Operator: "*", Operand: var inner } => RootOf(inner),
        _ => null,
    };
}

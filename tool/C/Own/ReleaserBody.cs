using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Own;

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

    /// <summary>It reads through the parameter without a test, or gives it another name.</summary>
    public bool Dereferences { get; private init; }

    /// <summary>It looks at the parameter and works on what is behind it, but does nothing with the pointer itself: what that points to stays.</summary>
    public bool KeepsParameter { get; private init; }

    /// <summary>The calls that are given what the parameter points to.</summary>
    public ImmutableArray<string> OnPointee { get; private init; } = [];

    /// <summary>What the parameter points to is what it releases: it is called with a variable's address.</summary>
    public bool ReleasesPointee => OnParameter.IsEmpty && (Clears || !OnPointee.IsEmpty);

    /// <summary>It leaves null in the variable whose address it is called with.</summary>
    public bool Clears { get; private init; }

    /// <summary>Its name ends as a releaser's; of any other function the body must show it.</summary>
    public bool IsNamedSo { get; private init; }

    /// <summary>Every call in it, each name once.</summary>
    public ImmutableArray<string> Calls { get; private init; } = [];

    /// <summary>It writes to a variable or memory that is not what it releases.</summary>
    public bool WritesElsewhere { get; private init; }

    /// <summary>The facts of a function that takes one pointer; null for any other.</summary>
    /// <param name="function">The function.</param>
    /// <param name="fact">What is known of it.</param>
    /// <param name="isNamedSo">Its name is a releaser's. Any other is of interest only where it is given the address of a pointer.</param>
    public static ReleaserBody? Of(FunctionNode function, FunctionFact fact, bool isNamedSo)
    {
        if (fact.ParameterCount != 1 || Flow.Types.IsPlain(fact.FirstParameter)
            || !(isNamedSo || fact is { ReturnType: "void", TakesAddress: true })
            || function.Declarator.Parameters is not [{ Declarator.Name: { Length: > 0 } parameter }])
        {
            return null;
        }

        ReleaserBody? facts = null;
        foreach (var view in function.Body.Views)
        {
            var seen = Of(fact, view.Body, parameter) with { IsNamedSo = isNamedSo };
            facts = facts?.And(seen) ?? seen;
        }

        return facts;
    }

    /// <summary>What holds of both: of two views of one function, of two functions of one name.</summary>
    public ReleaserBody And(ReleaserBody other) => this with
    {
        ReturnsForNull = ReturnsForNull && other.ReturnsForNull,
        OnParameter = [.. OnParameter.Union(other.OnParameter, StringComparer.Ordinal)],
        OnPointee = [.. OnPointee.Union(other.OnPointee, StringComparer.Ordinal)],
        Dereferences = Dereferences || other.Dereferences,
        KeepsParameter = KeepsParameter && other.KeepsParameter,
        Clears = Clears && other.Clears,
        Calls = [.. Calls.Union(other.Calls, StringComparer.Ordinal)],
        WritesElsewhere = WritesElsewhere || other.WritesElsewhere || Parameter != other.Parameter,
    };

    private static ReleaserBody Of(FunctionFact fact, CompoundNode body, string parameter)
    {
        var onParameter = new HashSet<string>(StringComparer.Ordinal);
        var onPointee = new HashSet<string>(StringComparer.Ordinal);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        var locals = new HashSet<string>(StringComparer.Ordinal) { parameter };
        var dereferences = false;
        var isHandedOn = false;
        var writesElsewhere = false;
        var readsPointee = false;
        var clears = false;
        foreach (var node in body.DescendantsAndSelf)
        {
            switch (node)
            {
                case DeclarationNode declaration when !declaration.Specifiers.Has("static"):
                    locals.UnionWith(declaration.Declarators.Select(d => d.Name));
                    break;
                case CallNode call:
                    calls.Add(call.Name ?? "*");
                    if (call.Arguments.Any(a => IsName(a, parameter)))
                        onParameter.Add(call.Name ?? "*");

                    if (call.Arguments.Any(a => IsPointee(a, parameter)))
                        onPointee.Add(call.Name ?? "*");

                    break;
                case MemberNode { IsArrow: true, Base: var pointee } when IsPointee(pointee, parameter):
                    readsPointee = true;
                    dereferences = true;
                    break;
                case NameNode name when name.Name == parameter:
                    dereferences |= !IsMereLook(name);
                    isHandedOn |= !(name.Parent is MemberNode member && member.Base == name) && !IsTest(name);
                    break;
                case AssignmentNode { Target: var target, Value: var value }:
                    clears |= IsPointee(target, parameter) && IsName(value, "NULL");
                    writesElsewhere |= !IsOwn(target, parameter, locals);
                    break;
                case UnaryNode { Operator: "++" or "--", Operand: var operand }:
                    writesElsewhere |= !IsOwn(operand, parameter, locals);
                    break;
                case MacroStatementNode macro:
                    calls.Add(macro.Name);
                    isHandedOn = true;
                    break;
                case AssemblyNode or GotoNode or TextNode:
                    writesElsewhere = true;
                    isHandedOn |= node is not GotoNode;
                    break;
            }
        }

        // What is given a variable's address minds what stands in the variable, not the address.
        var releasesPointee = onParameter.Count == 0 && (clears || onPointee.Count > 0);
        return new ReleaserBody(fact.Name, fact.FirstParameter)
        {
            ReturnsForNull = StartsWithNullTest(body.Statements, fact.TakesAddress
                ? e => IsPointee(e, parameter)
                : e => IsName(e, parameter)),
            OnParameter = [.. onParameter.Order(StringComparer.Ordinal)],
            OnPointee = [.. onPointee.Order(StringComparer.Ordinal)],
            Dereferences = releasesPointee ? readsPointee : dereferences,
            Clears = clears,
            KeepsParameter = !isHandedOn,
            Calls = [.. calls.Order(StringComparer.Ordinal)],
            WritesElsewhere = writesElsewhere,
        };
    }

    /// <summary>
    /// The same body where it is known which calls empty the variable whose address they are given: they release what the
    /// parameter points to.
    /// </summary>
    /// <param name="isClearing">Whether a call of this name, given a variable's address, releases and empties it.</param>
    public ReleaserBody Knowing(Func<string, bool> isClearing)
    {
        var clearing = OnParameter.Where(isClearing).ToList();
        return clearing.Count == 0 || !CTypeText.IsAddressOfPointer(Parameter)
            ? this
            : this with
            {
                OnParameter = [.. OnParameter.Except(clearing, StringComparer.Ordinal)],
                OnPointee = [.. OnPointee.Union(clearing, StringComparer.Ordinal)],
                Clears = true,
            };
    }

    private static Node Unparenthesized(NameNode name)
    {
        Node node = name;
        while (node.Parent is ParenthesizedNode)
            node = node.Parent;

        return node;
    }

    private static bool IsArgument(NameNode name) => Unparenthesized(name) is { Parent: CallNode call } node && call.Callee != node;

    /// <summary>The use does nothing with the parameter but test it or pass it on.</summary>
    private static bool IsMereLook(NameNode name) => IsArgument(name) || IsTest(name);

    private static bool IsTest(NameNode name)
    {
        var node = Unparenthesized(name);
        return node.Parent switch
        {
            IfNode or WhileNode or UnaryNode { Operator: "!" } or BinaryNode { Operator: "==" or "!=" or "&&" or "||" } => true,
            ConditionalNode conditional => conditional.Condition == node,
            CastNode { Type.Text: "void" } => true,
            _ => false,
        };
    }

    private static bool IsPointee(ExpressionNode node, string parameter) =>
        node.Unwrapped is UnaryNode { Operator: "*", Operand: var operand } && (IsName(operand, parameter) || operand.Unwrapped is CastNode { Operand: var inner } && IsName(inner, parameter));

    /// <summary>A local variable itself, or what the released thing holds in itself: nothing behind another pointer.</summary>
    private static bool IsOwn(ExpressionNode target, string parameter, HashSet<string> locals)
    {
        var node = target.Unwrapped;
        while (true)
        {
            switch (node)
            {
                case NameNode { Name: var name }:
                    return locals.Contains(name);
                case MemberNode { IsArrow: false, Base: var inner }:
                    node = inner.Unwrapped;
                    continue;
                case MemberNode { IsArrow: true, Base: var inner }:
                    return IsName(inner, parameter);
                case UnaryNode { Operator: "*", Operand: var inner }:
                    return IsName(inner, parameter);
                default:
                    return false;
            }
        }
    }

    /// <summary>Behind declarations without effects: <c>if (!p) return;</c>, or everything inside <c>if (p) { ... }</c>.</summary>
    private static bool StartsWithNullTest(ImmutableArray<StatementNode> statements, Func<ExpressionNode, bool> isReleased)
    {
        var deeds = statements.SkipWhile(s => s is DeclarationStatementNode declaration && declaration.Declaration.Declarators.All(d => d.Initializer is null or LiteralNode or NameNode)).ToList();
        return deeds switch
        {
            [IfNode { Else: null } test, ..] when IsNull(test.Condition, isReleased) => Returns(test.Then),
            [IfNode { Else: null } test] => IsNotNull(test.Condition, isReleased),
            [IfNode { Else: null } test, ReturnNode] => IsNotNull(test.Condition, isReleased),
            _ => false,
        };
    }

    private static bool Returns(StatementNode statement) => statement switch
    {
        ReturnNode => true,
        CompoundNode { Statements: [ReturnNode] } => true,
        _ => false,
    };

    private static bool IsNull(ExpressionNode condition, Func<ExpressionNode, bool> isReleased) => condition.Unwrapped switch
    {
        UnaryNode { Operator: "!", Operand: var operand } => isReleased(operand),
        BinaryNode { Operator: "==", Left: var left, Right: var right } =>
            (isReleased(left) && IsName(right, "NULL")) || (IsName(left, "NULL") && isReleased(right)),
        BinaryNode { Operator: "||", Left: var left, Right: var right } =>
            IsNull(left, isReleased) || (IsNull(left, e => e.Unwrapped is NameNode) && IsNull(right, isReleased)),
        CallNode { Arguments: [var inner, ..] } => IsNull(inner, isReleased),
        _ => false,
    };

    private static bool IsNotNull(ExpressionNode condition, Func<ExpressionNode, bool> isReleased) => condition.Unwrapped switch
    {
        BinaryNode { Operator: "!=", Left: var left, Right: var right } =>
            (isReleased(left) && IsName(right, "NULL")) || (IsName(left, "NULL") && isReleased(right)),
        BinaryNode { Operator: "&&", Left: var left } => IsNotNull(left, isReleased),
        var other => isReleased(other),
    };

    private static bool IsName(ExpressionNode node, string name) => node.Unwrapped is NameNode { Name: var found } && found == name;
}

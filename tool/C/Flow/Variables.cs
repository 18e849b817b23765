using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Flow;

/// <summary>Which locals of a function have their address kept, so that any call may change them. Decided by name, scopes apart.</summary>
internal sealed class Variables
{
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pointers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);

    /// <param name="body">The function's body.</param>
    /// <param name="catalogue">Says which calls keep the addresses that they are given.</param>
    /// <param name="steals">Whether a call takes the value out of the variable whose address it is given, and does no more.</param>
    public static Variables Of(Node body, Catalogue catalogue, Func<string, bool> steals)
    {
        var variables = new Variables();
        foreach (var node in body.DescendantsAndSelf)
        {
            switch (node)
            {
                case UnaryNode { Operator: "&", Operand: var operand } address when RootOf(operand) is { } name:
                    if (CallGiven(address) is not { Name: { } callee } || !steals(callee))
                        (IsPassed(address, catalogue) ? variables._passed : variables._kept).Add(name);

                    break;
                case MemberNode { IsArrow: true, Base.Unwrapped: NameNode pointer }:
                    variables._pointers.Add(pointer.Name);
                    break;
                case UnaryNode { Operator: "*", Operand.Unwrapped: NameNode pointer }:
                    variables._pointers.Add(pointer.Name);
                    break;
                case UnaryNode { Operator: "!" or "-" or "~" or "++" or "--", Operand: var operand }:
                    variables.AddNumbers(operand);
                    break;
                case BinaryNode { Operator: not ",", Left: var left, Right: var right }:
                    variables.AddNumbers(left, right);
                    break;
                case IfNode { Condition: var condition }:
                    variables.AddNumbers(condition);
                    break;
                case WhileNode { Condition: var condition }:
                    variables.AddNumbers(condition);
                    break;
                case ConditionalNode { Condition: var condition }:
                    variables.AddNumbers(condition);
                    break;
                case AssemblyNode assembly:
                    variables._kept.UnionWith(assembly.Names);
                    break;
                case TextNode text:
                    variables._kept.UnionWith(text.Names);
                    break;
            }
        }

        return variables;
    }

    /// <param name="name">The variable's.</param>
    /// <param name="isAggregate">It is a struct or array of which a part may be kept by whom it is passed to.</param>
    public bool IsAliased(string name, bool isAggregate) => _kept.Contains(name) || (isAggregate && _passed.Contains(name));

    /// <summary>What it points to is named: whatever its type is called, it is a pointer.</summary>
    public bool IsPointer(string name) => _pointers.Contains(name);

    /// <summary>It is reckoned with, compared or tested, which no struct can be: whatever its type is called.</summary>
    public bool IsNumber(string name) => _numbers.Contains(name);

    private void AddNumbers(params ReadOnlySpan<ExpressionNode> operands)
    {
        foreach (var operand in operands)
        {
            if (operand.Unwrapped is NameNode name)
                _numbers.Add(name.Name);
        }
    }

    /// <summary>The variable that a path of values starts at: <c>s</c> in <c>s.a[1].b</c>, not <c>p</c> in <c>p-&gt;a</c>.</summary>
    private static string? RootOf(ExpressionNode place) => place.Unwrapped switch
    {
        NameNode name => name.Name,
        MemberNode { IsArrow: false, Base: var inner } => RootOf(inner),
        IndexNode { Base: var inner } => RootOf(inner),
        _ => null,
    };

    /// <summary>The address goes to one call as an argument, and nowhere else.</summary>
    private static bool IsPassed(Node address, Catalogue catalogue) =>
        CallGiven(address) is { } call && (call.Name is not { } name || !catalogue.KeepsAddresses(new Callee(name)));

    private static CallNode? CallGiven(Node address)
    {
        var node = address;
        while (node.Parent is ParenthesizedNode or CastNode)
            node = node.Parent;

        return node.Parent is CallNode call && call.Callee != node ? call : null;
    }
}

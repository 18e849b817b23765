using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Flow;

/// <summary>Which locals of a function have their address kept, so that any call may change them. Decided by name, scopes apart.</summary>
internal sealed class Variables
{
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);

    public static Variables Of(Node body, Catalogue catalogue)
    {
        var variables = new Variables();
        foreach (var node in body.DescendantsAndSelf)
        {
            switch (node)
            {
                case UnaryNode { Operator: "&", Operand: var operand } address when RootOf(operand) is { } name:
                    (IsPassed(address, catalogue) ? variables._passed : variables._kept).Add(name);
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

    /// <summary>The variable that a path of values starts at: <c>s</c> in <c>s.a[1].b</c>, not <c>p</c> in <c>p-&gt;a</c>.</summary>
    private static string? RootOf(ExpressionNode place) => place.Unwrapped switch
    {
        NameNode name => name.Name,
        MemberNode { IsArrow: false, Base: var inner } => RootOf(inner),
        IndexNode { Base: var inner } => RootOf(inner),
        _ => null,
    };

    /// <summary>The address goes to one call as an argument, and nowhere else.</summary>
    private static bool IsPassed(Node address, Catalogue catalogue)
    {
        var node = address;
        while (node.Parent is ParenthesizedNode or CastNode)
            node = node.Parent;

        return node.Parent is CallNode call && call.Callee != node
            && (call.Name is not { } name || !catalogue.KeepsAddresses(new Callee(name)));
    }
}

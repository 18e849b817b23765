using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Flow;

// Calls, of functions and of macros that behave like one.
internal sealed partial class Lowering
{
    private Expression Call(CallNode node, bool isUsed)
    {
        if (node.Name is { } name && Find(name) is null)
            return CallByName(node, name, isUsed);

        var target = Value(node.Callee is UnaryNode { Operator: "*" } pointed ? pointed.Operand : node.Callee);
        var arguments = node.Arguments.Select(a => ArgumentOf(a));
        return EmitCall(OriginOf(node), new Callee("*"), [new Argument(target), .. arguments], isUsed ? NewTemporary("") : null, hasReceiver: true);
    }

    private Expression CallByName(CallNode node, string name, bool isUsed)
    {
        var origin = OriginOf(node);
        var meaning = _knowledge.MacroOf(name);
        if (meaning is { IsTransparent: true } && node.Arguments.Length > 0)
            return Value(node.Arguments[0]);

        if (_knowledge.StealOf(name) is { } steal && node.Arguments.Length > 0)
            return Stolen(node, steal);

        if (_knowledge.ClearingOf(name) is { } clearing && clearing.Subject < node.Arguments.Length)
            return Cleared(node, clearing);

        if (meaning?.Alias is { } function && !IsCatalogued(name))
            return CallByName(node, function, isUsed);

        if (!isUsed && IsOpaque(name, meaning))
        {
            Opaque(node, name, node.Arguments);
            return s_nothing;
        }

        EmitHidden(node, name, meaning);

        var result = isUsed ? NewTemporary(_knowledge.ReturnType(name) ?? TypeAsUsed(node)) : null;
        var arguments = ArgumentsOf(name, node.Arguments, meaning);
        if (_knowledge.Guards.LeavesState(name))
            ForgetState(origin, arguments);

        return EmitCall(origin, new Callee(name), arguments, result, neverReturns: _knowledge.IsNoReturn(name) || meaning is { NeverReturns: true });
    }

    /// <summary>What a call of unknown type is used as: a number where it is compared or computed with one, or kept in one.</summary>
    private string TypeAsUsed(CallNode node)
    {
        Node value = node;
        while (value.Parent is ParenthesizedNode || (value.Parent is AssignmentNode assignment && assignment.Value == value))
            value = value.Parent;

        return value.Parent switch
        {
            BinaryNode { Operator: "<" or ">" or "<=" or ">=" or "+" or "*" or "/" or "%" or "&" or "|" } => "int",
            BinaryNode { Operator: "==" or "!=" } compared when IsNumber(compared.Left) || IsNumber(compared.Right) => "int",
            DeclaratorNode declarator when Find(declarator.Name) is { } local && Types.IsScalar(local.Type) && !_pointers.Contains(local) => local.Type,
            _ when node.Parent is AssignmentNode { Target: NameNode { Name: var name } } && Find(name) is { } target
                && Types.IsScalar(target.Type) && !_pointers.Contains(target) => target.Type,
            _ => "",
        };

        static bool IsNumber(ExpressionNode side) =>
            side.Unwrapped is LiteralNode { Kind: LiteralKind.Number, Text: not "0" } or UnaryNode { Operator: "-", Operand: LiteralNode };
    }

    /// <summary>The value is taken out of a place, which is left empty.</summary>
    private Expression Stolen(CallNode node, StealForm steal)
    {
        var origin = OriginOf(node);
        var place = Subject(node.Arguments[0]);
        var taken = NewTemporary("");
        if (steal.Value == ScopedValue.Pointer)
            _pointers.Add(taken);

        Emit(new Store(origin, taken, new Read(place)));
        Emit(new Store(origin, place, EmptyOf(steal.Value)));
        if (!IsReturn(steal))
            return new Read(taken);

        Emit(new EvaluateReturn(origin, new Read(taken)));
        LeaveTo(null);
        Connect(_current, _graph.Exit);
        Stop();
        return s_nothing;

        bool IsReturn(StealForm form) => form.Return is { } text && text.StartsWith(node.Name!, StringComparison.Ordinal);
    }

    /// <summary>A release, and the empty value stored behind it; nothing where the place is empty already.</summary>
    private Expression Cleared(CallNode node, ClearingForm clearing)
    {
        var origin = OriginOf(node);
        var place = Subject(node.Arguments[clearing.Subject]);
        var releaser = clearing.With is { } with && with < node.Arguments.Length ? TextOf(node.Arguments[with].Unwrapped) : clearing.Releaser ?? "*";
        var empty = clearing.Empty == "NULL" ? Constant.Null : new Constant(-1L);
        var after = _current;
        if (!_catalogue.EffectsOf(new Callee(releaser)).Any(e => e.Releaser is { IgnoresEmpty: true }))
        {
            (var release, after) = (NewBlock(), NewBlock());
            _graph.Branch(_current, origin, new Operation("!=", new Read(place), empty), release, after, isImplied: true);
            _current = release;
        }

        Emit(new Call(origin, new Callee(releaser), [new Argument(new Read(place))], null));
        Emit(new Store(origin, place, empty));
        if (after != _current)
            StartAt(after);

        return s_nothing;
    }

    /// <summary>The place that a macro works on, given by name or by address.</summary>
    private Place Subject(ExpressionNode node) =>
        node.Unwrapped is UnaryNode { Operator: "&", Operand: var operand } ? PlaceOf(operand) : PlaceOf(node);

    private static Constant EmptyOf(ScopedValue value) => value == ScopedValue.Descriptor ? new Constant(-1L) : Constant.Null;

    private Expression EmitCall(
        Origin origin, Callee callee, ImmutableArray<Argument> arguments, Local? result, bool hasReceiver = false, bool neverReturns = false)
    {
        Emit(new Call(origin, callee, arguments, result) { HasReceiver = hasReceiver, NeverReturns = neverReturns });
        if (neverReturns)
            Stop();

        return result is null ? s_nothing : new Read(result);
    }

    private ImmutableArray<Argument> ArgumentsOf(string callee, ImmutableArray<ExpressionNode> nodes, MacroMeaning? meaning)
    {
        var effects = _catalogue.EffectsOf(new Callee(callee));
        var arguments = ImmutableArray.CreateBuilder<Argument>(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            var isAssigned = meaning?.Assigns.Contains(i) == true
                || effects.Any(e => e.Subject.Index == i && e is { Kind: EffectKind.Acquire } or { Releaser.Clears: true } && e.Resource!.Kind != ResourceKind.Lock);
            arguments.Add(isAssigned ? AssignedArgument(nodes[i]) : ArgumentOf(nodes[i]));
        }

        return arguments.MoveToImmutable();
    }

    /// <summary>An argument as a function gets it; the address of a place lets it read and write that.</summary>
    private Argument ArgumentOf(ExpressionNode node)
    {
        return Value(node) switch
        {
            AddressOf { Place: Global { Name: var label } } address when _labels.ContainsKey(label) => new Argument(address),
            AddressOf address => new Argument(address, Passing.Reference, address.Place) { MayKeepWhole = address.Place is Field { Base: Read { Place: Local } } },
            var value => new Argument(value),
        };
    }

    /// <summary>An argument that a macro assigns by itself, without an <c>&amp;</c>.</summary>
    private Argument AssignedArgument(ExpressionNode node)
    {
        if (node.Unwrapped is UnaryNode { Operator: "&" } or not (NameNode or MemberNode or IndexNode or UnaryNode { Operator: "*" }))
            return ArgumentOf(node);

        var place = PlaceOf(node);
        return new Argument(new AddressOf(place) { Origin = OriginOf(node) }, Passing.Reference, place);
    }

    /// <summary>An argument of a macro that heads a block: a plain variable may be what it counts with.</summary>
    private Argument MacroArgument(ExpressionNode node) =>
        node.Unwrapped is NameNode { Name: var name } && Find(name) is { } local && !_arrays.Contains(local)
            ? new Argument(new AddressOf(local), Passing.Reference, local)
            : node is TypeNameNode type ? new Argument(new Operation("?" + type.Text)) : ArgumentOf(node);
}

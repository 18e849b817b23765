using System.Collections.Immutable;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Flow;

// Expressions: their effects become events in the order of writing, their value a pure expression.
internal sealed partial class Lowering
{
    private static readonly Expression s_nothing = new Operation("?void");

    /// <summary>Runs an expression of which nobody needs the value.</summary>
    private void Evaluate(ExpressionNode node)
    {
        CheckStack();
        switch (node)
        {
            case ParenthesizedNode { Inner: var inner }:
                Evaluate(inner);
                break;
            case CastNode { Operand: var operand }:
                Evaluate(operand);
                break;
            case BinaryNode { Operator: ",", Left: var left, Right: var right }:
                Evaluate(left);
                Evaluate(right);
                break;
            case CallNode call:
                Call(call, isUsed: false);
                break;
            case UnaryNode { Operator: "++" or "--" } step:
                Step(step, isUsed: false);
                break;
            case ConditionalNode { WhenTrue: { } yes } conditional:
                var whenTrue = NewBlock();
                var whenFalse = NewBlock();
                Condition(conditional.Condition, whenTrue, whenFalse);
                Join((whenTrue, () => Evaluate(yes)), (whenFalse, () => Evaluate(conditional.WhenFalse)));
                break;
            case BinaryNode { Operator: "&&" or "||" } condition:
                var after = NewBlock();
                Condition(condition, after, after);
                _current = after;
                break;
            case StatementExpressionNode { Body: var body }:
                Statement(body);
                break;
            case NameNode name when !IsKnownValue(name.Name):
                // A macro without arguments that stands as a statement.
                Opaque(node, name.Name, []);
                break;
            default:
                Value(node);
                break;
        }
    }

    /// <summary>Emits the events of an expression and says what its value is.</summary>
    private Expression Value(ExpressionNode node)
    {
        CheckStack();
        var value = Computed(node);
        return value.Origin is null ? value with { Origin = OriginOf(node) } : value;
    }

    private Expression Computed(ExpressionNode node)
    {
        switch (node)
        {
            case ParenthesizedNode { Inner: var inner }:
                return Value(inner);
            case LiteralNode literal:
                return Literals.ValueOf(literal);
            case NameNode name when Find(name.Name) is null && _knowledge.MadeBy(name.Name) is { } made:
                return EmitCall(OriginOf(name), new Callee(name.Name), [], NewTemporary(made));
            case NameNode name:
                if (Find(name.Name) is null)
                    EmitHidden(name, name.Name, _knowledge.MacroOf(name.Name));

                return Named(name.Name);
            case MemberNode or IndexNode or UnaryNode { Operator: "*", IsPostfix: false }:
                return Load(PlaceOf(node));
            case UnaryNode { Operator: "&", Operand: var operand }:
                return AddressOf(operand);
            case UnaryNode { Operator: "++" or "--" } step:
                return Step(step, isUsed: true);
            case UnaryNode { Operator: "!" } not:
                return Negated(Value(not.Operand), not.Operand);
            case UnaryNode { Operator: "sizeof" or "_Alignof" or "alignof" or "__alignof__" } size:
                return new Operation($"?{size.Operator}({TextOf(size.Operand)})");
            case UnaryNode { Operator: "-" } minus:
                return Minus(Value(minus.Operand));
            case UnaryNode { Operator: "+" or "__extension__", Operand: var operand }:
                return Value(operand);
            case UnaryNode unary:
                return new Operation(unary.Operator, Value(unary.Operand));
            case BinaryNode { Operator: "," } comma:
                Evaluate(comma.Left);
                return Value(comma.Right);
            case BinaryNode { Operator: "&&" or "||" }:
                return Truth(node);
            case BinaryNode binary:
                return Binary(binary);
            case AssignmentNode assignment:
                return Assign(assignment);
            case ConditionalNode conditional:
                return Choice(conditional);
            case CallNode call:
                return Call(call, isUsed: true);
            case CastNode cast:
                return Cast(cast);
            case CompoundLiteralNode literal:
                return new Operation($"?({literal.Type.Text})", List(literal.Values));
            case InitializerListNode list:
                return List(list);
            case StatementExpressionNode statements:
                return StatementValue(statements);
            case LabelAddressNode label:
                return new AddressOf(new Global(label.Label));
            case TypeNameNode type:
                return new Operation("?" + type.Text);
            case TextNode text:
                if (!text.IsPlainOperator)
                    EmitOpaque(OriginOf(text), text.Text, MentionedIn([text]), mayJump: true);
                return new Operation("?" + text.Text);
            default:
                throw new NotExpressibleException($"no graph for {node.GetType().Name}", node);
        }
    }

    private bool IsKnownValue(string name) =>
        Find(name) is not null || _enumerators.ContainsKey(name) || (_knowledge.MacroOf(name) is null && !IsMacroLike(name)) || _knowledge.ValueOf(name) is { Value: not null };

    private static bool IsMacroLike(string name) => MacroShapes.IsNamedLikeMacro(name);

    private Expression Named(string name)
    {
        if (Find(name) is { } local)
            return _arrays.Contains(local) ? new AddressOf(local) : new Read(local);

        switch (name)
        {
            case "NULL" or "nullptr":
                return Constant.Null;
            case "errno":
                return new Read(Implicit.Errno);
            case "true" or "TRUE":
                return new Constant(1L, name);
            case "false" or "FALSE":
                return new Constant(0L, name);
        }

        if (_enumerators.TryGetValue(name, out var enumerator))
            return new Constant(enumerator, name);

        if (_knowledge.ValueOf(name) is { } known)
            return new Constant(known.Value, name);

        return IsMacroLike(name) || IsFunction(name) || name.StartsWith("__", StringComparison.Ordinal)
            ? new Constant(null, name)
            : new Read(new Global(name));
    }

    /// <summary>No variable: a function of the codebase, or one that a catalogue knows.</summary>
    private bool IsFunction(string name) => Find(name) is null && (_knowledge.IsFunction(name) || IsCatalogued(name));

    private Expression Load(Place place) => new Read(place);

    private Place PlaceOf(ExpressionNode node)
    {
        CheckStack();
        switch (node.Unwrapped)
        {
            case NameNode { Name: "errno" }:
                return Implicit.Errno;
            case NameNode name:
                return Find(name.Name) is { } local ? local : new Global(name.Name);
            case MemberNode { IsArrow: true } member:
                return FieldOf(Value(member.Base), member.Name);
            case MemberNode member:
                return PlaceOf(member.Base) switch
                {
                    Element { Index: Constant { Value: 0L } } pointed when IsDereference(member.Base) => new Field(pointed.Base, member.Name),
                    var place => new Member(place, member.Name),
                };
            case IndexNode index:
                var @base = Value(index.Base);
                return new Element(@base, Value(index.Index));
            case UnaryNode { Operator: "*", IsPostfix: false } pointed:
                var pointer = Value(pointed.Operand);
                return pointer is AddressOf { Place: var target } ? target : new Element(pointer, new Constant(0L));
            case CastNode { Operand: var operand }:
                return PlaceOf(operand);
            default:
                // The value of a call or a choice: a place of its own.
                var kept = NewTemporary("");
                Emit(new Store(OriginOf(node), kept, Value(node)));
                return kept;
        }
    }

    private static Place FieldOf(Expression @base, string name) =>
        @base is AddressOf { Place: var place } ? new Member(place, name) : new Field(@base, name);

    private static bool IsDereference(ExpressionNode node) => node.Unwrapped is UnaryNode { Operator: "*", IsPostfix: false };

    private Expression AddressOf(ExpressionNode operand)
    {
        if (operand.Unwrapped is NameNode { Name: var name } && IsFunction(name))
            return new Constant(null, name);

        return PlaceOf(operand) switch
        {
            Element { Base: var pointer, Index: Constant { Value: 0L } } when IsDereference(operand) => pointer,
            var place => new AddressOf(place),
        };
    }

    private static Expression Minus(Expression operand) => operand switch
    {
        Constant { Value: long value, Symbol: var symbol } => new Constant(-value, symbol is null ? null : "-" + symbol),
        Constant { Value: double value } => new Constant(-value),
        Constant { Value: null, Symbol: { } symbol } => new Constant(null, "-" + symbol),
        _ => new Operation("-", operand),
    };

    private Expression Negated(Expression value, ExpressionNode node) => value switch
    {
        Constant { Value: long known } => new Constant(known == 0 ? 1L : 0L),
        _ when IsPointer(node) => new Operation("==", value, Constant.Null),
        _ => new Operation("!", value),
    };

    private Expression Binary(BinaryNode binary)
    {
        var left = Value(binary.Left);
        var right = Value(binary.Right);
        if (binary.Operator is "==" or "!=")
        {
            if (IsZero(right) && IsPointer(binary.Left))
                right = Constant.Null;
            else if (IsZero(left) && IsPointer(binary.Right))
                left = Constant.Null;
        }

        return new Operation(binary.Operator, left, right);
    }

    private static bool IsZero(Expression value) => value is Constant { Value: 0L };

    /// <summary>Whether an expression is certainly a pointer.</summary>
    private bool IsPointer(ExpressionNode node) => node.Unwrapped switch
    {
        NameNode { Name: "NULL" or "nullptr" } => true,
        NameNode name => Find(name.Name) is { } local && (_pointers.Contains(local) || _arrays.Contains(local)),
        AssignmentNode { Operator: "=", Target: var target, Value: var value } => IsPointer(target) || IsPointer(value),
        CallNode { Name: { } name } => _knowledge.ReturnType(name) is { } type && (type.EndsWith('*') || _knowledge.IsPointer(type)),
        CastNode { Type.Text: var type } => type.EndsWith('*') || _knowledge.IsPointer(type),
        LiteralNode { Kind: LiteralKind.String } => true,
        UnaryNode { Operator: "&" } => true,
        ConditionalNode { WhenTrue: var yes, WhenFalse: var no } => (yes is not null && IsPointer(yes)) || IsPointer(no),
        _ => false,
    };

    /// <summary>A zero that a pointer takes is the null pointer.</summary>
    private Expression Adapted(Expression value, Place target) =>
        IsZero(value) && target is Local local && _pointers.Contains(local) ? Constant.Null with { Origin = value.Origin } : value;

    private Expression Cast(CastNode cast)
    {
        var value = Value(cast.Operand);
        if (cast.Type.Text == "void")
            return s_nothing;

        if (cast.Type.Text.EndsWith('*') || _knowledge.IsPointer(cast.Type.Text))
            return IsZero(value) ? Constant.Null : value;

        // A function is the same whatever it is called to be.
        var isFunction = !Types.IsScalar(cast.Type.Text) && cast.Operand.Unwrapped is NameNode { Name: var name } && IsFunction(name);
        return isFunction || value is Constant { Value: long } ? value : new Operation($"({cast.Type.Text})", value) { Keeps = Types.KeptBy(cast.Type.Text) };
    }

    private Operation List(InitializerListNode list) =>
        new("?{" + string.Join(",", list.Items.Select(i => i.Designator)) + "}", list.Items.Select(i => Value(i.Value)).ToImmutableArray());

    private Expression Assign(AssignmentNode assignment)
    {
        if (Takes(assignment))
            return new Read(Find(((NameNode)assignment.Target).Name)!);

        var target = PlaceOf(assignment.Target);
        var value = Value(assignment.Value);
        if (assignment.Operator != "=")
            value = new Operation(assignment.Operator[..^1], new Read(target), value);

        value = Adapted(value, target);
        Emit(new Store(OriginOf(assignment), target, value));
        return target is Local ? new Read(target) : value;
    }

    private Expression Step(UnaryNode step, bool isUsed)
    {
        var place = PlaceOf(step.Operand);
        Expression old = new Read(place);
        if (isUsed && step.IsPostfix)
        {
            var kept = NewTemporary("");
            Emit(new Store(OriginOf(step.Operand), kept, old));
            old = new Read(kept);
        }

        Emit(new Store(OriginOf(step), place, new Operation(step.Operator[..1], old, new Constant(1L))));
        return step.IsPostfix ? old : new Read(place);
    }

    // ── Decisions ───────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>Ends the current block with a decision.</summary>
    private void Condition(ExpressionNode node, Block whenTrue, Block whenFalse, Denial? denial = null)
    {
        CheckStack();
        switch (node)
        {
            case ParenthesizedNode { Inner: var inner }:
                Condition(inner, whenTrue, whenFalse, denial);
                return;
            case UnaryNode { Operator: "!", Operand: var operand }:
                Condition(operand, whenFalse, whenTrue, new Denial(denial?.Whole ?? OriginOf(node), denial is not { IsOdd: true }));
                return;
            case BinaryNode { Operator: "&&" } and:
                var second = NewBlock();
                Condition(and.Left, second, whenFalse);
                _current = second;
                Condition(and.Right, whenTrue, whenFalse);
                return;
            case BinaryNode { Operator: "||" } or:
                var other = NewBlock();
                Condition(or.Left, whenTrue, other);
                _current = other;
                Condition(or.Right, whenTrue, whenFalse);
                return;
            case BinaryNode { Operator: "," } comma:
                Evaluate(comma.Left);
                Condition(comma.Right, whenTrue, whenFalse);
                return;
            case ConditionalNode { WhenTrue: { } yes } conditional:
                var first = NewBlock();
                var last = NewBlock();
                Condition(conditional.Condition, first, last);
                _current = first;
                Condition(yes, whenTrue, whenFalse);
                _current = last;
                Condition(conditional.WhenFalse, whenTrue, whenFalse);
                return;
            case CallNode { Name: { } name, Arguments: [var likely, ..] } when _knowledge.MacroOf(name) is { IsTransparent: true }:
                Condition(likely, whenTrue, whenFalse, denial);
                return;
        }

        var value = Value(node);
        if (value is Constant { Value: long known })
        {
            Connect(_current, known != 0 ? whenTrue : whenFalse);
            return;
        }

        if (value is Constant { Value: null, Symbol: null })
        {
            Connect(_current, whenFalse);
            return;
        }

        _graph.Branch(_current, OriginOf(node), IsPointer(node) ? new Operation("!=", value, Constant.Null) : value, whenTrue, whenFalse, denial: denial);
    }

    /// <summary>A condition as a value: a temporary that the two ways set.</summary>
    private Expression Truth(ExpressionNode condition)
    {
        var whenTrue = NewBlock();
        var whenFalse = NewBlock();
        Condition(condition, whenTrue, whenFalse);
        var result = NewTemporary("int");
        var origin = OriginOf(condition);
        Join(
            (whenTrue, () => Emit(new Store(origin, result, new Constant(1L)))),
            (whenFalse, () => Emit(new Store(origin, result, new Constant(0L)))));
        return new Read(result);
    }

    private Expression Choice(ConditionalNode conditional)
    {
        var whenTrue = NewBlock();
        var whenFalse = NewBlock();
        var result = NewTemporary("");
        var origin = OriginOf(conditional);
        if (IsPointer(conditional))
            _pointers.Add(result);

        if (conditional.WhenTrue is { } yes)
        {
            Condition(conditional.Condition, whenTrue, whenFalse);
            Join(
                (whenTrue, () => Emit(new Store(origin, result, Value(yes)))),
                (whenFalse, () => Emit(new Store(origin, result, Value(conditional.WhenFalse)))));
            return new Read(result);
        }

        Emit(new Store(origin, result, Value(conditional.Condition)));
        _graph.Branch(
            _current,
            OriginOf(conditional.Condition),
            IsPointer(conditional.Condition) ? new Operation("!=", new Read(result), Constant.Null) : new Read(result),
            whenTrue,
            whenFalse);
        Join((whenTrue, () => { }), (whenFalse, () => Emit(new Store(origin, result, Value(conditional.WhenFalse)))));
        return new Read(result);
    }

    /// <summary>Several ways that come together.</summary>
    private void Join(params ReadOnlySpan<(Block Start, Action Way)> ways)
    {
        var after = NewBlock();
        foreach (var (start, way) in ways)
        {
            _current = start;
            way();
            Connect(_current, after);
        }

        _current = after;
    }

    private Expression StatementValue(StatementExpressionNode node)
    {
        Expression? value = null;
        InScope(node.Body, () =>
        {
            var statements = node.Body.Statements;
            if (statements is [.. var before, ExpressionStatementNode { Expression: { } last }])
            {
                Statements(before);
                var kept = NewTemporary("");
                if (IsPointer(last))
                    _pointers.Add(kept);

                Emit(new Store(OriginOf(last), kept, Value(last)));
                value = new Read(kept);
            }
            else
            {
                Statements(statements);
            }
        });
        return value ?? s_nothing;
    }
}

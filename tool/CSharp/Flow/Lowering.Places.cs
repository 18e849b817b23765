using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

// Places, and what is assigned to them.
internal sealed partial class Lowering
{
    /// <summary>Emits the events that find a place; <paramref name="later"/> runs before the place is used.</summary>
    private Place PlaceOf(IOperation operation, params ImmutableArray<IOperation> later)
    {
        CheckStack();
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return PlaceOf(parenthesized.Operand, later);
            case IDeclarationExpressionOperation declaration:
                return PlaceOf(declaration.Expression, later);
            case ILocalReferenceOperation { Local: { RefKind: not RefKind.None } reference }:
                _references.Add(LocalOf(reference));
                return new Element(new Read(LocalOf(reference)), new Constant(0L));
            case ILocalReferenceOperation { Local: var local }:
                return LocalOf(local);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return IsPrimary(parameter) ? new Field(new Read(Receiver(parameter.ContainingType)), parameter.Name) : LocalOf(parameter);
            case IFieldReferenceOperation field:
                return FieldPlace(field.Field, field.Instance, later);
            case IEventReferenceOperation @event:
                return FieldPlace(@event.Event, @event.Instance, later);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver or InstanceReferenceKind.PatternInput }:
                return _implicitReceivers.Peek().Place ?? Spilled(_implicitReceivers.Peek().Value, operation);
            case IInstanceReferenceOperation:
                return ReceiverPlace(operation);
            case IArrayElementReferenceOperation element:
                var parts = Bases([element.ArrayReference, .. element.Indices], later);
                var index = parts.Length == 2 ? parts[1] : new Operation("?index", parts[1..]);
                return new Element(parts[0], index);
            case IInlineArrayAccessOperation inline:
                return new Member(PlaceOf(inline.Instance, [inline.Argument, .. later]), $"[{Value(inline.Argument)}]");
            case IConditionalOperation { IsRef: true, WhenFalse: { } otherwise } conditional:
                return ChosenPlace(conditional, otherwise);
            case IDiscardOperation:
                return NewTemporary(operation.Type);
            case ISimpleAssignmentOperation { IsRef: true } assignment:
                Assignment(assignment, isUsed: false);
                return PlaceOf(assignment.Target, later);
            case { Kind: OperationKind.None } when PointedAt(operation) is { } pointer:
                return new Element(Bases([pointer], later)[0], new Constant(0L));
            case { Kind: OperationKind.None } when IsPointerElement(operation):
                var operands = Bases([.. operation.ChildOperations], later);
                return new Element(operands[0], operands[1]);
        }

        // A call that hands out a reference: what it refers to.
        if (IsReference(operation))
        {
            var address = operation is IInvocationOperation call ? Invoke(call, isUsed: true) : GetProperty((IPropertyReferenceOperation)operation);
            if (address is Read { Place: Local reference })
                _references.Add(reference);

            return new Element(address, new Constant(0L));
        }

        return Spilled(Value(operation), operation);
    }

    private static bool IsReference(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.RefKind != RefKind.None,
        IPropertyReferenceOperation property => property.Property.RefKind != RefKind.None,
        _ => false,
    };

    private Place Spilled(Expression value, IOperation operation) =>
        Kept(value, operation) switch
        {
            Read { Place: Local local } => local,
            var other => SpilledTo(NewTemporary(operation.Type), other, operation),
        };

    private Local SpilledTo(Local temporary, Expression value, IOperation operation)
    {
        Emit(new Store(OriginOf(operation), temporary, value));
        return temporary;
    }

    /// <summary>What <c>*p</c> and the left of <c>p->f</c> go through: they have no operation of their own.</summary>
    private static IOperation? PointedAt(IOperation operation) =>
        operation.ChildOperations.ToImmutableArray() is [{ Type: IPointerTypeSymbol pointer } child]
        && operation.Type is { } type
        && SymbolEqualityComparer.Default.Equals(pointer.PointedAtType, type)
            ? child
            : null;

    private static bool IsPointerElement(IOperation operation) =>
        operation is { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax } && operation.ChildOperations.Count == 2;

    private static bool IsPrimary(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
        && constructor.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax);

    private Place ReceiverPlace(IOperation operation) => Receiver(operation.Type);

    /// <summary>Values that a place is reached through, which what runs before its use does not change.</summary>
    private ImmutableArray<Expression> Bases(ImmutableArray<IOperation> operations, ImmutableArray<IOperation> later)
    {
        var values = ImmutableArray.CreateBuilder<Expression>(operations.Length);
        for (var i = 0; i < operations.Length; i++)
            values.Add(Stable(Value(operations[i]), operations[i], [.. operations.AsSpan()[(i + 1)..], .. later]));

        return values.MoveToImmutable();
    }

    private Place FieldPlace(ISymbol field, IOperation? instance, ImmutableArray<IOperation> later)
    {
        if (instance is null)
            return new Global(_context.Names.Member(field)) { IsReadOnly = IsReadOnly(field, isOwn: true) };

        if (instance.Type is { IsValueType: true })
            return new Member(PlaceOf(instance, later), field.Name);

        var isOwn = instance is IInstanceReferenceOperation;
        return new Field(Bases([instance], later)[0], field.Name) { IsReadOnly = IsReadOnly(field, isOwn) || instance.Type?.TypeKind == TypeKind.Array };
    }

    /// <summary>Not assigned while this function runs: a constructor may still assign its own.</summary>
    private bool IsReadOnly(ISymbol field, bool isOwn)
    {
        if (field is not IFieldSymbol known || !_context.Names.IsSettled(known))
            return false;

        var constructs = _method?.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor || _method is { IsInitOnly: true };
        return !(isOwn && constructs) && !(_syntax.IsNested && constructs);
    }

    private Place ChosenPlace(IConditionalOperation conditional, IOperation otherwise)
    {
        var whenTrue = NewBlock();
        var whenFalse = NewBlock();
        Condition(conditional.Condition, whenTrue, whenFalse);
        var address = NewTemporary(conditional.Type);
        _references.Add(address);
        Join(conditional, address,
            (whenTrue, () => new AddressOf(PlaceOf(conditional.WhenTrue))),
            (whenFalse, () => new AddressOf(PlaceOf(otherwise))));
        return new Element(new Read(address), new Constant(0L));
    }

    /// <summary>The value of a place; a reading that may throw, or is volatile, is an event of its own.</summary>
    private Expression Loaded(Place place, IOperation operation)
    {
        var isVolatile = operation is IFieldReferenceOperation { Field.IsVolatile: true };
        var throws = MayThrow(place);
        if (!isVolatile && !throws)
            return new Read(place);

        var result = NewTemporary(operation.Type);
        Emit(new Load(OriginOf(operation), result, place) { IsVolatile = isVolatile, MayThrow = throws });
        return new Read(result);
    }

    private bool MayThrow(Place place) => place switch
    {
        Field { Base: Read { Place: Local local } } => !_nonNull.Contains(local),
        Field => true,
        Element { Base: AddressOf } => false,
        Element { Base: Read { Place: Local local } } => !_references.Contains(local),
        Element => true,
        Member { Of: var of } => MayThrow(of),
        _ => false,
    };

    private static Place? ReadOf(Expression value) => value is Read { Place: var place } ? place : null;

    // ── Assignments ─────────────────────────────────────────────────────────────────────────────────────────────

    private Expression Assignment(ISimpleAssignmentOperation assignment, bool isUsed)
    {
        var origin = OriginOf(assignment);
        var target = Unparenthesized(assignment.Target);
        if (assignment.IsRef)
        {
            var address = new AddressOf(PlaceOf(assignment.Value));
            if (target is ILocalReferenceOperation { Local: var reference })
                Emit(new Store(origin, LocalOf(reference), address));
            else if (target is IFieldReferenceOperation field)
                Emit(new Store(origin, FieldPlace(field.Field, field.Instance, []), address));
            else
                throw Inexpressible(assignment);

            return address;
        }

        if (target is IDiscardOperation)
            return Value(assignment.Value);

        if (AccessorsOf(target, assignment.Value) is { } accessors)
        {
            var given = Value(assignment.Value);
            if (isUsed)
                given = Kept(given, assignment.Value);

            accessors.Set(given, origin);
            return given;
        }

        var place = PlaceOf(target, assignment.Value);
        var value = Value(assignment.Value);
        return Stored(origin, place, value, assignment.Value, isUsed);
    }

    /// <summary>Stores a value, and says under which name it is known afterwards.</summary>
    private Expression Stored(Origin origin, Place place, Expression value, IOperation operation, bool isUsed)
    {
        var isPlainLocal = place is Local { IsAliased: false, Kind: LocalKind.Variable or LocalKind.Parameter };
        if (isUsed && !isPlainLocal)
            value = Kept(value, operation);

        Emit(new Store(origin, place, value)
        {
            MayThrow = MayThrow(place),
            IsNonNull = isPlainLocal && value is not Constant && NonNullValues.IsAssigned(operation, operation.Type, _context.Model),
        });
        return isUsed && isPlainLocal && value is not Constant ? new Read(place) : value;
    }

    /// <summary>Assigns a value that is computed already.</summary>
    private void Assign(IOperation target, Expression value, Origin origin)
    {
        target = Unparenthesized(target);
        switch (target)
        {
            case IDiscardOperation:
                return;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, value, origin);
                return;
            case IVariableDeclaratorOperation declarator:
                Emit(new Store(origin, LocalOf(declarator.Symbol), value) { IsInitialiser = true });
                return;
            case ITupleOperation tuple:
                Deconstruct(tuple, value, default, origin);
                return;
        }

        if (AccessorsOf(target) is { } accessors)
        {
            accessors.Set(value, origin);
            return;
        }

        var place = PlaceOf(target);
        Emit(new Store(origin, place, value) { MayThrow = MayThrow(place) });
    }

    private static IOperation Unparenthesized(IOperation operation)
    {
        while (operation is IParenthesizedOperation parenthesized)
            operation = parenthesized.Operand;

        return operation;
    }

    private Expression Compound(ICompoundAssignmentOperation compound, bool isUsed)
    {
        var origin = OriginOf(compound);
        var (read, write) = ReadWrite(compound.Target, compound.Value);
        var old = Stable(read(), compound.Target, compound.Value);
        var operand = Value(compound.Value);
        Expression value;
        if (compound.OperatorMethod is { } method && !Constants.IsNativeInteger(method.ContainingType))
            value = Called(compound, _context.Names.Method(method).Callee, [new Argument(old), new Argument(operand)], isUsed: method.ReturnType.SpecialType != SpecialType.System_Void) ?? old;
        else if (compound.Target.Type is IDynamicTypeSymbol || compound.Value.Type is IDynamicTypeSymbol)
            value = Called(compound, new Callee("*"), [new Argument(old), new Argument(operand)], isUsed: true)!;
        else if (compound.Target.Type?.SpecialType == SpecialType.System_String)
            value = Concatenated(compound, "string concatenation", [old, operand], [compound.Target, compound.Value]);
        else
            value = Arithmetic(compound, compound.OperatorKind, compound.IsChecked, compound.Type, old, operand);

        return write(value, origin, isUsed);
    }

    private Expression Increment(IIncrementOrDecrementOperation increment, bool isUsed)
    {
        var origin = OriginOf(increment);
        var (read, write) = ReadWrite(increment.Target);
        var old = read();
        if (isUsed && increment.IsPostfix)
            old = Kept(old, increment.Target);

        Expression value;
        if (increment.OperatorMethod is { } method)
        {
            value = Called(increment, _context.Names.Method(method).Callee, [new Argument(old)], isUsed: true)!;
        }
        else
        {
            value = new Operation(increment.Kind == OperationKind.Increment ? "+" : "-", old, new Constant(1L));
            if (increment.IsChecked)
                value = Raising(increment, value);
        }

        var written = write(value, origin, isUsed && !increment.IsPostfix);
        return increment.IsPostfix ? old : written;
    }

    private Expression CoalesceAssignment(ICoalesceAssignmentOperation coalesce, bool isUsed)
    {
        var (read, write) = ReadWrite(coalesce.Target, coalesce.Value);
        var old = KeptThrough(read(), coalesce.Target);
        var present = NewBlock();
        var absent = NewBlock();
        Decide(OriginOf(coalesce.Target), new Operation("!=", old, Constant.Null), present, absent);
        var result = isUsed ? NewTemporary(coalesce.Type) : null;
        Join(coalesce, result,
            (present, () => Unwrapped(old, coalesce.Target.Type, coalesce.Type)),
            (absent, () => write(Value(coalesce.Value), OriginOf(coalesce), isUsed)));
        return result is null ? Constant.Null : new Read(result);
    }

    /// <summary>Finds a target once, to be read and then written.</summary>
    private (Func<Expression> Read, Func<Expression, Origin, bool, Expression> Write) ReadWrite(IOperation target, params ImmutableArray<IOperation> later)
    {
        target = Unparenthesized(target);
        if (AccessorsOf(target, later) is { } accessors)
        {
            return (accessors.Get, (value, origin, isUsed) =>
            {
                var given = isUsed ? Kept(value, target) : value;
                accessors.Set(given, origin);
                return given;
            });
        }

        var place = PlaceOf(target, later.IsEmpty ? [target] : later);
        return (() => Loaded(place, target), (value, origin, isUsed) => Stored(origin, place, value, target, isUsed));
    }

    private Expression Deconstruction(IDeconstructionAssignmentOperation assignment)
    {
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        var origin = OriginOf(assignment);
        if (target is not ITupleOperation tuple)
            throw Inexpressible(assignment);

        // Both sides are tuples as written: element by element, all values before all stores.
        if (Unconverted(assignment.Value) is ITupleOperation { Elements: var elements } source && elements.Length == tuple.Elements.Length)
        {
            var values = elements.Select(e => Kept(Value(e), e)).ToImmutableArray();
            for (var i = 0; i < values.Length; i++)
                Assign(tuple.Elements[i], values[i], origin);

            return new Operation("?tuple", values) { Origin = OriginOf(source) };
        }

        var value = Kept(Value(assignment.Value), assignment.Value);
        var info = assignment.Syntax is AssignmentExpressionSyntax syntax ? _context.Model.GetDeconstructionInfo(syntax) : default;
        Deconstruct(tuple, value, info, origin);
        return value;
    }

    private void Deconstruct(ITupleOperation target, Expression value, DeconstructionInfo info, Origin origin)
    {
        var parts = new List<Expression>();
        if (info.Method is { } method)
        {
            var outs = target.Elements.Select(e => NewTemporary(e.Type)).ToImmutableArray();
            var arguments = outs.Select(o => new Argument(new AddressOf(o), Passing.Out, o)).Prepend(new Argument(value)).ToImmutableArray();
            Emit(new Call(origin, _context.Names.Method(method).Callee, arguments, null) { HasReceiver = !method.IsStatic, IsImplied = true, MayThrow = true });
            parts.AddRange(outs.Select(o => new Read(o)));
        }
        else
        {
            var place = ReadOf(value) is Local local ? local : null;
            for (var i = 0; i < target.Elements.Length; i++)
                parts.Add(place is null ? new Operation($"?item {i}", value) : new Read(new Member(place, $"Item{i + 1}")));
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var nested = info.Nested.IsDefaultOrEmpty || i >= info.Nested.Length ? default : info.Nested[i];
            var element = Unparenthesized(target.Elements[i]);
            element = element is IDeclarationExpressionOperation { Expression: ITupleOperation inner } ? inner : element;
            if (element is ITupleOperation tuple)
            {
                var part = parts[i] is Read { Place: Local } ? parts[i] : new Read(SpilledTo(NewTemporary(tuple.Type), parts[i], tuple));
                Deconstruct(tuple, part, nested, origin);
            }
            else
            {
                Assign(element, parts[i], origin);
            }
        }
    }
}

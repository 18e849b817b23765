using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

internal sealed partial class Lowering
{
    /// <summary>What <c>?.</c> is applied to, innermost last.</summary>
    private readonly Stack<Expression> _conditionalReceivers = new();

    /// <summary>What an initialiser or a property pattern is about, innermost last.</summary>
    private readonly Stack<(Expression Value, Place? Place)> _implicitReceivers = new();

    /// <summary>Evaluates an expression whose value nobody wants.</summary>
    private void Evaluate(IOperation operation)
    {
        CheckStack();
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                Evaluate(parenthesized.Operand);
                break;
            case IInvocationOperation invocation:
                Invoke(invocation, isUsed: false);
                break;
            case ISimpleAssignmentOperation assignment:
                Assignment(assignment, isUsed: false);
                break;
            case ICompoundAssignmentOperation compound:
                Compound(compound, isUsed: false);
                break;
            case ICoalesceAssignmentOperation coalesce:
                CoalesceAssignment(coalesce, isUsed: false);
                break;
            case IIncrementOrDecrementOperation increment:
                Increment(increment, isUsed: false);
                break;
            case IConditionalAccessOperation access:
                ConditionalAccess(access, isUsed: false);
                break;
            case IAwaitOperation await when WaitedRelease(await) is { } waited:
                Invoke(waited.Release, isUsed: false, called => Waiting(called, waited.Configuration));
                break;
            case IAwaitOperation await:
                EmitAwait(OriginOf(await), Value(await.Operation), null);
                break;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                var whenTrue = NewBlock();
                var whenFalse = NewBlock();
                Condition(conditional.Condition, whenTrue, whenFalse);
                Join(conditional, null, (whenTrue, () => Dropped(conditional.WhenTrue)), (whenFalse, () => Dropped(otherwise)));
                break;
            default:
                Value(operation);
                break;
        }
    }

    private Expression? Dropped(IOperation operation)
    {
        Evaluate(operation);
        return null;
    }

    /// <summary>Emits the events of an expression and says what its value is.</summary>
    private Expression Value(IOperation operation)
    {
        CheckStack();
        var value = Constants.Of(operation, _context.Names) ?? Computed(operation);
        return value.Origin is null ? value with { Origin = OriginOf(operation) } : value;
    }

    private Expression Computed(IOperation operation)
    {
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Value(parenthesized.Operand);
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation
                or IEventReferenceOperation or IInlineArrayAccessOperation:
                return Loaded(PlaceOf(operation), operation);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver or InstanceReferenceKind.PatternInput }:
                return _implicitReceivers.Peek().Value;
            case IInstanceReferenceOperation:
                return new Read(ReceiverPlace(operation));
            case IConditionalAccessInstanceOperation:
                return _conditionalReceivers.Peek();
            case IInvocationOperation or IPropertyReferenceOperation when IsReference(operation):
                return Loaded(PlaceOf(operation), operation);
            case IPropertyReferenceOperation property:
                return GetProperty(property);
            case IInvocationOperation invocation:
                return Invoke(invocation, isUsed: true);
            case IObjectCreationOperation creation:
                return Create(creation);
            case IConversionOperation conversion:
                return Convert(conversion);
            case IUnaryOperation unary:
                return Unary(unary);
            case IBinaryOperation binary:
                return Binary(binary);
            case IIsPatternOperation:
                return Truth(operation);
            case IIsTypeOperation isType:
                var test = new Operation("is " + _context.Names.Type(isType.TypeOperand), Value(isType.ValueOperand));
                return isType.IsNegated ? new Operation("!", test) : test;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return conditional.IsRef ? Loaded(PlaceOf(conditional), conditional) : Choice(conditional, otherwise);
            case ICoalesceOperation coalesce:
                return Coalesce(coalesce);
            case IConditionalAccessOperation access:
                return ConditionalAccess(access, isUsed: true);
            case ISimpleAssignmentOperation assignment:
                return Assignment(assignment, isUsed: true);
            case ICompoundAssignmentOperation compound:
                return Compound(compound, isUsed: true);
            case ICoalesceAssignmentOperation coalesce:
                return CoalesceAssignment(coalesce, isUsed: true);
            case IIncrementOrDecrementOperation increment:
                return Increment(increment, isUsed: true);
            case IEventAssignmentOperation @event:
                EventAssignment(@event);
                return new Operation("?void");
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruction(deconstruction);
            case IDeclarationExpressionOperation declaration:
                return Value(declaration.Expression);
            case IAwaitOperation await:
                var awaited = NewTemporary(await.Type);
                EmitAwait(OriginOf(await), Value(await.Operation), awaited, MayGiveNull(await.Operation));
                return new Read(awaited);
            case IThrowOperation @throw:
                EmitThrow(OriginOf(@throw), @throw.Exception is { } thrown ? Value(thrown) : null);
                return new Operation("?thrown");
            case ISwitchExpressionOperation @switch:
                return SwitchExpression(@switch);
            case ITupleOperation tuple:
                return new Operation("?tuple", Operands([.. tuple.Elements])) { HoldsOperands = true };
            case IAnonymousObjectCreationOperation anonymous:
                return Anonymous(anonymous);
            case IArrayCreationOperation array:
                return CreateArray(array);
            case ICollectionExpressionOperation collection:
                return Collection(collection);
            case ISpreadOperation spread:
                return Value(spread.Operand);
            case IAnonymousFunctionOperation lambda:
                return Lambda(lambda);
            case IDelegateCreationOperation { Target: var target }:
                return Value(target);
            case IMethodReferenceOperation method:
                return MethodGroup(method);
            case IAddressOfOperation { Reference: IMethodReferenceOperation method }:
                return MethodGroup(method);
            case IAddressOfOperation address:
                return new AddressOf(PlaceOf(address.Reference));
            case IInterpolatedStringOperation interpolated:
                return Interpolated(interpolated);
            case ITypeOfOperation typeOf:
                return new Operation($"?typeof({_context.Names.Type(typeOf.TypeOperand)})");
            case ISizeOfOperation sizeOf:
                return new Operation($"?sizeof({_context.Names.Type(sizeOf.TypeOperand)})");
            case IDefaultValueOperation @default:
                return new Operation($"?default({_context.Names.Type(@default.Type)})");
            case IUtf8StringOperation utf8:
                return new Operation("?utf8", new Constant(utf8.Value));
            case ITranslatedQueryOperation query:
                return Value(query.Operation);
            case IDiscardOperation:
                return new Read(NewTemporary(operation.Type));
            case IArgumentOperation argument:
                return Value(argument.Value);
            case IWithOperation with:
                return With(with);
            case IRangeOperation range:
                return new Operation("..", Operands([.. new[] { range.LeftOperand, range.RightOperand }.OfType<IOperation>()]));
            case ITypeParameterObjectCreationOperation creation:
                return Initialised(Called(creation, Callee.Constructor(_context.Names.PlainType(creation.Type)), [], isUsed: true)!, creation.Initializer);
            case IFunctionPointerInvocationOperation or IDynamicInvocationOperation or IDynamicObjectCreationOperation
                or IDynamicIndexerAccessOperation or IDynamicMemberReferenceOperation:
                return Called(operation, new Callee("*"), [.. Operands([.. operation.ChildOperations]).Select(v => new Argument(v))], isUsed: true) ?? new Operation("?void");
            case IInvalidOperation:
                return Unresolved(operation);
            case { Kind: OperationKind.None, Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.IsFixed: true } } } when operation.ChildOperations.Count == 1:
                var pinned = operation.ChildOperations.First();
                return pinned is IAddressOfOperation ? Value(pinned) : new Operation("?pinned", Value(pinned));
            case IImplicitIndexerReferenceOperation indexer:
                return Called(indexer, IndexerCallee(indexer), [.. Operands(indexer.Instance, indexer.Argument).Select(v => new Argument(v))], isUsed: true, hasReceiver: true)!;
            case { Kind: OperationKind.None } when PointedAt(operation) is not null || IsPointerElement(operation):
                return Loaded(PlaceOf(operation), operation);
            default:
                return Unnamed(operation);
        }
    }

    /// <summary>
    /// Values of operands, evaluated left to right; one that a later operand may change is kept in a temporary.
    /// </summary>
    private ImmutableArray<Expression> Operands(params ImmutableArray<IOperation> operations)
    {
        var values = ImmutableArray.CreateBuilder<Expression>(operations.Length);
        for (var i = 0; i < operations.Length; i++)
            values.Add(Stable(Value(operations[i]), operations[i], operations.AsSpan()[(i + 1)..]));

        return values.MoveToImmutable();
    }

    private Expression Stable(Expression value, IOperation operation, params ReadOnlySpan<IOperation> later)
    {
        foreach (var next in later)
        {
            if (_effects.Has(next) && Changes(next, value))
                return Kept(value, operation);
        }

        return value;
    }

    private bool Changes(IOperation later, Expression value) => value switch
    {
        Constant => false,
        Read { Place: Local local } => ChangesLocal(later, local),
        Read { Place: Field { IsReadOnly: true, Base: Read { Place: Local { Kind: LocalKind.Receiver } } } or Global { IsReadOnly: true } } => false,
        Operation operation => operation.Operands.Any(o => Changes(later, o)),
        AddressOf { Place: Local } => false,
        _ => true,
    };

    private bool ChangesLocal(IOperation later, Local local)
    {
        if (local.IsTemporary || local.Kind == LocalKind.Receiver)
            return false;

        if (local.IsAliased || local.Kind is LocalKind.Outer or LocalKind.ReferenceParameter)
            return _effects.Has(later);

        return !_symbols.TryGetValue(local, out var symbol) || Effects.Assigns(later, symbol);
    }

    /// <summary>The value in a form that nothing later changes.</summary>
    private Expression Kept(Expression value, IOperation operation)
    {
        if (IsFixed(value))
            return value;

        var kept = NewTemporary(operation.Type);
        if (value is Read { Place: var place and not Local })
            Emit(new Load(OriginOf(operation), kept, place));
        else
            Emit(new Store(OriginOf(operation), kept, value));

        MarkNonNull(kept, value);
        return new Read(kept) { Origin = value.Origin };
    }

    /// <summary>The value in a form that what runs before its last use does not change.</summary>
    private Expression KeptThrough(Expression value, IOperation operation, params ReadOnlySpan<IOperation?> uses)
    {
        if (value is not Read { Place: Local local })
            return Kept(value, operation);

        foreach (var use in uses)
        {
            if (use is not null && ChangesLocal(use, local))
                return Kept(value, operation);
        }

        return value;
    }

    private static bool IsFixed(Expression value) => value switch
    {
        Constant or AddressOf { Place: Local } => true,
        Read { Place: Local { Kind: LocalKind.Temporary or LocalKind.Receiver } } => true,
        Read { Place: Field { IsReadOnly: true, Base: var owner } } => IsFixed(owner),
        Read { Place: Global { IsReadOnly: true } } => true,
        _ => false,
    };

    private void MarkNonNull(Local local, Expression? value)
    {
        if (value is null or Read { Place: Local { Kind: LocalKind.Receiver } } or AddressOf || (value is Read { Place: Local other } && _nonNull.Contains(other)))
            _nonNull.Add(local);
    }

    private static bool IsCreation(IOperation operation) => Unconverted(operation) is IObjectCreationOperation;

    private static IOperation Unconverted(IOperation operation)
    {
        while (operation is IParenthesizedOperation or IConversionOperation { IsImplicit: true, OperatorMethod: null, Conversion: { IsReference: true } or { IsIdentity: true } })
            operation = operation.ChildOperations.First();

        return operation;
    }

    /// <summary>A computation that may throw gets an event of its own.</summary>
    private Expression Raising(IOperation operation, Expression value)
    {
        var result = NewTemporary(operation.Type);
        Emit(new Store(OriginOf(operation), result, value) { MayThrow = true });
        MarkNonNull(result, value is Operation { Operands: [var operand] } ? operand : value);
        return new Read(result);
    }

    private Expression Unary(IUnaryOperation unary)
    {
        var operand = Value(unary.Operand);
        if (unary.OperatorMethod is { } method)
            return Called(unary, _context.Names.Method(method).Callee, [new Argument(operand)], isUsed: true)!;

        var value = new Operation(Operators.Of(unary.OperatorKind), operand);
        return unary.IsChecked ? Raising(unary, value) : value;
    }

    private Expression Binary(IBinaryOperation binary)
    {
        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr && binary.OperatorMethod is null)
            return Truth(binary);

        var operands = Operands(binary.LeftOperand, binary.RightOperand);
        if (binary.OperatorMethod is { } method && !Constants.IsNativeInteger(method.ContainingType))
            return Called(binary, _context.Names.Method(method).Callee, [.. operands.Select(o => new Argument(o))], isUsed: true)!;

        if (binary.LeftOperand.Type is IDynamicTypeSymbol || binary.RightOperand.Type is IDynamicTypeSymbol)
            return Called(binary, new Callee("*"), [.. operands.Select(o => new Argument(o))], isUsed: true)!;

        if (binary.OperatorKind == BinaryOperatorKind.Add && binary.Type?.SpecialType == SpecialType.System_String)
            return Concatenated(binary, "string concatenation", operands, [binary.LeftOperand, binary.RightOperand]);

        return Arithmetic(binary, binary.OperatorKind, binary.IsChecked, binary.Type, operands[0], operands[1]);
    }

    private Expression Arithmetic(IOperation operation, BinaryOperatorKind kind, bool isChecked, ITypeSymbol? type, Expression left, Expression right)
    {
        var value = new Operation(Operators.Of(kind), left, right);
        var isReal = type?.SpecialType is SpecialType.System_Double or SpecialType.System_Single;
        var throws = (isChecked && !isReal) || (Operators.Divides(kind) && !isReal && right is not Constant { Value: long and not 0 and not -1 });
        return throws ? Raising(operation, value) : value;
    }

    /// <summary>Text made of texts and numbers is a pure value; anything else is asked for its text, which may do anything.</summary>
    private Expression Concatenated(IOperation operation, string callee, ImmutableArray<Expression> values, IEnumerable<IOperation> parts)
    {
        if (parts.All(p => IsPlainText(Unboxed(p).Type)))
            return new Operation("+", values);

        return Called(operation, new Callee(callee), [.. values.Select(v => new Argument(v))], isUsed: true)!;
    }

    private static IOperation Unboxed(IOperation operation)
    {
        while (operation is IParenthesizedOperation or IConversionOperation { IsImplicit: true, OperatorMethod: null })
            operation = operation.ChildOperations.First();

        return operation;
    }

    private static bool IsPlainText(ITypeSymbol? type) => type is null or { SpecialType: not SpecialType.None and not SpecialType.System_Object } or { TypeKind: TypeKind.Enum };

    private Expression Interpolated(IInterpolatedStringOperation interpolated)
    {
        var parts = interpolated.Parts.Select(p => p switch
        {
            IInterpolatedStringTextOperation text => text.Text,
            IInterpolationOperation hole => hole.Expression,
            _ => p.ChildOperations.FirstOrDefault() ?? p,
        }).ToImmutableArray();
        var values = Operands(parts);
        return interpolated.Parts.OfType<IInterpolationOperation>().All(p => p.FormatString is null)
            ? Concatenated(interpolated, "string interpolation", values, parts)
            : Called(interpolated, new Callee("string interpolation"), [.. values.Select(v => new Argument(v))], isUsed: true)!;
    }

    private Expression Convert(IConversionOperation conversion)
    {
        var operand = Value(conversion.Operand);
        var from = conversion.Operand.Type;
        var to = conversion.Type;
        var kind = conversion.GetConversion();
        if (conversion.OperatorMethod is { } method && !Constants.IsNativeInteger(method.ContainingType))
            return Called(conversion, _context.Names.Method(method).Callee, [new Argument(operand)], isUsed: true)!;

        if (from is null || kind.IsIdentity || (Constants.IsPointerLike(from) && Constants.IsPointerLike(to)))
            return operand;

        if (kind is { IsReference: true, IsImplicit: true } || conversion.Operand is IAnonymousFunctionOperation or IMethodReferenceOperation)
            return operand;

        if (conversion.IsTryCast)
            return new Operation("as " + _context.Names.Type(to), operand);

        var value = Converted(operand, to);
        var throws = conversion.IsChecked || kind.IsUnboxing || kind.IsDynamic || (kind.IsReference && kind.IsExplicit)
            || (kind.IsNullable && kind.IsExplicit) || (to?.SpecialType != SpecialType.System_Object && kind is { Exists: false });
        return throws ? Raising(conversion, value) : value;
    }

    private Operation Converted(Expression value, ITypeSymbol? to) =>
        new($"({_context.Names.Type(to)})", value) { Keeps = Constants.KeptBy(to) };

    private Expression Choice(IConditionalOperation conditional, IOperation otherwise)
    {
        var whenTrue = NewBlock();
        var whenFalse = NewBlock();
        Condition(conditional.Condition, whenTrue, whenFalse);
        var result = NewTemporary(conditional.Type);
        Join(conditional, result, (whenTrue, () => Value(conditional.WhenTrue)), (whenFalse, () => Value(otherwise)));
        return new Read(result);
    }

    private Expression Coalesce(ICoalesceOperation coalesce)
    {
        var value = KeptThrough(Value(coalesce.Value), coalesce.Value);
        var present = NewBlock();
        var absent = NewBlock();
        Decide(OriginOf(coalesce.Value), new Operation("!=", value, Constant.Null), present, absent);
        var result = NewTemporary(coalesce.Type);
        Join(coalesce, result, (present, Present), (absent, () => Value(coalesce.WhenNull)));
        return new Read(result);

        Expression? Present()
        {
            var found = Unwrapped(value, coalesce.Value.Type, coalesce.Type);
            Emit(new Store(OriginOf(coalesce), result, found) { IsNonNull = coalesce.Type?.IsReferenceType == true });
            return null;
        }
    }

    private Expression Unwrapped(Expression value, ITypeSymbol? from, ITypeSymbol? to) =>
        from?.IsValueType == true && !SymbolEqualityComparer.Default.Equals(from, to)
            ? Converted(value, to)
            : value;

    private Expression ConditionalAccess(IConditionalAccessOperation access, bool isUsed)
    {
        var receiver = KeptThrough(Value(access.Operation), access.Operation, access.WhenNotNull);
        var present = NewBlock();
        var absent = NewBlock();
        Decide(OriginOf(access.Operation), new Operation("!=", receiver, Constant.Null), present, absent);
        var yields = isUsed && access.Type is { SpecialType: not SpecialType.System_Void };
        var result = yields ? NewTemporary(access.Type) : null;
        Join(access, result, (present, Present), (absent, () => yields ? Constant.Null : null));
        return result is null ? Constant.Null : new Read(result);

        Expression? Present()
        {
            // Only a temporary is known to stay what it is.
            if (receiver is Read { Place: Local { IsTemporary: true } local })
                _nonNull.Add(local);

            _conditionalReceivers.Push(receiver);
            Expression? value = null;
            if (yields)
                value = Value(access.WhenNotNull);
            else
                Evaluate(access.WhenNotNull);

            _conditionalReceivers.Pop();
            return value;
        }
    }

    private Expression Lambda(IAnonymousFunctionOperation lambda)
    {
        var captured = _context.Captures.Of(lambda).Where(s => s is ILocalSymbol or IParameterSymbol);
        return new Operation($"?lambda {_lambdas.GetValueOrDefault(lambda)}", captured.Select(s => (Expression)new AddressOf(LocalOf(s))).ToImmutableArray());
    }

    private Expression MethodGroup(IMethodReferenceOperation reference)
    {
        var name = "?delegate " + _context.Names.Method(reference.Method).Callee.Name;
        return reference.Instance is { } instance ? new Operation(name, Value(instance)) : new Operation(name);
    }

    private void EmitAwait(Origin origin, Expression value, Local? result, bool mayGiveNull = false) =>
        Emit(new Call(origin, new Callee("await"), [new Argument(value)], result) { MayThrow = true, MayGiveNull = mayGiveNull });

    /// <summary>What is awaited is the task of a method that gives null now and then.</summary>
    private bool MayGiveNull(IOperation task) => task switch
    {
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } inner } => MayGiveNull(inner),
        IInvocationOperation call => _context.Names.MayGiveNull(call.TargetMethod),
        _ => false,
    };
}

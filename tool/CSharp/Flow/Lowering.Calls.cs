using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

// Whatever calls: methods, constructors, properties, operators, and what has no better name.
internal sealed partial class Lowering
{
    private Expression Invoke(IInvocationOperation invocation, bool isUsed, Func<Callee, Callee>? named = null)
    {
        var method = invocation.TargetMethod;
        var facts = _context.Names.Method(method, invocation.Instance?.Type);
        if (_context.Names.MayReleaseExactly(method, invocation.Instance?.Type) && _context.ExactTypes.Value.Of(invocation.Instance) is { } exact)
            facts = _context.Names.Exactly(facts, method, exact);

        var callee = named?.Invoke(facts.Callee) ?? facts.Callee;
        var arguments = Arguments(invocation.Instance, method, invocation.Arguments);
        if (TakesLock(method))
        {
            // Whether the lock was taken is a store of its own: nobody cares that Monitor makes it.
            Called(invocation, callee, arguments[..1], isUsed: false);
            Emit(new Store(OriginOf(invocation), arguments[1].Target!, new Constant(true)) { IsImplied = true });
            return Constant.Null;
        }

        var result = Called(
            invocation,
            callee,
            arguments,
            isUsed,
            invocation.Instance is not null,
            facts.NeverReturns || _context.Catalogue.NeverReturns(callee),
            mayThrow: Releases(callee) && QuietReleases.IsQuiet(invocation, _context) ? false : null,
            nonNull: OperandsOf(facts.NonNull, invocation),
            mayGiveNull: isUsed && _context.Names.MayGiveNull(method),
            mayWrapGiven: isUsed && StreamTypes.MayWrapGiven(method, invocation.Arguments.Select(a => TypeOf(a.Value))),
            hasNonNullReceiver: invocation is { Arguments.IsEmpty: true, Instance: ILocalReferenceOperation or IParameterReferenceOperation }
                && NonNullValues.IsKnown(invocation.Instance, _context.Model));
        return result ?? Constant.Null;
    }

    private bool Releases(Callee callee) => _context.Catalogue.EffectsOf(callee).Any(e => e.Kind == EffectKind.Release && e.Subject.Index == 0);

    /// <summary>Parameters as operands of the call, where each argument stands for one parameter.</summary>
    private static ImmutableArray<int> OperandsOf(ImmutableArray<int> parameters, IInvocationOperation invocation)
    {
        var shift = invocation.Instance is null ? 0 : 1;
        return parameters.IsEmpty || invocation.Arguments.Any(a => a.ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection)
            ? [.. parameters.Where(p => p < 0)]
            : [.. parameters.Select(p => p < 0 ? p : p + shift)];
    }

    /// <summary>The type that an argument is written with, whatever the parameter makes of it.</summary>
    private static ITypeSymbol? TypeOf(IOperation value) => value is IConversionOperation { IsImplicit: true, Operand: var operand } ? operand.Type : value.Type;

    private static bool TakesLock(IMethodSymbol method) =>
        method is { Name: "Enter", Parameters: [_, { RefKind: RefKind.Ref }], ContainingType: { Name: "Monitor", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } };

    /// <summary>Emits a call; the value it hands out, if that is wanted and there is one.</summary>
    private Expression? Called(
        IOperation operation,
        Callee callee,
        ImmutableArray<Argument> arguments,
        bool isUsed,
        bool hasReceiver = false,
        bool neverReturns = false,
        bool? mayThrow = null,
        ImmutableArray<int> nonNull = default,
        bool mayGiveNull = false,
        bool mayWrapGiven = false,
        bool hasNonNullReceiver = false)
    {
        var result = isUsed && operation.Type is { SpecialType: not SpecialType.System_Void } ? NewTemporary(operation.Type) : null;
        Emit(new Call(OriginOf(operation), callee, arguments, result)
        {
            HasReceiver = hasReceiver,
            HasNonNullReceiver = hasNonNullReceiver,
            NeverReturns = neverReturns,
            MayThrow = mayThrow ?? !_context.Catalogue.IsHarmless(callee),
            NonNull = nonNull.IsDefault ? [] : nonNull,
            MayGiveNull = mayGiveNull,
            MayWrapGiven = mayWrapGiven,
        });
        if (neverReturns)
            Stop();

        return result is null ? null : new Read(result) { Origin = OriginOf(operation) };
    }

    /// <summary>
    /// The receiver, then the arguments by the order of the parameters; they are evaluated in the order in which they
    /// are written. What goes into a <c>params</c> array follows one by one.
    /// </summary>
    private ImmutableArray<Argument> Arguments(IOperation? instance, IMethodSymbol method, ImmutableArray<IArgumentOperation> arguments)
    {
        var operations = arguments.Select(a => a.Value).ToImmutableArray();
        var receiver = instance is null ? null : ReceiverArgument(instance, method, operations);
        var ordered = new SortedDictionary<int, ImmutableArray<Argument>>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var later = operations[(i + 1)..];
            ordered[arguments[i].Parameter?.Ordinal ?? i] = arguments[i].ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection && Listed(arguments[i].Value) is { } listed
                ? [.. listed.Select((e, n) => new Argument(Stable(Value(e), e, [.. listed.AsSpan()[(n + 1)..], .. later])))]
                : [ArgumentOf(arguments[i], later)];
        }

        var rest = ordered.Values.SelectMany(a => a);
        return receiver is null ? [.. rest] : [receiver, .. rest];
    }

    private static ImmutableArray<IOperation>? Listed(IOperation argument) => argument switch
    {
        IArrayCreationOperation { Initializer.ElementValues: var values } => values,
        ICollectionExpressionOperation { Elements: var elements } when !elements.Any(e => e is ISpreadOperation) => elements,
        IConversionOperation { IsImplicit: true, Operand: var operand } => Listed(operand),
        _ => null,
    };

    private Argument ArgumentOf(IArgumentOperation argument, ImmutableArray<IOperation> later)
    {
        switch (argument.Parameter?.RefKind)
        {
            case RefKind.Out:
                var assigned = PlaceOf(argument.Value, later);
                return new Argument(new AddressOf(assigned), Passing.Out, assigned);
            case RefKind.Ref:
                var changed = PlaceOf(argument.Value, later);
                return new Argument(new AddressOf(changed), Passing.Reference, changed);
        }

        // `f(&x)` gives the callee the place, as `ref` does.
        if (Addressed(argument.Value) is { Reference: not IMethodReferenceOperation } address)
        {
            var place = PlaceOf(address.Reference, later);
            return new Argument(new AddressOf(place), Passing.Reference, place);
        }

        return new Argument(Stable(Value(argument.Value), argument.Value, later.AsSpan()));
    }

    private static IAddressOfOperation? Addressed(IOperation operation) => operation switch
    {
        IAddressOfOperation address => address,
        IParenthesizedOperation parenthesized => Addressed(parenthesized.Operand),
        IConversionOperation { OperatorMethod: null } conversion when Constants.IsPointerLike(conversion.Type) => Addressed(conversion.Operand),
        _ => null,
    };

    /// <summary>A struct's method that is not <c>readonly</c> is given the struct by reference.</summary>
    private Argument ReceiverArgument(IOperation instance, IMethodSymbol method, ImmutableArray<IOperation> later)
    {
        if (instance.Type is { IsValueType: true } && method.ContainingType.IsValueType && !method.IsReadOnly && !method.ContainingType.IsReadOnly && IsPlace(instance))
        {
            var place = PlaceOf(instance, later);
            return new Argument(new AddressOf(place) { Origin = OriginOf(instance) }, Passing.Reference, place);
        }

        return new Argument(Stable(Value(instance), instance, later.AsSpan()));
    }

    private static bool IsPlace(IOperation operation) => operation switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation
            or IInstanceReferenceOperation => true,
        IParenthesizedOperation parenthesized => IsPlace(parenthesized.Operand),
        _ => IsReference(operation) || PointedAt(operation) is not null,
    };

    private Expression Create(IObjectCreationOperation creation)
    {
        if (creation.Constructor is not { } constructor)
            return Unresolved(creation);

        if (constructor.IsImplicitlyDeclared && creation.Type is { IsValueType: true } && creation.Arguments.IsEmpty)
            return Initialised(new Read(SpilledTo(NewTemporary(creation.Type), Constant.Null, creation)), creation.Initializer);

        var arguments = Arguments(null, constructor, creation.Arguments);
        var made = Called(creation, _context.Names.Method(constructor).Callee, arguments, isUsed: true)!;
        MarkNonNull(((Local)((Read)made).Place), null);
        return Initialised(made, creation.Initializer);
    }

    private Expression Initialised(Expression made, IObjectOrCollectionInitializerOperation? initializer)
    {
        if (initializer is null)
            return made;

        _implicitReceivers.Push((made, ReadOf(made)));
        foreach (var part in initializer.Initializers)
        {
            if (part is IMemberInitializerOperation member)
                Initialised(Kept(Value(member.InitializedMember), member.InitializedMember), member.Initializer);
            else
                Evaluate(part);
        }

        _implicitReceivers.Pop();
        return made;
    }

    private Expression With(IWithOperation with)
    {
        var original = Value(with.Operand);
        var copy = with.CloneMethod is { } clone && with.Type is { IsReferenceType: true }
            ? Called(with, _context.Names.Method(clone).Callee, [new Argument(original)], isUsed: true, hasReceiver: true)!
            : new Read(SpilledTo(NewTemporary(with.Type), original, with));
        return Initialised(copy, with.Initializer);
    }

    private Expression Anonymous(IAnonymousObjectCreationOperation creation)
    {
        var parts = creation.Initializers.Select(i => i is ISimpleAssignmentOperation assignment ? assignment.Value : i).ToImmutableArray();
        return Called(creation, Callee.Constructor("anonymous"), [.. Operands(parts).Select(v => new Argument(v))], isUsed: true, mayThrow: false)!;
    }

    private Expression CreateArray(IArrayCreationOperation array)
    {
        var sizes = Operands(array.DimensionSizes);
        var isKnown = sizes.All(s => s is Constant { Value: >= 0L });
        var callee = Callee.Constructor("System.Array") with { IsBuiltIn = true };
        var made = Called(array, callee, [.. sizes.Select(s => new Argument(s))], isUsed: true, mayThrow: !isKnown && !_context.Catalogue.IsHarmless(callee))!;
        if (array.Initializer is { } initializer)
            Fill(made, initializer, []);

        return made;
    }

    /// <summary>Stores the elements that something may be read from again; constants in tables are left out.</summary>
    private void Fill(Expression array, IArrayInitializerOperation initializer, ImmutableArray<Expression> outer)
    {
        for (var i = 0; i < initializer.ElementValues.Length; i++)
        {
            var element = initializer.ElementValues[i];
            ImmutableArray<Expression> indices = [.. outer, new Constant((long)i)];
            if (element is IArrayInitializerOperation nested)
                Fill(array, nested, indices);
            else if (Value(element) is not Constant and var value)
                Emit(new Store(OriginOf(element), new Element(array, indices.Length == 1 ? indices[0] : new Operation("?index", indices)), value));
        }
    }

    private Expression Collection(ICollectionExpressionOperation collection)
    {
        var values = Operands(collection.Elements);
        var callee = Callee.Constructor(_context.Names.PlainType(collection.Type));
        return Called(collection, callee, [.. values.Select(v => new Argument(v))], isUsed: true)!;
    }

    // ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>How a target that is no place is read and written, its receiver and indices evaluated once.</summary>
    private sealed record Accessors(Func<Expression> Get, Action<Expression, Origin> Set);

    private Expression GetProperty(IPropertyReferenceOperation reference)
    {
        if (reference is { Instance: ILocalReferenceOperation value, Arguments.IsEmpty: true, Property.GetMethod: { } asked }
            && _context.Catalogue.TellsPresence(_context.Names.Method(asked).Callee))
        {
            return new Operation("!=", Value(value), Constant.Null) { Origin = OriginOf(reference) };
        }

        var property = reference.Property;
        if (property.GetMethod is not { } getter || IsLength(reference))
            return Loaded(FieldPlace(property, reference.Instance, []), reference);

        return Called(reference, GetterCallee(reference, getter), Arguments(reference.Instance, getter, reference.Arguments), isUsed: true, reference.Instance is not null)!;
    }

    /// <summary>An array never changes its length: that is a reading, not a call.</summary>
    private static bool IsLength(IPropertyReferenceOperation reference) =>
        reference is { Instance.Type.TypeKind: TypeKind.Array, Property: { Name: "Length" or "LongLength" or "Rank", ContainingType.SpecialType: SpecialType.System_Array } };

    private Callee GetterCallee(IPropertyReferenceOperation reference, IMethodSymbol accessor) =>
        _context.Names.Method(accessor, reference.Instance?.Type).Callee;

    /// <summary>The accessors of a property, indexer or dynamic member; null for a place.</summary>
    private Accessors? AccessorsOf(IOperation target, params ImmutableArray<IOperation> later)
    {
        switch (target)
        {
            case IPropertyReferenceOperation { Property: { RefKind: RefKind.None, SetMethod: { } setter } property } reference:
                var found = Targets(reference, setter, later);
                return new Accessors(
                    () => property.GetMethod is { } getter
                        ? Called(reference, GetterCallee(reference, getter), found, isUsed: true, reference.Instance is not null)!
                        : throw Inexpressible(reference),
                    (value, origin) => Set(origin, GetterCallee(reference, setter), found, value, reference.Instance is not null));

            // A property that can only be read is assigned by constructors: what they write is the field behind it.
            case IPropertyReferenceOperation { Property: { RefKind: RefKind.None, SetMethod: null } property } reference:
                var field = FieldPlace(property, reference.Instance, later);
                return new Accessors(() => GetProperty(reference), (value, origin) => Emit(new Store(origin, field, value)));

            case IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IImplicitIndexerReferenceOperation or IInvalidOperation:
                var parts = Bases([.. target.ChildOperations], later).Select(v => new Argument(v)).ToImmutableArray();
                var callee = target switch
                {
                    IInvalidOperation => new Callee($"?set {LastName(target.Syntax)}") { IsUnresolved = true },
                    IImplicitIndexerReferenceOperation => new Callee("?set_Item"),
                    _ => new Callee("*"),
                };
                return new Accessors(
                    () => Called(target, callee, parts, isUsed: true)!,
                    (value, origin) => Set(origin, callee, parts, value, !parts.IsEmpty));

            default:
                return null;
        }
    }

    private ImmutableArray<Argument> Targets(IPropertyReferenceOperation reference, IMethodSymbol setter, ImmutableArray<IOperation> later)
    {
        var indices = reference.Arguments.Select(a => a.Value).ToImmutableArray();
        var found = ImmutableArray.CreateBuilder<Argument>();
        if (reference.Instance is { } instance)
            found.Add(ReceiverArgument(instance, setter, [.. indices, .. later]));

        for (var i = 0; i < indices.Length; i++)
            found.Add(ArgumentOf(reference.Arguments[i], [.. indices[(i + 1)..], .. later]));

        return found.ToImmutable();
    }

    private void Set(Origin origin, Callee callee, ImmutableArray<Argument> found, Expression value, bool hasReceiver) =>
        Emit(new Call(origin, callee, [.. found, new Argument(value)], null)
        {
            HasReceiver = hasReceiver,
            MayThrow = !_context.Catalogue.IsHarmless(callee),
        });

    private void EventAssignment(IEventAssignmentOperation assignment)
    {
        if (assignment.EventReference is not IEventReferenceOperation { Event: var @event } reference)
        {
            Unresolved(assignment);
            return;
        }

        var accessor = assignment.Adds ? @event.AddMethod : @event.RemoveMethod;
        var receiver = reference.Instance is { } instance ? Stable(Value(instance), instance, assignment.HandlerValue) : null;
        var handler = new Argument(Value(assignment.HandlerValue));
        var callee = accessor is null
            ? new Callee($"{_context.Names.Member(@event)}")
            : _context.Names.Method(accessor, reference.Instance?.Type).Callee;
        Called(assignment, callee, receiver is null ? [handler] : [new Argument(receiver), handler], isUsed: false, hasReceiver: receiver is not null);
    }

    // ── What the compiler does not name ─────────────────────────────────────────────────────────────────────────

    /// <summary>
    /// A name that the compiler could not resolve (a reference is missing): a call of something unknown, named by its
    /// last word, which is given all that stands in it.
    /// </summary>
    private Expression Unresolved(IOperation operation)
    {
        var name = operation.Syntax switch
        {
            InvocationExpressionSyntax invocation => "?" + LastName(invocation.Expression),
            BaseObjectCreationExpressionSyntax creation => $"?{LastName(creation)}..ctor",
            _ => "?get " + LastName(operation.Syntax),
        };
        var children = operation.ChildOperations.ToImmutableArray();
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        for (var i = 0; i < children.Length; i++)
        {
            var child = children[i];
            var later = children[(i + 1)..];
            if (child is IArgumentOperation argument)
                child = argument.Value;

            if (child is IObjectOrCollectionInitializerOperation)
                continue;

            if (Passed(child.Syntax) is { } passing)
            {
                var place = PlaceOf(child, later);
                arguments.Add(new Argument(new AddressOf(place), passing, place));
            }
            else
            {
                arguments.Add(new Argument(Stable(Value(child), child, later.AsSpan())));
            }
        }

        return Called(operation, new Callee(name) { IsUnresolved = true }, arguments.ToImmutable(), isUsed: true) ?? new Operation("?void");
    }

    private static Passing? Passed(SyntaxNode syntax) => (syntax as ArgumentSyntax ?? syntax.Parent as ArgumentSyntax)?.RefKindKeyword.Kind() switch
    {
        SyntaxKind.OutKeyword => Passing.Out,
        SyntaxKind.RefKeyword => Passing.Reference,
        _ => null,
    };

    private static string LastName(SyntaxNode syntax) => syntax switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        ObjectCreationExpressionSyntax creation => LastName(creation.Type),
        ConditionalAccessExpressionSyntax access => LastName(access.WhenNotNull),
        InvocationExpressionSyntax invocation => LastName(invocation.Expression),
        _ => syntax.Kind().ToString(),
    };

    /// <summary>Syntax for which the compiler has no operation: its parts are evaluated, and it is a call of unknown effect.</summary>
    private Expression Unnamed(IOperation operation)
    {
        var children = operation.ChildOperations.ToImmutableArray();
        if (children.Any(c => c is { Type: null, Kind: not OperationKind.Literal, Syntax: StatementSyntax }))
            throw Inexpressible(operation);

        var isStack = operation.Syntax is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax;
        var name = isStack ? "stackalloc" : "?" + operation.Syntax.Kind();
        var arguments = Operands(children).Select(v => new Argument(v)).ToImmutableArray();
        return Called(operation, new Callee(name), arguments, isUsed: true, mayThrow: isStack ? false : null) ?? new Operation("?void");
    }

    private static Callee IndexerCallee(IImplicitIndexerReferenceOperation indexer) => new("?get_Item " + indexer.IndexerSymbol.Name);
}

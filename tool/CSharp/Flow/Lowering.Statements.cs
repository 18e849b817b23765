using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

internal sealed partial class Lowering
{
    private void Statement(IOperation operation)
    {
        CheckStack();
        switch (operation)
        {
            case IBlockOperation block:
                InScope(block, block.Locals, () => Statements(block.Operations, 0));
                break;
            case IMethodBodyOperation or IConstructorBodyOperation:
                throw Inexpressible(operation);
            case IExpressionStatementOperation expression:
                Evaluate(expression.Operation);
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (var declaration in group.Declarations)
                    Declaration(declaration);
                break;
            case IVariableDeclarationOperation declaration:
                Declaration(declaration);
                break;
            case IConditionalOperation conditional:
                If(conditional);
                break;
            case ILoopOperation loop:
                Loop(loop);
                break;
            case ISwitchOperation @switch:
                Switch(@switch);
                break;
            case IReturnOperation @return:
                Return(@return);
                break;
            case IBranchOperation branch:
                Jump(branch);
                break;
            case ILabeledOperation labelled:
                Labelled(labelled);
                break;
            case ITryOperation @try:
                Try(@try);
                break;
            case IUsingOperation @using:
                Using(@using);
                break;
            case ILockOperation @lock:
                Lock(@lock);
                break;
            case IThrowOperation @throw:
                EmitThrow(OriginOf(@throw), @throw.Exception is { } thrown ? Value(thrown) : null);
                break;
            case IEmptyOperation or ILocalFunctionOperation:
                break;
            case { Kind: OperationKind.None, Syntax: FixedStatementSyntax }:
                Fixed(operation);
                break;
            case { Kind: OperationKind.None, Type: null, Syntax: StatementSyntax }:
                foreach (var child in operation.ChildOperations)
                    Statement(child);
                break;
            default:
                Evaluate(operation);
                break;
        }
    }

    private void Statements(ImmutableArray<IOperation> statements, int start)
    {
        Declare(statements.Skip(start));
        for (var i = start; i < statements.Length; i++)
        {
            if (statements[i] is IUsingDeclarationOperation declaration)
            {
                var next = i + 1;
                var resources = declaration.DeclarationGroup.Declarations.SelectMany(d => d.Declarators).ToImmutableArray();
                Using(declaration, resources, 0, declaration.IsAsynchronous, () => Statements(statements, next));
                return;
            }

            Statement(statements[i]);
        }
    }

    private void Declaration(IVariableDeclarationOperation declaration)
    {
        foreach (var declarator in declaration.Declarators)
            Declarator(declarator, declarator.Initializer ?? declaration.Initializer);
    }

    private void Declarator(IVariableDeclaratorOperation declarator, IVariableInitializerOperation? initializer)
    {
        if (initializer is null || declarator.Symbol.IsConst)
            return;

        var value = declarator.Symbol.RefKind != RefKind.None
            ? new AddressOf(PlaceOf(initializer.Value))
            : Value(initializer.Value);
        var local = LocalOf(declarator.Symbol);
        Emit(new Store(OriginOf(declarator), local, value)
        {
            IsInitialiser = true,
            IsNonNull = value is not Constant && NonNullValues.IsAssigned(initializer.Value, declarator.Symbol.Type, _context.Model),
        });
    }

    private void If(IConditionalOperation conditional)
    {
        var whenTrue = NewBlock();
        var after = NewBlock();
        var whenFalse = conditional.WhenFalse is null ? after : NewBlock();
        Condition(conditional.Condition, whenTrue, whenFalse);
        _current = whenTrue;
        Statement(conditional.WhenTrue);
        Connect(_current, after);
        if (conditional.WhenFalse is { } otherwise)
        {
            _current = whenFalse;
            Statement(otherwise);
            Connect(_current, after);
        }

        _current = after;
    }

    private void Try(ITryOperation @try)
    {
        if (@try.Finally is { } cleanup)
            Protect(OriginOf(cleanup), () => Guarded(@try), () => Statement(cleanup));
        else
            Guarded(@try);
    }

    /// <summary>The body of a <c>try</c> with its handlers: a chain of type tests over the exception, in order.</summary>
    private void Guarded(ITryOperation @try)
    {
        if (@try.Catches.IsEmpty)
        {
            Statement(@try.Body);
            return;
        }

        var dispatch = NewBlock();
        _frames = new CatchFrame(_frames, dispatch);
        Statement(@try.Body);
        _frames = _frames.Outer;
        var after = NewBlock();
        Connect(_current, after);
        if (dispatch.Predecessors.Length > 0)
        {
            _current = dispatch;
            var raised = NewTemporary(_context.Model.Compilation.GetTypeByMetadataName("System.Exception"));
            _nonNull.Add(raised);
            Emit(new Load(OriginOf(@try.Catches[0]), raised, Implicit.Exception) { IsImplied = true });
            foreach (var clause in @try.Catches)
                Catch(clause, raised, after);

            EmitThrow(OriginOf(@try.Catches[^1]), null, isImplied: true);
        }

        _current = after;
    }

    private void Catch(ICatchClauseOperation clause, Local raised, Block after)
    {
        var next = NewBlock();
        var body = NewBlock();
        if (CatchesAll(clause))
            Connect(_current, body);
        else
            _graph.Branch(_current, OriginOf(clause), new Operation("is " + _context.Names.Type(clause.ExceptionType), new Read(raised)), body, next);

        _current = body;
        InScope(clause, clause.Locals, () =>
        {
            if (clause.ExceptionDeclarationOrExpression is IVariableDeclaratorOperation declarator)
            {
                var local = LocalOf(declarator.Symbol);
                Emit(new Store(OriginOf(declarator), local, new Read(raised)) { IsInitialiser = true });
            }

            if (clause.Filter is { } filter)
                Filter(filter, next);

            Statement(clause.Handler);
        });
        Connect(_current, after);
        _current = next;
    }

    /// <summary>A filter that throws does not hold.</summary>
    private void Filter(IOperation filter, Block otherwise)
    {
        var holds = NewBlock();
        var scopes = _frames;
        var fails = NewBlock();
        _frames = new CatchFrame(_frames, fails);
        Condition(filter, holds, fails);
        _frames = scopes;
        _current = fails;
        if (scopes is ScopeFrame { Scope: var scope })
            Emit(new ScopeExit(scope.Origin, scope) { IsImplied = true });

        Connect(_current, otherwise);
        _current = holds;
    }

    private static bool CatchesAll(ICatchClauseOperation clause) =>
        clause.ExceptionType is null or { SpecialType: SpecialType.System_Object }
        || clause.ExceptionType is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private void Lock(ILockOperation @lock)
    {
        var origin = OriginOf(@lock);
        var type = _context.Names.PlainType(@lock.LockedValue.Type);
        var owner = type == "System.Threading.Lock" ? type : "System.Threading.Monitor";
        var locked = Value(@lock.LockedValue);
        locked = KeptThrough(locked, @lock.LockedValue, @lock.Body);

        Pseudo(owner + ".Enter");
        Protect(origin, () => Statement(@lock.Body), () => Pseudo(owner + ".Exit"));

        void Pseudo(string name) => Emit(new Call(origin, new Callee(name), [new Argument(locked)], null)
        {
            HasReceiver = owner == type,
            IsImplied = true,
            MayThrow = !_context.Catalogue.IsHarmless(new Callee(name)),
        });
    }

    private void Using(IUsingOperation @using)
    {
        InScope(@using, @using.Locals, () =>
        {
            if (@using.Resources is IVariableDeclarationGroupOperation group)
            {
                var resources = group.Declarations.SelectMany(d => d.Declarators).ToImmutableArray();
                Using(@using, resources, 0, @using.IsAsynchronous, () => Statement(@using.Body));
                return;
            }

            var (resource, configuration) = @using.IsAsynchronous && Configured(@using.Resources) is { } configured ? configured : (@using.Resources, null);
            var value = Value(resource);
            if (value is not Constant { Value: null })
            {
                var held = NewTemporary(resource.Type) with { IsScoped = true };
                _allLocals[^1] = held;
                MarkNonNull(held, value);
                Emit(new Store(OriginOf(resource), held, value));
                Protect(OriginOf(@using), () => Statement(@using.Body), () =>
                {
                    if (configuration is null)
                        Dispose(@using, held, resource.Type, @using.IsAsynchronous, resource is ILocalReferenceOperation { Local: var named } && QuietReleases.IsQuiet(named, _context));
                    else
                        DisposeConfigured(@using, held, resource.Type, configuration);
                });
                return;
            }

            Statement(@using.Body);
        });
    }

    /// <summary>
    /// The resource of <c>await using (x.ConfigureAwait(false))</c>, and how the end of its release is waited for. What
    /// stands around it is no owner of its own.
    /// </summary>
    private static (IOperation Resource, IOperation Configuration)? Configured(IOperation operation) =>
        operation is IInvocationOperation
        {
            TargetMethod: { Name: "ConfigureAwait", ContainingType.Name: "TaskAsyncEnumerableExtensions", ReturnType.Name: "ConfiguredAsyncDisposable" },
            Arguments: [var resource, { Value: ILiteralOperation configuration }],
        }
            ? (Unconverted(resource.Value), configuration)
            : null;

    /// <summary>There is no test for null: what stands around the resource is there in any case.</summary>
    private void DisposeConfigured(IOperation owner, Local held, ITypeSymbol? type, IOperation configuration) =>
        Release(OriginOf(owner), Waiting(DisposeOf(type, isAsynchronous: true), configuration), held);

    /// <summary>The call that a scope makes by itself.</summary>
    private void Release(Origin origin, Callee callee, Local held, bool isQuiet = false) => Emit(new Call(origin, callee, [new Argument(new Read(held))], null)
    {
        HasReceiver = true,
        IsImplied = true,
        MayThrow = !isQuiet && !_context.Catalogue.IsHarmless(callee),
    });

    /// <summary>
    /// A release that is waited for is one event: nothing of the function runs between its two halves. How it is waited for
    /// is part of its name.
    /// </summary>
    private static Callee Waiting(Callee release, IOperation? configuration) => release with
    {
        Name = configuration is null ? $"await {release.Name}" : $"await({configuration.Syntax}) {release.Name}",
        Also = [.. release.Names.Select(n => $"await {n}")],
    };

    /// <summary><c>await x.DisposeAsync()</c>, with or without <c>ConfigureAwait(false)</c>.</summary>
    private static (IInvocationOperation Release, IOperation? Configuration)? WaitedRelease(IAwaitOperation operation) => operation.Operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "ConfigureAwait", ContainingType.Name: "ValueTask" }, Instance: IInvocationOperation release, Arguments: [{ Value: ILiteralOperation configuration }] }
            when IsAsynchronousRelease(release) => (release, configuration),
        IInvocationOperation release when IsAsynchronousRelease(release) => (release, null),
        _ => null,
    };

    private static bool IsAsynchronousRelease(IInvocationOperation call) =>
        call is { Instance: not null, Arguments.IsEmpty: true, TargetMethod: { Name: "DisposeAsync", ReturnType.Name: "ValueTask" } };

    /// <summary>Several resources in one declaration nest, the first outermost.</summary>
    private void Using(IOperation owner, ImmutableArray<IVariableDeclaratorOperation> resources, int index, bool isAsynchronous, Action body)
    {
        if (index == resources.Length)
        {
            body();
            return;
        }

        var declarator = resources[index];
        var initializer = declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer;
        Declarator(declarator, initializer);
        var local = LocalOf(declarator.Symbol);
        if (initializer is not null && IsCreation(initializer.Value))
            _nonNull.Add(local);

        Protect(
            OriginOf(owner),
            () => Using(owner, resources, index + 1, isAsynchronous, body),
            () => Dispose(declarator, local, declarator.Symbol.Type, isAsynchronous, QuietReleases.IsQuiet(declarator.Symbol, _context)));
    }

    /// <summary>The implied release of a resource, under a test for null where it may be null.</summary>
    private void Dispose(IOperation owner, Local held, ITypeSymbol? type, bool isAsynchronous, bool isQuiet)
    {
        var origin = OriginOf(owner);
        var after = NewBlock();
        var isReference = type is not { IsValueType: true } || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        if (isReference && !_nonNull.Contains(held))
        {
            var disposes = NewBlock();
            _graph.Branch(_current, origin, new Operation("!=", new Read(held), Constant.Null), disposes, after);
            _current = disposes;
        }

        var callee = DisposeOf(type, isAsynchronous);
        Release(origin, isAsynchronous ? Waiting(callee, null) : callee, held, isQuiet);
        StartAt(after);
    }

    private Callee DisposeOf(ITypeSymbol? type, bool isAsynchronous)
    {
        var name = isAsynchronous ? "DisposeAsync" : "Dispose";
        var interfaceType = isAsynchronous ? "System.IAsyncDisposable" : "System.IDisposable";
        var contract = _context.Model.Compilation.GetTypeByMetadataName(interfaceType)?.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault();
        if (type is null or IDynamicTypeSymbol || type.TypeKind is TypeKind.Interface or TypeKind.TypeParameter || contract is null)
            return new Callee($"{interfaceType}.{name}");

        // A ref struct releases by the shape of its method, everything else by the interface.
        var method = type.FindImplementationForInterfaceMember(contract) is IMethodSymbol found ? SymbolNames.Nearest(found, type) : Shaped(type, name);
        return method is null ? new Callee($"{interfaceType}.{name}") : _context.Names.Method(method, type).Callee;
    }

    private static IMethodSymbol? Shaped(ITypeSymbol type, string name)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters.All(p => p.IsOptional || p.IsParams)) is { } method)
                return method;
        }

        return null;
    }

    /// <summary><c>fixed</c> has no operation of its own: its children are the declarations and the body.</summary>
    private void Fixed(IOperation operation)
    {
        var children = operation.ChildOperations.ToImmutableArray();
        var locals = children.OfType<IVariableDeclarationGroupOperation>()
            .SelectMany(g => g.Declarations).SelectMany(d => d.Declarators).Select(d => d.Symbol).ToImmutableArray();
        InScope(operation, locals, () =>
        {
            foreach (var child in children)
                Statement(child);
        });
    }
}

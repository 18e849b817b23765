using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TextSpan = MigrateCleanup.Engine.Text.TextSpan;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>The lowering has no graph for a piece of a function; the function is then unparsed, for this reason.</summary>
internal sealed class NotExpressibleException(string reason, SyntaxNode syntax) : Exception(reason)
{
    public SyntaxNode Syntax { get; } = syntax;
}

/// <summary>What the lowering of a function needs to know beyond its operation.</summary>
internal sealed record LoweringContext(SemanticModel Model, SymbolNames Names, Catalogue Catalogue, Captures Captures, Lazy<ExactTypes> ExactTypes);

/// <summary>
/// Lowers the operation tree of one body to a graph of events. Statements become blocks and edges; an expression
/// becomes the events of its effects, in the order of evaluation, and a pure expression for its value. A
/// <c>finally</c> and the release at a scope's end are lowered anew at each way out.
/// </summary>
/// <remarks>
/// Exceptional paths leave out the <see cref="ScopeExit"/> of scopes that release nothing: a scope that is entered
/// again begins with <see cref="ScopeEnter"/> anyway.
/// </remarks>
internal sealed partial class Lowering
{
    /// <summary>More blocks than this come from a <c>finally</c> inside a <c>finally</c> inside a <c>finally</c>.</summary>
    private const int MostBlocks = 50_000;

    private readonly LoweringContext _context;
    private readonly FunctionSyntax _syntax;
    private readonly IMethodSymbol? _method;
    private readonly FlowBuilder _graph = new();
    private readonly Effects _effects = new();
    private readonly Dictionary<ISymbol, Local> _locals = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Local, ISymbol> _symbols = [];
    private readonly List<Local> _allLocals = [];
    private readonly Dictionary<IOperation, Scope> _scopes = [];
    private readonly List<Scope> _allScopes = [];
    private readonly List<Label> _labels = [];
    private readonly List<Jump> _jumps = [];
    private readonly Dictionary<SyntaxNode, Origin> _origins = [];
    private readonly Dictionary<Block, Block> _handlers = [];
    private readonly HashSet<Local> _nonNull = [];

    /// <summary>Hold a reference to a place (<c>ref</c>), which is never null.</summary>
    private readonly HashSet<Local> _references = [];
    private readonly Dictionary<IOperation, int> _lambdas = [];
    private Local? _receiver;
    private Block _current;
    private Frame? _frames;
    private int _blocks;
    private bool _touchesPointers;

    private Lowering(FunctionSyntax syntax, IMethodSymbol? method, LoweringContext context)
    {
        _syntax = syntax;
        _method = method;
        _context = context;
        _current = _graph.Entry;
    }

    /// <summary>The function that a body is.</summary>
    /// <param name="path">The file, as the codebase names it.</param>
    /// <param name="syntax">Where it stands.</param>
    /// <param name="method">Its symbol, if it has one.</param>
    /// <param name="bodies">What runs, in order: a constructor's call of another one, and the body.</param>
    /// <param name="context">What the compiler and the catalogue know.</param>
    /// <exception cref="NotExpressibleException">The body holds something that has no graph.</exception>
    public static Function Lower(string path, FunctionSyntax syntax, IMethodSymbol? method, IEnumerable<IOperation> bodies, LoweringContext context)
    {
        var lowering = new Lowering(syntax, method, context);
        return lowering.Run(path, bodies);
    }

    private Function Run(string path, IEnumerable<IOperation> bodies)
    {
        foreach (var parameter in _method?.Parameters ?? [])
            LocalOf(parameter);

        // The entry stays empty: the first event stands in a block of its own.
        StartAt(NewBlock(), EdgeKind.Normal);
        foreach (var body in bodies)
        {
            NumberLambdas(body);
            Statement(body);
        }

        Connect(_current, _graph.Exit);
        var graph = _graph.Build();
        var reached = graph.Blocks.ToHashSet();
        return new Function
        {
            Name = _syntax.Name,
            Path = path,
            Origin = OriginOf(_syntax.Declaration),
            Graph = graph,
            Locals = [.. _allLocals],
            Scopes = [.. _allScopes],
            Labels = [.. _labels.Where(l => reached.Contains(l.Block))],
            Jumps = [.. _jumps.Where(j => reached.Contains(j.From))],
            ReturnsValue = ReturnsValue,
            Traits = Traits,
        };
    }

    private bool ReturnsValue => _method switch
    {
        null => false,
        { ReturnsVoid: true } or { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor } => false,
        { IsIterator: true } => false,
        { IsAsync: true, ReturnType: INamedTypeSymbol { Arity: 0 } } => false,
        _ => true,
    };

    private FunctionTraits Traits =>
        (_method is { IsIterator: true } ? FunctionTraits.Iterator : 0)
        | (_method is { IsStatic: true, Name: "Main" or "<Main>$" } ? FunctionTraits.EntryPoint : 0)
        | (IsExpectedToThrow ? FunctionTraits.ExpectedToThrow : 0)
        | (_method is { IsAsync: true } ? FunctionTraits.Async : 0)
        | (_touchesPointers ? FunctionTraits.Unsafe : 0)
        | (_syntax.Declaration.ContainsDirectives && HoldsConditional(_syntax.Declaration) ? FunctionTraits.Conditional : 0);

    /// <summary><c>[ExpectedException(typeof(E))]</c>, or <c>Assert.Throws&lt;E&gt;(() => ...)</c>.</summary>
    private bool IsExpectedToThrow => _syntax.Declaration switch
    {
        AnonymousFunctionExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } } =>
            _context.Model.GetSymbolInfo(call).Symbol is IMethodSymbol method && _context.Catalogue.ExpectsException(_context.Names.Method(method).Callee),
        _ => _method is not null && _method.GetAttributes().Any(a =>
            a.AttributeConstructor is { } constructor && _context.Catalogue.ExpectsException(_context.Names.Method(constructor).Callee)),
    };

    private static bool HoldsConditional(SyntaxNode declaration) =>
        declaration.DescendantTrivia(descendIntoTrivia: false)
            .Any(t => t.Span.Start >= declaration.SpanStart && t.IsKind(SyntaxKind.IfDirectiveTrivia) || t.IsKind(SyntaxKind.ElifDirectiveTrivia));

    private void NumberLambdas(IOperation body)
    {
        foreach (var operation in body.DescendantsAndSelf())
        {
            if (operation is IAnonymousFunctionOperation)
                _lambdas.TryAdd(operation, _lambdas.Count);
            else if (operation.Kind == OperationKind.AddressOf || operation.Type?.TypeKind == TypeKind.Pointer)
                _touchesPointers = true;
        }
    }

    // ── Blocks and events ───────────────────────────────────────────────────────────────────────────────────────

    private Block NewBlock()
    {
        if (++_blocks > MostBlocks)
            throw new NotExpressibleException("its clean-up is copied to too many ways out", _syntax.Declaration);

        return _graph.NewBlock();
    }

    /// <summary>Where an exception goes on that is raised here.</summary>
    private Block Handler
    {
        get
        {
            for (var frame = _frames; frame is not null; frame = frame.Outer)
            {
                if (frame.Handler is { } handler)
                    return handler;
            }

            return _graph.Unwind;
        }
    }

    private void Connect(Block from, Block to) => _graph.Connect(from, to);

    /// <summary>Goes on in a block that the current one leads to.</summary>
    private void StartAt(Block next, EdgeKind kind = EdgeKind.Normal)
    {
        _graph.Connect(_current, next, kind);
        _current = next;
    }

    /// <summary>Nothing leads on from the current block: what follows is reached by a label or not at all.</summary>
    private void Stop() => _current = NewBlock();

    private void Emit(Event @event)
    {
        if (@event.MayThrow)
            Guard();

        _graph.Add(_current, @event);
    }

    /// <summary>Gives the current block its exceptional edge. A block has one handler: for another one, a new block begins.</summary>
    private void Guard()
    {
        var handler = Handler;
        if (_handlers.TryGetValue(_current, out var known))
        {
            if (known == handler)
                return;

            StartAt(NewBlock());
        }

        _handlers.Add(_current, handler);
        _graph.Connect(_current, handler, EdgeKind.Exceptional);
    }

    private void EmitThrow(Origin origin, Expression? value, bool isImplied = false)
    {
        Emit(new Throw(origin, value) { IsImplied = isImplied });
        Stop();
    }

    private Origin OriginOf(IOperation operation) => OriginOf(operation.Syntax);

    private Origin OriginOf(SyntaxNode syntax)
    {
        if (!_origins.TryGetValue(syntax, out var origin))
            _origins.Add(syntax, origin = new Origin(new TextSpan(syntax.SpanStart, syntax.Span.Length), syntax));

        return origin;
    }

    private static Origin OriginOf(SyntaxToken from, SyntaxToken to, SyntaxNode syntax) =>
        new(TextSpan.FromBounds(from.SpanStart, to.Span.End), syntax);

    private static void CheckStack() => RuntimeHelpers.EnsureSufficientExecutionStack();

    private NotExpressibleException Inexpressible(IOperation operation) =>
        new($"no graph for {operation.Syntax.Kind()} ({operation.Kind})", operation.Syntax);

    // ── Locals and scopes ───────────────────────────────────────────────────────────────────────────────────────

    private Local NewTemporary(ITypeSymbol? type)
    {
        var local = _graph.NewTemporary(_context.Names.Type(type));
        if (IsCopied(type) || Constants.IsPlain(type))
            local = local with { IsValueType = IsCopied(type), IsPlain = Constants.IsPlain(type) };

        _allLocals.Add(local);
        return local;
    }

    private Local Receiver(ITypeSymbol? type)
    {
        if (_receiver is null)
        {
            _receiver = _graph.NewLocal("this", _context.Names.Type(type), LocalKind.Receiver) with { IsValueType = IsCopied(type) };
            _allLocals.Add(_receiver);
            _nonNull.Add(_receiver);
        }

        return _receiver;
    }

    private Local LocalOf(ISymbol symbol)
    {
        if (_locals.TryGetValue(symbol, out var known))
            return known;

        var (type, kind) = symbol switch
        {
            ILocalSymbol local => (local.Type, LocalKind.Variable),
            IParameterSymbol parameter => (parameter.Type, parameter.RefKind == RefKind.None ? LocalKind.Parameter : LocalKind.ReferenceParameter),
            _ => throw new NotExpressibleException($"unexpected variable {symbol.Name}", _syntax.Declaration),
        };
        if (_syntax.IsNested && _method is not null && !SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, _method))
            kind = LocalKind.Outer;

        var result = _graph.NewLocal(symbol.Name, _context.Names.Type(type), kind) with
        {
            Declaration = symbol.DeclaringSyntaxReferences is [var reference, ..] ? OriginOf(reference.GetSyntax()) : Origin.None,
            Scope = symbol is ILocalSymbol && kind == LocalKind.Variable ? ScopeOfCurrent() : null,
            IsAliased = _context.Captures.IsAliased(symbol),
            IsScoped = symbol is ILocalSymbol { IsUsing: true },
            IsValueType = IsCopied(type),
            IsPlain = Constants.IsPlain(type),
            IsNeverNull = symbol is IParameterSymbol given && NonNullValues.IsHandedIn(given),
            IsStatic = false,
        };
        _locals.Add(symbol, result);
        _symbols.Add(result, symbol);
        _allLocals.Add(result);
        return result;
    }

    private Scope? ScopeOfCurrent()
    {
        for (var frame = _frames; frame is not null; frame = frame.Outer)
        {
            if (frame is ScopeFrame scope)
                return scope.Scope;
        }

        return null;
    }

    /// <summary>A struct: neither a number nor an address, of which a copy is as good as the original.</summary>
    private static bool IsCopied(ITypeSymbol? type) =>
        type is { IsValueType: true, SpecialType: SpecialType.None, TypeKind: TypeKind.Struct };

    /// <summary>Runs a piece of the function inside a lexical scope, if it declares anything.</summary>
    private void InScope(IOperation owner, ImmutableArray<ILocalSymbol> locals, Action body)
    {
        if (locals.All(l => l.IsConst))
        {
            body();
            return;
        }

        var origin = OriginOf(owner);
        if (!_scopes.TryGetValue(owner, out var scope))
        {
            _scopes.Add(owner, scope = new Scope(_allScopes.Count, ScopeOfCurrent(), origin));
            _allScopes.Add(scope);
        }

        Emit(new ScopeEnter(origin, scope));
        _frames = new ScopeFrame(_frames, scope);
        foreach (var local in locals)
        {
            if (!local.IsConst)
                LocalOf(local);
        }

        body();
        _frames = _frames!.Outer;
        Emit(new ScopeExit(origin, scope));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// The locals and parameters of a member that something besides plain reads and writes can reach: captured by a
/// lambda or local function, or with an address that lives on. A captured variable that only ever holds the reference
/// that it is declared with is a name for that reference, wherever it is read.
/// </summary>
internal sealed class Captures
{
    private readonly HashSet<ISymbol> _aliased = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _captured = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _initialised = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _written = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IOperation, List<ISymbol>> _byFunction = [];

    private Captures()
    {
    }

    public bool IsAliased(ISymbol symbol) => _aliased.Contains(symbol) || (_captured.Contains(symbol) && !IsConstant(symbol));

    private bool IsConstant(ISymbol symbol) =>
        symbol is ILocalSymbol { RefKind: RefKind.None, Type: { IsReferenceType: true, TypeKind: not TypeKind.TypeParameter } }
        && _initialised.Contains(symbol) && !_written.Contains(symbol);

    /// <summary>What a lambda captures, in order of appearance.</summary>
    public IReadOnlyList<ISymbol> Of(IOperation function) => _byFunction.TryGetValue(function, out var list) ? list : [];

    public static Captures In(IOperation root)
    {
        var captures = new Captures();
        var pending = new Stack<(IOperation Operation, IOperation? Function)>();
        pending.Push((root, null));
        while (pending.TryPop(out var item))
        {
            var (operation, function) = item;
            captures.Look(operation, function);
            captures.LookForWrites(operation);
            var inner = operation is IAnonymousFunctionOperation or ILocalFunctionOperation ? operation : function;
            foreach (var child in operation.ChildOperations.Reverse())
                pending.Push((child, inner));
        }

        return captures;
    }

    /// <summary>The local or parameter whose own memory a place is part of.</summary>
    public static ISymbol? RootOf(IOperation? place) => place switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance } => RootOf(instance),
        IDeclarationExpressionOperation declaration => RootOf(declaration.Expression),
        IParenthesizedOperation parenthesized => RootOf(parenthesized.Operand),
        _ => null,
    };

    private void Look(IOperation operation, IOperation? function)
    {
        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local } when function is not null:
                Capture(local, function);
                break;
            case IParameterReferenceOperation { Parameter: var parameter } when function is not null:
                Capture(parameter, function);
                break;
            case IAddressOfOperation { Reference: var reference } when !IsPassed(operation):
                Alias(reference);
                break;
            case IArgumentOperation { Parameter.RefKind: not RefKind.None } argument when Keeps(argument.Parent):
                Alias(argument.Value);
                break;
            case IInvocationOperation { Instance: { Type.IsValueType: true } instance } call when Keeps(call):
                Alias(instance);
                break;
            case ISimpleAssignmentOperation { IsRef: true } assignment:
                Alias(assignment.Value);
                break;
            case IVariableDeclaratorOperation { Symbol.RefKind: not RefKind.None } declarator:
                Alias(declarator.Initializer?.Value);
                break;
        }
    }

    private void LookForWrites(IOperation operation)
    {
        if (operation is IVariableDeclaratorOperation { Initializer: not null, Symbol: var declared })
            _initialised.Add(declared);
        else if (operation is ILocalReferenceOperation { Local: var local } && MayWrite(operation))
            _written.Add(local);
    }

    private static bool MayWrite(IOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference || assignment is ISimpleAssignmentOperation { IsRef: true },
        IArgumentOperation argument => argument.Parameter?.RefKind is not (null or RefKind.None),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol.RefKind != RefKind.None,
        IIncrementOrDecrementOperation or IAddressOfOperation or ITupleOperation or IParenthesizedOperation or IDeclarationExpressionOperation => true,
        _ => false,
    };

    private void Capture(ISymbol symbol, IOperation function)
    {
        var owner = symbol.ContainingSymbol;
        for (var f = function; f is not null; f = EnclosingFunction(f))
        {
            if (SymbolEqualityComparer.Default.Equals(owner, SymbolOf(f)))
                return;

            _captured.Add(symbol);
            if (!_byFunction.TryGetValue(f, out var list))
                _byFunction.Add(f, list = []);
            if (!list.Contains(symbol, SymbolEqualityComparer.Default))
                list.Add(symbol);
        }
    }

    private static IOperation? EnclosingFunction(IOperation function)
    {
        for (var parent = function.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return parent;
        }

        return null;
    }

    private static IMethodSymbol? SymbolOf(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        ILocalFunctionOperation local => local.Symbol,
        _ => null,
    };

    private void Alias(IOperation? place)
    {
        if (RootOf(place) is { } symbol)
            _aliased.Add(symbol);
    }

    /// <summary>The address goes to one call and nowhere else.</summary>
    private static bool IsPassed(IOperation address)
    {
        var parent = address.Parent;
        while (parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            parent = parent.Parent;

        return parent is IArgumentOperation argument && !Keeps(argument.Parent);
    }

    /// <summary>What the call hands out may hold a reference that it was given.</summary>
    private static bool Keeps(IOperation? call) => call switch
    {
        IInvocationOperation { TargetMethod: var method } =>
            method.RefKind != RefKind.None || method.ReturnType is { IsRefLikeType: true } or IPointerTypeSymbol,
        IObjectCreationOperation { Type.IsRefLikeType: true } => true,
        _ => false,
    };
}

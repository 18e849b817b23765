using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// What locals are given, where all of it is known, and what types that shows: a local that is only ever given new objects
/// of one type holds that type and none derived from it.
/// </summary>
internal sealed class ExactTypes
{
    /// <summary>Null where a local may get something in another way.</summary>
    private readonly Dictionary<ILocalSymbol, List<IOperation>?> _given = new(SymbolEqualityComparer.Default);

    private ExactTypes()
    {
    }

    /// <summary>The one type that a local holds; null is no object.</summary>
    public INamedTypeSymbol? Of(IOperation? value)
    {
        if (value is not ILocalReferenceOperation { Local: var local } || GivenTo(local) is not { } given)
            return null;

        var types = given.Where(v => !IsNull(v)).Select(v => (v as IObjectCreationOperation)?.Type as INamedTypeSymbol).ToList();
        return types is [{ IsReferenceType: true } type, ..] && types.TrueForAll(t => SymbolEqualityComparer.Default.Equals(t, type)) ? type : null;
    }

    /// <summary>All values that a local is given; null where they are not all known.</summary>
    public IReadOnlyList<IOperation>? GivenTo(ILocalSymbol local) => _given.GetValueOrDefault(local);

    public static bool IsNull(IOperation value) => value.ConstantValue is { HasValue: true, Value: null };

    public static ExactTypes In(IOperation root)
    {
        var types = new ExactTypes();
        foreach (var operation in root.DescendantsAndSelf())
            types.Look(operation);

        return types;
    }

    private void Look(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is { } initializer:
                Given(declarator.Symbol, initializer.Value);
                break;
            case ISimpleAssignmentOperation { IsRef: false, Target: ILocalReferenceOperation target } assignment:
                Given(target.Local, assignment.Value);
                break;
            case ILocalReferenceOperation reference when !IsRead(reference):
                _given[reference.Local] = null;
                break;
            case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: var element } }:
                _given[element] = null;
                break;
            case IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol matched }:
                _given[matched] = null;
                break;
        }
    }

    private void Given(ILocalSymbol local, IOperation value)
    {
        if (local.RefKind != RefKind.None)
        {
            _given[local] = null;
            return;
        }

        while (value is IConversionOperation { OperatorMethod: null, Conversion.IsReference: true } or IParenthesizedOperation && !IsNull(value))
            value = value.ChildOperations.First();

        if (!_given.TryGetValue(local, out var known))
            _given.Add(local, known = []);

        known?.Add(value);
    }

    /// <summary>The local is named for its value, or as the plain target that was looked at with its assignment.</summary>
    private static bool IsRead(ILocalReferenceOperation reference) => reference.Parent switch
    {
        ISimpleAssignmentOperation { IsRef: false } => true,
        IAssignmentOperation assignment => assignment.Target != reference,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } or IIncrementOrDecrementOperation or IAddressOfOperation
            or ITupleOperation or IDeclarationExpressionOperation or IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: not RefKind.None } } => false,
        _ => true,
    };
}

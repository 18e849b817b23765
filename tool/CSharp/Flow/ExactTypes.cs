using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// The types of the objects that locals hold, where that is more than their declarations say: a local that is only ever
/// given new objects of one type holds that type and none derived from it.
/// </summary>
internal sealed class ExactTypes
{
    private readonly Dictionary<ILocalSymbol, INamedTypeSymbol?> _types = new(SymbolEqualityComparer.Default);

    private ExactTypes()
    {
    }

    public INamedTypeSymbol? Of(IOperation? value) =>
        value is ILocalReferenceOperation { Local: var local } ? _types.GetValueOrDefault(local) : null;

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
                _types[reference.Local] = null;
                break;
            case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: var element } }:
                _types[element] = null;
                break;
            case IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol matched }:
                _types[matched] = null;
                break;
        }
    }

    private void Given(ILocalSymbol local, IOperation value)
    {
        if (local.RefKind != RefKind.None)
        {
            _types[local] = null;
            return;
        }

        while (value is IConversionOperation { OperatorMethod: null, Conversion.IsReference: true } or IParenthesizedOperation)
            value = value.ChildOperations.First();

        if (value.ConstantValue is { HasValue: true, Value: null })
            return;

        var made = value is IObjectCreationOperation { Type: INamedTypeSymbol { IsReferenceType: true } type } ? type : null;
        _types[local] = _types.TryGetValue(local, out var known) && !SymbolEqualityComparer.Default.Equals(known, made) ? null : made;
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

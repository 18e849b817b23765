using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Whether evaluating an operation may change something that another operand of the same expression has read. Says
/// yes when in doubt: the price is a temporary.
/// </summary>
internal sealed class Effects
{
    private readonly Dictionary<IOperation, bool> _known = [];

    public bool Has(IOperation? operation)
    {
        if (operation is null)
            return false;

        if (_known.TryGetValue(operation, out var known))
            return known;

        // What a lambda does happens when it is called, not where it is written.
        var has = Itself(operation) || (operation is not IAnonymousFunctionOperation && operation.ChildOperations.Any(Has));
        _known.Add(operation, has);
        return has;
    }

    /// <summary>Whether an operation, or one inside it, assigns this local or parameter.</summary>
    public static bool Assigns(IOperation operation, ISymbol symbol) =>
        operation.DescendantsAndSelf().Any(o => IsSymbol(Assigned(o), symbol));

    private static bool Itself(IOperation operation) => operation switch
    {
        ILiteralOperation or ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation
            or IFieldReferenceOperation or IArrayElementReferenceOperation or IParenthesizedOperation or IDefaultValueOperation
            or IConditionalOperation or ICoalesceOperation or IConditionalAccessOperation or IConditionalAccessInstanceOperation
            or ITypeOfOperation or ISizeOfOperation or INameOfOperation or IIsTypeOperation or IAddressOfOperation
            or IAnonymousFunctionOperation or IDelegateCreationOperation or IMethodReferenceOperation or ITupleOperation
            or IDiscardOperation or IDefaultCaseClauseOperation or IArgumentOperation or ISwitchExpressionArmOperation
            or ISwitchExpressionOperation or IUtf8StringOperation => false,
        IPropertyReferenceOperation property => property.Instance?.Type?.TypeKind != TypeKind.Array,
        IConversionOperation conversion => conversion.OperatorMethod is not null && !Constants.IsNativeInteger(conversion.OperatorMethod.ContainingType),
        IUnaryOperation unary => unary.OperatorMethod is not null,
        IBinaryOperation binary => binary.OperatorMethod is not null && !Constants.IsNativeInteger(binary.OperatorMethod.ContainingType),
        IPatternOperation => operation is not (IConstantPatternOperation or ITypePatternOperation or IRelationalPatternOperation
            or INegatedPatternOperation or IBinaryPatternOperation or IDiscardPatternOperation),
        IIsPatternOperation => false,
        _ => true,
    };

    private static IOperation? Assigned(IOperation operation) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target,
        IIncrementOrDecrementOperation increment => increment.Target,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
        IAddressOfOperation address => address.Reference,
        IInvocationOperation { Instance: { Type.IsValueType: true } instance } => instance,
        IDeclarationPatternOperation or IRecursivePatternOperation or IListPatternOperation => operation,
        _ => null,
    };

    private static bool IsSymbol(IOperation? target, ISymbol symbol) => target switch
    {
        null => false,
        IDeclarationPatternOperation pattern => SymbolEqualityComparer.Default.Equals(pattern.DeclaredSymbol, symbol),
        IRecursivePatternOperation pattern => SymbolEqualityComparer.Default.Equals(pattern.DeclaredSymbol, symbol),
        IListPatternOperation pattern => SymbolEqualityComparer.Default.Equals(pattern.DeclaredSymbol, symbol),
        ITupleOperation tuple => tuple.Elements.Any(e => IsSymbol(e, symbol)),
        _ => SymbolEqualityComparer.Default.Equals(Captures.RootOf(target), symbol),
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>Types that are disposable because a contract says so: the bodies behind their <c>Dispose</c> do nothing.</summary>
/// <remarks>
/// <code>
/// public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
/// protected override void Dispose(bool disposing) { }
/// </code>
/// To forget one's own fields is nothing, too, in a method of its own or not, and so is to dispose what only holds memory, or
/// to empty a list:
/// <c>_buffer?.Dispose(); _names.Clear();</c>. Bodies that are not there may do anything.
/// </remarks>
internal static class IdleDisposals
{
    /// <summary>How far bodies are followed that call one another.</summary>
    private const int MostBodies = 8;

    /// <summary>Whether nothing is lost when an object of this very type is forgotten.</summary>
    public static bool Has(INamedTypeSymbol type)
    {
        var contract = type.AllInterfaces.FirstOrDefault(i => i.SpecialType == SpecialType.System_IDisposable);
        return contract?.GetMembers(nameof(IDisposable.Dispose)) is [IMethodSymbol member]
            && type.FindImplementationForInterfaceMember(member) is IMethodSymbol dispose
            && IsIdle(SymbolNames.Nearest(dispose, type), type, MostBodies);
    }

    private static bool IsIdle(IMethodSymbol method, INamedTypeSymbol type, int bodies) =>
        bodies > 0 && MethodBodies.Of(method) is { } body && IsIdle(body, method, type, bodies);

    private static bool IsIdle(SyntaxNode node, IMethodSymbol method, INamedTypeSymbol type, int bodies) => node switch
    {
        BlockSyntax block => block.Statements.All(s => IsIdle(s, method, type, bodies)),
        EmptyStatementSyntax or ReturnStatementSyntax { Expression: null } => true,
        ExpressionStatementSyntax statement => IsIdle(statement.Expression, method, type, bodies),
        IfStatementSyntax { Condition: var condition, Statement: var then, Else: var other } =>
            !condition.DescendantNodesAndSelf().Any(n => n is InvocationExpressionSyntax or AssignmentExpressionSyntax)
            && IsIdle(then, method, type, bodies) && (other is null || IsIdle(other.Statement, method, type, bodies)),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var value } assignment when IsNothing(value) =>
            NameOf(assignment.Left) is { } name && method.ContainingType.GetMembers(name) is [IFieldSymbol],
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax, Name.Identifier.Text: var name } } =>
            name == method.Name && method.OverriddenMethod is { } overridden && IsIdle(overridden, type, bodies - 1),
        ConditionalAccessExpressionSyntax { Expression: var released, WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name: var name } } } =>
            IsEnd(name) && HoldsMemory(released, method),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var released, Name: var name } } when IsEnd(name) && HoldsMemory(released, method) => true,
        InvocationExpressionSyntax { ArgumentList.Arguments: [], Expression: MemberAccessExpressionSyntax { Expression: var list, Name.Identifier.Text: "Clear" } } when IsCollection(list, method) => true,
        InvocationExpressionSyntax { ArgumentList.Arguments: var arguments, Expression: var called } =>
            called.ToString() is "GC.SuppressFinalize" or "System.GC.SuppressFinalize"
            || (arguments.Count == 0 && NameOf(called) is { } own && own != method.Name
                && method.ContainingType.GetMembers(own) is [IMethodSymbol { IsVirtual: false, IsAbstract: false, IsOverride: false } helper] && IsIdle(helper, type, bodies - 1))
            || (NameOf(called) == nameof(IDisposable.Dispose) && arguments is [{ Expression: LiteralExpressionSyntax }]
                && WithFlag(method.ContainingType) is { } other && IsIdle(SymbolNames.Nearest(other, type), type, bodies - 1)),
        _ => false,
    };

    /// <summary>A number, a text or nothing, as a field is given that is forgotten.</summary>
    private static bool IsNothing(ExpressionSyntax value) =>
        value is LiteralExpressionSyntax or DefaultExpressionSyntax || value.ToString() is "string.Empty" or "String.Empty";

    private static bool IsEnd(SimpleNameSyntax name) => name.Identifier.ValueText is nameof(IDisposable.Dispose) or "Close";

    /// <summary>A field of a type that holds nothing but memory.</summary>
    private static bool HoldsMemory(ExpressionSyntax released, IMethodSymbol method) =>
        NameOf(released) is { } name && method.ContainingType.GetMembers(name) is [IFieldSymbol field] && StreamTypes.IsMemory(field.Type);

    /// <summary>A field of a collection type of the framework: its elements are forgotten, and nothing else is done to them.</summary>
    private static bool IsCollection(ExpressionSyntax list, IMethodSymbol method) =>
        NameOf(list) is { } name && method.ContainingType.GetMembers(name) is [IFieldSymbol { Type: { DeclaringSyntaxReferences.IsEmpty: true } type }]
        && type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable) && !NonNullValues.IsReleasable(type);

    /// <summary>The member of the object itself that an expression names.</summary>
    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => name.Identifier.Text,
        _ => null,
    };

    /// <summary>The member that <c>Dispose</c> and the finalizer share.</summary>
    private static IMethodSymbol? WithFlag(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(nameof(IDisposable.Dispose)).OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters is [{ Type.SpecialType: SpecialType.System_Boolean }]) is { } found)
                return found;
        }

        return null;
    }
}

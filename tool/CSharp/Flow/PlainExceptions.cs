using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Constructors of the codebase's own exceptions that do nothing but fill the new object, as they are written:
/// <code>
/// public BadFormat(string path) : base("bad format") => Path = path;
/// </code>
/// </summary>
internal static class PlainExceptions
{
    /// <summary>Exceptions that derive from each other are followed this far.</summary>
    private const int Depth = 5;

    public static bool OnlyFills(IMethodSymbol constructor, Catalogue catalogue, Func<IMethodSymbol, Callee> nameOf) =>
        OnlyFills(constructor, catalogue, nameOf, Depth);

    private static bool OnlyFills(IMethodSymbol constructor, Catalogue catalogue, Func<IMethodSymbol, Callee> nameOf, int depth)
    {
        if (constructor.DeclaringSyntaxReferences.IsEmpty && !IsImplied(constructor))
            return catalogue.IsHarmless(nameOf(constructor));

        if (depth == 0 || !IsException(constructor.ContainingType) || FillsByItself(constructor.ContainingType))
            return false;

        if (IsImplied(constructor))
            return BaseOf(constructor.ContainingType) is { } implied && OnlyFills(implied, catalogue, nameOf, depth - 1);

        if (constructor.DeclaringSyntaxReferences is not [var reference] || reference.GetSyntax() is not ConstructorDeclarationSyntax declaration
            || constructor.ContainingAssembly is not ISourceAssemblySymbol source)
        {
            return false;
        }

        var isPlain = declaration.ExpressionBody is { } arrow
            ? IsFilling(arrow.Expression, constructor)
            : declaration.Body?.Statements.All(s => s is ExpressionStatementSyntax { Expression: var expression } && IsFilling(expression, constructor)) == true;
        if (!isPlain)
            return false;

        if (declaration.Initializer is not { } initializer)
            return BaseOf(constructor.ContainingType) is { } usual && OnlyFills(usual, catalogue, nameOf, depth - 1);

        return initializer.ArgumentList.Arguments.All(a => IsValue(a.Expression, constructor))
            && source.Compilation.GetSemanticModel(reference.SyntaxTree).GetSymbolInfo(initializer).Symbol is IMethodSymbol called
            && OnlyFills(called.OriginalDefinition, catalogue, nameOf, depth - 1);
    }

    private static bool IsImplied(IMethodSymbol constructor) => constructor.IsImplicitlyDeclared && constructor.ContainingType.ContainingAssembly is ISourceAssemblySymbol;

    private static bool IsException(INamedTypeSymbol type)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (t is { Name: nameof(Exception), ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    private static IMethodSymbol? BaseOf(INamedTypeSymbol type) => type.BaseType?.InstanceConstructors.FirstOrDefault(c => c.Parameters.IsEmpty)?.OriginalDefinition;

    /// <summary>A field or property begins with something that is worked out, or the type runs something first.</summary>
    private static bool FillsByItself(INamedTypeSymbol type) =>
        !type.StaticConstructors.IsEmpty
        || type.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<TypeDeclarationSyntax>().Any(t => t.ParameterList is not null || t.Members.Any(m => m switch
        {
            FieldDeclarationSyntax field => field.Declaration.Variables.Any(v => v.Initializer is { Value: var value } && !IsValue(value, null)),
            PropertyDeclarationSyntax { Initializer.Value: var value } => !IsValue(value, null),
            _ => false,
        }));

    /// <summary>Something of the new object gets a value that is there already.</summary>
    private static bool IsFilling(ExpressionSyntax expression, IMethodSymbol constructor) =>
        expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: var target, Right: var value } && IsValue(value, constructor)
        && (target switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
            _ => null,
        }) is { } named
        && constructor.ContainingType.GetMembers(named) is [var member]
        && (member is IFieldSymbol { IsStatic: false } || (member is IPropertySymbol { IsStatic: false, IsVirtual: false, IsOverride: false } property && IsAutomatic(property)));

    private static bool IsAutomatic(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    /// <summary>A parameter, a constant, or a text made of those.</summary>
    private static bool IsValue(ExpressionSyntax expression, IMethodSymbol? constructor) => expression switch
    {
        IdentifierNameSyntax name => constructor?.Parameters.Any(p => p.Name == name.Identifier.ValueText) == true,
        LiteralExpressionSyntax or DefaultExpressionSyntax => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => IsValue(sum.Left, constructor) && IsValue(sum.Right, constructor),
        ParenthesizedExpressionSyntax outer => IsValue(outer.Expression, constructor),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } outer => IsValue(outer.Operand, constructor),
        _ => false,
    };
}

using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Private fields that might say <c>readonly</c> and do not: nothing but a constructor assigns them. Only their own type can,
/// so its declarations are looked through, by name: what is assigned under the name of a field counts, whosever it is.
/// One with attributes is left out: a serializer or an injector may assign it, a thread have one of its own.
/// Linear in the text of a type, once. Safe to use from several threads.
/// </summary>
internal sealed class SettledFields
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, HashSet<string>> _assigned = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a field keeps its value once its object, or its type, has been constructed.</summary>
    public bool Contains(IFieldSymbol field) =>
        field.IsReadOnly
        || field is { DeclaredAccessibility: Accessibility.Private, IsVolatile: false, IsImplicitlyDeclared: false, Type.IsReferenceType: true }
            && field.GetAttributes().IsEmpty
            && !_assigned.GetOrAdd(field.ContainingType.OriginalDefinition, AssignedIn).Contains(field.Name);

    /// <summary>The names that are assigned, or lent to be, in a type and in those inside it.</summary>
    private static HashSet<string> AssignedIn(INamedTypeSymbol type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax().DescendantNodes())
            {
                if (TargetOf(node) is { } target && !IsConstructed(target, node, type))
                    names.UnionWith(AssignedNames.Of(target));
            }
        }

        return names;
    }

    private static ExpressionSyntax? TargetOf(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PostfixUnaryExpressionSyntax unary => unary.Operand,
        PrefixUnaryExpressionSyntax unary => unary.Operand,
        ArgumentSyntax { RefOrOutKeyword.RawKind: not 0 } argument => argument.Expression,
        RefExpressionSyntax reference => reference.Expression,
        _ => null,
    };

    /// <summary>A constructor of the type itself assigns what is its own, and nothing runs later that would do it again.</summary>
    private static bool IsConstructed(ExpressionSyntax target, SyntaxNode assigning, INamedTypeSymbol type)
    {
        if (assigning is not AssignmentExpressionSyntax || target is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }))
            return false;

        foreach (var outer in assigning.Ancestors())
        {
            switch (outer)
            {
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or InitializerExpressionSyntax:
                    return false;
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Parent is TypeDeclarationSyntax declaring
                        && declaring.Identifier.ValueText == type.Name
                        && IsStaticAlike(constructor, target, type);
            }
        }

        return false;
    }

    /// <summary>An object's constructor that assigns what all objects share does so again and again.</summary>
    private static bool IsStaticAlike(ConstructorDeclarationSyntax constructor, ExpressionSyntax target, INamedTypeSymbol type) =>
        AssignedNames.Of(target).All(name => type.GetMembers(name).All(m => m.IsStatic == constructor.Modifiers.Any(SyntaxKind.StaticKeyword)));
}

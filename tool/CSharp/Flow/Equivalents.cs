using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Members that do what a type's <c>Dispose</c> does, known from their bodies: one only calls the other, or both are
/// written alike. Safe to use from several threads.
/// </summary>
/// <remarks>
/// <code>
/// public void Close() { ... }
/// public void Dispose() => Close();
/// </code>
/// A member that another type may override alone shows nothing, and neither does a type below which somebody gives
/// <c>IDisposable</c> another meaning.
/// </remarks>
internal sealed class Equivalents
{
    private readonly ConcurrentDictionary<IAssemblySymbol, HashSet<INamedTypeSymbol>> _redone = new(SymbolEqualityComparer.Default);

    /// <param name="method">A member that is called.</param>
    /// <param name="type">The type that it is called on.</param>
    public bool DoesWhatDisposeDoes(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (!IsPlain(method) || type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || DisposeOf(type) is not { } dispose)
            return false;

        if (SymbolEqualityComparer.Default.Equals(dispose, method) || !IsPlain(dispose))
            return false;

        var isAlike = (Decides(dispose, type) && Forwards(dispose, method))
            || (Decides(method, type) && Forwards(method, dispose))
            || (Decides(dispose, type) && Decides(method, type) && AreWrittenAlike(dispose, method));
        return isAlike && (type.IsSealed || !IsRedoneBelow(type, dispose));
    }

    private static bool IsPlain(IMethodSymbol method) =>
        method is { IsStatic: false, ReturnsVoid: true, IsAsync: false, Parameters.IsEmpty: true, IsAbstract: false, MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation };

    private static IMethodSymbol? DisposeOf(INamedTypeSymbol type)
    {
        var contract = type.AllInterfaces.FirstOrDefault(i => i.SpecialType == SpecialType.System_IDisposable);
        return contract?.GetMembers(nameof(IDisposable.Dispose)) is [IMethodSymbol member]
            ? type.FindImplementationForInterfaceMember(member) as IMethodSymbol
            : null;
    }

    /// <summary>What runs is this very body, whatever the object's own type is.</summary>
    private static bool Decides(IMethodSymbol method, INamedTypeSymbol type) =>
        type.IsSealed || !(method.IsVirtual || method.IsOverride) || method.IsSealed;

    /// <summary>The body is a call of the other on the same object, and nothing else.</summary>
    private static bool Forwards(IMethodSymbol from, IMethodSymbol to) =>
        StatementsOf(from) is [var only]
        && Unwrapped(only) is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call
        && call.Expression switch
        {
            IdentifierNameSyntax name => name.Identifier.Text,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => name.Identifier.Text,
            _ => null,
        } is { } called
        && Found(called, from.ContainingType) is { } target
        && SymbolEqualityComparer.Default.Equals(First(target), First(to));

    private static bool AreWrittenAlike(IMethodSymbol one, IMethodSymbol other) =>
        SymbolEqualityComparer.Default.Equals(one.ContainingType, other.ContainingType)
        && StatementsOf(one) is { Count: > 0 } left && StatementsOf(other) is { } right
        && left.Count == right.Count
        && left.Zip(right).All(pair => SyntaxFactory.AreEquivalent(pair.First, pair.Second));

    /// <summary>The statements of the body, or the one expression; null where there is no body to look at.</summary>
    private static IReadOnlyList<SyntaxNode>? StatementsOf(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences is [var reference]
            ? reference.GetSyntax() switch
            {
                MethodDeclarationSyntax { Body: { } body } => body.Statements,
                MethodDeclarationSyntax { ExpressionBody.Expression: { } expression } => [expression],
                _ => null,
            }
            : null;

    private static SyntaxNode Unwrapped(SyntaxNode node) => node is ExpressionStatementSyntax statement ? statement.Expression : node;

    /// <summary>What a call without arguments finds; null where a nearer member of the name could be meant.</summary>
    private static IMethodSymbol? Found(string name, INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            var members = t.GetMembers(name).Where(m => m is not IMethodSymbol { IsOverride: true }).ToList();
            if (members.Count == 0)
                continue;

            return members.OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters.IsEmpty && m.Arity == 0);
        }

        return null;
    }

    /// <summary>The member that introduced it, before anything overrode it.</summary>
    private static IMethodSymbol First(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
            method = overridden;

        return method.OriginalDefinition;
    }

    /// <summary>A type of the assembly that derives from this one disposes in a way of its own.</summary>
    private bool IsRedoneBelow(INamedTypeSymbol type, IMethodSymbol dispose) =>
        _redone.GetOrAdd(type.ContainingAssembly, static a => [.. Redoing(a.GlobalNamespace)])
            .Any(t => DerivesFrom(t, type) && !SymbolEqualityComparer.Default.Equals(DisposeOf(t)?.OriginalDefinition, dispose.OriginalDefinition));

    /// <summary>The types that name the contract again which a type above them fulfils.</summary>
    private static IEnumerable<INamedTypeSymbol> Redoing(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol { BaseType: { } above } type
                && type.Interfaces.Any(IsDisposable) && above.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable))
            {
                yield return type;
            }

            foreach (var inner in Redoing(member))
                yield return inner;
        }
    }

    private static bool IsDisposable(INamedTypeSymbol contract) =>
        contract.SpecialType == SpecialType.System_IDisposable || contract.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable);

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol above)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, above.OriginalDefinition))
                return true;
        }

        return false;
    }
}

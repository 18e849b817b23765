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
/// A member that another type of the codebase overrides alone shows nothing, and neither does a type below which somebody
/// gives <c>IDisposable</c> another meaning. Of an interface, every type that implements it must show it.
/// </remarks>
/// <param name="compilations">All of the codebase: who implements an interface need not be seen by who calls it.</param>
internal sealed class Equivalents(IReadOnlyList<Compilation> compilations)
{
    private readonly Lazy<WrittenTypes> _written = new(() => new WrittenTypes(compilations));

    private readonly ConcurrentDictionary<(IMethodSymbol, INamedTypeSymbol, bool), bool> _known = new();

    /// <summary>Shape alone: a member that releases the object on which it is called would look so.</summary>
    public static bool MayDispose(IMethodSymbol method, INamedTypeSymbol type) =>
        IsPlain(method) && method.Name != nameof(IDisposable.Dispose) && type.AllInterfaces.Any(IsDisposable);

    /// <summary>
    /// The <c>Close</c> of something that has a <c>Dispose</c> as well, or a <c>Dispose</c> that is not the contract's: a package's
    /// shows no body.
    /// </summary>
    public static bool OnlyCloses(IMethodSymbol method, INamedTypeSymbol type) =>
        method is { Name: "Close" or nameof(IDisposable.Dispose), IsStatic: false } && IsDisposable(type);

    /// <summary>The members of the codebase that override a method.</summary>
    public IEnumerable<IMethodSymbol> OverridesOf(IMethodSymbol method) => method is { IsVirtual: false, IsAbstract: false, IsOverride: false } || method.ContainingType.TypeKind == TypeKind.Interface
        ? []
        : _written.Value.Overrides[method.Name].Where(m => m.Parameters.Length == method.Parameters.Length && AreSame(First(m), First(method)));

    /// <summary>The members of the codebase that carry out a method of an interface.</summary>
    public IEnumerable<IMethodSymbol> ImplementationsOf(IMethodSymbol method) => method.ContainingType is not { TypeKind: TypeKind.Interface } contract
        ? []
        : from type in _written.Value.Implementing[contract.Name]
          from implemented in type.AllInterfaces
          where AreSame(implemented, contract)
          let member = implemented.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters.Length == method.Parameters.Length)
          where member is not null
          let carried = type.FindImplementationForInterfaceMember(member) as IMethodSymbol
          where carried is not null
          select carried;

    /// <param name="method">A member that is called.</param>
    /// <param name="type">The type that it is called on.</param>
    /// <param name="isExact">The object is of that very type, and of none that derives from it.</param>
    public bool DoesWhatDisposeDoes(IMethodSymbol method, INamedTypeSymbol type, bool isExact = false) =>
        IsPlain(method) && _known.GetOrAdd((method, type, isExact), static (key, self) => self.Shows(key.Item1, key.Item2, key.Item3), this);

    private bool Shows(IMethodSymbol method, INamedTypeSymbol type, bool isExact)
    {
        if (type.TypeKind == TypeKind.Interface)
            return ShowAll(method, type);

        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || DisposeOf(type) is not { } dispose || Runs(method, type) is not { } runs)
            return false;

        if (SymbolEqualityComparer.Default.Equals(dispose, runs) || !IsPlain(dispose) || dispose.IsAbstract || runs.IsAbstract)
            return false;

        isExact |= type.IsSealed;
        var isAlike = (Decides(dispose, type, isExact) && Forwards(dispose, runs))
            || (Decides(runs, type, isExact) && Forwards(runs, dispose))
            || (Decides(dispose, type, isExact) && Decides(runs, type, isExact) && AreWrittenAlike(dispose, runs));
        return isAlike && (isExact || !IsRedoneBelow(type, dispose));
    }

    /// <summary>Of an interface there must be types that carry it out, and all of them show it.</summary>
    private bool ShowAll(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (!type.AllInterfaces.Any(IsDisposable))
            return false;

        var implementing = _written.Value.Implementing[type.Name].Where(t => !t.IsAbstract && t.AllInterfaces.Any(i => AreSame(i, type))).ToList();
        return implementing.Count > 0 && implementing.TrueForAll(t => DoesWhatDisposeDoes(method, t, isExact: true));
    }

    /// <summary>The member that a call of the method runs on an object of the type.</summary>
    private static IMethodSymbol? Runs(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            var contract = type.AllInterfaces.FirstOrDefault(i => AreSame(i, method.ContainingType));
            return contract?.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters.IsEmpty) is { } member
                ? type.FindImplementationForInterfaceMember(member) as IMethodSymbol
                : null;
        }

        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(m => AreSame(First(m), First(method))) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>Two projects, or two snapshots, may each have a symbol for the one thing.</summary>
    private static bool AreSame(ISymbol one, ISymbol other) =>
        one.Name == other.Name
        && (SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, other.OriginalDefinition)
            || one.OriginalDefinition.ToDisplayString() == other.OriginalDefinition.ToDisplayString());

    private static bool IsPlain(IMethodSymbol method) =>
        method is { IsStatic: false, ReturnsVoid: true, IsAsync: false, Parameters.IsEmpty: true, MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation };

    private static IMethodSymbol? DisposeOf(INamedTypeSymbol type)
    {
        var contract = type.AllInterfaces.FirstOrDefault(i => i.SpecialType == SpecialType.System_IDisposable);
        return contract?.GetMembers(nameof(IDisposable.Dispose)) is [IMethodSymbol member]
            ? type.FindImplementationForInterfaceMember(member) as IMethodSymbol
            : null;
    }

    /// <summary>What runs is this very body, whatever the object's own type is.</summary>
    private bool Decides(IMethodSymbol method, INamedTypeSymbol type, bool isExact) =>
        isExact || !(method.IsVirtual || method.IsOverride) || method.IsSealed
        || !OverridesOf(method).Any(m => DerivesFrom(m.ContainingType, type));

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
    private static IReadOnlyList<SyntaxNode>? StatementsOf(IMethodSymbol method) => MethodBodies.Of(method) switch
    {
        BlockSyntax block => block.Statements,
        { } expression => [expression],
        null => null,
    };

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

    /// <summary>A type that derives from this one disposes in a way of its own: it names the contract again.</summary>
    private bool IsRedoneBelow(INamedTypeSymbol type, IMethodSymbol dispose) =>
        _written.Value.All.Any(t => t.Interfaces.Any(IsDisposable) && DerivesFrom(t, type) && DisposeOf(t) is { } own && !AreSame(own, dispose));

    private static bool IsDisposable(INamedTypeSymbol contract) =>
        contract.SpecialType == SpecialType.System_IDisposable || contract.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable);

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol above)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (AreSame(t, above))
                return true;
        }

        return false;
    }
}

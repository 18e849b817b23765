using Microsoft.CodeAnalysis;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>The types of a codebase that have a base or an interface, and who is found among them by name.</summary>
internal sealed class WrittenTypes
{
    public WrittenTypes(IReadOnlyList<Compilation> compilations)
    {
        All = [.. compilations.SelectMany(c => TypesIn(c.Assembly.GlobalNamespace))];
        Overrides = All.SelectMany(t => t.GetMembers().OfType<IMethodSymbol>()).Where(m => m.IsOverride).ToLookup(m => m.Name);
        Implementing = All.Where(t => t.TypeKind is TypeKind.Class or TypeKind.Struct)
            .SelectMany(t => t.AllInterfaces.Select(i => i.Name).Distinct().Select(name => (Name: name, Type: t)))
            .ToLookup(p => p.Name, p => p.Type);
    }

    public IReadOnlyList<INamedTypeSymbol> All { get; }

    public ILookup<string, IMethodSymbol> Overrides { get; }

    /// <summary>Classes and structures, by the name of an interface that they carry out.</summary>
    public ILookup<string, INamedTypeSymbol> Implementing { get; }

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type && (type.Interfaces.Length > 0 || type.BaseType is { SpecialType: not SpecialType.System_Object }))
                yield return type;

            foreach (var inner in TypesIn(member))
                yield return inner;
        }
    }
}

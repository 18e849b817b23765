using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>
/// The simple names of the types of which a new object is a resource: those that a catalogue names, and all that
/// derive from or implement one. Knowing them spares the binding of every function that only makes a list.
/// </summary>
internal sealed class AcquiringTypes(FrozenSet<string> roots)
{
    /// <summary>Whether a type of this simple name, as the compilation sees it, may be one of them.</summary>
    public Func<string, bool> In(CSharpCompilation compilation)
    {
        var known = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var contracts = new Lazy<HashSet<ITypeSymbol>>(() =>
            roots.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().ToHashSet<ITypeSymbol>(SymbolEqualityComparer.Default));
        return name => known.GetOrAdd(name, n => Named(n, compilation).Any(t => Acquires(t, contracts.Value)));
    }

    private static IEnumerable<INamedTypeSymbol> Named(string name, CSharpCompilation compilation)
    {
        var own = compilation.GetSymbolsWithName(name, SymbolFilter.Type).OfType<INamedTypeSymbol>();
        var others = compilation.SourceModule.ReferencedAssemblySymbols
            .Where(a => a.TypeNames.Contains(name))
            .SelectMany(a => Below(a.GlobalNamespace).SelectMany(n => n.GetTypeMembers(name)));
        return own.Concat(others);
    }

    private static IEnumerable<INamespaceSymbol> Below(INamespaceSymbol top)
    {
        var pending = new Stack<INamespaceSymbol>([top]);
        while (pending.TryPop(out var space))
        {
            yield return space;
            foreach (var inner in space.GetNamespaceMembers())
                pending.Push(inner);
        }
    }

    private static bool Acquires(INamedTypeSymbol type, HashSet<ITypeSymbol> contracts)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (contracts.Contains(t.OriginalDefinition))
                return true;
        }

        return type.AllInterfaces.Any(i => contracts.Contains(i.OriginalDefinition));
    }
}

using System.Collections.Immutable;
using MigrateCleanup.CSharp;

namespace MigrateCleanup.Cli.Loading;

/// <summary>What loading came to: compilations, and the files that PATH speaks of (the others are only known).</summary>
public sealed record LoadedCode(ImmutableArray<CSharpProject> Projects, ImmutableHashSet<string> Files)
{
    public static LoadedCode Nothing { get; } = new([], ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    public LoadedCode And(LoadedCode other) => new([.. Projects, .. other.Projects], Files.Union(other.Files));
}

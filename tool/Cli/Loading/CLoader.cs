using System.Collections.Immutable;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;

namespace MigrateCleanup.Cli.Loading;

/// <summary>The texts of a C codebase, and the files of it that PATH speaks of (the others are only known).</summary>
public sealed record LoadedC(ImmutableDictionary<string, string> Texts, ImmutableHashSet<string> Files)
{
    public static LoadedC Nothing { get; } = new(
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal), ImmutableHashSet.Create<string>(StringComparer.Ordinal));
}

/// <summary>
/// Reads the C files that PATH leads to, and all others of the work tree with them: what is known of functions, types
/// and macros comes from the whole repository.
/// </summary>
public sealed class CLoader(SourceFiles files, WorkTree tree, Messages messages)
{
    public LoadedC Load(Target target)
    {
        if (target.Kind is TargetKind.Solution or TargetKind.Project || (target.Kind == TargetKind.File && !target.IsC))
            return LoadedC.Nothing;

        var own = target.Kind == TargetKind.File ? [target.Path] : SourceTree.Below(target.Path, messages).CSources;
        if (own.Count == 0)
            return LoadedC.Nothing;

        var around = Around(target, own);
        var texts = around.Union(own)
            .Where(tree.Contains)
            .AsParallel().AsOrdered()
            .Select(files.Read)
            .OfType<SourceFile>()
            .ToImmutableDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal);
        return new LoadedC(texts, [.. own.Where(texts.ContainsKey)]);
    }

    /// <summary>Without a work tree there is no telling what belongs together: only the file's own directory is looked at.</summary>
    private IEnumerable<string> Around(Target target, IReadOnlyList<string> own)
    {
        if (tree.IsGit && tree.Top != target.Path)
            return SourceTree.Below(tree.Top, messages).CSources;

        return target.Kind == TargetKind.File
            ? SourceTree.FilesIn(target.Directory).Where(f => Path.GetExtension(f) is ".c" or ".h" && new FileInfo(f).LinkTarget is null)
            : own;
    }
}

namespace MigrateCleanup.Cli.Git;

/// <summary>Keeps <c>apply</c> away from work that git could not bring back.</summary>
public static class Uncommitted
{
    /// <summary>Those of the names (relative to the top) that git tracks and that differ from the last commit.</summary>
    /// <exception cref="Stop">git cannot be asked.</exception>
    public static IReadOnlyList<string> Among(WorkTree tree, IReadOnlyCollection<string> names)
    {
        if (!tree.IsGit || names.Count == 0)
            return [];

        var result = GitCommand.Run(
            tree.Top, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all");
        if (result is not { Succeeded: true })
        {
            var reason = result is null ? "git is not installed" : result.Error.Trim().Split('\n')[0];
            throw Stop.Usage($"cannot see whether files have uncommitted changes ({reason}); --force writes anyway");
        }

        var dirty = result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(entry => entry.Length > 3)
            .Select(entry => entry[3..])
            .ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(dirty.Contains)];
    }
}

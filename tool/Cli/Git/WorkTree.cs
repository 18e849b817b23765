using System.Collections.Concurrent;

namespace MigrateCleanup.Cli.Git;

/// <summary>
/// The directory that names in diffs are relative to: the top of the git work tree, or, outside of git, the directory
/// that was given. What lies outside it is left alone, and so is a repository inside it.
/// </summary>
public sealed class WorkTree
{
    private readonly ConcurrentDictionary<string, bool> _ours = new(StringComparer.Ordinal);

    private WorkTree(string top, bool isGit)
    {
        Top = top;
        IsGit = isGit;
    }

    public string Top { get; }

    public bool IsGit { get; }

    /// <summary>The work tree around a directory.</summary>
    public static WorkTree Around(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            if (IsTop(current))
                return new WorkTree(current, isGit: true);
        }

        return new WorkTree(directory, isGit: false);
    }

    /// <summary>Whether a file belongs to this work tree and not to another one inside it (a submodule).</summary>
    public bool Contains(string path) =>
        Path.GetDirectoryName(path) is { } directory && _ours.GetOrAdd(directory, IsOurs);

    /// <summary>The name of a file as diffs write it.</summary>
    public string NameOf(string path) => Path.GetRelativePath(Top, path).Replace(Path.DirectorySeparatorChar, '/');

    public string PathOf(string name) => Path.GetFullPath(Path.Combine(Top, name));

    private static bool IsTop(string directory)
    {
        var git = Path.Combine(directory, ".git");
        return File.Exists(git) || File.Exists(Path.Combine(git, "HEAD"));
    }

    private bool IsOurs(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            if (current == Top)
                return true;

            if (IsTop(current))
                return false;
        }

        return false;
    }
}

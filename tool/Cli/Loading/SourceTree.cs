using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Loading;

/// <summary>The files below a directory. Links are not followed, so there are no loops; what may not be read is said.</summary>
public sealed class SourceTree
{
    private static readonly string[] SkippedDirectories = ["node_modules"];

    private readonly List<string> _solutions = [];
    private readonly List<string> _projects = [];
    private readonly List<string> _sources = [];
    private readonly List<string> _cSources = [];

    private SourceTree()
    {
    }

    public IReadOnlyList<string> Solutions => _solutions;

    public IReadOnlyList<string> Projects => _projects;

    /// <summary>C# files.</summary>
    public IReadOnlyList<string> Sources => _sources;

    /// <summary>Sources and headers of C.</summary>
    public IReadOnlyList<string> CSources => _cSources;

    public static SourceTree Below(string directory, Messages messages)
    {
        var tree = new SourceTree();
        var pending = new Stack<string>([directory]);
        while (pending.TryPop(out var current))
        {
            try
            {
                tree.Add(new DirectoryInfo(current), pending);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                messages.Warning($"{DisplayName.FromCurrentDirectory(current)}: cannot be read: {(e is UnauthorizedAccessException ? "permission denied" : SourceFiles.Reason(e))}; skipped");
            }
        }

        tree._solutions.Sort(StringComparer.Ordinal);
        tree._projects.Sort(StringComparer.Ordinal);
        tree._sources.Sort(StringComparer.Ordinal);
        tree._cSources.Sort(StringComparer.Ordinal);
        return tree;
    }

    /// <summary>The files in a directory itself. One that may not be listed shows none, though a file in it may be known by name.</summary>
    public static IReadOnlyList<string> FilesIn(string directory)
    {
        try
        {
            return Directory.GetFiles(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static bool IsLink(FileSystemInfo entry) => entry.LinkTarget is not null;

    private void Add(DirectoryInfo directory, Stack<string> pending)
    {
        var entries = directory.GetFileSystemInfos();
        var hasProject = entries.Any(e => Extension(e) is ".csproj" or ".fsproj" or ".vbproj");
        foreach (var entry in entries.Where(e => !IsLink(e)))
        {
            if (entry is DirectoryInfo)
            {
                if (!IsSkipped(entry.Name, hasProject))
                    pending.Push(entry.FullName);

                continue;
            }

            switch (Extension(entry))
            {
                case ".sln" or ".slnx":
                    _solutions.Add(entry.FullName);
                    break;
                case ".csproj":
                    _projects.Add(entry.FullName);
                    break;
                case ".cs":
                    _sources.Add(entry.FullName);
                    break;
                case ".c" or ".h":
                    _cSources.Add(entry.FullName);
                    break;
            }
        }
    }

    /// <summary>What a build leaves beside a project is not source.</summary>
    private static bool IsSkipped(string name, bool besideProject) =>
        name.StartsWith('.') || SkippedDirectories.Contains(name) || (besideProject && name is "bin" or "obj");

    /// <summary>Whether other files take in what a file declares.</summary>
    public static bool IsHeader(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".h";

    private static string Extension(FileSystemInfo entry) => System.IO.Path.GetExtension(entry.Name).ToLowerInvariant();
}

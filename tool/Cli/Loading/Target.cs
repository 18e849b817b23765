namespace MigrateCleanup.Cli.Loading;

public enum TargetKind
{
    Solution,
    Project,
    Directory,
    File,
}

/// <summary>What PATH leads to, by its real name: links on the way to it were followed once, here.</summary>
public sealed record Target(string Path, TargetKind Kind)
{
    /// <summary>A source or header of C.</summary>
    public bool IsC => Kind == TargetKind.File && System.IO.Path.GetExtension(Path).ToLowerInvariant() is ".c" or ".h";

    /// <summary>The directory itself, or the one around a file.</summary>
    public string Directory => Kind == TargetKind.Directory ? Path : System.IO.Path.GetDirectoryName(Path)!;

    /// <exception cref="Stop">There is no such file, or it is of no kind that can be loaded.</exception>
    public static Target Of(string given)
    {
        if (given.Length == 0)
            throw Stop.Usage("PATH is empty; '.' is the current directory");

        string path;
        try
        {
            path = RealPath(System.IO.Path.GetFullPath(given));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Stop.Failed($"{given}: {(e is UnauthorizedAccessException ? "permission denied" : e.Message)}");
        }

        if (System.IO.Directory.Exists(path))
            return new Target(path, TargetKind.Directory);

        if (!File.Exists(path))
            throw Stop.Failed($"{given}: no such file or directory");

        return System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".sln" or ".slnx" or ".slnf" => new Target(path, TargetKind.Solution),
            ".csproj" => new Target(path, TargetKind.Project),
            ".cs" or ".c" or ".h" => new Target(path, TargetKind.File),
            ".fsproj" or ".vbproj" => throw Stop.Failed($"{given}: F# and Visual Basic projects cannot be loaded, only C# ones"),
            _ => throw Stop.Failed($"{given}: not a solution, a project, a directory, a C# or a C file"),
        };
    }

    /// <summary>The path with all links resolved, as git and the build know it.</summary>
    public static string RealPath(string path)
    {
        var root = System.IO.Path.GetPathRoot(path)!;
        var result = root;
        foreach (var part in path[root.Length..].Split(System.IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            result = System.IO.Path.Combine(result, part);
            FileSystemInfo entry = System.IO.Directory.Exists(result) ? new DirectoryInfo(result) : new FileInfo(result);
            if (entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                result = RealPath(target.FullName);
        }

        return result;
    }
}

namespace MigrateCleanup.Cli.Texts;

/// <summary>Names of files as people read them.</summary>
public static class DisplayName
{
    private static readonly string Current = Environment.CurrentDirectory;

    /// <summary>The name relative to the current directory, with <c>/</c>; the whole one where nothing but the root is common.</summary>
    public static string FromCurrentDirectory(string path)
    {
        var relative = Path.GetRelativePath(Current, path);
        var name = ClimbsToRoot(relative) ? path : relative;
        return name.Replace(Path.DirectorySeparatorChar, '/');
    }

    private static bool ClimbsToRoot(string relative)
    {
        var up = relative.Split(Path.DirectorySeparatorChar).TakeWhile(part => part == "..").Count();
        return up > 0 && up == Current.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Length;
    }
}

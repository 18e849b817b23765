namespace MigrateCleanup.Cli.Texts;

/// <summary>Names of files as people read them.</summary>
public static class DisplayName
{
    private static readonly string Current = Environment.CurrentDirectory;

    /// <summary>The name relative to the current directory, with <c>/</c>.</summary>
    public static string FromCurrentDirectory(string path) =>
        Path.GetRelativePath(Current, path).Replace(Path.DirectorySeparatorChar, '/');
}

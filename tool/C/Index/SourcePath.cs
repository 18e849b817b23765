namespace MigrateCleanup.C.Index;

/// <summary>The parts of a codebase's paths, which are written with <c>/</c> everywhere.</summary>
internal static class SourcePath
{
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static bool IsHeader(string path) => path.EndsWith(".h", StringComparison.OrdinalIgnoreCase);

    /// <summary>Empty for a file at the top.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var at ? path[..at] : "";
}

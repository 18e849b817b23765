namespace MigrateCleanup.Cli.Tests;

/// <summary>The repository that these tests stand in: its documents are held against the program.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "MigrateCleanup.sln")))
            directory = Path.GetDirectoryName(directory)!;

        return directory;
    }
}

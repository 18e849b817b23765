namespace MigrateCleanup.C.Tests.Syntax;

internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MigrateCleanup.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("the repository's top was not found");
    }
}

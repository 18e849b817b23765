using System.Collections.Immutable;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>The fixtures of a language, on disk: they are rewritten in place when expectations are accepted.</summary>
public static class FixtureFiles
{
    /// <summary>The folder <c>fixtures</c> of the repository.</summary>
    public static string Root { get; } = Path.Combine(RepositoryRoot(), "fixtures");

    public static bool Accepts { get; } = Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1";

    /// <summary>The languages that have fixtures.</summary>
    public static ImmutableArray<string> Languages { get; } = ["c", "cs"];

    /// <summary>The names of the rules that have a fixture.</summary>
    public static ImmutableArray<string> Names(string language) =>
    [
        .. Directory.GetFiles(Path.Combine(Root, language), "*.md").Select(Path.GetFileNameWithoutExtension)
            .OfType<string>().Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string language, string name) => Path.Combine(Root, language, name + ".md");

    public static Fixture Read(string language, string name) => Fixture.Parse(File.ReadAllText(PathOf(language, name)));

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MigrateCleanup.sln")))
                return folder;
        }

        throw new InvalidOperationException("the tests run outside the repository");
    }
}

using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>README shows what the program does, so it is held against it.</summary>
public sealed class ReadmeTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void TheFirstScreenIsPrintedByTheFirstCommand()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        var shown = Regex.Match(readme, "^```diff\n(?<lines>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Groups["lines"].Value;
        Assert.NotEmpty(shown);
        var result = Tool.RunIn(Root, "diff", "samples");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(shown, result.Output, StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "MigrateCleanup.sln")))
            directory = Path.GetDirectoryName(directory)!;

        return directory;
    }
}

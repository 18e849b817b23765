namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class OutputTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData(">&-")]
    [InlineData("| true")]
    public void AClosedOutputEndsQuietly(string redirection)
    {
        if (OperatingSystem.IsWindows())
            return;

        for (var i = 0; i < 4; i++)
            _scratch.Write($"{i}.cs", Code.Convertible.Named($"C{i}"));

        var result = Processes.Run(
            "bash", ["-c", $"set -o pipefail; dotnet exec '{Tool.File}' diff . --exit-code --jobs 2 {redirection}"], _scratch.Root);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("xception", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsSaid()
    {
        if (!File.Exists("/dev/full"))
            return;

        _scratch.Write("a.cs", Code.Convertible);
        var result = Processes.Run("bash", ["-c", $"dotnet exec '{Tool.File}' diff . > /dev/full"], _scratch.Root);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.Contains("stdout", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void WhereNobodyCanBeToldTheExitCodeTells(string redirection)
    {
        if (!File.Exists("/dev/full"))
            return;

        _scratch.Write("a.cs", Code.Leaky);
        var result = Processes.Run("bash", ["-c", $"dotnet exec '{Tool.File}' check . {redirection}"], _scratch.Root);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("a.cs:7:", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, Processes.Run("bash", ["-c", $"dotnet exec '{Tool.File}' nonsense . {redirection}"], _scratch.Root).ExitCode);
    }

    [Fact]
    public void VerboseNamesEveryRefusal()
    {
        _scratch.Write("a.cs", """
            using System.IO;
            internal static class Sample
            {
                internal static int Again(string path)
                {
                retry:
                    int first = File.ReadAllBytes(path)[0];
                    if (first == 0)
                        goto retry;

                    return first;
                }
            }
            """);
        var result = Tool.Run(_scratch, "diff", ".", "--verbose");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("a.cs:", StringComparison.Ordinal) && l.Contains(": refused: cs/", StringComparison.Ordinal));
    }

    [Fact]
    public void ShowPrintsWhatIsSeen()
    {
        _scratch.Write("a.cs", Code.Leaky);
        var flow = Tool.Run(_scratch, "show", "flow", "a.cs:First");
        Assert.Equal(0, flow.ExitCode);
        Assert.Contains("entry\n", flow.Output, StringComparison.Ordinal);
        Assert.Contains("acquires result", Tool.Run(_scratch, "show", "ownership", "a.cs:Leaky.First").Output, StringComparison.Ordinal);
        Assert.Contains("IfStatement", Tool.Run(_scratch, "show", "tree", "a.cs").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleIsExplained()
    {
        var list = Tool.Run(_scratch, "rules").Output;
        Assert.Contains("cs/early-return", list, StringComparison.Ordinal);
        foreach (var id in list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]))
            Assert.StartsWith(id + ": ", Tool.Run(_scratch, "rules", id).Output, StringComparison.Ordinal);

        Assert.Contains("After", Tool.Run(_scratch, "rules", "early-return").Output, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}

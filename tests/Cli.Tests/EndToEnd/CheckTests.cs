using System.Text.Json;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class CheckTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public void AFindingIsALineAndAnExitCode()
    {
        _scratch.Write("src/leaky.cs", Code.Leaky);
        var result = Tool.Run(_scratch, "check", "src");
        Assert.Equal(1, result.ExitCode);
        var line = Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^src/leaky\\.cs:7:[0-9]+: (note|warning|error) cs/leak .+$", line);
        Assert.EndsWith("; findings: 1", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void RewritesAreNoFindings()
    {
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "check", ".");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
    }

    [Fact]
    public void ABaselineHidesWhatIsKnown()
    {
        _scratch.Write("a.cs", Code.Leaky.Named("A"));
        Assert.Equal(1, Tool.Run(_scratch, "check", ".", "--write-baseline", "known.json").ExitCode);
        Assert.Equal(0, Tool.Run(_scratch, "check", ".", "--baseline", "known.json").ExitCode);

        // What is known stays known when lines move.
        _scratch.Write("a.cs", "// a comment\n\n" + Code.Leaky.Named("A"));
        _scratch.Write("b.cs", Code.Leaky.Named("B"));
        var result = Tool.Run(_scratch, "check", ".", "--baseline", "known.json");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("b.cs:", Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"findings\": [ { } ] }", "known.json:1:17:")]
    [InlineData("{ \"version\": 7, \"findings\": [] }", "known.json:1:14: a baseline of another version (7)")]
    [InlineData("{ \"findings\": 7", "known.json:1:")]
    public void ABrokenBaselineIsSaid(string text, string message)
    {
        _scratch.Write("a.cs", Code.Leaky);
        _scratch.Write("known.json", text);
        var result = Tool.Run(_scratch, "check", ".", "--baseline", "known.json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none/known.json", "none/known.json: cannot be written: its directory does not exist")]
    [InlineData("src", "src: cannot be written: it is a directory")]
    public void WhereNoFileCanBeIsSaid(string file, string message)
    {
        _scratch.Write("src/a.cs", Code.Clean);
        var result = Tool.Run(_scratch, "check", "src", "--json", file);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(message, result.ErrorLines[0]);
    }

    [Fact]
    public void SuppressionsSilenceAndUnusedOnesAreSaid()
    {
        _scratch.Write("a.cs", Code.Leaky.Replace("    internal static int", "    // migrate-cleanup: off(cs/leak)\n    internal static int", StringComparison.Ordinal));
        _scratch.Write("b.cs", Code.Clean.Replace("    internal static int", "    // migrate-cleanup: off(cs/leak)\n    internal static int", StringComparison.Ordinal));
        var result = Tool.Run(_scratch, "check", ".");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains(result.ErrorLines, l => l.StartsWith("b.cs:3:", StringComparison.Ordinal) && l.Contains("unused suppression", StringComparison.Ordinal));
        Assert.DoesNotContain(result.ErrorLines, l => l.StartsWith("a.cs:", StringComparison.Ordinal));
    }

    [Fact]
    public void MachineOutputGoesToItsFiles()
    {
        _scratch.Write("src dir/leaky.cs", Code.Leaky);
        var result = Tool.Run(_scratch, "check", ".", "--sarif", "out.sarif", "--json=out.json");
        Assert.Equal(1, result.ExitCode);
        using var sarif = JsonDocument.Parse(_scratch.Text("out.sarif"));
        var found = sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("cs/leak", found.GetProperty("ruleId").GetString());
        Assert.Equal(
            "src%20dir/leaky.cs",
            found.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.True(found.GetProperty("codeFlows")[0].GetProperty("threadFlows")[0].GetProperty("locations").GetArrayLength() > 0);

        using var json = JsonDocument.Parse(_scratch.Text("out.json"));
        Assert.Equal(1, json.RootElement.GetProperty("findings").GetArrayLength());
        Assert.Equal("src dir/leaky.cs", json.RootElement.GetProperty("findings")[0].GetProperty("file").GetString());
    }

    [Fact]
    public void AReportThatCannotBeWrittenIsNamed()
    {
        _scratch.Write("a.cs", Code.Clean);
        var result = Tool.Run(_scratch, "check", ".", "--json", "none/out.json");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(result.ErrorLines, l => l.StartsWith("none/out.json: cannot be written", StringComparison.Ordinal));
    }

    public void Dispose() => _scratch.Dispose();
}

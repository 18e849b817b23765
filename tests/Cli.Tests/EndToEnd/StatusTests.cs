namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class StatusTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public void CountsArePerDirectoryWithTheMostFirst()
    {
        _scratch.Write("a/A.cs", Code.Convertible.Named("A"));
        _scratch.Write("b/B.cs", Code.Convertible.Named("B"));
        _scratch.Write("b/C.cs", Code.Convertible.Named("C"));
        _scratch.Write("b/D.cs", Code.Leaky.Named("D"));
        var result = Tool.Run(_scratch, "status", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["directory jumps releases oom checks", "b 2 1 0", "a 1 0 0", "total 3 1 0"],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Words));
        Assert.DoesNotContain('\e', result.Output);
        Assert.Equal("functions: 0 analysed, 0 converted, 0 refused, 0 unparsed; findings: 0", result.Summary);

        Tool.Run(_scratch, "apply", ".");
        Assert.Equal("Nothing is cleaned up by hand here.\n", Tool.Run(_scratch, "status", ".").Output);
    }

    [Fact]
    public void ARatchetIsWrittenFallsAndNeverRises()
    {
        _scratch.Write("a/A.cs", Code.Convertible.Named("A"));
        _scratch.Git("init", "-q");
        Assert.Equal(0, Tool.Run(_scratch, "status", ".", "--ratchet", "ratchet.json").ExitCode);
        var written = _scratch.Text("ratchet.json");
        Assert.Contains("\"jumps\": 1", written, StringComparison.Ordinal);

        _scratch.Write("a/B.cs", Code.Convertible.Named("B"));
        var grown = Tool.Run(_scratch, "status", ".", "--ratchet", "ratchet.json");
        Assert.Equal(1, grown.ExitCode);
        Assert.Contains("a: clean-up jumps: 2, and 1 allowed", grown.ErrorLines);
        Assert.Equal(written, _scratch.Text("ratchet.json"));

        // What is not looked at stays; what is gone may not come back.
        _scratch.Write("b/C.cs", Code.Clean);
        Assert.Equal(0, Tool.Run(_scratch, "status", "b", "--ratchet", "ratchet.json").ExitCode);
        Assert.Equal(written, _scratch.Text("ratchet.json"));
        Tool.Run(_scratch, "apply", ".");
        Assert.Equal(0, Tool.Run(_scratch, "status", ".", "--ratchet", "ratchet.json").ExitCode);
        _scratch.Write("a/A.cs", Code.Convertible.Named("A"));
        Assert.Equal(1, Tool.Run(_scratch, "status", ".", "--ratchet", "ratchet.json").ExitCode);
    }

    [Theory]
    [InlineData("{", "ratchet.json:1:2: ")]
    [InlineData("{\n  \"directories\": { \"a\": { \"jumps\": -1 } }\n}", "ratchet.json:2:25: a directory needs a count 'jumps'")]
    [InlineData("[]", "ratchet.json:1:1: a ratchet is an object")]
    public void ABrokenRatchetIsNamedWithItsPlace(string text, string message)
    {
        _scratch.Write("ratchet.json", text);
        _scratch.Write("A.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "status", ".", "--ratchet", "ratchet.json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(text, _scratch.Text("ratchet.json"));
    }

    [Fact]
    public void TheTrendGoesThroughHistory()
    {
        _scratch.Write("src/A.cs", Code.Convertible.Named("A"));
        _scratch.Write("src/B.cs", Code.Convertible.Named("B"));
        _scratch.Committed();
        _scratch.Write("src/B.cs", Code.Clean);
        _scratch.Git("commit", "-qam", "less");
        _scratch.Write("src/A.cs", Code.Clean.Replace("Clean", "A", StringComparison.Ordinal));
        var result = Tool.Run(_scratch, "status", "src", "--since", "HEAD~1");
        Assert.Equal(0, result.ExitCode);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["2", "1", "0"], lines[1..4].Select(l => Words(l).Split(' ')[^3]));
        Assert.StartsWith("now", lines[3], StringComparison.Ordinal);
        Assert.Contains("clean-up jumps -2", lines[4], StringComparison.Ordinal);
        Assert.Equal("", _scratch.Git("stash", "list"));
    }

    [Fact]
    public void ShardsAndHistoryHaveNoRatchet()
    {
        _scratch.Write("A.cs", Code.Clean);
        Assert.Equal(2, Tool.Run(_scratch, "status", ".", "--ratchet", "r", "--shard", "1/2").ExitCode);
        var result = Tool.Run(_scratch, "status", ".", "--since", "HEAD");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("not in a git repository", result.Summary, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static string Words(string line) =>
        string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => !w.Any(c => c >= '▀')));
}

namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>Wrong usage is one clear line, exit code 2, and nothing on stdout.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData("no verb")]
    [InlineData("unknown verb 'frobnicate'", "frobnicate", ".")]
    [InlineData("the verb comes first", "--rules", "leak", "diff", ".")]
    [InlineData("PATH is missing", "diff")]
    [InlineData("PATH is empty", "diff", "")]
    [InlineData(".: cannot be read: it is a directory", "diff", ".", "--config", ".")]
    [InlineData("--forge-timeout 0: must be 1 or more", "batch", ".", "--out", "o", "--forge-timeout", "0")]
    [InlineData("one PATH is expected", "diff", ".", "a.cs")]
    [InlineData("unknown option '--frobnicate'", "diff", ".", "--frobnicate")]
    [InlineData("unknown option '-x'", "check", ".", "-x")]
    [InlineData("unknown option '--undecided'", "check", ".", "--undecided")]
    [InlineData("option '--rules' needs a value", "diff", ".", "--rules")]
    [InlineData("option '--rules' needs a value", "diff", ".", "--rules", "--quiet")]
    [InlineData("option '--quiet' takes no value", "diff", ".", "--quiet=false")]
    [InlineData("'--jobs' is given twice", "diff", ".", "--jobs", "1", "--jobs", "2")]
    [InlineData("--jobs -3: must be 1 or more", "diff", ".", "--jobs", "-3")]
    [InlineData("--jobs 0: must be 1 or more", "diff", ".", "--jobs=0")]
    [InlineData("'--jobs' is not a number", "diff", ".", "--jobs", "many")]
    [InlineData("--shard 0/0", "diff", ".", "--shard", "0/0")]
    [InlineData("--shard 3/2", "diff", ".", "--shard", "3/2")]
    [InlineData("--shard 1", "check", ".", "--shard", "1")]
    [InlineData("unknown rule 'frobnicate'", "diff", ".", "--rules", "leak,frobnicate")]
    [InlineData("unknown rule 'cs/frobnicate'", "check", ".", "--rules=cs/frobnicate")]
    [InlineData("--rules names no rule", "check", ".", "--rules", ",")]
    [InlineData("unknown style 'baroque'", "diff", ".", "--style", "baroque")]
    [InlineData("--since HEAD: ", "diff", ".", "--since", "HEAD")]
    [InlineData("--baseline none.json: cannot be read", "check", ".", "--baseline", "none.json")]
    [InlineData("none.json: cannot be read", "check", ".", "--config", "none.json")]
    [InlineData("use it with apply", "diff", ".", "--verify", "true")]
    [InlineData("use it with diff", "apply", ".", "--undecided")]
    [InlineData("unknown rule 'frobnicate'", "rules", "frobnicate")]
    [InlineData("what to show is missing", "show")]
    [InlineData("unknown view 'dream'", "show", "dream", "a.cs")]
    [InlineData("FILE is missing", "show", "flow")]
    [InlineData("unknown verb 'dif'; did you mean 'diff'?", "dif", ".")]
    [InlineData("unknown option '--verbos' for 'diff'; did you mean '--verbose'?", "diff", ".", "--verbos")]
    [InlineData("unknown rule 'leek'; did you mean 'leak'?", "rules", "leek")]
    [InlineData("unknown rule 'c/leek'; did you mean 'c/leak'?", "check", ".", "--rules", "c/leek")]
    [InlineData("unknown verb 'frobnicate'", "help", "frobnicate")]
    [InlineData("--verify-timeout 0: must be 1 or more", "apply", ".", "--verify", "true", "--verify-timeout", "0")]
    [InlineData("no function 'Third' in it", "show", "flow", "a.cs:Third", "--no-msbuild")]
    public void IsOneLine(string expected, params string[] arguments)
    {
        _scratch.Write("a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Bytes);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"style\": \"bcl\",\n  oops\n}", "migrate-cleanup.json:3:3:")]
    [InlineData("{\n  // fine\n  \"colour\": 1,\n}", "migrate-cleanup.json:3:3: the configuration has no 'colour'")]
    [InlineData("{ \"rules\": 7 }", "migrate-cleanup.json:1:12: rules must be a list of strings")]
    [InlineData("[]", "migrate-cleanup.json:1:1: the configuration must be an object")]
    [InlineData("{ \"style\": \"baroque\" }", "unknown style 'baroque'")]
    [InlineData("{ \"rules\": [\"frobnicate\"] }", "unknown rule 'frobnicate'")]
    [InlineData("{\n \"pairs\": [ { \"name\": \"x\", \"kind\": \"odd\" } ] }", "migrate-cleanup.json:2:")]
    public void BrokenConfigurationNamesLineAndColumn(string configuration, string expected)
    {
        _scratch.Write("migrate-cleanup.json", configuration);
        _scratch.Write("src/a.cs", Code.Convertible);
        var result = Tool.Run(_scratch, "diff", "src");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownRevisionIsSaid()
    {
        _scratch.Write("a.cs", Code.Convertible);
        _scratch.Committed();
        foreach (var revision in new[] { "nosuch", "--output=x", "HEAD~5" })
        {
            var result = Tool.Run(_scratch, "diff", ".", "--since=" + revision);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("git knows no such revision", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_scratch["x"]));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("diff", "--help")]
    [InlineData("help", "show")]
    [InlineData("--version")]
    [InlineData("rules")]
    public void HelpIsNoError(params string[] arguments)
    {
        var result = Tool.Run(_scratch, arguments);
        Assert.Equal(0, result.ExitCode);
        Assert.NotEmpty(result.Output);
        Assert.Empty(result.Error);
    }

    public void Dispose() => _scratch.Dispose();
}

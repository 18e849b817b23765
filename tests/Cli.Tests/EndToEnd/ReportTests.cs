using System.Text.Json;

namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class ReportTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public ReportTests()
    {
        foreach (var name in new[] { "A", "B", "C" })
            _scratch.Write($"src/{name}.cs", Code.Convertible.Named(name));

        _scratch.Write("src/Leaky.cs", Code.Leaky);
    }

    [Fact]
    public void AReportIsFiveFilesAndThePatchApplies()
    {
        _scratch.Committed();
        var result = Tool.Run(_scratch, "report", "src", "--out", "out/report");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.StartsWith("functions: 4 analysed, 4 converted, 0 refused, 0 unparsed; findings: 1", result.Summary, StringComparison.Ordinal);
        Assert.Equal(
            ["changes.patch", "report.html", "report.json", "report.md", "report.sarif"],
            Directory.GetFiles(_scratch["out/report"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Tool.Run(_scratch, "diff", "src").Bytes, _scratch.Bytes("out/report/changes.patch"));
        _scratch.Git("apply", "--check", "out/report/changes.patch");
        Assert.Contains("**4** of 4 functions converted", _scratch.Text("out/report/report.md"), StringComparison.Ordinal);

        using var json = JsonDocument.Parse(_scratch.Bytes("out/report/report.json"));
        var file = json.RootElement.GetProperty("files")[0];
        Assert.Equal(1, file.GetProperty("before").GetProperty("jumps").GetInt32());
        Assert.Equal(0, file.GetProperty("after").GetProperty("jumps").GetInt32());
    }

    [Fact]
    public void ShardsMergedAreTheWhole()
    {
        Tool.Run(_scratch, "report", "src", "--out", "whole");
        Tool.Run(_scratch, "report", "src", "--out", "1", "--shard", "1/2");
        Tool.Run(_scratch, "report", "src", "--out", "2", "--shard", "2/2");
        var result = Tool.Run(_scratch, "report", "--merge", "2", "--merge", "1", "--out", "merged");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("functions: 4 analysed, 4 converted, 0 refused, 0 unparsed; findings: 1", result.Summary);
        foreach (var name in new[] { "changes.patch", "report.html", "report.json", "report.md", "report.sarif" })
            Assert.Equal(_scratch.Text($"whole/{name}"), _scratch.Text($"merged/{name}"));

        var twice = Tool.Run(_scratch, "report", "--merge", "2", "--merge", "2", "--out", "twice");
        Assert.Equal(2, twice.ExitCode);
        Assert.EndsWith("is in two of the reports, but the parts of a run share no file", Assert.Single(twice.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--out DIR is missing", "report", "src")]
    [InlineData(3, "'src/A.cs' is a file, not a directory", "report", "src", "--out", "src/A.cs")]
    [InlineData(3, "'src/A.cs' is a file, not a directory", "report", "src", "--out", "src/A.cs/report")]
    [InlineData(2, "no report can be read there", "report", "--merge", "src", "--out", "out")]
    [InlineData(2, "and no PATH", "report", "src", "--merge", "src", "--out", "out")]
    public void WhatCannotBeIsSaidInOneLine(int code, string message, params string[] arguments)
    {
        var result = Tool.Run(_scratch, arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scratch["out"]));
    }

    [Fact]
    public void WhereNothingCanBeWrittenIsSaidBeforeTheWork()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var result = Tool.Run(_scratch, "report", "src", "--out", "/proc/report");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("migrate-cleanup: --out /proc/report: cannot be written", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void TheGateExitsWithOneWhenThereIsSomethingToChange()
    {
        Assert.Equal(1, Tool.Run(_scratch, "report", "src", "--out", "out", "--exit-code").ExitCode);
        Assert.Equal(0, Tool.Run(_scratch, "report", "src", "--out", "out", "--exit-code", "--include", "nothing").ExitCode);
    }

    public void Dispose() => _scratch.Dispose();
}

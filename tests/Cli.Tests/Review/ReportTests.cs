using System.Reflection;
using System.Text;
using System.Text.Json;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Reports;
using NJsonSchema;

namespace MigrateCleanup.Cli.Tests.Review;

public sealed class ReportTests
{
    private static readonly ReportedFinding Leak = new(
        "cs/leak", Severity.Warning, At("src/a b/ü.cs", 3, 9), "N.C.F(int)", "'x' is \"acquired\" here\nand never released")
    {
        Steps = [new ReportedStep(At("src/a b/ü.cs", 3, 9), "acquired"), new ReportedStep(At("src/a b/ü.cs", 7, 1), "not released")],
        CuredBy = "cs/scoped-cleanup",
    };

    private static readonly RunReport Report = new("0.1.0", new RunCounts(2, 3, 1, 1))
    {
        Rules = [new ReportedRule("cs/leak", "Release what is acquired on every path", "Finds leaks.", true)],
        Findings = Fingerprints.Added([Leak]),
        Functions =
        [
            new ReportedFunction("N.C.G()", At("b.cs", 1, 1), "converted") { Rules = ["cs/early-return"], Differences = ["DelayedRelease: p"] },
            new ReportedFunction("N.C.H()", At("b.cs", 9, 1), "refused")
            {
                Refusals = [new ReportedRefusal("cs/early-return", "retries", "it repeats the work", At("b.cs", 10, 5))],
            },
        ],
        Unparsed = [new ReportedProblem(At("c.cs", 2, 2), "CS1002: ; expected")],
    };

    [Fact]
    public async Task SarifIsAsItsSchemaSays()
    {
        var schema = await JsonSchema.FromFileAsync(
            typeof(ReportTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "SarifSchema").Value!);
        var text = Encoding.UTF8.GetString(SarifReport.Write(Report));
        Assert.Empty(schema.Validate(text));
        Assert.Empty(schema.Validate(Encoding.UTF8.GetString(SarifReport.Write(new RunReport("0.1.0", RunCounts.Zero)))));
        Assert.Contains("\"uri\": \"src/a%20b/%C3%BC.cs\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHasTheCountsAndTheReasons()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(Report));
        var functions = json.RootElement.GetProperty("functions");
        Assert.Equal(6, functions.GetProperty("analysed").GetInt32());
        Assert.Equal("retries", json.RootElement.GetProperty("refused")[0].GetProperty("refusals")[0].GetProperty("reason").GetString());
        Assert.Equal("cs/early-return", json.RootElement.GetProperty("converted")[0].GetProperty("rules")[0].GetString());
    }

    [Fact]
    public void AFindingIsOneLine() => Assert.Equal(
        "src/a b/ü.cs:3:9: warning cs/leak 'x' is \"acquired\" here and never released", FindingLine.Of(Leak));

    [Fact]
    public void FingerprintsStayWhenLinesMoveAndTellEqualFindingsApart()
    {
        var moved = Leak with { At = At("src/a b/ü.cs", 30, 9) };
        var one = Fingerprints.Added([Leak, Leak]);
        Assert.NotEqual(one[0].Fingerprint, one[1].Fingerprint);
        Assert.Equal(one[0].Fingerprint, Fingerprints.Added([moved])[0].Fingerprint);
        Assert.NotEqual(one[0].Fingerprint, Fingerprints.Added([Leak with { Function = "N.C.G()" }])[0].Fingerprint);
    }

    private static Location At(string path, int line, int column) =>
        new(path, new LinePosition(line, column), new LinePosition(line, column + 1));
}

using System.Reflection;
using System.Text;
using System.Text.Json;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Html;
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
        Files = [new ReportedFile("b.cs", new ManualWork(3, 2, 1), new ManualWork(1, 2, 0))],
        ChangedFiles = ["b.cs", "src/a b/ü.cs"],
        Changes =
        [
            new ReportedChange("b.cs", "N.C.G()", 1, 1, "int G()\n{\n    goto out;\nout:\n    return 1;\n}")
            {
                Edits = [new ReportedEdit("cs/early-return", "int G()\n{\n    return 1;\n}") { Differences = ["DeadResultVariable: 'r'"], Evidence = ["a fact"] }],
            },
            new ReportedChange("src/a b/ü.cs", "N.C.F(int)", 1, 1, "a\nb\nx = <new>;\n")
            {
                Edits = [new ReportedEdit("cs/scoped-cleanup", "a\nb\nusing x = </script>;\n")],
            },
        ],
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
    public void SarifHasFixesCuresAndRefusals()
    {
        using var json = JsonDocument.Parse(SarifReport.Write(Report));
        var results = json.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["cs/leak", "cs/early-return", "cs/scoped-cleanup", "cs/early-return"], results.Select(r => r.GetProperty("ruleId").GetString()));
        Assert.Equal(["warning", "note", "note", "note"], results.Select(r => r.GetProperty("level").GetString()));
        Assert.True(results[0].TryGetProperty("codeFlows", out _));
        Assert.Equal("using x = </script>;\n", Inserted(results[0]));
        Assert.Equal("", Inserted(results[1]));
        Assert.Equal("retries", results[3].GetProperty("properties").GetProperty("refusal").GetString());
        Assert.Equal(4, results.Select(r => r.GetProperty("partialFingerprints").GetProperty("migrateCleanup/v1").GetString()).Distinct().Count());

        static string? Inserted(JsonElement result) => result.GetProperty("fixes")[0].GetProperty("artifactChanges")[0]
            .GetProperty("replacements")[0].GetProperty("insertedContent").GetProperty("text").GetString();
    }

    [Fact]
    public async Task JsonIsAsItsSchemaSaysAndReadsBackAsItWas()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "rules", "schemas", "report.schema.json"));
        var bytes = JsonReport.Write(Report);
        Assert.Empty(schema.Validate(Encoding.UTF8.GetString(bytes)));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(JsonReport.Write(JsonReportReader.Read(bytes))));
        Assert.Throws<FormatException>(() => JsonReportReader.Read("{\"functions\": 1}"u8.ToArray()));
        Assert.Throws<FormatException>(() => JsonReportReader.Read("no"u8.ToArray()));
    }

    [Fact]
    public void PartsAddUpToTheWhole()
    {
        var first = Report with { Changes = [.. Report.Changes.Take(1)], Findings = [], Counts = new RunCounts(1, 3, 1, 0) };
        var second = new RunReport("0.1.0", new RunCounts(1, 0, 0, 1))
        {
            Rules = Report.Rules,
            Findings = Report.Findings,
            Changes = [.. Report.Changes.Skip(1)],
        };
        Assert.Equal(Encoding.UTF8.GetString(JsonReport.Write(Report)), Encoding.UTF8.GetString(JsonReport.Write(RunReport.Merged([first, second]))));
    }

    [Fact]
    public void NothingInMarkdownIsMarkupOfOthers()
    {
        var hostile = Report with { Findings = [Leak with { Message = "<img src=x> | `code` [link](http://x)\n# heading @all" }] };
        var text = MarkdownReport.Write(hostile);
        Assert.Contains("&lt;img src=x&gt; \\| \\`code\\` \\[link\\](http://x) \\# heading \\@all", text, StringComparison.Ordinal);
        Assert.True(text.Split('\n').Length < 60);
    }

    [Fact]
    public void NothingInThePageEndsItsData()
    {
        var page = HtmlReport.Write(Report with { Name = "</title><script>" });
        Assert.Equal(2, page.Split("</script>").Length - 1);
        Assert.DoesNotContain("</title><script>", page, StringComparison.Ordinal);
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

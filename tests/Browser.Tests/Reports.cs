using System.Globalization;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Html;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Browser.Tests;

/// <summary>Reports to open, as files that go with the test.</summary>
public sealed class ReportFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("migrate-cleanup-report").FullName;

    public ReportFile(RunReport report)
    {
        Path = System.IO.Path.Combine(_directory, "report.html");
        File.WriteAllText(Path, HtmlReport.Write(report));
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

public static class Reports
{
    public const string Hostile = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>\"'&{{DATA}}<!--";

    /// <summary>A report with so many changes, and a finding and a refusal for each tenth of them.</summary>
    public static RunReport Of(int changes)
    {
        var some = Enumerable.Range(0, Math.Max(1, changes / 10)).ToList();
        return new RunReport("0.1.0", new RunCounts(changes, some.Count, 1, some.Count))
        {
            Name = "sample",
            Rules =
            [
                new ReportedRule("cs/scoped-cleanup", "Let scope release what a local owns", "", false),
                new ReportedRule("cs/early-return", "Return early instead of jumping to the end", "", false),
                new ReportedRule("cs/leak", "Release what is acquired on every path", "", true),
            ],
            Files = [.. Enumerable.Range(0, changes / 10 + 1).Select(i => new ReportedFile(FileOf(i * 10), new ManualWork(9, 8, 7), new ManualWork(1, 2, 3)))],
            Changes = [.. Enumerable.Range(0, changes).Select(Change)],
            Findings = Fingerprints.Added(some.Select(Finding)),
            Functions = [.. some.Select(Refused)],
            Unparsed = [new ReportedProblem(At("src/broken.cs", 3), "CS1002: ; expected")],
        };
    }

    public static ReportedChange Change(int number)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        var before = $$"""
                static int Load{{n}}(string path)
                {
                    int result = -1; // nothing yet
                    Stream? file = null;
                    if (path.Length == {{n}})
                        goto done;

                    file = File.OpenRead(path);
                    Note("reading", path);
                    Note("one", path);
                    Note("two", path);
                    Note("three", path);
                    Note("four", path);
                    Note("five", path);
                    Note("six", path);
                    Note("seven", path);
                    Note("eight", path);
                    result = file.ReadByte();
                done:
                    if (file != null)
                        file.Dispose();
                    return result;
                }

            """;
        var scoped = before.Replace("Stream? file = null;\n", "\n", StringComparison.Ordinal).Replace("file = File", "using var file = File", StringComparison.Ordinal)
            .Replace("        if (file != null)\n            file.Dispose();\n", "", StringComparison.Ordinal);
        var after = scoped.Replace("goto done;", "return -1;", StringComparison.Ordinal).Replace("    done:\n", "", StringComparison.Ordinal);
        return new ReportedChange(FileOf(number), $"Sample.Loader.Load{n}(string)", 1 + (number % 10 * 30), 1 + (number % 10 * 26), before)
        {
            Edits =
            [
                new ReportedEdit("cs/scoped-cleanup", scoped) { Differences = ["NullGuardDropped: 'file'", "LeakFixed: 'file' when a call throws"], Evidence = ["Dispose ignores null"] },
                new ReportedEdit("cs/early-return", after),
            ],
        };
    }

    private static ReportedFinding Finding(int number) => new("cs/leak", Severity.Warning, At(FileOf(number * 10), 4), $"Sample.Loader.Load{number}(string)", "'file' is acquired here, and not released")
    {
        Steps = [new ReportedStep(At(FileOf(number * 10), 4), "'file' is acquired"), new ReportedStep(At(FileOf(number * 10), 9), "this is false"), new ReportedStep(At(FileOf(number * 10), 12), "the function returns")],
        CuredBy = "cs/scoped-cleanup",
        Source = new ReportedSource(2, string.Concat(Enumerable.Range(2, 14).Select(i => $"    Call{i}(\"text\"); // line {i}\n"))),
    };

    private static ReportedFunction Refused(int number) => new($"Sample.Loader.Keep{number}()", At(FileOf(number * 10), 200), "refused")
    {
        Refusals = [new ReportedRefusal("cs/early-return", number % 2 == 0 ? "label-works" : "retries", "the label does more than return", At(FileOf(number * 10), 210)) { Unblock = "let scope do what the label does" }],
    };

    private static string FileOf(int number) => $"src/part{number / 100}/File{number / 10}.cs";

    public static Location At(string path, int line) => new(path, new LinePosition(line, 5), new LinePosition(line, 9));
}

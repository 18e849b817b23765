using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Review.Reports;

/// <summary>Reads what <see cref="JsonReport"/> wrote.</summary>
public static class JsonReportReader
{
    /// <exception cref="FormatException">It is not such a report.</exception>
    public static RunReport Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return ReportOf(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"not a report of migrate-cleanup ({e.Message})", e);
        }
    }

    private static RunReport ReportOf(JsonElement root)
    {
        var functions = root.GetProperty("functions");
        var findings = All(root, "findings", FindingOf);
        var counts = new RunCounts(
            functions.GetProperty("converted").GetInt32(),
            functions.GetProperty("refused").GetInt32(),
            functions.GetProperty("unparsed").GetInt32(),
            findings.Length);
        return new RunReport(Text(root, "version"), counts)
        {
            Name = Text(root, "name"),
            Rules = All(root, "rules", r => new ReportedRule(Text(r, "id"), Text(r, "title"), Text(r, "help"), r.GetProperty("finds").GetBoolean())),
            Files = All(root, "files", f => new ReportedFile(Text(f, "file"), ManualOf(f.GetProperty("before")), ManualOf(f.GetProperty("after")))),
            Findings = findings,
            Functions =
            [
                .. All(root, "converted", f => FunctionOf(f, "converted"))
                    .Concat(All(root, "refused", f => FunctionOf(f, "refused")))
                    .OrderBy(f => f.At.Path, StringComparer.Ordinal).ThenBy(f => f.At.Start.Line).ThenBy(f => f.At.Start.Column),
            ],
            Unparsed = All(root, "unparsed", u => new ReportedProblem(LocationOf(u), Text(u, "message"))),
            ChangedFiles = Texts(root, "changedFiles"),
            Changes = All(root, "changes", ChangeOf),
        };
    }

    private static ReportedFinding FindingOf(JsonElement finding) => new(
        Text(finding, "rule"),
        Text(finding, "severity") switch { "note" => Severity.Note, "warning" => Severity.Warning, _ => Severity.Error },
        LocationOf(finding),
        Text(finding, "function"),
        Text(finding, "message"))
    {
        Steps = All(finding, "path", s => new ReportedStep(LocationOf(s), Text(s, "message"))),
        CuredBy = finding.TryGetProperty("curedBy", out var rule) ? rule.GetString() : null,
        Fingerprint = Text(finding, "fingerprint"),
        Source = finding.TryGetProperty("source", out var source) ? new ReportedSource(source.GetProperty("line").GetInt32(), Text(source, "text")) : null,
    };

    private static ReportedFunction FunctionOf(JsonElement function, string state) => new(Text(function, "function"), LocationOf(function), state)
    {
        Rules = Texts(function, "rules"),
        Differences = Texts(function, "differences"),
        Refusals = All(function, "refusals", r => new ReportedRefusal(Text(r, "rule"), Text(r, "reason"), Text(r, "message"), LocationOf(r))
        {
            Unblock = r.TryGetProperty("unblock", out var unblock) ? unblock.GetString()! : "",
        }),
    };

    private static ReportedChange ChangeOf(JsonElement change) => new(
        Text(change, "file"),
        Text(change, "function"),
        change.GetProperty("line").GetInt32(),
        change.GetProperty("lineAfter").GetInt32(),
        Text(change, "before"))
    {
        Verdict = Text(change, "verdict"),
        Edits = All(change, "edits", e => new ReportedEdit(Text(e, "rule"), Text(e, "after"))
        {
            Differences = Texts(e, "differences"),
            Evidence = Texts(e, "evidence"),
        }),
    };

    private static ManualWork ManualOf(JsonElement work) => new(
        work.GetProperty("jumps").GetInt32(), work.GetProperty("releases").GetInt32(), work.GetProperty("outOfMemoryChecks").GetInt32());

    private static Location LocationOf(JsonElement item)
    {
        var start = new LinePosition(item.GetProperty("line").GetInt32(), item.GetProperty("column").GetInt32());
        var end = item.TryGetProperty("endLine", out var line) ? new LinePosition(line.GetInt32(), item.GetProperty("endColumn").GetInt32()) : start;
        return new Location(Text(item, "file"), start, end);
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString() ?? "";

    private static ImmutableArray<string> Texts(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(t => t.GetString() ?? "")] : [];

    private static ImmutableArray<T> All<T>(JsonElement item, string name, Func<JsonElement, T> read) =>
        [.. item.GetProperty(name).EnumerateArray().Select(read)];
}

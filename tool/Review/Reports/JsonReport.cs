using System.Text.Encodings.Web;
using System.Text.Json;
using MigrateCleanup.Engine.Pipeline;

namespace MigrateCleanup.Review.Reports;

/// <summary>
/// The run as JSON, for scripts and for putting the parts of a run together again (<see cref="JsonReportReader"/>). Its
/// form is <c>rules/schemas/report.schema.json</c>.
/// </summary>
public static class JsonReport
{
    internal static readonly JsonWriterOptions Format =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(RunReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
            Write(json, report);

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject();
        json.WriteString("tool", "migrate-cleanup");
        json.WriteString("version", report.ToolVersion);
        json.WriteString("name", report.Name);

        json.WriteStartObject("functions");
        json.WriteNumber("analysed", report.Counts.Analysed);
        json.WriteNumber("converted", report.Counts.Converted);
        json.WriteNumber("refused", report.Counts.Refused);
        json.WriteNumber("unparsed", report.Counts.Unparsed);
        json.WriteEndObject();

        WriteAll(json, "rules", report.Rules, WriteRule);
        WriteAll(json, "files", report.Files, WriteFile);
        WriteAll(json, "findings", report.Findings, WriteFinding);
        WriteAll(json, "converted", report.Functions.Where(f => f.State == "converted"), WriteConverted);
        WriteAll(json, "refused", report.Functions.Where(f => f.State == "refused"), WriteRefused);
        WriteAll(json, "unparsed", report.Unparsed, WriteProblem);
        WriteAll(json, "changedFiles", report.ChangedFiles, (writer, path) => writer.WriteStringValue(path));
        WriteAll(json, "changes", report.Changes, WriteChange);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, ReportedRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("title", rule.Title);
        json.WriteString("help", rule.Help);
        json.WriteBoolean("finds", rule.IsFinding);
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, ReportedFile file)
    {
        json.WriteStartObject();
        json.WriteString("file", file.Path);
        WriteManual(json, "before", file.Before);
        WriteManual(json, "after", file.After);
        json.WriteEndObject();
    }

    internal static void WriteManual(Utf8JsonWriter json, string name, ManualWork work)
    {
        json.WriteStartObject(name);
        json.WriteNumber("jumps", work.Jumps);
        json.WriteNumber("releases", work.Releases);
        json.WriteNumber("outOfMemoryChecks", work.OutOfMemoryChecks);
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, ReportedFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.RuleId);
        json.WriteString("severity", FindingLine.Word(finding.Severity));
        WriteLocation(json, finding.At);
        json.WriteString("function", finding.Function);
        json.WriteString("message", finding.Message);
        if (finding.CuredBy is not null)
            json.WriteString("curedBy", finding.CuredBy);

        json.WriteString("fingerprint", finding.Fingerprint);
        WriteAll(json, "path", finding.Steps, (writer, step) =>
        {
            writer.WriteStartObject();
            WriteLocation(writer, step.At);
            writer.WriteString("message", step.Message);
            writer.WriteEndObject();
        });
        if (finding.Source is { } source)
        {
            json.WriteStartObject("source");
            json.WriteNumber("line", source.FirstLine);
            json.WriteString("text", source.Text);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteConverted(Utf8JsonWriter json, ReportedFunction function)
    {
        json.WriteStartObject();
        json.WriteString("function", function.Name);
        WriteLocation(json, function.At);
        WriteAll(json, "rules", function.Rules, (writer, rule) => writer.WriteStringValue(rule));
        WriteAll(json, "differences", function.Differences, (writer, difference) => writer.WriteStringValue(difference));
        WriteAll(json, "refusals", function.Refusals, WriteRefusal);
        json.WriteEndObject();
    }

    private static void WriteRefused(Utf8JsonWriter json, ReportedFunction function)
    {
        json.WriteStartObject();
        json.WriteString("function", function.Name);
        WriteLocation(json, function.At);
        WriteAll(json, "refusals", function.Refusals, WriteRefusal);
        json.WriteEndObject();
    }

    private static void WriteRefusal(Utf8JsonWriter json, ReportedRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteString("rule", refusal.RuleId);
        json.WriteString("reason", refusal.Reason);
        json.WriteString("message", refusal.Message);
        if (refusal.Unblock.Length > 0)
            json.WriteString("unblock", refusal.Unblock);

        WriteLocation(json, refusal.At);
        json.WriteEndObject();
    }

    private static void WriteProblem(Utf8JsonWriter json, ReportedProblem problem)
    {
        json.WriteStartObject();
        WriteLocation(json, problem.At);
        json.WriteString("message", problem.Message);
        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, ReportedChange change)
    {
        json.WriteStartObject();
        json.WriteString("file", change.Path);
        json.WriteString("function", change.Function);
        json.WriteNumber("line", change.FirstLine);
        json.WriteNumber("lineAfter", change.FirstLineAfter);
        json.WriteString("verdict", change.Verdict);
        json.WriteString("before", change.Before);
        WriteAll(json, "edits", change.Edits, (writer, edit) =>
        {
            writer.WriteStartObject();
            writer.WriteString("rule", edit.RuleId);
            writer.WriteString("after", edit.After);
            WriteAll(writer, "differences", edit.Differences, (w, difference) => w.WriteStringValue(difference));
            WriteAll(writer, "evidence", edit.Evidence, (w, fact) => w.WriteStringValue(fact));
            writer.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, Location at)
    {
        json.WriteString("file", at.Path);
        json.WriteNumber("line", at.Start.Line);
        json.WriteNumber("column", at.Start.Column);
        if (at.End != at.Start)
        {
            json.WriteNumber("endLine", at.End.Line);
            json.WriteNumber("endColumn", at.End.Column);
        }
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);

        json.WriteEndArray();
    }
}

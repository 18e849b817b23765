using System.Text.Json;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Review.Reports;

/// <summary>
/// A run as SARIF 2.1.0: findings with their path as a code flow, rewrites as notes with a fix, refusals as notes. A
/// finding that one of the rewrites cures has that rewrite as its fix.
/// </summary>
public static class SarifReport
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";
    private const string Root = "%SRCROOT%";

    public static byte[] Write(RunReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReport.Format))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            WriteRun(json, report);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject();
        WriteTool(json, report);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        var indices = report.Rules.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i, StringComparer.Ordinal);
        var changes = report.Changes.ToLookup(c => c.Path, StringComparer.Ordinal);
        foreach (var finding in report.Findings)
            WriteFinding(json, finding, indices, CureOf(finding, changes[finding.At.Path]));

        var names = new Fingerprints.Namer();
        foreach (var change in report.Changes.Where(c => !c.Edits.IsEmpty))
            WriteChange(json, change, report, indices, names);

        foreach (var function in report.Functions)
        {
            foreach (var refusal in function.Refusals)
                WriteRefusal(json, function, refusal, indices, names);
        }

        json.WriteEndArray();
        WriteInvocation(json, report);
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "migrate-cleanup");
        json.WriteString("semanticVersion", report.ToolVersion);
        json.WriteStartArray("rules");
        foreach (var rule in report.Rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            WriteText(json, "shortDescription", rule.Title);
            if (rule.Help.Length > 0)
                WriteText(json, "help", rule.Help);

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFinding(
        Utf8JsonWriter json, ReportedFinding finding, Dictionary<string, int> indices, ReportedChange? cure)
    {
        BeginResult(json, finding.RuleId, indices, FindingLine.Word(finding.Severity), finding.Message, finding.At, finding.Function, finding.Fingerprint);
        if (finding.Steps.Length > 0)
            WriteCodeFlow(json, finding);

        if (cure is not null)
            WriteFix(json, cure, $"Cured by {finding.CuredBy}");

        json.WriteEndObject();
    }

    /// <summary>The change that cures a finding: one around it in which the named rule had a part.</summary>
    private static ReportedChange? CureOf(ReportedFinding finding, IEnumerable<ReportedChange> changes) =>
        finding.CuredBy is not { } rule ? null : changes.FirstOrDefault(c =>
            c.Verdict == ReportedChange.Proved
            && c.Edits.Any(e => e.RuleId == rule)
            && c.FirstLine <= finding.At.Start.Line
            && finding.At.Start.Line < c.FirstLine + LineDiff.LinesOf(c.Before).Count);

    private static void WriteChange(
        Utf8JsonWriter json, ReportedChange change, RunReport report, Dictionary<string, int> indices, Fingerprints.Namer names)
    {
        var rule = change.Edits[0].RuleId;
        var title = indices.TryGetValue(rule, out var index) ? report.Rules[index].Title : rule;
        var others = change.Edits.Select(e => e.RuleId).Distinct().Skip(1).ToList();
        var message = $"{title} ({change.Verdict}{(others.Count > 0 ? ", with " + string.Join(", ", others) : "")})";
        var first = LineDiff.Of(change.Before, change.After).Select(b => b.OldStart).FirstOrDefault() + change.FirstLine;
        var at = new LinePosition(first, 1);
        BeginResult(
            json, rule, indices, "note", message, new Location(change.Path, at, at), change.Function,
            names.NameOf(rule, change.Path, change.Function, "change " + change.Verdict));
        WriteFix(json, change, message);
        json.WriteEndObject();
    }

    private static void WriteRefusal(
        Utf8JsonWriter json, ReportedFunction function, ReportedRefusal refusal, Dictionary<string, int> indices, Fingerprints.Namer names)
    {
        var message = $"Left alone: {refusal.Message}{(refusal.Unblock.Length > 0 ? $" ({refusal.Unblock})" : "")}";
        BeginResult(
            json, refusal.RuleId, indices, "note", message, refusal.At, function.Name,
            names.NameOf(refusal.RuleId, refusal.At.Path, function.Name, "refusal " + refusal.Reason));
        json.WriteStartObject("properties");
        json.WriteString("refusal", refusal.Reason);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void BeginResult(
        Utf8JsonWriter json, string rule, Dictionary<string, int> indices, string level, string message, Location at, string function, string fingerprint)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", rule);
        if (indices.TryGetValue(rule, out var index))
            json.WriteNumber("ruleIndex", index);

        json.WriteString("level", level);
        WriteText(json, "message", message);
        json.WriteStartArray("locations");
        WriteLocation(json, at, function);
        json.WriteEndArray();
        if (fingerprint.Length > 0)
        {
            json.WriteStartObject("partialFingerprints");
            json.WriteString("migrateCleanup/v1", fingerprint);
            json.WriteEndObject();
        }
    }

    /// <summary>The rewrite as replacements of whole lines, which is what a viewer applies.</summary>
    private static void WriteFix(Utf8JsonWriter json, ReportedChange change, string description)
    {
        var old = LineDiff.LinesOf(change.Before);
        var @new = LineDiff.LinesOf(change.After);
        json.WriteStartArray("fixes");
        json.WriteStartObject();
        WriteText(json, "description", description);
        json.WriteStartArray("artifactChanges");
        json.WriteStartObject();
        WriteArtifact(json, change.Path);
        json.WriteStartArray("replacements");
        foreach (var block in LineDiff.Of(change.Before, change.After))
        {
            json.WriteStartObject();
            json.WriteStartObject("deletedRegion");
            var end = block.OldStart + block.OldCount;
            var isOpen = block.OldCount > 0 && !old[end - 1].EndsWith('\n');
            json.WriteNumber("startLine", change.FirstLine + block.OldStart);
            json.WriteNumber("startColumn", 1);
            json.WriteNumber("endLine", change.FirstLine + end - (isOpen ? 1 : 0));
            json.WriteNumber("endColumn", isOpen ? old[end - 1].Length + 1 : 1);
            json.WriteEndObject();
            WriteText(json, "insertedContent", string.Concat(@new.Skip(block.NewStart).Take(block.NewCount)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteCodeFlow(Utf8JsonWriter json, ReportedFinding finding)
    {
        json.WriteStartArray("codeFlows");
        json.WriteStartObject();
        json.WriteStartArray("threadFlows");
        json.WriteStartObject();
        json.WriteStartArray("locations");
        foreach (var step in finding.Steps)
        {
            json.WriteStartObject();
            json.WriteStartObject("location");
            WritePhysicalLocation(json, step.At);
            WriteText(json, "message", step.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>What could not be read is a notification of the run, so that a viewer does not take silence for health.</summary>
    private static void WriteInvocation(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var problem in report.Unparsed)
        {
            json.WriteStartObject();
            json.WriteString("level", FindingLine.Word(Severity.Warning));
            WriteText(json, "message", problem.Message);
            json.WriteStartArray("locations");
            WriteLocation(json, problem.At, null);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, Location at, string? function)
    {
        json.WriteStartObject();
        WritePhysicalLocation(json, at);
        if (!string.IsNullOrEmpty(function))
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("fullyQualifiedName", function);
            json.WriteString("kind", "function");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePhysicalLocation(Utf8JsonWriter json, Location at)
    {
        json.WriteStartObject("physicalLocation");
        WriteArtifact(json, at.Path);
        json.WriteStartObject("region");
        json.WriteNumber("startLine", at.Start.Line);
        json.WriteNumber("startColumn", at.Start.Column);
        json.WriteNumber("endLine", at.End.Line);
        json.WriteNumber("endColumn", at.End.Column);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteString("uriBaseId", Root);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}

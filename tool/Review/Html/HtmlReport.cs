using System.Reflection;
using System.Text;
using System.Text.Json;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Review.Diffs;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Review.Html;

/// <summary>
/// The run as one page for people. Style, script and data are inside, so it opens from anywhere and asks no network;
/// the page's policy forbids it to. Text of others reaches the page as JSON in which no <c>&lt;</c> stands, and from
/// there only escaped.
/// </summary>
public static class HtmlReport
{
    public static string Write(RunReport report)
    {
        // In one pass: what others wrote may contain the marks of the template.
        var parts = new Dictionary<string, Func<string>>(StringComparer.Ordinal)
        {
            ["{{TITLE}}"] = () => System.Net.WebUtility.HtmlEncode($"{(report.Name.Length > 0 ? report.Name : "Clean-up")}: clean-up report"),
            ["{{STYLE}}"] = () => Resource("report.css"),
            ["{{SCRIPT}}"] = () => Resource("report.js"),
            ["{{DATA}}"] = () => Data(report),
        };
        var page = Resource("page.html");
        var result = new StringBuilder();
        var position = 0;
        foreach (var (at, mark) in parts.Keys.Select(mark => (page.IndexOf(mark, StringComparison.Ordinal), mark)).Order())
        {
            result.Append(page, position, at - position).Append(parts[mark]());
            position = at + mark.Length;
        }

        return result.Append(page, position, page.Length - position).ToString();
    }

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Data(RunReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReport.Format with { Indented = false }))
            new Writer(json, report).Write();

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
            .Replace("\u2029", "\\u2029", StringComparison.Ordinal);
    }

    /// <summary>The data in the short form that the page's script reads; paths and rules are numbers into lists.</summary>
    private sealed class Writer(Utf8JsonWriter json, RunReport report)
    {
        private readonly Dictionary<string, int> _rules =
            report.Rules.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i, StringComparer.Ordinal);

        private readonly Dictionary<string, int> _paths = PathsOf(report);

        public void Write()
        {
            json.WriteStartObject();
            json.WriteString("name", report.Name);
            json.WriteString("version", report.ToolVersion);
            json.WriteStartObject("counts");
            json.WriteNumber("analysed", report.Counts.Analysed);
            json.WriteNumber("converted", report.Counts.Converted);
            json.WriteNumber("refused", report.Counts.Refused);
            json.WriteNumber("unparsed", report.Counts.Unparsed);
            json.WriteNumber("findings", report.Counts.Findings);
            json.WriteEndObject();
            WriteManual("before", report.Files.Aggregate(default(ManualWork), (sum, f) => sum + f.Before));
            WriteManual("after", report.Files.Aggregate(default(ManualWork), (sum, f) => sum + f.After));
            WriteAll("rules", report.Rules, WriteRule);
            WriteAll("paths", _paths.OrderBy(p => p.Value).Select(p => p.Key), json.WriteStringValue);
            WriteAll("files", report.Files, WriteFile);
            WriteAll("changes", report.Changes.Where(c => !c.Edits.IsEmpty), WriteChange);
            WriteAll("findings", report.Findings, WriteFinding);
            WriteAll("refused", report.Functions.Where(f => !f.Refusals.IsEmpty), WriteRefused);
            WriteAll("unparsed", report.Unparsed, WriteProblem);
            json.WriteEndObject();
        }

        private static Dictionary<string, int> PathsOf(RunReport report)
        {
            var names = report.Files.Select(f => f.Path)
                .Concat(report.Changes.Select(c => c.Path))
                .Concat(report.Findings.Select(f => f.At.Path))
                .Concat(report.Functions.Select(f => f.At.Path))
                .Concat(report.Unparsed.Select(u => u.At.Path))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        }

        private void WriteRule(ReportedRule rule)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("title", rule.Title);
            json.WriteEndObject();
        }

        private void WriteFile(ReportedFile file)
        {
            json.WriteStartArray();
            json.WriteNumberValue(_paths[file.Path]);
            WriteManual(file.Before);
            WriteManual(file.After);
            json.WriteEndArray();
        }

        private void WriteChange(ReportedChange change)
        {
            json.WriteStartObject();
            json.WriteNumber("p", _paths[change.Path]);
            json.WriteString("f", change.Function);
            json.WriteNumber("l", change.FirstLine);
            json.WriteNumber("a", change.FirstLineAfter);
            json.WriteString("v", change.Verdict);
            json.WriteString("b", change.Before);
            WriteBlocks("o", change.Before, change.After);
            json.WriteStartArray("e");
            var before = change.Before;
            foreach (var edit in change.Edits)
            {
                json.WriteStartObject();
                json.WriteNumber("r", RuleIndex(edit.RuleId));
                json.WriteString("t", edit.After);
                WriteBlocks("o", before, edit.After);
                WriteAll("d", edit.Differences, json.WriteStringValue);
                WriteAll("e", edit.Evidence, json.WriteStringValue);
                json.WriteEndObject();
                before = edit.After;
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        private void WriteBlocks(string name, string before, string after)
        {
            json.WriteStartArray(name);
            foreach (var block in LineDiff.Of(before, after))
            {
                json.WriteNumberValue(block.OldStart);
                json.WriteNumberValue(block.OldCount);
                json.WriteNumberValue(block.NewStart);
                json.WriteNumberValue(block.NewCount);
            }

            json.WriteEndArray();
        }

        private void WriteFinding(ReportedFinding finding)
        {
            json.WriteStartObject();
            json.WriteNumber("r", RuleIndex(finding.RuleId));
            json.WriteNumber("p", _paths[finding.At.Path]);
            json.WriteNumber("l", finding.At.Start.Line);
            json.WriteString("f", finding.Function);
            json.WriteString("m", finding.Message);
            json.WriteString("s", FindingLine.Word(finding.Severity));
            if (finding.CuredBy is { } cure)
                json.WriteString("cure", cure);

            WriteAll("steps", finding.Steps.Where(s => s.At.Path == finding.At.Path), step =>
            {
                json.WriteStartArray();
                json.WriteNumberValue(step.At.Start.Line);
                json.WriteNumberValue(step.At.Start.Column);
                json.WriteStringValue(step.Message);
                json.WriteEndArray();
            });
            if (finding.Source is { } source)
            {
                json.WriteStartArray("src");
                json.WriteNumberValue(source.FirstLine);
                json.WriteStringValue(source.Text);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        private void WriteRefused(ReportedFunction function)
        {
            json.WriteStartObject();
            json.WriteNumber("p", _paths[function.At.Path]);
            json.WriteString("f", function.Name);
            json.WriteNumber("l", function.At.Start.Line);
            json.WriteString("st", function.State);
            WriteAll("x", function.Refusals, refusal =>
            {
                json.WriteStartArray();
                json.WriteNumberValue(RuleIndex(refusal.RuleId));
                json.WriteStringValue(refusal.Reason);
                json.WriteStringValue(refusal.Message);
                json.WriteStringValue(refusal.Unblock);
                json.WriteNumberValue(refusal.At.Start.Line);
                json.WriteEndArray();
            });
            json.WriteEndObject();
        }

        private void WriteProblem(ReportedProblem problem)
        {
            json.WriteStartArray();
            json.WriteNumberValue(_paths[problem.At.Path]);
            json.WriteNumberValue(problem.At.Start.Line);
            json.WriteNumberValue(problem.At.Start.Column);
            json.WriteStringValue(problem.Message);
            json.WriteEndArray();
        }

        private void WriteManual(string name, ManualWork work)
        {
            json.WriteStartArray(name);
            WriteManual(work);
            json.WriteEndArray();
        }

        private void WriteManual(ManualWork work)
        {
            json.WriteNumberValue(work.Jumps);
            json.WriteNumberValue(work.Releases);
            json.WriteNumberValue(work.OutOfMemoryChecks);
        }

        private int RuleIndex(string id) => _rules.GetValueOrDefault(id, -1);

        private void WriteAll<T>(string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
                write(item);

            json.WriteEndArray();
        }
    }
}

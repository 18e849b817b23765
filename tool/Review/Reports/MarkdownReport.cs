using System.Text;
using MigrateCleanup.Engine.Pipeline;

namespace MigrateCleanup.Review.Reports;

/// <summary>The run on a page that fits into a pull request.</summary>
public static class MarkdownReport
{
    private const int MostRows = 12;

    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        text.Append("# Clean-up report").Append(report.Name.Length > 0 ? $": {Cell(report.Name)}" : "").Append("\n\n");
        var counts = report.Counts;
        text.Append($"**{counts.Converted}** of {counts.Analysed} functions converted, {counts.Refused} left alone with a reason, "
            + $"{counts.Unparsed} not read. **{counts.Findings}** findings.\n\n");

        WriteBurndown(text, report);
        WriteRules(text, report);
        WriteFindings(text, report);
        WriteRefusals(text, report);
        WriteUnparsed(text, report);
        return text.ToString();
    }

    private static void WriteBurndown(StringBuilder text, RunReport report)
    {
        var before = report.Files.Aggregate(default(ManualWork), (sum, f) => sum + f.Before);
        var after = report.Files.Aggregate(default(ManualWork), (sum, f) => sum + f.After);
        text.Append("| by hand | before | after |\n|---|---:|---:|\n");
        text.Append($"| clean-up jumps | {before.Jumps} | {after.Jumps} |\n");
        text.Append($"| releases | {before.Releases} | {after.Releases} |\n");
        text.Append($"| out-of-memory checks | {before.OutOfMemoryChecks} | {after.OutOfMemoryChecks} |\n\n");
    }

    private static void WriteRules(StringBuilder text, RunReport report)
    {
        var rewrites = report.Functions.SelectMany(f => f.Rules).CountBy(r => r).ToDictionary();
        var findings = report.Findings.CountBy(f => f.RuleId).ToDictionary();
        var rows = report.Rules.Where(r => rewrites.ContainsKey(r.Id) || findings.ContainsKey(r.Id)).ToList();
        if (rows.Count == 0)
            return;

        text.Append("| rule | | functions |\n|---|---|---:|\n");
        foreach (var rule in rows)
        {
            var count = rule.IsFinding ? findings.GetValueOrDefault(rule.Id) : rewrites.GetValueOrDefault(rule.Id);
            text.Append($"| `{rule.Id}` | {Cell(rule.Title)} | {count} |\n");
        }

        var differences = report.Changes.SelectMany(c => c.Edits).SelectMany(e => e.Differences).CountBy(d => d.Split(':')[0]).OrderBy(d => d.Key, StringComparer.Ordinal);
        text.Append("\nEvery rewrite is proved to behave as before. Differences that the proofs allow: ");
        text.Append(string.Join(", ", differences.Select(d => $"{Words(d.Key)} ({d.Value})")) is { Length: > 0 } list ? list : "none").Append(".\n\n");
    }

    private static void WriteFindings(StringBuilder text, RunReport report)
    {
        if (report.Findings.IsEmpty)
            return;

        text.Append("## Findings\n\n");
        foreach (var finding in report.Findings.Take(MostRows))
            text.Append($"- `{Code(finding.At.Path)}:{finding.At.Start.Line}` {finding.RuleId}: {Cell(finding.Message)}\n");

        AppendRest(text, report.Findings.Length);
    }

    private static void WriteRefusals(StringBuilder text, RunReport report)
    {
        var groups = report.Functions.SelectMany(f => f.Refusals).GroupBy(r => (r.RuleId, r.Reason))
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key.RuleId, StringComparer.Ordinal).ThenBy(g => g.Key.Reason, StringComparer.Ordinal).ToList();
        if (groups.Count == 0)
            return;

        text.Append("## Left alone\n\n| reason | places | what would unblock it |\n|---|---:|---|\n");
        foreach (var group in groups.Take(MostRows))
            text.Append($"| `{group.Key.RuleId}`: {group.Key.Reason} | {group.Count()} | {Cell(group.First().Unblock)} |\n");

        text.Append('\n');
        AppendRest(text, groups.Count);
    }

    private static void WriteUnparsed(StringBuilder text, RunReport report)
    {
        if (report.Unparsed.IsEmpty)
            return;

        text.Append("## Not read\n\n");
        foreach (var problem in report.Unparsed.Take(MostRows))
            text.Append($"- `{Code(problem.At.Path)}:{problem.At.Start}` {Cell(problem.Message)}\n");

        AppendRest(text, report.Unparsed.Length);
    }

    private static void AppendRest(StringBuilder text, int count)
    {
        if (count > MostRows)
            text.Append($"\n... and {count - MostRows} more in `report.html`.\n");

        text.Append('\n');
    }

    /// <summary>An enumeration's member as words: <c>DelayedRelease</c> is a delayed release.</summary>
    public static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && words.Length > 0)
                words.Append(' ');

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }

    /// <summary>Text of others inside Markdown: one line, and nothing in it is markup.</summary>
    private static string Cell(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '\n' or '\r' or '\t')
                result.Append(' ');
            else if (char.IsControl(c))
                continue;
            else if (c is '<' or '>' or '&')
                result.Append(c switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            else if (c is '|' or '\\' or '`' or '*' or '_' or '[' or ']' or '!' or '#' or '@')
                result.Append('\\').Append(c);
            else
                result.Append(c);
        }

        return result.ToString();
    }

    private static string Code(string text) =>
        new([.. text.Where(c => !char.IsControl(c) && c is not '`' and not '|')]);
}

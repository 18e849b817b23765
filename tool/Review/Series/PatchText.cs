using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Review.Series;

/// <summary>What a patch says of itself, to git, on a mailing list and on a forge.</summary>
public sealed class PatchText(LogManner manner, string version, ImmutableArray<ReportedRule> rules, ImmutableArray<ReportedFinding> findings)
{
    /// <summary>The line by which a commit is known again as one of a series.</summary>
    public const string Trailer = "Migrate-Cleanup-Patch";

    private const int Width = 72;
    private const int MostFunctions = 20;

    public string Subject(SeriesPatch patch, string area)
    {
        // Where subjects do not begin with their area, those of several areas would be alike.
        var rule = manner.Form == SubjectForm.Plain && area.Length > 0 ? $"{patch.RuleId} in {area}" : patch.RuleId;
        var summary = !patch.Prepares ? $"{rules.FirstOrDefault(r => r.Id == patch.RuleId)?.Title ?? patch.RuleId} ({rule})"
            : patch.Changes[0].File.IsNew ? $"Add {string.Join(", ", patch.Files.Select(Path.GetFileName))} for {rule}"
            : patch.Tidies ? $"Tidy up behind {rule}"
            : $"Prepare for {rule}";
        return manner.Subject(patch.Part > 1 ? $"{summary}, part {patch.Part}" : summary, area);
    }

    /// <summary>The message below the subject: what the rule does, the functions, the evidence.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="signer">Who signs it off, where the codebase does that.</param>
    public string Body(SeriesPatch patch, Person? signer)
    {
        var text = new StringBuilder();
        foreach (var paragraph in Explanation(patch))
            text.Append(Wrapped(paragraph)).Append('\n');

        if (!patch.Prepares)
            text.Append("Each function is proved to behave as before:\n");

        foreach (var line in Functions(patch))
            text.Append("  ").Append(line).Append('\n');

        AppendList(text, "Differences that the proofs allow:", Differences(patch));
        AppendList(text, "Findings that this cures:", Cured(patch));
        text.Append('\n').Append($"{Trailer}: {patch.Id}\n");
        if (signer is not null)
            text.Append($"Signed-off-by: {signer}\n");

        return text.ToString();
    }

    /// <summary>The text of a pull request.</summary>
    public string PullRequest(SeriesPatch patch, string subject, ImmutableArray<string> reviewers, IReadOnlyList<string> needs)
    {
        var text = new StringBuilder($"# {Plain(subject)}\n\n");
        text.Append(string.Join("\n\n", Explanation(patch).Select(Plain))).Append("\n\n");
        var functions = patch.Prepares ? "" : $"{Count(patch.Changes.Length, "function")} in ";
        text.Append($"Rule `{patch.RuleId}`, {functions}{Count(patch.Files.Count(), "file")}, +{patch.Added} −{patch.Removed} lines."
            + $"{(patch.Prepares ? "" : " Each function was verified against the original: on every path, the same observable events in the same order.")}\n\n");
        foreach (var line in Functions(patch))
            text.Append("- `").Append(line.Replace("`", "'", StringComparison.Ordinal)).Append("`\n");

        AppendSection(text, "Differences that the proofs allow", Differences(patch));
        AppendSection(text, "Findings that this cures", Cured(patch));
        AppendSection(text, "Facts that the proofs used", [.. patch.Changes.SelectMany(c => c.What.Evidence).Distinct().Order(StringComparer.Ordinal)]);
        AppendSection(text, "Needs, to be merged first", needs);
        if (!reviewers.IsEmpty)
            text.Append("\nOwners: ").Append(string.Join(", ", reviewers)).Append('\n');

        return text.Append($"\nMade by migrate-cleanup {version}; {Trailer}: {patch.Id}\n").ToString();
    }

    /// <summary>The mail that goes before a series.</summary>
    public string Cover(IReadOnlyList<(SeriesPatch Patch, string Subject)> series, RunCounts counts, IReadOnlyList<string> remarks)
    {
        var text = new StringBuilder();
        text.Append(Wrapped($"This series converts {series.Where(s => !s.Patch.Prepares).SelectMany(s => s.Patch.Changes).Select(c => (c.Path, c.Function)).Distinct().Count()} functions, "
            + "one rule and one part of the codebase a patch. Each patch builds on its own, and each rewritten function was proved to behave as before; "
            + "what a proof allowed is in the patch's message."));
        text.Append($"\n{counts}\n");
        foreach (var rule in series.GroupBy(s => s.Patch.RuleId))
        {
            var title = rules.FirstOrDefault(r => r.Id == rule.Key)?.Title ?? rule.Key;
            text.Append($"\n{title} ({rule.Key}):\n");
            foreach (var (patch, subject) in rule)
                text.Append($"  {subject} (+{patch.Added} -{patch.Removed})\n");
        }

        foreach (var remark in remarks)
            text.Append('\n').Append(Wrapped(remark));

        return text.ToString();
    }

    private IEnumerable<string> Explanation(SeriesPatch patch)
    {
        if (patch.Tidies)
            return ["Takes away what nothing needs any more behind the conversions before this one."];

        if (patch.Prepares)
            return ["Adds what the conversions behind this one need; nothing uses it yet."];

        return rules.FirstOrDefault(r => r.Id == patch.RuleId)?.Help.Split("\n\n").Take(2).Where(p => p.Length > 0) ?? [];
    }

    private static IEnumerable<string> Functions(SeriesPatch patch)
    {
        var lines = patch.Changes.Select(c => OneLine(patch.Prepares ? c.Path : $"{c.Path}: {c.Function}")).Distinct().ToList();
        foreach (var line in lines.Take(MostFunctions))
            yield return line;

        if (lines.Count > MostFunctions)
            yield return $"and {lines.Count - MostFunctions} more";
    }

    private static ImmutableArray<string> Differences(SeriesPatch patch) =>
    [
        .. patch.Changes.SelectMany(c => c.What.Differences.Select(d => Sentence(d)))
            .CountBy(d => d).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Value == 1 ? d.Key : $"{d.Key} ({d.Value} times)"),
    ];

    private ImmutableArray<string> Cured(SeriesPatch patch) =>
    [
        .. from finding in findings
           where finding.CuredBy == patch.RuleId && patch.Changes.Any(c => c.Path == finding.At.Path && c.Function == finding.Function)
           select OneLine($"{finding.At.Path}:{finding.At.Start.Line}: {finding.Message}"),
    ];

    private static string Sentence(string difference)
    {
        var colon = difference.IndexOf(':', StringComparison.Ordinal);
        return OneLine(colon < 0 ? difference : MarkdownReport.Words(difference[..colon]) + difference[colon..]);
    }

    private static void AppendList(StringBuilder text, string heading, ImmutableArray<string> items)
    {
        if (items.IsEmpty)
            return;

        text.Append('\n').Append(heading).Append('\n');
        foreach (var item in items)
            text.Append("  ").Append(item).Append('\n');
    }

    private static void AppendSection(StringBuilder text, string heading, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
            return;

        text.Append($"\n{heading}:\n\n");
        foreach (var item in items)
            text.Append("- ").Append(Plain(item)).Append('\n');
    }

    private static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";

    private static string OneLine(string text) => new([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)]);

    /// <summary>Nobody is named, and nothing becomes markup, by what stands in a name.</summary>
    private static string Plain(string text) => OneLine(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("@", "&#64;", StringComparison.Ordinal);

    private static string Wrapped(string paragraph)
    {
        var text = new StringBuilder();
        var line = new StringBuilder();
        foreach (var word in OneLine(paragraph).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length + 1 > Width)
            {
                text.Append(line).Append('\n');
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        return text.Append(line).Append('\n').ToString();
    }
}

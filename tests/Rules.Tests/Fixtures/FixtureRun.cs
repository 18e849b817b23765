using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>What the program makes of one snippet.</summary>
/// <param name="Marked">The snippet with marks on what was said.</param>
/// <param name="After">The text after the rewrite.</param>
/// <param name="Findings">The findings with their paths, as text.</param>
/// <param name="Outcome">All that the pipeline says of the file.</param>
public sealed record FixtureRun(MarkedText Marked, string After, string Findings, FileOutcome Outcome)
{
    /// <summary>Runs the rules named by the block, or else the fixture's own, over a text.</summary>
    public static FixtureRun Of(string fixture, FixtureSection section, string text)
    {
        var block = section.Snippet!;
        var snippet = SnippetOf(block, text);
        var names = RulesOf(fixture, block, snippet);
        var (codebase, catalogue, style) = snippet.Open(text, Pairs(section));
        var options = new MigrationOptions
        {
            Rewrites = [.. Catalog.Rewrites.Where(r => names.Contains(r.Info.Name))],
            Findings = [.. Catalog.Findings.Where(r => names.Contains(r.Info.Name))],
            Catalogue = catalogue,
            Style = style,
            Jobs = 1,
            TakesParts = block.Options.ContainsKey("partial"),
        };
        if (options.Rewrites.Length + options.Findings.Length != names.Count)
            throw new InvalidOperationException($"unknown rule among {string.Join(", ", names)}");

        var outcome = Migration.Run(codebase, options).Files.Single();
        var after = snippet.Unwrapped(outcome.After)
            ?? throw new InvalidOperationException($"text around the snippet was edited:\n{outcome.After}");
        var marks = Marks(codebase, options, outcome).Select(m =>
            m with { Span = new TextSpan(Math.Max(0, m.Span.Start - snippet.Offset), m.Span.Length) });
        return new FixtureRun(MarkedText.Of(text, marks), after, Text(outcome), outcome);
    }

    public static ISnippet SnippetOf(FixtureBlock block, string text) =>
        block.Language == "c" ? new CSnippet(block, text) : new CSharpSnippet(block, text);

    /// <summary>A fixture that is not a rule's runs all rules that rewrite.</summary>
    private static IReadOnlyList<string> RulesOf(string fixture, FixtureBlock block, ISnippet snippet)
    {
        if (block.Options.TryGetValue("rules", out var given))
            return given.Split(',');

        if (Catalog.Rewrites.Any(r => r.Info.Name == fixture))
            return [fixture];

        var rewrites = Catalog.Rewrites.Where(r => !(r.RemovesOutOfMemoryEdges && snippet.HandlesOutOfMemory)).Select(r => r.Info.Name).ToList();
        return Catalog.Findings.Any(r => r.Info.Name == fixture) ? [fixture] : rewrites;
    }

    private static ImmutableArray<CatalogueFacts> Pairs(FixtureSection section)
    {
        if (section.Of("pairs") is not { } block)
            return [];

        var source = JsonSource.Parse("pairs", block.Text);
        var facts = source.Root is null ? [] : CatalogueFile.ReadPairs(source, source.Root);
        return source.Problems.IsEmpty ? facts : throw new InvalidOperationException(source.Problems[0].ToString());
    }

    /// <summary>
    /// Rewrites are marked where a rule decided on them in the original text, refusals and findings where the pipeline
    /// reports them.
    /// </summary>
    private static IEnumerable<Mark> Marks(ICodebase codebase, MigrationOptions options, FileOutcome outcome)
    {
        var lines = new LineMap(outcome.Before);
        var decisions = Decisions(codebase, options);
        foreach (var finding in outcome.Findings)
            yield return new Mark(finding.Finding.At.Span, finding.Finding.Rule);

        foreach (var function in outcome.Functions)
        {
            var refused = new HashSet<(string, int)>();
            foreach (var refusal in function.Refusals)
            {
                var position = lines.StartOf(refusal.At.Line) + refusal.At.Column - 1;
                refused.Add((refusal.RuleId, position));
                var spans = decisions.Where(d => d.RuleId == refusal.RuleId && d.Span.Start == position).Select(d => d.Span);
                yield return new Mark(spans.DefaultIfEmpty(new TextSpan(position, 1)).First(), refusal.Refusal.Id);
            }

            var done = function.Steps.Select(s => s.RuleId).ToHashSet(StringComparer.Ordinal);
            foreach (var (ruleId, function2, span, isRefused) in decisions)
            {
                if (function2 == function.Name && !isRefused && done.Contains(ruleId) && !refused.Contains((ruleId, span.Start)))
                    yield return new Mark(span, ruleId[(ruleId.IndexOf('/', StringComparison.Ordinal) + 1)..]);
            }
        }
    }

    private static ImmutableArray<(string RuleId, string Function, TextSpan Span, bool IsRefused)> Decisions(
        ICodebase codebase, MigrationOptions options) =>
    [
        .. from path in codebase.Paths
           from function in codebase.Read(path).Functions
           from rule in options.Rewrites
           from decision in rule.Decide(function.Primary, new Facts(function.Primary, options.Catalogue, options.Style) { TakesParts = options.TakesParts })
           select ($"{codebase.Language}/{rule.Info.Name}", function.Name, decision.At.Span, decision.Refusal is not null),
    ];

    private static string Text(FileOutcome outcome)
    {
        var lines = new LineMap(outcome.Before);
        var text = new StringBuilder();
        foreach (var found in outcome.Findings)
        {
            var finding = found.Finding;
            text.Append($"{finding.Severity.ToString().ToLowerInvariant()} {finding.Rule}: {finding.Message}");
            text.Append(finding.CuredBy is { } cure ? $" [{cure}]\n" : "\n");
            foreach (var step in finding.Path)
                text.Append($"    {LineOf(outcome.Before, lines, step.At.Span.Start)}  // {step.Message}\n");
        }

        return text.ToString();
    }

    private static string LineOf(string text, LineMap lines, int position)
    {
        var start = lines.StartOf(lines.At(position).Line);
        var length = text.AsSpan(start).IndexOfAny('\r', '\n');
        return (length < 0 ? text[start..] : text.Substring(start, length)).Trim();
    }
}

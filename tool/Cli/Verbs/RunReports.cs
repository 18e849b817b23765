using System.Collections.Immutable;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Engine.Verification;
using MigrateCleanup.Review.Diffs;
using MigrateCleanup.Review.Reports;
using MigrateCleanup.Review.Steps;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>A run in the form that reports, baselines and stderr show it; names are as in the diff.</summary>
public static class RunReports
{
    /// <summary>Lines shown around the path of a finding.</summary>
    private const int SourceContext = 4;

    public static RunReport Of(Run run)
    {
        var outcome = run.Outcome;
        var findings = Fingerprints.Added(outcome.Files.SelectMany(f => Findings(f, run))).Where(f => !run.Baseline.Contains(f)).ToImmutableArray();
        return new RunReport(CommandLineReader.Version, new RunCounts(outcome.Converted, outcome.Refused, outcome.Unparsed, findings.Length))
        {
            Name = Path.GetFileName(run.Tree.Top),
            Rules = [.. Rules(run)],
            Findings = findings,
            Functions = [.. outcome.Files.SelectMany(f => Functions(f, run))],
            Unparsed = [.. outcome.Files.SelectMany(f => Unparsed(f, run))],
            ChangedFiles = [.. outcome.Files.Where(f => f.IsChanged).Select(f => run.Tree.NameOf(f.Path))],
            Changes = [.. outcome.Files.SelectMany(f => Changes(f, run.Tree.NameOf(f.Path)))],
            Files =
            [
                .. outcome.Files.Where(f => f.ManualBefore.Total + f.ManualAfter.Total > 0)
                    .Select(f => new ReportedFile(run.Tree.NameOf(f.Path), f.ManualBefore, f.ManualAfter)),
            ],
        };
    }

    /// <summary>The rewrites of a file that could not be proved, as changes of what the proved ones leave.</summary>
    public static IEnumerable<ReportedChange> Suggestions(FileOutcome file, string name)
    {
        var lines = LineDiff.LinesOf(file.After);
        var suggested = LineDiff.LinesOf(file.WithUndecided);
        foreach (var block in LineDiff.Of(file.After, file.WithUndecided))
        {
            var function = file.Functions.LastOrDefault(f => f.At.Line <= block.OldStart + 1);
            var rule = function?.Refusals.FirstOrDefault(r => r.Refusal.Id == PipelineRefusals.Undecided.Id)?.RuleId ?? "";
            var first = Math.Max(0, block.OldStart - SourceContext);
            var last = Math.Min(lines.Count, block.OldStart + block.OldCount + SourceContext);
            var before = string.Concat(lines.Skip(first).Take(block.OldStart - first));
            var after = string.Concat(lines.Skip(block.OldStart + block.OldCount).Take(last - block.OldStart - block.OldCount));
            yield return new ReportedChange(
                name,
                function?.Name ?? "",
                first + 1,
                block.NewStart - (block.OldStart - first) + 1,
                before + string.Concat(lines.Skip(block.OldStart).Take(block.OldCount)) + after)
            {
                Edits = [new ReportedEdit(rule, before + string.Concat(suggested.Skip(block.NewStart).Take(block.NewCount)) + after)],
                Verdict = ReportedChange.Undecided,
            };
        }
    }

    /// <summary>What changes in a file, by stretches.</summary>
    public static ImmutableArray<Stretch> Stretches(FileOutcome file) => FileSteps.Of(file.Before, file.After, file.Functions.Select(f =>
        new SteppedFunction(f.Name, f.Span.Start, f.Span.Length, [.. f.Steps.Select((step, i) => StepOf(step, f.Steps.ElementAtOrDefault(i - 1)))])), file.CreatedBy);

    /// <summary>A step is held against the original: what was said of the one before it is not said again.</summary>
    private static RuleStep StepOf(Step step, Step? previous) => new(step.RuleId, step.Before, step.After)
    {
        Differences = [.. Sentences(step.Verdict).Except(Sentences(previous?.Verdict))],
        Evidence = [.. step.Verdict.Evidence.Except(previous?.Verdict.Evidence ?? [])],
    };

    private static IEnumerable<string> Sentences(Verdict? verdict) => verdict?.Differences.Select(Sentence).Distinct() ?? [];

    private static string Sentence(Difference difference) => $"{difference.Kind}: {difference.What}";

    private static IEnumerable<ReportedChange> Changes(FileOutcome file, string name)
    {
        var lines = new LineMap(file.Before);
        var shift = 0;
        foreach (var stretch in Stretches(file))
        {
            var first = lines.At(stretch.Start).Line;
            yield return new ReportedChange(name, stretch.Name, first, first + shift, stretch.Before)
            {
                Edits = [.. stretch.Steps.Select(s => new ReportedEdit(s.RuleId, s.After) { Differences = s.Differences, Evidence = s.Evidence })],
            };
            shift += stretch.After.Count(c => c == '\n') - stretch.Before.Count(c => c == '\n');
        }
    }

    private static IEnumerable<ReportedRule> Rules(Run run)
    {
        foreach (var language in RuleSelection.Languages)
        {
            foreach (var page in RulePage.All(language).Where(p => run.Rules.Includes(p.Id)))
                yield return new ReportedRule(page.Id, page.Title, $"{page.Summary}\n\n{page.Remarks}".Trim(), !page.Rewrites);
        }
    }

    private static IEnumerable<ReportedFinding> Findings(FileOutcome file, Run run)
    {
        var lines = new LineMap(file.Before);
        var name = run.Tree.NameOf(file.Path);
        return from f in file.Findings
               select new ReportedFinding(f.RuleId, f.Finding.Severity, LocationOf(f.Finding.At.Span), f.Function, f.Finding.Message)
               {
                   Steps = [.. f.Finding.Path.Select(s => new ReportedStep(LocationOf(s.At.Span), s.Message))],
                   CuredBy = f.Finding.CuredBy is { } rule ? $"{f.RuleId.Split('/')[0]}/{rule}" : null,
                   Source = SourceAround([f.Finding.At.Span, .. f.Finding.Path.Select(s => s.At.Span)]),
               };

        Location LocationOf(TextSpan span) => new(name, lines.At(span.Start), lines.At(span.End));

        ReportedSource SourceAround(IReadOnlyList<TextSpan> spans)
        {
            var first = Math.Max(1, spans.Min(s => lines.At(s.Start).Line) - SourceContext);
            var last = Math.Min(lines.LineCount, spans.Max(s => lines.At(s.Start).Line) + SourceContext);
            var end = last < lines.LineCount ? lines.StartOf(last + 1) : file.Before.Length;
            return new ReportedSource(first, file.Before[lines.StartOf(first)..end]);
        }
    }

    private static IEnumerable<ReportedFunction> Functions(FileOutcome file, Run run)
    {
        var name = run.Tree.NameOf(file.Path);
        return from f in file.Functions
               where f.State != FunctionState.Clean
               select new ReportedFunction(f.Name, Point(f.At), f.State == FunctionState.Converted ? "converted" : "refused")
               {
                   Rules = [.. f.Steps.Select(s => s.RuleId).Distinct()],
                   Refusals =
                   [
                       .. f.Refusals.Select(r => new ReportedRefusal(r.RuleId, r.Refusal.Id, r.Refusal.Reason, Point(r.At)) { Unblock = r.Refusal.Unblock }),
                   ],
                   Differences = [.. Sentences(f.Verdict)],
               };

        Location Point(LinePosition at) => new(name, at, at);
    }

    private static IEnumerable<ReportedProblem> Unparsed(FileOutcome file, Run run)
    {
        var lines = new LineMap(file.Before);
        return file.Unparsed.Select(u => new ReportedProblem(
            new Location(run.Tree.NameOf(file.Path), lines.At(u.Span.Start), lines.At(u.Span.End)), u.Reason));
    }
}

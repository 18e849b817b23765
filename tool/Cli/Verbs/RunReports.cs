using System.Collections.Immutable;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>A run in the form that reports, baselines and stderr show it; names are as in the diff.</summary>
public static class RunReports
{
    public static RunReport Of(Run run)
    {
        var outcome = run.Outcome;
        var findings = Fingerprints.Added(outcome.Files.SelectMany(f => Findings(f, run))).Where(f => !run.Baseline.Contains(f)).ToImmutableArray();
        return new RunReport(CommandLineReader.Version, new RunCounts(outcome.Converted, outcome.Refused, outcome.Unparsed, findings.Length))
        {
            Rules = [.. Rules(run)],
            Findings = findings,
            Functions = [.. outcome.Files.SelectMany(f => Functions(f, run))],
            Unparsed = [.. outcome.Files.SelectMany(f => Unparsed(f, run))],
            ChangedFiles = [.. outcome.Files.Where(f => f.IsChanged).Select(f => run.Tree.NameOf(f.Path))],
        };
    }

    private static IEnumerable<ReportedRule> Rules(Run run) =>
        from language in RuleSelection.Languages
        from info in RuleSelection.Infos
        let id = RuleSelection.IdOf(language, info)
        where run.Rules.Includes(id)
        select new ReportedRule(id, info.Title, "", run.Rules.Findings(language).Any(r => r.Info == info));

    private static IEnumerable<ReportedFinding> Findings(FileOutcome file, Run run)
    {
        var lines = new LineMap(file.Before);
        var name = run.Tree.NameOf(file.Path);
        return from f in file.Findings
               select new ReportedFinding(f.RuleId, f.Finding.Severity, LocationOf(f.Finding.At.Span), f.Function, f.Finding.Message)
               {
                   Steps = [.. f.Finding.Path.Select(s => new ReportedStep(LocationOf(s.At.Span), s.Message))],
                   CuredBy = f.Finding.CuredBy,
               };

        Location LocationOf(TextSpan span) => new(name, lines.At(span.Start), lines.At(span.End));
    }

    private static IEnumerable<ReportedFunction> Functions(FileOutcome file, Run run)
    {
        var name = run.Tree.NameOf(file.Path);
        return from f in file.Functions
               where f.State != FunctionState.Clean
               select new ReportedFunction(f.Name, Point(f.At), f.State == FunctionState.Converted ? "converted" : "refused")
               {
                   Rules = [.. f.Steps.Select(s => s.RuleId).Distinct()],
                   Refusals = [.. f.Refusals.Select(r => new ReportedRefusal(r.RuleId, r.Refusal.Id, r.Refusal.Reason, Point(r.At)))],
                   Differences = [.. f.Verdict?.Differences.Select(d => $"{d.Kind}: {d.What}").Distinct() ?? []],
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

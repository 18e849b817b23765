using System.Text;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Lists findings, one a line. Rewrites and refusals are none.</summary>
public static class CheckVerb
{
    public static ExitCode Execute(CheckOptions options, VerbContext context)
    {
        var run = Run.Execute(options, context.Messages, rewrites: false);
        var report = RunReports.Of(run);
        var lines = new StringBuilder();
        foreach (var finding in report.Findings)
            lines.Append(FindingLine.Of(FromHere(finding, run))).Append('\n');

        context.Output.Write(lines.ToString());
        return RunEnding.Conclude(run, report, options, context.Messages, report.Findings.IsEmpty ? ExitCode.Done : ExitCode.Found);
    }

    private static ReportedFinding FromHere(ReportedFinding finding, Run run) =>
        finding with { At = finding.At with { Path = DisplayName.FromCurrentDirectory(run.Tree.PathOf(finding.At.Path)) } };
}

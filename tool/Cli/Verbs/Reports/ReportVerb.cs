using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Diffs;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Verbs.Reports;

/// <summary>Writes everything a reviewer may want of one run into a directory, or puts the parts of a run together there.</summary>
public static class ReportVerb
{
    public static ExitCode Execute(ReportOptions options, VerbContext context)
    {
        var directory = OutputDirectory.Of(options.Out);
        if (options.Verify is not null)
            throw Stop.Usage("--verify runs on changed files: use it with apply or batch");

        return ListOptionAttribute.Values(options.Merge) is { Count: > 0 } parts
            ? Merge(parts, directory, options, context.Messages)
            : Report(directory, options, context.Messages);
    }

    private static ExitCode Report(OutputDirectory directory, ReportOptions options, Messages messages)
    {
        var run = Run.Execute(options, messages, rewrites: true);
        var report = RunReports.Of(run);
        var files = new ReportFiles(report, FileDiffs.Bytes(FileDiffs.Write(run, f => f.Before, f => f.After, messages)));
        if (options.Undecided)
        {
            files = files with
            {
                Report = report with { Changes = [.. report.Changes, .. run.Outcome.Files.SelectMany(f => RunReports.Suggestions(f, run.Tree.NameOf(f.Path)))] },
                Suggestions = FileDiffs.Bytes(FileDiffs.Write(run, f => f.After, f => f.WithUndecided, messages)),
            };
        }

        var written = files.Write(directory, messages);
        var asked = !written ? ExitCode.Failed : options.GateOnChange && files.Changes.Length > 0 ? ExitCode.Found : ExitCode.Done;
        return RunEnding.Conclude(run, report, options, messages, asked);
    }

    /// <summary>The reports of all shards are one report; nothing is read but what they wrote.</summary>
    private static ExitCode Merge(IReadOnlyList<string> parts, OutputDirectory directory, ReportOptions options, Messages messages)
    {
        if (options.Path is { } path)
            throw Stop.Usage($"--merge takes reports that are there, and no PATH ('{path}')");

        var read = parts.Select(ReportFiles.Read).ToList();
        if (read.SelectMany(r => r.Report.Files).CountBy(f => f.Path).FirstOrDefault(f => f.Value > 1).Key is { } twice)
            throw Stop.Usage($"--merge: {twice} is in two of the reports, but the parts of a run share no file");

        var merged = new ReportFiles(RunReport.Merged([.. read.Select(r => r.Report)]), PatchFiles.Merged(read.Select(r => r.Changes)))
        {
            Suggestions = read.Any(r => r.Suggestions is not null) ? PatchFiles.Merged(read.Select(r => r.Suggestions ?? [])) : null,
        };
        var written = merged.Write(directory, messages);
        messages.Summary(merged.Report.Counts.ToString());
        return !written ? ExitCode.Failed : options.GateOnChange && merged.Changes.Length > 0 ? ExitCode.Found : ExitCode.Done;
    }
}

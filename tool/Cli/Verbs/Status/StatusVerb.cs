using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Review.Burndown;

namespace MigrateCleanup.Cli.Verbs.Status;

/// <summary>Counts what is still done by hand. No rule runs, so it takes no longer than reading does.</summary>
public static class StatusVerb
{
    public static ExitCode Execute(StatusOptions options, VerbContext context)
    {
        if (options.Ratchet is not null && (options.Shard is not null || options.Since is not null))
            throw Stop.Usage("--ratchet holds all counts of PATH: use it without --shard and --since");

        var ratchet = options.Ratchet is { } file ? Ratchet.Read(file) : null;
        var history = options.Since is { } revision ? History.Since(revision, options) : null;
        var text = new BurndownText(context.Output.IsTerminal && Colours.Wanted(options));
        var run = Run.Execute(options.Now(), context.Messages, rewrites: false, findings: false);
        var report = RunReports.Of(run);
        var counts = DirectoryCounts.Of(report.Files.Select(f => (f.Path, f.Before)));
        var asked = ExitCode.Done;
        if (history is not null)
        {
            context.Output.Write(text.Trend([.. history.Points(), new BurndownPoint("now", "", counts.Total)]));
        }
        else
        {
            context.Output.Write(text.Directories(counts));
            if (ratchet is not null && !run.NothingLoaded)
                asked = ratchet.Check(counts, run, context.Messages);
        }

        return RunEnding.Conclude(run, report, options, context.Messages, asked);
    }
}

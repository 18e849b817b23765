using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>What diff, apply and check end with: report files, what went wrong, and the line that scripts read.</summary>
public static class RunEnding
{
    /// <summary>Says everything that is to be said, and which exit code follows from it; <paramref name="asked"/> is the verb's own.</summary>
    public static ExitCode Conclude(Run run, RunReport report, RunOptions options, Messages messages, ExitCode asked)
    {
        var code = asked;
        if (!WriteReports(report, options, messages))
            code = ExitCode.Failed;

        SayUnparsed(run, report, messages);
        SayRefusals(run, report, messages);
        SayUnusedSuppressions(run, messages);
        if (SayFaults(run, messages))
            code = ExitCode.Internal;

        messages.Summary(report.Counts.ToString());
        return run.NothingLoaded ? ExitCode.Failed : code;
    }

    private static bool WriteReports(RunReport report, RunOptions options, Messages messages)
    {
        var written = true;
        if (options.Sarif is { } sarif)
            written &= Write(sarif, SarifReport.Write(report), messages);

        if (options.Json is { } json)
            written &= Write(json, JsonReport.Write(report), messages);

        if (options.WriteBaseline is { } baseline)
            written &= Write(baseline, Baseline.Write(report.Findings), messages);

        return written;
    }

    private static bool Write(string file, byte[] bytes, Messages messages)
    {
        try
        {
            WholeFile.Write(Path.GetFullPath(file), bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Error($"{file}: cannot be written: {SourceFiles.WriteReason(e)}");
            return false;
        }
    }

    private static void SayUnparsed(Run run, RunReport report, Messages messages)
    {
        foreach (var problem in report.Unparsed)
            messages.Warning($"{Place(run.Tree, problem.At)}: unparsed: {problem.Message}");
    }

    private static void SayRefusals(Run run, RunReport report, Messages messages)
    {
        if (!messages.IsVerbose)
            return;

        foreach (var function in report.Functions)
        {
            foreach (var refusal in function.Refusals)
                messages.Detail($"{Place(run.Tree, refusal.At)}: refused: {refusal.RuleId}: {refusal.Reason}: {refusal.Message} ({function.Name})");
        }
    }

    /// <summary>A comment can only be called unused when every rule it speaks of has run.</summary>
    private static void SayUnusedSuppressions(Run run, Messages messages)
    {
        foreach (var file in run.Outcome.Files)
        {
            var lines = new LineMap(file.Before);
            foreach (var unused in file.UnusedSuppressions.Where(u => run.HasRunAllOf(file.Path, u)))
                messages.Warning($"{DisplayName.FromCurrentDirectory(file.Path)}:{lines.At(unused.Span.Start)}: unused suppression '{Text(unused)}'");
        }
    }

    private static string Text(Suppression suppression) =>
        suppression.Rules.IsEmpty ? "migrate-cleanup: off" : $"migrate-cleanup: off({string.Join(", ", suppression.Rules)})";

    private static bool SayFaults(Run run, Messages messages)
    {
        var faults = run.Outcome.Files.SelectMany(f => f.Faults.Select(fault => (f.Path, Lines: fault.Split('\n', 2)))).ToList();
        foreach (var (path, lines) in faults)
        {
            messages.Error($"{DisplayName.FromCurrentDirectory(path)}: internal error: {lines[0]} (a fault of this program, please report it)");
            if (lines.Length > 1)
                messages.Detail(lines[1]);
        }

        return faults.Count > 0;
    }

    /// <summary>A place as people read it from where they are.</summary>
    public static string Place(WorkTree tree, Location at) =>
        $"{DisplayName.FromCurrentDirectory(tree.PathOf(at.Path))}:{at.Start}";
}

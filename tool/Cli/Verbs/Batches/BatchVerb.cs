using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>Cuts what a run came to into small patches, and hands them out as mails, branches, or requests on a forge.</summary>
public static class BatchVerb
{
    /// <summary>Who writes patches where git does not know the user.</summary>
    public static Person Nobody { get; } = new("migrate-cleanup", "migrate-cleanup@localhost");

    private const string CoverLetter = "0000-cover-letter.txt";
    private const string ManifestFile = "manifest.json";

    public static ExitCode Execute(BatchOptions options, VerbContext context)
    {
        var messages = context.Messages;
        Check(options, messages);
        var directory = OutputDirectory.Of(options.Out);
        var run = Run.Prepare(options, messages, rewrites: true);
        var repository = Repository.Of(run.Tree);
        if (repository is null && (options.Branches || options.Push is not null))
            throw Stop.Usage($"{(options.Push is null ? "--branches" : "--push")}: '{run.Tree.Top}' is not in a git repository");

        if (repository is { Author: null })
            messages.Warning("git knows no user.name and user.email here; patches are by 'migrate-cleanup' and not signed off");

        var remote = options.Push is { } name ? Remote.Of(name, repository!, options, messages) : null;
        var previous = Previous(directory);
        run.Migrate();
        var report = RunReports.Of(run);
        var source = SeriesSource.Of(run, repository, options.Force, messages);
        var parts = new Parts(run.Tree, options.By, messages);
        var rules = report.Rules.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i, StringComparer.Ordinal);
        var open = remote?.StillOpen(previous) ?? [.. previous.Patches.Where(p => p.State == ManifestPatch.Open)];
        var series = PatchSeries.Of(
            source.Files,
            id => rules.GetValueOrDefault(id, rules.Count),
            parts.Of,
            new PatchLimits(options.MaxLines, options.MaxFiles),
            open.Select(p => new KeptPatch(p.Id, p.Changes.ToImmutableHashSet(StringComparer.Ordinal))));
        var verified = Verified(series, options, run, repository, source, previous, messages);
        var batch = new Batch(verified.Kept, source, repository, parts, new PatchText(repository?.Manner ?? LogManner.Unknown, report.ToolVersion, report.Rules, report.Findings), report)
        {
            Dropped = verified.Left,
            Previous = previous,
        };

        var written = options.Branches || remote is not null
            ? Hand(batch, remote, options, directory, context)
            : WriteMails(batch, directory, context);
        var asked = !written ? ExitCode.Failed : options.GateOnChange && series.Length > 0 ? ExitCode.Found : ExitCode.Done;
        return RunEnding.Conclude(run, report, options, messages, asked);
    }

    private static void Check(BatchOptions options, Messages messages)
    {
        if (options.Undecided)
            throw Stop.Usage("--undecided only shows suggestions: use it with diff or report; patches hold what is proved");

        AtLeastOne("--max-lines", options.MaxLines);
        AtLeastOne("--max-files", options.MaxFiles);
        AtLeastOne("--open", options.Open ?? 1);
        AtLeastOne("--forge-timeout", options.ForgeTimeout);
        if (options.Open is not null && options.Push is null)
            throw Stop.Usage("--open limits what --push opens: give a remote");
    }

    private static void AtLeastOne(string option, int value)
    {
        if (value < 1)
            throw Stop.Usage($"{option} {value}: must be 1 or more");
    }

    private static Manifest Previous(OutputDirectory directory)
    {
        try
        {
            return directory.Read(ManifestFile) is { } bytes ? Manifest.Read(bytes) : new Manifest("", null, []);
        }
        catch (FormatException e)
        {
            throw Stop.Usage($"{directory.PathOf(ManifestFile)}: not a manifest of migrate-cleanup ({e.Message}); delete it, or choose another --out");
        }
    }

    private static SeriesVerification.Result Verified(
        ImmutableArray<SeriesPatch> series, BatchOptions options, Run run, Repository? repository, SeriesSource source, Manifest previous, Messages messages)
    {
        if (options.Verify is null || series.IsEmpty)
            return SeriesVerification.Remembered(series, previous, messages);

        using var sandbox = Sandbox.Of(run.Tree, repository);
        var command = UserCommand.Of(options, sandbox.Top, messages);
        return messages.IsVerbose
            ? Verify(null)
            : ProgressBar.During(messages, Colours.Wanted(options), Verify);

        // Whoever wants details sees what the command prints as it comes.
        SeriesVerification.Result Verify(IProgress<MigrationProgress>? progress) =>
            new SeriesVerification(command, sandbox, source, messages, progress).Run(series);
    }

    /// <summary>One mail a patch, each on top of those before it.</summary>
    private static bool WriteMails(Batch batch, OutputDirectory directory, VerbContext context)
    {
        var written = true;
        var entries = new List<ManifestPatch>();
        var names = new List<string>();
        for (var i = 0; i < batch.Series.Length; i++)
        {
            var patch = batch.Series[i];
            var name = $"{(i + 1).ToString("0000", CultureInfo.InvariantCulture)}-{patch.Slug}.patch";
            written &= directory.TryWrite(name, batch.Mail(i), context.Messages);
            written &= batch.WriteRequestText(patch, name, directory, context.Messages, out var requestFile);
            entries.Add(batch.Entry(patch) with { File = name, PullRequestFile = requestFile });
            names.Add(name);
        }

        if (batch.Series.Length > 0)
        {
            written &= directory.TryWrite(CoverLetter, Encoding.UTF8.GetBytes(batch.Cover()), context.Messages);
            names.Insert(0, CoverLetter);
        }

        written &= WriteManifest(batch, entries, directory, context.Messages);
        context.Output.Write(string.Concat(names.Select(n => $"{Texts.DisplayName.FromCurrentDirectory(directory.PathOf(n))}\n")));
        return written;
    }

    /// <summary>One branch a patch; with a remote, those that may be open are pushed.</summary>
    private static bool Hand(Batch batch, Remote? remote, BatchOptions options, OutputDirectory directory, VerbContext context)
    {
        var written = true;
        var entries = new List<ManifestPatch>();
        using var branches = new Branches(batch.Repository!, batch.Source, context.Messages);
        foreach (var merged in batch.MergedSince())
        {
            branches.Remove(merged.Branch!);
            entries.Add(merged with { State = ManifestPatch.Merged });
            context.Messages.Warning($"{merged.Branch}: the base has it by now");
        }

        var places = options.Open is { } most ? most - batch.Series.Count(p => remote?.IsOpen(batch.BranchOf(p)) == true) : int.MaxValue;
        foreach (var patch in batch.Series)
        {
            var branch = batch.BranchOf(patch);
            var isOpen = remote?.IsOpen(branch) == true;
            var entry = batch.Entry(patch) with { Branch = branch, PullRequest = batch.PreviousOf(patch)?.PullRequest };
            written &= batch.WriteRequestText(patch, patch.Slug, directory, context.Messages, out var requestFile);
            entry = entry with { PullRequestFile = requestFile };
            if (ReasonToWait() is { } reason)
            {
                entries.Add(entry with { State = isOpen ? ManifestPatch.Open : ManifestPatch.Waiting, Commit = batch.PreviousOf(patch)?.Commit, Reason = reason });
                continue;
            }

            if (branches.Make(branch, patch, batch.NeedsOf(patch), batch.Message) is not { } commit)
            {
                entries.Add(entry with { State = ManifestPatch.Open, Commit = branches.CommitOf(branch), Reason = "somebody else's by now" });
                continue;
            }

            entry = entry with { Commit = commit };
            if (remote is not null)
            {
                var request = remote.Push(branch, commit, batch.Subject(patch), batch.RequestText(patch), batch.PreviousOf(patch)?.Commit);
                written &= request.Succeeded;
                entry = request.IsThere
                    ? entry with { State = ManifestPatch.Open, PullRequest = request.Address ?? entry.PullRequest, Reason = request.Succeeded ? null : "there is no request for it yet" }
                    : entry with { Reason = "it could not be pushed" };
                places -= request.IsThere && !isOpen ? 1 : 0;
            }
            else
            {
                entry = entry with { State = ManifestPatch.Open };
            }

            entries.Add(entry);
            if (entry.State == ManifestPatch.Open)
                context.Output.Write($"{branch}\n");

            string? ReasonToWait() =>
                remote is null ? null
                : remote.HasGivenUp ? "the forge takes no requests now"
                : isOpen ? null
                : patch.Needs.Length > 0 ? $"needs {string.Join(", ", patch.Needs)} to be merged first"
                : places <= 0 ? $"--open {options.Open}"
                : null;
        }

        written &= WriteManifest(batch, entries, directory, context.Messages);
        return written;
    }

    private static bool WriteManifest(Batch batch, List<ManifestPatch> entries, OutputDirectory directory, Messages messages)
    {
        entries.AddRange(batch.Dropped.Select(d => batch.Entry(d.Patch) with { State = ManifestPatch.Dropped, Reason = d.Reason }));
        var files = entries.SelectMany(e => new[] { e.File, e.PullRequestFile }).ToHashSet();
        foreach (var stale in batch.Previous.Patches.SelectMany(p => new[] { p.File, p.PullRequestFile }).OfType<string>().Where(f => !files.Contains(f) && Path.GetFileName(f) == f))
            directory.TryDelete(stale);

        return directory.TryWrite(ManifestFile, new Manifest(CommandLineReader.Version, batch.Repository?.Head, [.. entries]).Write(), messages);
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>
/// Runs the user's command on the series. Where it fails, the first patch that makes it fail is found by halves and
/// dropped, with those that need it; the rest is tried again until the command is content.
/// </summary>
public sealed class SeriesVerification(
    UserCommand command, Sandbox sandbox, SeriesSource source, Messages messages, IProgress<MigrationProgress>? progress)
{
    private int _runs;

    /// <summary>A patch that is left out, and why.</summary>
    public sealed record Dropped(SeriesPatch Patch, string Reason);

    public sealed record Result(ImmutableArray<SeriesPatch> Kept, ImmutableArray<Dropped> Left);

    /// <exception cref="Stop">The command fails on the base, too.</exception>
    public Result Run(ImmutableArray<SeriesPatch> series)
    {
        var kept = series.ToList();
        var left = new List<Dropped>();
        var baseIsKnown = false;
        while (kept.Count > 0 && !Passes(kept))
        {
            if (!baseIsKnown && !Passes([]))
                throw Stop.Usage($"--verify: {command} {command.Ending} without any patch, too, and nothing was written; it runs in {sandbox.Description}; "
                    + "--verbose shows what it prints");

            baseIsKnown = true;
            var culprit = kept[FirstFailing(kept)];
            var dependants = kept.Where(p => p.Needs.Contains(culprit.Id)).ToList();
            left.Add(new Dropped(culprit, $"with it, {command} {command.Ending}"));
            left.AddRange(dependants.Select(p => new Dropped(p, $"it needs {culprit.Slug}")));
            foreach (var dropped in dependants.Prepend(culprit))
            {
                kept.Remove(dropped);
                messages.Warning($"{dropped.Slug}: dropped: {left.First(l => l.Patch == dropped).Reason}");
            }
        }

        messages.Warning($"--verify: {command} passes with {(left.Count == 0 ? "all" : $"{kept.Count} of")} {series.Length} patches");
        return new Result([.. kept], [.. left]);
    }

    /// <summary>
    /// What an earlier run found to fail stays out when nothing is verified now, so that what was verified can be pushed
    /// by a second run.
    /// </summary>
    public static Result Remembered(ImmutableArray<SeriesPatch> series, Manifest previous, Messages messages)
    {
        var reasons = previous.Patches.Where(p => p.State == ManifestPatch.Dropped).ToDictionary(p => p.Id, p => p.Reason ?? "it failed", StringComparer.Ordinal);
        var left = new List<Dropped>();
        foreach (var patch in series)
        {
            var reason = reasons.GetValueOrDefault(patch.Id)
                ?? left.Where(l => patch.Needs.Contains(l.Patch.Id)).Select(l => $"it needs {l.Patch.Slug}").FirstOrDefault();
            if (reason is not null)
                left.Add(new Dropped(patch, reason));
        }

        foreach (var dropped in left)
            messages.Warning($"{dropped.Patch.Slug}: dropped by an earlier run: {dropped.Reason}; --verify tries it again");

        return new Result([.. series.Except(left.Select(l => l.Patch))], [.. left]);
    }

    /// <summary>The index of the patch behind which the command fails first; with all of them it does, with none it does not.</summary>
    private int FirstFailing(List<SeriesPatch> patches)
    {
        var (passing, failing) = (0, patches.Count);
        while (failing - passing > 1)
        {
            var middle = (passing + failing) / 2;
            if (Passes(patches.Take(middle)))
                passing = middle;
            else
                failing = middle;
        }

        return failing - 1;
    }

    private bool Passes(IEnumerable<SeriesPatch> patches)
    {
        progress?.Report(new MigrationProgress($"Verifying, run {++_runs}", 0, 0));
        var texts = PatchSeries.Texts(patches);
        foreach (var file in source.Files)
            sandbox.Write(file.Path, source.Bytes(file.Path, texts.GetValueOrDefault(file.Path) ?? file.Before));

        return command.Passes();
    }
}

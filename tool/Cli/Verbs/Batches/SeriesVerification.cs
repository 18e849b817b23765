using System.Collections.Immutable;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>
/// Runs the user's command on the series. Where it fails, the first patch that makes it fail is found by halves and
/// dropped, with those that need it; the rest is tried again until the command is content.
/// </summary>
public sealed class SeriesVerification(UserCommand command, Sandbox sandbox, SeriesSource source, Messages messages)
{
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
                throw Stop.Usage($"--verify: {command} {command.Ending} without any patch, too; nothing was written");

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

        return new Result([.. kept], [.. left]);
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
        var texts = PatchSeries.Texts(patches);
        foreach (var file in source.Files)
            sandbox.Write(file.Path, source.Bytes(file.Path, texts.GetValueOrDefault(file.Path) ?? file.Before));

        return command.Passes();
    }
}

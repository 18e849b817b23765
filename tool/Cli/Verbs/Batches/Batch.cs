using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Reports;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>A series with all that is said about its patches.</summary>
public sealed class Batch(
    ImmutableArray<SeriesPatch> series, SeriesSource source, Repository? repository, Parts parts, PatchText text, RunReport report)
{
    public ImmutableArray<SeriesPatch> Series { get; } = series;

    public SeriesSource Source { get; } = source;

    public Repository? Repository { get; } = repository;

    public ImmutableArray<SeriesVerification.Dropped> Dropped { get; init; } = [];

    /// <summary>What the run before this one left.</summary>
    public Manifest Previous { get; init; } = new("", null, []);

    private Person Author => Repository?.Author ?? BatchVerb.Nobody;

    private LogManner Manner => Repository?.Manner ?? LogManner.Unknown;

    public string Subject(SeriesPatch patch)
    {
        var directory = Parts.CommonDirectory(patch.Files);
        return text.Subject(patch, Manner.AreaOf(directory, Repository?.SubjectsAt(directory) ?? []));
    }

    /// <summary>The whole message of a commit.</summary>
    public string Message(SeriesPatch patch) => $"{Subject(patch)}\n\n{Body(patch)}";

    /// <summary>The mail of the patch at an index, on top of those before it.</summary>
    public byte[] Mail(int index)
    {
        var patch = Series[index];
        var diff = Source.Diff(PatchSeries.Texts(Series.Take(index)), PatchSeries.Texts(Series.Take(index + 1)), patch.Files);
        var files = patch.Changes.GroupBy(c => c.Path).OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => (f.Key, f.Sum(c => c.Added), f.Sum(c => c.Removed)));
        return MailPatch.Write(Content(Subject(patch), Body(patch), index + 1), [.. files], diff, report.ToolVersion);
    }

    public string Cover()
    {
        var remarks = new List<string>();
        if (Source.HasCarriageReturns)
            remarks.Add("Some files have CRLF line ends: apply with git am --keep-cr.");

        remarks.AddRange(Dropped.Select(d => $"Left out: {d.Patch.Slug}: {d.Reason}."));
        var series = Series.Select(p => (p, Subject(p))).ToList();
        return MailPatch.Head(Content("Let scope clean up", "", 0)) + text.Cover(series, report.Counts, remarks);
    }

    public string RequestText(SeriesPatch patch)
    {
        ImmutableArray<string> owners = [.. patch.Files.SelectMany(f => parts.Owners.PeopleOf(f)).Distinct()];
        return text.PullRequest(patch, Subject(patch), owners, [.. NeedsOf(patch).Select(Subject)]);
    }

    public bool WriteRequestText(SeriesPatch patch, string name, OutputDirectory directory, Messages messages, out string file)
    {
        file = $"{Path.GetFileNameWithoutExtension(name)}.pull-request.md";
        return directory.TryWrite(file, Encoding.UTF8.GetBytes(RequestText(patch)), messages);
    }

    /// <summary>The patches that one needs, in the order of the series.</summary>
    public IReadOnlyList<SeriesPatch> NeedsOf(SeriesPatch patch) => [.. Series.Where(p => patch.Needs.Contains(p.Id))];

    public ManifestPatch? PreviousOf(SeriesPatch patch) => Previous.Patches.FirstOrDefault(p => p.Id == patch.Id && p.State != ManifestPatch.Merged);

    public string BranchOf(SeriesPatch patch) => PreviousOf(patch)?.Branch ?? Branches.Prefix + patch.Slug;

    /// <summary>Patches that were open and of which nothing is left to do.</summary>
    public IEnumerable<ManifestPatch> MergedSince()
    {
        var keys = Series.Concat(Dropped.Select(d => d.Patch)).SelectMany(p => p.Changes).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        return Previous.Patches.Where(p => p is { State: ManifestPatch.Open, Branch: not null } && !p.Changes.Any(keys.Contains));
    }

    public ManifestPatch Entry(SeriesPatch patch) => new(patch.Id, patch.RuleId, patch.Group, Subject(patch))
    {
        Added = patch.Added,
        Removed = patch.Removed,
        Needs = patch.Needs,
        Files = [.. patch.Files],
        Owners = [.. patch.Files.SelectMany(f => parts.Owners.PeopleOf(f)).Distinct()],
        Changes = [.. patch.Changes.Select(c => c.Key)],
    };

    private string Body(SeriesPatch patch) => text.Body(patch, Manner.IsSignedOff ? Repository?.Author : null);

    private MailPatch.Content Content(string subject, string body, int number) =>
        new(subject, body, Author, Repository?.Date ?? DateTimeOffset.UnixEpoch) { Number = number, Total = Series.Length };
}

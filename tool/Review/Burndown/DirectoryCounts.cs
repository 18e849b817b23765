using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Review.Burndown;

/// <summary>What is done by hand, per directory; directories without any are left out.</summary>
public sealed record DirectoryCounts(ImmutableSortedDictionary<string, ManualWork> Directories)
{
    /// <summary>The name of the directory that all names are relative to.</summary>
    private const string Here = ".";

    public ManualWork Total => Directories.Values.Aggregate(default(ManualWork), (sum, w) => sum + w);

    public static DirectoryCounts Of(IEnumerable<(string Path, ManualWork Work)> files) => new(files
        .Where(f => f.Work.Total > 0)
        .GroupBy(f => DirectoryOf(f.Path), StringComparer.Ordinal)
        .ToImmutableSortedDictionary(g => g.Key, g => g.Aggregate(default(ManualWork), (sum, f) => sum + f.Work), StringComparer.Ordinal));

    /// <summary>Where a count is higher than in <paramref name="allowed"/>, one sentence each.</summary>
    public IEnumerable<string> GrownFrom(DirectoryCounts allowed)
    {
        foreach (var (directory, now) in Directories)
        {
            var before = allowed.Directories.GetValueOrDefault(directory);
            if (now.Jumps > before.Jumps)
                yield return $"{directory}: clean-up jumps: {now.Jumps}, and {before.Jumps} allowed";

            if (now.Releases > before.Releases)
                yield return $"{directory}: releases by hand: {now.Releases}, and {before.Releases} allowed";

            if (now.OutOfMemoryChecks > before.OutOfMemoryChecks)
                yield return $"{directory}: out-of-memory checks: {now.OutOfMemoryChecks}, and {before.OutOfMemoryChecks} allowed";
        }
    }

    /// <summary>The counts as a file for a ratchet: one directory a line or so, in order, so that its own diffs are small.</summary>
    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReport.Format))
        {
            json.WriteStartObject();
            json.WriteStartObject("directories");
            foreach (var (directory, work) in Directories)
                JsonReport.WriteManual(json, directory, work);

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads such a file; what is wrong with it is among the source's problems.</summary>
    public static DirectoryCounts Read(JsonSource source)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, ManualWork>(StringComparer.Ordinal);
        var directories = source.Root?["directories"];
        if (source.Root is not null && directories is not { Kind: JsonValueKind.Object })
            source.Complain(source.Root, "a ratchet is an object with the counts of directories");

        foreach (var (name, _, counts) in directories?.Members ?? [])
            result[name] = new ManualWork(Count(source, counts, "jumps"), Count(source, counts, "releases"), Count(source, counts, "outOfMemoryChecks"));

        return new DirectoryCounts(result.ToImmutable());
    }

    private static int Count(JsonSource source, LocatedJson counts, string name)
    {
        if (counts[name]?.Integer is { } number and >= 0 and <= int.MaxValue)
            return (int)number;

        source.Complain(counts, $"a directory needs a count '{name}'");
        return 0;
    }

    private static string DirectoryOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? Here : path[..slash];
    }
}

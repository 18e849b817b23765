using System.Formats.Tar;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Review.Burndown;

namespace MigrateCleanup.Cli.Verbs.Status;

/// <summary>
/// The counts at some moments since a revision. Each is taken of a copy of the files as they were, read without their
/// projects, so that the moments can be compared.
/// </summary>
public sealed class History
{
    /// <summary>Each moment costs a reading of the codebase.</summary>
    private const int MostMoments = 6;

    private const long LargestFile = 2 << 20;

    private readonly StatusOptions _options;
    private readonly WorkTree _tree;
    private readonly string _path;
    private readonly IReadOnlyList<string> _commits;

    private History(StatusOptions options, WorkTree tree, string path, IReadOnlyList<string> commits)
    {
        _options = options;
        _tree = tree;
        _path = path;
        _commits = commits;
    }

    /// <exception cref="Stop">There is no such revision.</exception>
    public static History Since(string revision, StatusOptions options)
    {
        var target = Target.Of(options.Path ?? throw Run.PathIsMissing());
        var tree = WorkTree.Around(target.Directory);
        var first = Revision.Commit(revision, tree, "--since");
        var later = GitCommand.Answer(tree, "rev-list", "--first-parent", "--reverse", $"{first}..HEAD").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new History(options, tree, target.Path, [first, .. Chosen(later)]);
    }

    public IEnumerable<BurndownPoint> Points()
    {
        foreach (var commit in _commits)
        {
            var about = GitCommand.Answer(_tree, "show", "-s", "--format=%cs %h", commit).Trim().Split(' ');
            yield return new BurndownPoint(about[0], about[1], CountsAt(commit));
        }
    }

    /// <summary>Commits at even distances; the last one is as good as now and left out when there is no room.</summary>
    private static IEnumerable<string> Chosen(string[] commits)
    {
        var count = Math.Min(MostMoments - 2, commits.Length);
        for (var i = 1; i <= count; i++)
            yield return commits[(int)((long)i * commits.Length / (count + 1))];
    }

    private ManualWork CountsAt(string commit)
    {
        var copy = Directory.CreateTempSubdirectory("migrate-cleanup-");
        try
        {
            Extract(commit, copy.FullName);
            var path = Path.Combine(copy.FullName, _tree.NameOf(_path));
            if (!Path.Exists(path))
                path = Path.GetDirectoryName(path)!;

            if (!Path.Exists(path))
                return default;

            var run = Run.Execute(_options.At(path), new Messages(quiet: true, verbose: false), rewrites: false, findings: false);
            return run.Outcome.Files.Aggregate(default(ManualWork), (sum, f) => sum + f.ManualBefore);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private void Extract(string commit, string directory)
    {
        var archive = Path.Combine(directory, ".archive.tar");
        GitCommand.Answer(_tree, "archive", "--format=tar", "-o", archive, commit);
        using (var stream = File.OpenRead(archive))
        using (var tar = new TarReader(stream))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > LargestFile)
                    continue;

                var path = Path.GetFullPath(Path.Combine(directory, entry.Name));
                if (!path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    continue;

                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                entry.ExtractToFile(path, overwrite: true);
            }
        }

        File.Delete(archive);

        // Names in globs are relative to the top of the work tree: the copy has a top, too.
        File.WriteAllText(Path.Combine(directory, ".git"), "");
    }
}

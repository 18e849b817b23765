using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>
/// Makes a branch of each patch with git's plumbing: an index of its own, trees, commits and references. What is checked
/// out, staged or changed is never looked at. Commits carry the date of their base, so the same patch on the same base is
/// the same commit.
/// </summary>
public sealed class Branches : IDisposable
{
    public const string Prefix = "migrate-cleanup/";

    private readonly Repository _repository;
    private readonly SeriesSource _source;
    private readonly Messages _messages;
    private readonly string _directory = Directory.CreateTempSubdirectory("migrate-cleanup-").FullName;
    private readonly ImmutableHashSet<string> _checkedOut;
    private readonly Action _clear;

    public Branches(Repository repository, SeriesSource source, Messages messages)
    {
        _repository = repository;
        _source = source;
        _messages = messages;
        _clear = () => Directory.Delete(_directory, recursive: true);
        Interruption.Remember(_clear);
        _checkedOut =
        [
            .. GitCommand.Answer(repository.Tree, "worktree", "list", "--porcelain").Split('\n')
                .Where(l => l.StartsWith("branch refs/heads/", StringComparison.Ordinal))
                .Select(l => l["branch refs/heads/".Length..]),
        ];
    }

    /// <summary>Sets the branch of a patch: the base, what the patch needs, and the patch. The commit; null when the branch is somebody else's.</summary>
    public string? Make(string branch, SeriesPatch patch, IReadOnlyList<SeriesPatch> needs, Func<SeriesPatch, string> message)
    {
        var old = CommitOf(branch);
        if (_checkedOut.Contains(branch))
        {
            _messages.Warning($"{branch}: checked out in a work tree; left as it is");
            return null;
        }

        if (old is not null && !IsOurs(old))
        {
            _messages.Warning($"{branch}: its last commit is not of this program; left as it is");
            return null;
        }

        var parent = _repository.Head;
        var applied = new List<SeriesPatch>();
        foreach (var step in needs.Append(patch))
        {
            applied.Add(step);
            parent = Commit(parent, step, PatchSeries.Texts(applied), message(step));
        }

        if (parent != old)
            GitCommand.Answer(_repository.Tree, "update-ref", "-m", "migrate-cleanup: batch", $"refs/heads/{branch}", parent, old ?? new string('0', parent.Length));

        return parent;
    }

    /// <summary>Takes away the branch of a patch that the base has by now.</summary>
    public void Remove(string branch)
    {
        if (CommitOf(branch) is { } commit && IsOurs(commit) && !_checkedOut.Contains(branch))
            GitCommand.Answer(_repository.Tree, "update-ref", "-d", $"refs/heads/{branch}", commit);
    }

    public string? CommitOf(string branch) =>
        GitCommand.Run(_repository.Tree.Top, "rev-parse", "--verify", "--quiet", $"refs/heads/{branch}^{{commit}}") is { Succeeded: true } known ? known.Output.Trim() : null;

    public void Dispose()
    {
        Interruption.Forget(_clear);
        _clear();
    }

    private bool IsOurs(string commit) => IsOurs(_repository.Tree, commit);

    /// <summary>
    /// Whether a commit was made here and is as it was: it has the trailer, and one date and person for author and
    /// committer. Who amends or rebases it leaves a date or a name of their own.
    /// </summary>
    public static bool IsOurs(WorkTree tree, string commit) =>
        GitCommand.Run(tree.Top, "show", "-s", "--format=%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B", commit) is { Succeeded: true } shown
        && shown.Output.Split('\0') is [var name, var mail, var time, var committer, var committerMail, var committed, var message]
        && (name, mail, time) == (committer, committerMail, committed)
        && message.Contains($"\n{PatchText.Trailer}: ", StringComparison.Ordinal);

    private string Commit(string parent, SeriesPatch patch, ImmutableSortedDictionary<string, string> texts, string message)
    {
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = Path.Combine(_directory, "index") };
        Git(environment, null, "read-tree", parent);
        var entries = patch.Files.Select(name =>
        {
            var blob = Git(null, _source.Bytes(name, texts[name]), "hash-object", "-w", "--stdin", "--path", name).Trim();
            return $"{_source.Mode(name)} {blob}\t{name}\0";
        });
        Git(environment, System.Text.Encoding.UTF8.GetBytes(string.Concat(entries)), "update-index", "-z", "--index-info");
        var tree = Git(environment, null, "write-tree").Trim();
        return Git(Identity(), System.Text.Encoding.UTF8.GetBytes(message), "commit-tree", tree, "-p", parent, "-F", "-").Trim();
    }

    private Dictionary<string, string> Identity()
    {
        var author = _repository.Author ?? BatchVerb.Nobody;
        var date = _repository.Date.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = author.Name,
            ["GIT_AUTHOR_EMAIL"] = author.Email,
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = author.Name,
            ["GIT_COMMITTER_EMAIL"] = author.Email,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }

    private string Git(IReadOnlyDictionary<string, string>? environment, byte[]? input, params string[] arguments) =>
        GitCommand.Answer(_repository.Tree.Top, input, environment, arguments);
}

using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Git;

/// <summary>A repository with a commit that work is based on, and the manner of its log.</summary>
public sealed class Repository
{
    private const int MessagesRead = 200;
    private const int SubjectsRead = 30;

    private readonly Dictionary<string, ImmutableArray<string>> _subjects = new(StringComparer.Ordinal);

    private Repository(WorkTree tree, string head)
    {
        Tree = tree;
        Head = head;
        Date = DateTimeOffset.Parse(GitCommand.Answer(tree, "show", "-s", "--format=%cI", head).Trim(), CultureInfo.InvariantCulture);
        Manner = LogManner.Of(
            GitCommand.Answer(tree, "log", "-n", MessagesRead.ToString(CultureInfo.InvariantCulture), "--no-merges", "--format=%B%x00", head)
                .Split('\0', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Author = AuthorOf(tree);
        NamesBySha1 = GitCommand.Run(tree.Top, "rev-parse", "--show-object-format")?.Output.Trim() is "sha1";
    }

    public WorkTree Tree { get; }

    /// <summary>The commit that is checked out.</summary>
    public string Head { get; }

    /// <summary>When that was committed. What is made of it carries its date, so that the same input gives the same commits.</summary>
    public DateTimeOffset Date { get; }

    public LogManner Manner { get; }

    /// <summary>Who the user is; null when git does not know.</summary>
    public Person? Author { get; }

    public bool NamesBySha1 { get; }

    /// <exception cref="Stop">It has no commit.</exception>
    public static Repository? Of(WorkTree tree)
    {
        if (!tree.IsGit)
            return null;

        var head = GitCommand.Run(tree.Top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") ?? throw Stop.Usage("git is not installed");
        return head.Succeeded
            ? new Repository(tree, head.Output.Trim())
            : throw Stop.Usage($"'{tree.Top}' has no commit yet: a series of patches needs one to be based on");
    }

    /// <summary>The files of the base commit, with their modes.</summary>
    public ImmutableDictionary<string, string> Modes() => GitCommand.Answer(Tree, "ls-tree", "-r", "-z", "--full-tree", Head)
        .Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('\t', 2))
        .ToImmutableDictionary(e => e[1], e => e[0].Split(' ')[0], StringComparer.Ordinal);

    /// <summary>Subjects of the last commits that touched a directory.</summary>
    public ImmutableArray<string> SubjectsAt(string directory)
    {
        if (directory is "." or "")
            return Manner.Subjects;

        if (_subjects.TryGetValue(directory, out var known))
            return known;

        var answer = GitCommand.Answer(
            Tree, "log", "-n", SubjectsRead.ToString(CultureInfo.InvariantCulture), "--no-merges", "--format=%s", Head, "--",
            $":(top,literal){directory}");
        return _subjects[directory] = [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static Person? AuthorOf(WorkTree tree)
    {
        // Without a configured name git makes one up of the machine's; that is no signature.
        var result = GitCommand.Run(tree.Top, "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT");
        if (result is not { Succeeded: true })
            return null;

        var text = result.Output;
        var (open, close) = (text.LastIndexOf('<'), text.LastIndexOf('>'));
        return open > 0 && close > open ? new Person(text[..open].Trim(), text[(open + 1)..close]) : null;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Git;

/// <summary>The lines of the work tree that changed since a revision. A file that git does not track has changed in whole.</summary>
public sealed partial class ChangedLines
{
    private readonly Dictionary<string, List<(int First, int Last)>> _ranges = new(StringComparer.Ordinal);
    private readonly HashSet<string> _untracked;

    private ChangedLines(IEnumerable<string> untracked)
    {
        _untracked = untracked.ToHashSet(StringComparer.Ordinal);
    }

    /// <exception cref="Stop">There is no git, no repository or no such revision.</exception>
    public static ChangedLines Since(string revision, WorkTree tree)
    {
        var commit = Revision.Commit(revision, tree, "--since");
        var names = GitCommand.Answer(tree, "diff", "--name-only", "-z", "-M", "--no-ext-diff", "--ignore-submodules=all", commit, "--");
        var patch = GitCommand.Answer(
            tree, "diff", "-U0", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", commit, "--");
        var untracked = GitCommand.Answer(tree, "ls-files", "--others", "--exclude-standard", "-z");

        var changed = new ChangedLines(untracked.Split('\0', StringSplitOptions.RemoveEmptyEntries));
        changed.Read(names.Split('\0', StringSplitOptions.RemoveEmptyEntries), patch);
        return changed;
    }

    public bool Touches(string name) => _untracked.Contains(name) || _ranges.ContainsKey(name);

    /// <summary>Whether any line of a stretch changed.</summary>
    public bool Touches(string name, int firstLine, int lastLine) =>
        _untracked.Contains(name)
        || (_ranges.TryGetValue(name, out var ranges) && ranges.Any(r => r.First <= lastLine && firstLine <= r.Last));

    /// <summary>
    /// The patch lists its files in the order of the names. Lines of a patch without context start with a sign, so
    /// what looks like a header is one.
    /// </summary>
    private void Read(string[] names, string patch)
    {
        var file = -1;
        foreach (var line in patch.Split('\n'))
        {
            if (line.StartsWith("diff --git ", StringComparison.Ordinal))
                file++;
            else if (file >= 0 && file < names.Length && HunkHeader().Match(line) is { Success: true } hunk)
                Add(names[file], Number(hunk, 1), hunk.Groups[2].Success ? Number(hunk, 2) : 1);
        }
    }

    private void Add(string name, int start, int count)
    {
        if (!_ranges.TryGetValue(name, out var ranges))
            _ranges.Add(name, ranges = []);

        // Where lines only went, the change lies between two lines; both count as touched.
        ranges.Add(count == 0 ? (start, start + 1) : (start, start + count - 1));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")]
    private static partial Regex HunkHeader();
}

using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.Cli.Git;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MigrateCleanup.Cli.Configuration;

/// <summary>One part of the work, of several runs that together do all of it.</summary>
public readonly record struct Shard(int Index, int Count)
{
    public static Shard Whole { get; } = new(1, 1);

    /// <exception cref="Stop">It is not I/N with 1 ≤ I ≤ N.</exception>
    public static Shard Parse(string? text)
    {
        if (text is null)
            return Whole;

        var parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && index >= 1 && index <= count
            ? new Shard(index, count)
            : throw Stop.Usage($"--shard {text}: must be I/N with I from 1 to N, like 2/4");
    }
}

/// <summary>Which files may be rewritten and shown: inside the work tree, not behind a link, matching the globs, in this shard.</summary>
public sealed class FileSelection(WorkTree tree, string directory, IEnumerable<string> include, IEnumerable<string> exclude, Shard shard)
{
    private readonly Matcher? _include = MatcherOf(include);
    private readonly Matcher? _exclude = MatcherOf(exclude);
    private readonly Dictionary<string, bool> _linked = new(StringComparer.Ordinal);

    /// <summary>The files that are selected, in ordinal order of their names.</summary>
    public ImmutableArray<string> Of(IEnumerable<string> paths)
    {
        var selected = paths
            .Where(path => tree.Contains(path) && !IsLinked(path) && Matches(path))
            .OrderBy(tree.NameOf, StringComparer.Ordinal);
        return [.. selected.Where((_, i) => i % shard.Count == shard.Index - 1)];
    }

    /// <summary>The globs to include that no path matches, as they were written: they may be a mistake.</summary>
    public IEnumerable<string> Unmatched(IReadOnlyCollection<string> paths) =>
        include.Where(glob => MatcherOf([glob]) is { } matcher && !paths.Any(p => IsMatch(matcher, p)));

    private bool Matches(string path) =>
        (_include is null || IsMatch(_include, path)) && (_exclude is null || !IsMatch(_exclude, path));

    /// <summary>A glob means names as the diff shows them, or, as one may type it, names below PATH.</summary>
    private bool IsMatch(Matcher matcher, string path) =>
        matcher.Match(tree.NameOf(path)).HasMatches
        || matcher.Match(Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/')).HasMatches;

    private bool IsLinked(string path)
    {
        if (path.Length <= tree.Top.Length)
            return false;

        if (_linked.TryGetValue(path, out var known))
            return known;

        var isLink = new FileInfo(path).LinkTarget is not null || IsLinked(Path.GetDirectoryName(path)!);
        return _linked[path] = isLink;
    }

    /// <summary>As in <c>.gitignore</c>, a glob without a slash means a name anywhere, and a directory means all below it.</summary>
    private static Matcher? MatcherOf(IEnumerable<string> globs)
    {
        var patterns = globs.Select(g => g.Replace('\\', '/').Trim()).Where(g => g.Length > 0).ToList();
        if (patterns.Count == 0)
            return null;

        var matcher = new Matcher(StringComparison.Ordinal);
        foreach (var pattern in patterns)
        {
            var rooted = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern.TrimStart('/');
            var anywhere = rooted.TrimEnd('/').Contains('/') ? rooted.TrimEnd('/') : "**/" + rooted.TrimEnd('/');
            matcher.AddInclude(anywhere);
            matcher.AddInclude(anywhere + "/**");
        }

        return matcher;
    }
}

using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Review.Series;

/// <summary>Who answers for which files, as a codebase says it in a <c>CODEOWNERS</c> or <c>MAINTAINERS</c> file.</summary>
public sealed partial class Owners
{
    public const string Nobody = "unowned";

    private readonly ImmutableArray<Entry> _entries;
    private readonly bool _lastWins;

    private Owners(ImmutableArray<Entry> entries, bool lastWins)
    {
        _entries = entries;
        _lastWins = lastWins;
    }

    public static Owners None { get; } = new([], lastWins: true);

    private sealed record Entry(ImmutableArray<Regex> Patterns, ImmutableArray<Regex> Except, string Name, ImmutableArray<string> People);

    /// <summary>
    /// The form that forges read: a pattern as in <c>.gitignore</c>, then owners; the last line that matches counts. Lines
    /// in brackets begin a section of GitLab's and may name its owners.
    /// </summary>
    public static Owners OfCodeOwners(string text)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        ImmutableArray<string> section = [];
        foreach (var line in Lines(text))
        {
            var content = line.Split(" #", 2)[0].Trim();
            if (content.Length == 0 || content.StartsWith('#'))
                continue;

            if (SectionHeading().Match(content) is { Success: true } heading)
            {
                section = People(content[heading.Length..]);
                continue;
            }

            var words = Regex.Split(content, @"(?<!\\)\s+");
            var own = People(string.Join(' ', words.Skip(1)));
            var people = own.IsEmpty ? section : own;
            entries.Add(new Entry([Glob(words[0].Replace("\\ ", " ", StringComparison.Ordinal))], [], string.Join(' ', people), people));
        }

        return new Owners(entries.ToImmutable(), lastWins: true);

        static ImmutableArray<string> People(string words) => [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>The kernel's form, which others share: blocks with a title, <c>M:</c> people, <c>F:</c> patterns and <c>X:</c> exceptions.</summary>
    public static Owners OfMaintainers(string text)
    {
        var entries = new List<(Entry Entry, int Depth)>();
        var (title, people, files, except) = ("", new List<string>(), new List<string>(), new List<string>());
        foreach (var line in Lines(text).Append(""))
        {
            if (Field().Match(line) is { Success: true } field)
            {
                (field.Groups["tag"].Value switch { "M" => people, "F" => files, "X" => except, _ => [] }).Add(field.Groups["value"].Value.Trim());
                continue;
            }

            if (files.Count > 0)
            {
                var entry = new Entry([.. files.Select(PathPrefix)], [.. except.Select(PathPrefix)], title, [.. people]);
                entries.Add((entry, files.Max(f => f.Count(c => c == '/'))));
            }

            (people, files, except) = ([], [], []);
            title = line.Trim();
        }

        // The most special block counts: one for the whole tree would else own everything.
        return new Owners([.. entries.OrderByDescending(e => e.Depth).Select(e => e.Entry)], lastWins: false);
    }

    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The name of those who own a file.</summary>
    public string Of(string path) => Find(path) is { Name.Length: > 0 } entry ? entry.Name : Nobody;

    /// <summary>Those to be asked about a file, as the codebase spells them.</summary>
    public ImmutableArray<string> PeopleOf(string path) => Find(path)?.People ?? [];

    private Entry? Find(string path)
    {
        var found = _entries.Where(e => e.Patterns.Any(p => p.IsMatch(path)) && !e.Except.Any(p => p.IsMatch(path)));
        return _lastWins ? found.LastOrDefault() : found.FirstOrDefault();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>As in <c>.gitignore</c>: without a slash inside, a name anywhere; a directory means all below it.</summary>
    private static Regex Glob(string pattern)
    {
        var rooted = pattern.TrimEnd('/').Contains('/');
        var expression = new StringBuilder(rooted ? "^" : "^(?:.*/)?");
        AppendGlob(expression, pattern.Trim('/'));
        return new Regex(expression.Append(pattern.EndsWith('/') ? "/" : "(?:/|$)").ToString(), RegexOptions.CultureInvariant);
    }

    /// <summary>A pattern of a <c>MAINTAINERS</c> file: a path, everything below it when it ends in a slash; a star stays in its directory.</summary>
    private static Regex PathPrefix(string pattern)
    {
        var expression = new StringBuilder("^");
        AppendGlob(expression, pattern.TrimEnd('/'));
        return new Regex(expression.Append(pattern.EndsWith('/') ? "/" : "(?:/|$)").ToString(), RegexOptions.CultureInvariant);
    }

    private static void AppendGlob(StringBuilder expression, string glob)
    {
        for (var i = 0; i < glob.Length; i++)
        {
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                expression.Append("(?:.*/)?");
                i += 2;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                expression.Append(".*");
                i++;
            }
            else
            {
                expression.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }
    }

    [GeneratedRegex(@"^\^?\[(?<name>[^\]]+)\](?:\[\d+\])?")]
    private static partial Regex SectionHeading();

    [GeneratedRegex(@"^(?<tag>[A-Z]):\s*(?<value>.*)$")]
    private static partial Regex Field();
}

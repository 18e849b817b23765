using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Verbs.Init;

/// <summary>Variables that a function's result was put in and another function was then given, with one place of many.</summary>
public sealed record FoundPair(string Acquire, string Release, int Count, string File, int Line)
{
    /// <summary>Seen often, and what the first one hands out is hardly ever given to another function that releases.</summary>
    public bool IsClear { get; init; }

    /// <summary>The resource that the second one is known to release already; the first one acquires it, too.</summary>
    public string? Resource { get; init; }
}

/// <summary>
/// Looks for functions that acquire and release by how they are used and named: the result of one goes into a variable,
/// and the variable alone to the other, whose name says that it releases. It reads text, needs no project, and only suggests.
/// </summary>
public sealed partial class PairSearch(ImmutableHashSet<string> releaseWords)
{
    private const int FarthestLines = 150;
    private const int ClearCount = 3;
    private const double ClearShare = 0.8;

    private readonly Dictionary<(string Acquire, string Release), (int Count, string File, int Line)> _found = [];

    /// <param name="name">The file's name, for the reader.</param>
    /// <param name="text">Its text.</param>
    /// <param name="named">What a function is called in a catalogue; null when it is none of the codebase's.</param>
    public void Read(string name, string text, Func<string, string?> named)
    {
        var acquired = new Dictionary<string, (string Function, int Line)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in Blanked(text).Split('\n'))
        {
            number++;
            if (line.StartsWith('}'))
                acquired.Clear();

            foreach (Match use in Use().Matches(line))
            {
                if (acquired.TryGetValue(use.Groups["variable"].Value, out var from)
                    && number - from.Line <= FarthestLines
                    && IsRelease(use.Groups["function"].Value)
                    && named(use.Groups["function"].Value) is { } release
                    && release != from.Function)
                {
                    var known = _found.GetValueOrDefault((from.Function, release), (0, name, number));
                    _found[(from.Function, release)] = (known.Item1 + 1, known.Item2, known.Item3);
                }
            }

            foreach (Match acquisition in Acquisition().Matches(line))
            {
                var variable = acquisition.Groups["variable"].Value;
                if (named(acquisition.Groups["function"].Value) is { } acquire && !IsRelease(acquisition.Groups["function"].Value))
                    acquired[variable] = (acquire, number);
                else
                    acquired.Remove(variable);
            }
        }
    }

    /// <summary>The pairs that were seen more than once, those seen most first.</summary>
    public IEnumerable<FoundPair> Pairs()
    {
        var totals = _found.GroupBy(f => f.Key.Acquire).ToDictionary(g => g.Key, g => g.Sum(f => f.Value.Count));
        return _found
            .Where(f => f.Value.Count > 1)
            .OrderByDescending(f => f.Value.Count).ThenBy(f => f.Key.Acquire, StringComparer.Ordinal).ThenBy(f => f.Key.Release, StringComparer.Ordinal)
            .Select(f => new FoundPair(f.Key.Acquire, f.Key.Release, f.Value.Count, f.Value.File, f.Value.Line)
            {
                IsClear = f.Value.Count >= ClearCount && f.Value.Count >= ClearShare * totals[f.Key.Acquire],
            });
    }

    private bool IsRelease(string function) => Word().Matches(function).Any(w => releaseWords.Contains(w.Value.ToLowerInvariant()));

    /// <summary>The text with comments and strings blanked out, line by line as it was.</summary>
    private static string Blanked(string text)
    {
        var result = new StringBuilder(text);
        foreach (Match match in CommentOrString().Matches(text))
        {
            for (var i = match.Index; i < match.Index + match.Length; i++)
            {
                if (text[i] is not ('\n' or '\r'))
                    result[i] = ' ';
            }
        }

        return result.ToString();
    }

    [GeneratedRegex(@"(?<variable>[A-Za-z_]\w*)\s*=\s*(?:\([\w\s*]+\)\s*)?(?:[A-Za-z_]\w*\s*(?:\.|->|::)\s*)*(?<function>[A-Za-z_]\w*)\s*\(")]
    private static partial Regex Acquisition();

    [GeneratedRegex(@"(?<function>[A-Za-z_]\w*)\s*\(\s*&?\s*(?<variable>[A-Za-z_]\w*)\s*\)")]
    private static partial Regex Use();

    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex("""//[^\n]*|/\*.*?(?:\*/|\z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrString();
}

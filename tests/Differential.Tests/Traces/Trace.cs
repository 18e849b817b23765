using System.Collections.Immutable;

namespace MigrateCleanup.Differential.Tests.Traces;

/// <summary>What one run of one function did.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Decisions">Which of its calls failed, spelled out.</param>
/// <param name="Lines">
/// One event a line, in their order. <c>- 3</c> releases the third resource, <c>- 4 of 3</c> one that was made from it;
/// <c>leaked 3</c> stands at the end; <c>!</c> opens what no sound run does.
/// </param>
internal sealed record Trace(string Function, string Decisions, ImmutableArray<string> Lines)
{
    private const string Release = "- ";
    private const string Leak = "leaked ";
    private const string Fault = "!";

    public bool IsSound => !Lines.Any(l => l.StartsWith(Fault, StringComparison.Ordinal));

    public static IEnumerable<Trace> Parse(string text)
    {
        foreach (var run in text.Split("# ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = run.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = lines[0].Split(' ');
            yield return new Trace(head[0], head[1], [.. lines[1..]]);
        }
    }

    /// <summary>
    /// What the second run does that it may not, the first being sound; null: nothing. It may release what the first one leaks, and
    /// two resources at one place the other way round, unless one was made from the other.
    /// </summary>
    public string? DifferenceTo(Trace after)
    {
        var (seen, now) = (Visible(), after.Visible());
        for (var i = 0; i < Math.Max(seen.Length, now.Length); i++)
        {
            var (one, other) = (seen.ElementAtOrDefault(i), now.ElementAtOrDefault(i));
            if (one != other)
                return $"instead of '{one}' comes '{other}'";
        }

        var leaks = Lines.Where(l => l.StartsWith(Leak, StringComparison.Ordinal)).Select(l => l[Leak.Length..]).ToHashSet(StringComparer.Ordinal);
        if (after.Lines.FirstOrDefault(l => l.StartsWith(Leak, StringComparison.Ordinal) && !leaks.Contains(l[Leak.Length..])) is { } leak)
            return leak;

        var (releases, later) = (Releases(), after.Releases());
        foreach (var (resource, place) in releases)
        {
            if (!later.TryGetValue(resource, out var at))
                return $"{resource} is not released any more";

            if (at != place)
                return $"{resource} is released at another place";
        }

        return later.Keys.FirstOrDefault(r => !releases.ContainsKey(r) && !leaks.Contains(r.Split(' ')[0])) is { } surplus
            ? $"{surplus} is released, and was not leaked before"
            : null;
    }

    private string[] Visible() =>
        [.. Lines.Where(l => !l.StartsWith(Release, StringComparison.Ordinal) && !l.StartsWith(Leak, StringComparison.Ordinal))];

    /// <summary>The released resources, each with the number of visible events before it.</summary>
    private Dictionary<string, int> Releases()
    {
        var releases = new Dictionary<string, int>(StringComparer.Ordinal);
        var place = 0;
        foreach (var line in Lines)
        {
            if (line.StartsWith(Release, StringComparison.Ordinal))
                releases.TryAdd(line[Release.Length..], place);
            else
                place++;
        }

        return releases;
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MigrateCleanup.Review.Diffs;
using MigrateCleanup.Review.Steps;

namespace MigrateCleanup.Review.Series;

/// <summary>A changed file: its text, and the stretches in which it changes.</summary>
public sealed record SeriesFile(string Path, string Before, ImmutableArray<Stretch> Stretches)
{
    public bool IsNew { get; init; }

    /// <summary>Other files use what stands beside its functions, as they do of a header.</summary>
    public bool IsShared { get; init; }
}

/// <summary>One rule's rewrite of one stretch: the smallest thing that a patch holds.</summary>
public sealed record SeriesChange(SeriesFile File, int Stretch, int Step, int Phase)
{
    public RuleStep What => Of.Steps[Step];

    public string Path => File.Path;

    public Stretch Of => File.Stretches[Stretch];

    /// <summary>The function; empty for lines beside functions.</summary>
    public string Function => Of.Name;

    public string Before => Step == 0 ? Of.Before : Of.Steps[Step - 1].After;

    public int Added { get; } = Count(File, Stretch, Step).Added;

    public int Removed { get; } = Count(File, Stretch, Step).Removed;

    public int Lines => Added + Removed;

    /// <summary>It takes away lines beside functions: what no function needs any more.</summary>
    public bool IsLeftover => Of.IsOutside && !File.IsNew && What.After.Length == 0;

    /// <summary>Names it across runs: it stays while lines move and other functions change.</summary>
    public string Key => string.Join('\n', Path, IsLeftover ? "left over: " + Before : Of.IsOutside ? "beside: " + What.After : Function, What.RuleId, Step);

    public bool Equals(SeriesChange? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => HashCode.Combine(Path, Stretch, Step);

    private static (int Added, int Removed) Count(SeriesFile file, int stretch, int step)
    {
        var steps = file.Stretches[stretch].Steps;
        var blocks = LineDiff.Of(step == 0 ? file.Stretches[stretch].Before : steps[step - 1].After, steps[step].After);
        return (blocks.Sum(b => b.NewCount), blocks.Sum(b => b.OldCount));
    }
}

/// <summary>A patch: changes of one rule in one part of the codebase.</summary>
public sealed record SeriesPatch(string Id, string RuleId, string Group, ImmutableArray<SeriesChange> Changes)
{
    /// <summary>Which of several patches of its kind, rule and group it is, from one; zero when it is the only one.</summary>
    public int Part { get; init; }

    /// <summary>The patches that it does not work without, by id, in their order.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>It converts nothing itself: it brings what conversions need, or takes away what they left over.</summary>
    public bool Prepares => Changes[0].Of.IsOutside;

    /// <summary>It takes away what conversions left over.</summary>
    public bool Tidies => Changes[0].IsLeftover;

    public IEnumerable<string> Files => Changes.Select(c => c.Path).Distinct();

    public int Added => Changes.Sum(c => c.Added);

    public int Removed => Changes.Sum(c => c.Removed);

    /// <summary>A name for files and branches, the same in every run that makes this patch.</summary>
    public string Slug
    {
        get
        {
            var rule = Dashed($"{(Tidies ? "tidy-" : Prepares ? "prepare-" : "")}{RuleId[(RuleId.IndexOf('/') + 1)..]}");
            var group = Dashed(Group);
            for (var dash = group.IndexOf('-'); rule.Length + group.Length > LongestSlug && dash >= 0; dash = group.IndexOf('-'))
                group = group[(dash + 1)..];

            group = group[..Math.Min(group.Length, LongestSlug - rule.Length)];
            return string.Join('-', new[] { rule, group, Id[..8] }.Where(p => p.Length > 0));
        }
    }

    /// <summary>Of a long name the end says the most.</summary>
    private const int LongestSlug = 47;

    private static string Dashed(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                result.Append(c);
            else if (result.Length > 0 && result[^1] != '-')
                result.Append('-');
        }

        return result.ToString().Trim('-');
    }
}

/// <summary>How large a patch may be. A single function that is larger than that is a patch of its own.</summary>
public sealed record PatchLimits(int Lines, int Files);

/// <summary>A patch of an earlier run that somebody may be looking at: its id, and the keys of its changes.</summary>
public sealed record KeptPatch(string Id, IReadOnlySet<string> Changes);

/// <summary>
/// Cuts what a run came to into patches of one rule and one part of the codebase each, in an order in which none needs a
/// later one: new files first, then what functions need beside them, then rule by rule, and in the end what is left over beside them.
/// </summary>
public static class PatchSeries
{
    /// <summary>The phases before those of the rules.</summary>
    private const int NewFile = 0;

    private const int Beside = 1;

    /// <summary>Behind those of the rules.</summary>
    private const int Leftover = int.MaxValue;

    /// <summary>The patches of a run.</summary>
    /// <param name="files">The changed files.</param>
    /// <param name="ruleIndex">The place of a rule in the order in which rules run.</param>
    /// <param name="groupOf">The part of the codebase that a file belongs to.</param>
    /// <param name="limits">How large a patch may be.</param>
    /// <param name="kept">Patches of an earlier run that are to stay together.</param>
    public static ImmutableArray<SeriesPatch> Of(
        IEnumerable<SeriesFile> files,
        Func<string, int> ruleIndex,
        Func<string, string> groupOf,
        PatchLimits limits,
        IEnumerable<KeptPatch> kept)
    {
        var changes = files.SelectMany(f => ChangesOf(f, ruleIndex))
            .OrderBy(c => c.Phase).ThenBy(c => groupOf(c.Path), StringComparer.Ordinal)
            .ThenBy(c => c.Path, StringComparer.Ordinal).ThenBy(c => c.Of.Start)
            .ToList();
        var patches = new List<(string Id, ImmutableArray<SeriesChange> Changes)>();
        foreach (var patch in kept)
        {
            ImmutableArray<SeriesChange> again = [.. changes.Where(c => patch.Changes.Contains(c.Key))];
            if (!again.IsEmpty && again.All(c => c.Phase == again[0].Phase))
            {
                patches.Add((patch.Id, again));
                changes.RemoveAll(again.Contains);
            }
        }

        patches.AddRange(Packed(changes, groupOf, limits).Select(p => (IdOf(p), p)));
        var ordered = patches
            .OrderBy(p => p.Changes[0].Phase).ThenBy(p => groupOf(p.Changes[0].Path), StringComparer.Ordinal)
            .ThenBy(p => p.Changes[0].Path, StringComparer.Ordinal).ThenBy(p => p.Changes[0].Of.Start)
            .Select(p => new SeriesPatch(p.Id, p.Changes[0].What.RuleId, groupOf(p.Changes[0].Path), p.Changes));
        return WithNeeds(Numbered([.. ordered]));
    }

    /// <summary>The texts of all files that some patches touch, with those patches and no others.</summary>
    public static ImmutableSortedDictionary<string, string> Texts(IEnumerable<SeriesPatch> patches)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var file in patches.SelectMany(p => p.Changes).GroupBy(c => c.File))
        {
            var steps = file.GroupBy(c => c.Stretch).Select(s => s.Key is var index && file.Key.Stretches[index] is var stretch
                ? stretch with { Steps = [.. stretch.Steps.Take(s.Max(c => c.Step) + 1)] }
                : throw new InvalidOperationException());
            texts[file.Key.Path] = FileSteps.Applied(file.Key.Before, steps);
        }

        return texts.ToImmutable();
    }

    private static IEnumerable<SeriesChange> ChangesOf(SeriesFile file, Func<string, int> ruleIndex)
    {
        const int rulesPerRound = 1000;
        for (var i = 0; i < file.Stretches.Length; i++)
        {
            var stretch = file.Stretches[i];
            var (round, last) = (0, -1);
            for (var step = 0; step < stretch.Steps.Length; step++)
            {
                // A rule that has its turn again, behind a later one, comes behind it in the series, too.
                var index = ruleIndex(stretch.Steps[step].RuleId);
                round += index <= last ? 1 : 0;
                last = index;
                var phase = file.IsNew ? NewFile : stretch.IsOutside ? Beside : Beside + 1 + (round * rulesPerRound) + index;
                var change = new SeriesChange(file, i, step, phase);
                yield return change.IsLeftover ? change with { Phase = Leftover } : change;
            }
        }
    }

    private static IEnumerable<ImmutableArray<SeriesChange>> Packed(List<SeriesChange> changes, Func<string, string> groupOf, PatchLimits limits)
    {
        foreach (var group in changes.GroupBy(c => (c.Phase, c.What.RuleId, Group: groupOf(c.Path))))
        {
            var patch = ImmutableArray.CreateBuilder<SeriesChange>();
            foreach (var change in group)
            {
                var isFull = patch.Sum(c => c.Lines) + change.Lines > limits.Lines
                    || patch.Select(c => c.Path).Append(change.Path).Distinct().Count() > limits.Files;
                if (patch.Count > 0 && isFull)
                    yield return patch.DrainToImmutable();

                patch.Add(change);
            }

            yield return patch.ToImmutable();
        }
    }

    private static string IdOf(ImmutableArray<SeriesChange> changes)
    {
        var text = string.Join('\n', changes.Select(c => c.Key).Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    private static ImmutableArray<SeriesPatch> Numbered(ImmutableArray<SeriesPatch> patches)
    {
        var counts = patches.CountBy(KindOf).ToDictionary();
        var next = new Dictionary<(string, string, int), int>();
        return
        [
            .. patches.Select(p => counts[KindOf(p)] == 1
                ? p
                : p with { Part = next[KindOf(p)] = next.GetValueOrDefault(KindOf(p)) + 1 }),
        ];

        static (string, string, int) KindOf(SeriesPatch patch) => (patch.RuleId, patch.Group, patch.Tidies ? Leftover : Math.Min(patch.Changes[0].Phase, Beside + 1));
    }

    /// <summary>
    /// A step needs the one before it. What is beside functions may be needed by any of its file; in a shared file, by any
    /// of its language; and a new file by whatever changes. What is left over is so behind all that changes its file.
    /// </summary>
    private static ImmutableArray<SeriesPatch> WithNeeds(ImmutableArray<SeriesPatch> patches)
    {
        var holders = patches.SelectMany(p => p.Changes.Select(c => (Change: (c.File, c.Stretch, c.Step), p.Id))).ToDictionary(h => h.Change, h => h.Id);
        var order = patches.Select((p, i) => (p.Id, i)).ToDictionary(p => p.Id, p => p.i);
        var all = new Dictionary<string, ImmutableHashSet<string>>(StringComparer.Ordinal);
        var result = ImmutableArray.CreateBuilder<SeriesPatch>(patches.Length);
        foreach (var patch in patches)
        {
            var direct = patch.Changes.SelectMany(c => Enumerable.Range(0, c.Step).Select(step => holders[(c.File, c.Stretch, step)])).ToHashSet();
            direct.UnionWith(result.Where(p => MayServe(p, patch)).Select(p => p.Id));
            direct.Remove(patch.Id);
            all[patch.Id] = [.. direct, .. direct.SelectMany(id => all[id])];
            result.Add(patch with { Needs = [.. all[patch.Id].OrderBy(id => order[id])] });
        }

        return result.ToImmutable();
    }

    private static bool MayServe(SeriesPatch earlier, SeriesPatch later)
    {
        var (first, phase) = (earlier.Changes[0].Phase, later.Changes[0].Phase);
        return first < phase && LanguageOf(earlier) == LanguageOf(later)
            && (first == NewFile || (phase == Leftover && earlier.Changes.Any(c => later.Changes.Any(l => l.Path == c.Path)))
                || (first == Beside && earlier.Changes.Any(c => c.File.IsShared || later.Changes.Any(l => l.Path == c.Path))));
    }

    private static string LanguageOf(SeriesPatch patch) => patch.RuleId.Split('/')[0];
}

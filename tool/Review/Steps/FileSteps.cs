using System.Collections.Immutable;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Review.Steps;

/// <summary>One rule's rewrite of one function, with what its proof rests on.</summary>
public sealed record RuleStep(string RuleId, string Before, string After)
{
    public ImmutableArray<string> Differences { get; init; } = [];

    public ImmutableArray<string> Evidence { get; init; } = [];
}

/// <summary>A function of a file, where it stands there, and the rewrites it went through, in order.</summary>
public sealed record SteppedFunction(string Name, int Start, int Length, ImmutableArray<RuleStep> Steps)
{
    public int End => Start + Length;
}

/// <summary>
/// A stretch of whole lines of a file that changes as one: a function, functions that contain each other, or lines
/// between functions. Its steps lead from the text before to the text after.
/// </summary>
public sealed record Stretch(int Start, string Name, ImmutableArray<RuleStep> Steps)
{
    /// <summary>It lies between functions: something that they need, such as a declaration or an include.</summary>
    public bool IsOutside => Name.Length == 0;

    public string Before => Steps[0].Before;

    public string After => Steps[^1].After;

    public int End => Start + Before.Length;
}

/// <summary>
/// Takes a changed file apart into stretches that change independently of each other, so that a reviewer can be shown,
/// and a series can be cut, rule by rule. Put together again, the stretches always give the file's text afterwards.
/// </summary>
public static class FileSteps
{
    /// <summary>The stretches of a file.</summary>
    /// <param name="before">Its text before.</param>
    /// <param name="after">Its text afterwards.</param>
    /// <param name="functions">Its functions that changed.</param>
    /// <param name="createdBy">The rule that a new file, which has no functions before, is there for.</param>
    public static ImmutableArray<Stretch> Of(string before, string after, IEnumerable<SteppedFunction> functions, string? createdBy = null)
    {
        if (before == after)
            return [];

        if (createdBy is not null)
            return [new Stretch(0, "", [new RuleStep(createdBy, before, after)])];

        var changed = functions.Where(f => !f.Steps.IsEmpty).OrderBy(f => f.Start).ThenByDescending(f => f.Length).ToList();
        var stretches = new List<Stretch>();
        foreach (var group in Grouped(before, changed))
        {
            if (StretchOf(before, group) is not { } stretch)
                return [Whole(before, after, changed)];

            if (stretch.Before != stretch.After)
                stretches.Add(stretch);
        }

        if (Applied(before, stretches) == after)
            return [.. stretches];

        return WithOutside(before, after, stretches, changed) is { } all && Applied(before, all) == after
            ? all
            : [Whole(before, after, changed)];
    }

    /// <summary>The file's text with some stretches changed.</summary>
    public static string Applied(string before, IEnumerable<Stretch> stretches)
    {
        var result = new System.Text.StringBuilder(before.Length);
        var position = 0;
        foreach (var stretch in stretches.OrderBy(s => s.Start))
        {
            result.Append(before, position, stretch.Start - position).Append(stretch.After);
            position = stretch.End;
        }

        return result.Append(before, position, before.Length - position).ToString();
    }

    /// <summary>A group of functions whose whole lines overlap, with those lines.</summary>
    private sealed record Group(int Start, int End, List<SteppedFunction> Functions);

    private static List<Group> Grouped(string text, List<SteppedFunction> functions)
    {
        var groups = new List<Group>();
        foreach (var function in functions)
        {
            var start = function.Start == 0 ? 0 : text.LastIndexOf('\n', function.Start - 1) + 1;
            var end = function.End == 0 ? -1 : text.IndexOf('\n', function.End - 1);
            end = end < 0 ? text.Length : end + 1;
            if (groups.Count > 0 && start < groups[^1].End)
            {
                groups[^1].Functions.Add(function);
                groups[^1] = groups[^1] with { End = Math.Max(groups[^1].End, end) };
            }
            else
            {
                groups.Add(new Group(start, end, [function]));
            }
        }

        return groups;
    }

    /// <summary>
    /// Replays the steps of a group on its text. Functions inside functions have steps of their own, made in turns: of the
    /// steps that come next, one whose text stands there now is taken, the inner function's first or the outer one's.
    /// </summary>
    private static Stretch? StretchOf(string before, Group group) =>
        StretchOf(before, group, [.. group.Functions.OrderBy(f => f.Length)])
        ?? StretchOf(before, group, [.. group.Functions.OrderByDescending(f => f.Length)]);

    private static Stretch? StretchOf(string before, Group group, IReadOnlyList<SteppedFunction> order)
    {
        var text = before[group.Start..group.End];
        var next = group.Functions.ToDictionary(f => f, _ => 0);
        var steps = new List<RuleStep>();
        while (next.Any(n => n.Value < n.Key.Steps.Length))
        {
            var function = order
                .Where(f => next[f] < f.Steps.Length)
                .FirstOrDefault(f => text.Contains(f.Steps[next[f]].Before, StringComparison.Ordinal));
            if (function is null)
                return null;

            var step = function.Steps[next[function]++];
            var at = Nearest(text, step.Before, function.Start - group.Start);
            var changed = string.Concat(text.AsSpan(0, at), step.After, text.AsSpan(at + step.Before.Length));
            Add(steps, step with { Before = text, After = changed });
            text = changed;
        }

        return new Stretch(group.Start, group.Functions.MaxBy(f => f.Length)!.Name, [.. steps]);
    }

    /// <summary>What one rule did to a function in several goes is one step to a reviewer.</summary>
    private static void Add(List<RuleStep> steps, RuleStep step)
    {
        if (steps is [.., var last] && last.RuleId == step.RuleId)
        {
            steps[^1] = last with
            {
                After = step.After,
                Differences = [.. last.Differences.Union(step.Differences)],
                Evidence = [.. last.Evidence.Union(step.Evidence)],
            };
        }
        else
        {
            steps.Add(step);
        }
    }

    private static int Nearest(string text, string part, int expected)
    {
        var best = -1;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            if (best < 0 || Math.Abs(at - expected) < Math.Abs(best - expected))
                best = at;
        }

        return best;
    }

    /// <summary>Adds what changed between the functions: their texts afterwards are found again, the rest is compared line by line.</summary>
    private static ImmutableArray<Stretch>? WithOutside(
        string before, string after, List<Stretch> stretches, List<SteppedFunction> functions)
    {
        var rule = functions.SelectMany(f => f.Steps).FirstOrDefault()?.RuleId ?? "";
        var result = new List<Stretch>();
        var (position, positionAfter) = (0, 0);
        foreach (var stretch in stretches)
        {
            var at = after.IndexOf(stretch.After, positionAfter, StringComparison.Ordinal);
            if (at < 0)
                return null;

            AddOutside(result, rule, position, before[position..stretch.Start], after[positionAfter..at]);
            result.Add(stretch);
            position = stretch.End;
            positionAfter = at + stretch.After.Length;
        }

        AddOutside(result, rule, position, before[position..], after[positionAfter..]);
        return [.. result];
    }

    private static void AddOutside(List<Stretch> result, string rule, int start, string before, string after)
    {
        if (before == after)
            return;

        var old = LineDiff.LinesOf(before);
        var @new = LineDiff.LinesOf(after);
        var (line, position) = (0, start);
        foreach (var block in LineDiff.Of(before, after))
        {
            for (; line < block.OldStart; line++)
                position += old[line].Length;

            result.Add(new Stretch(position, "", [new RuleStep(rule, Text(old, block.OldStart, block.OldCount), Text(@new, block.NewStart, block.NewCount))]));
        }

        static string Text(IReadOnlyList<string> lines, int first, int count) => string.Concat(lines.Skip(first).Take(count));
    }

    private static Stretch Whole(string before, string after, List<SteppedFunction> functions)
    {
        var steps = functions.SelectMany(f => f.Steps).ToList();
        return new Stretch(0, string.Join(", ", functions.Select(f => f.Name)), [new RuleStep(steps.FirstOrDefault()?.RuleId ?? "", before, after)
        {
            Differences = [.. steps.SelectMany(s => s.Differences).Distinct()],
            Evidence = [.. steps.SelectMany(s => s.Evidence).Distinct()],
        }]);
    }
}

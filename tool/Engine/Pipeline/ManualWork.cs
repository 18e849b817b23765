using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>
/// How much is still cleaned up by hand: jumps to a label that leads out, releases of locals and locks that are written
/// down, checks for lack of memory. What scope does by itself does not count, nor do loops made of jumps.
/// </summary>
public readonly record struct ManualWork(int Jumps, int Releases, int OutOfMemoryChecks)
{
    public int Total => Jumps + Releases + OutOfMemoryChecks;

    public static ManualWork operator +(ManualWork a, ManualWork b) =>
        new(a.Jumps + b.Jumps, a.Releases + b.Releases, a.OutOfMemoryChecks + b.OutOfMemoryChecks);

    public static ManualWork operator -(ManualWork a, ManualWork b) =>
        new(a.Jumps - b.Jumps, a.Releases - b.Releases, a.OutOfMemoryChecks - b.OutOfMemoryChecks);

    /// <summary>Counts one function. Checks for lack of memory are what the rules among <paramref name="rules"/> that remove such checks match.</summary>
    internal static ManualWork Of(Assessment assessment, IEnumerable<Rule> rules) => new(
        JumpsOf(assessment.Primary),
        ReleasesOf(assessment.Facts),
        rules.Where(r => r.RemovesOutOfMemoryEdges).SelectMany(assessment.Of).Sum(ChecksOf));

    private static int JumpsOf(Function function)
    {
        return function.Labels.Distinct()
            .Where(label => LeadsOut(label.Block))
            .Sum(label => function.JumpsTo(label).Select(j => j.Origin.Span).Distinct().Count());
    }

    /// <summary>Copies of one release (a <c>finally</c> per exit) are one release.</summary>
    private static int ReleasesOf(Facts facts) =>
        facts.Graph.Events.OfType<Call>().Where(c => !c.IsImplied && IsRelease(c, facts.Catalogue)).Select(c => c.Origin.Span).Distinct().Count();

    private static bool IsRelease(Call call, Catalogue catalogue) => catalogue.EffectsOf(call).Any(e =>
        e.Kind == EffectKind.Release
        && (e.Resource?.Kind == ResourceKind.Lock
            || (!e.Subject.IsResult && e.Subject.Index < call.Arguments.Length && IsOfLocal(call.Arguments[e.Subject.Index]))));

    private static bool IsOfLocal(Argument argument) => argument.Local is not null || argument.Target is Local;

    private static int ChecksOf(Rules.Decision decision) =>
        decision.Refusal is null ? decision.Changes.Count(c => c is RemoveCheck or FailFast or RemoveHandler) : 1;

    /// <summary>From here control only goes on to the exit: no way leads back to where it has been.</summary>
    private static bool LeadsOut(Block label)
    {
        var state = new Dictionary<Block, bool>();
        var pending = new Stack<(Block Block, int Next)>();
        pending.Push((label, 0));
        state[label] = false;
        while (pending.TryPop(out var top))
        {
            var (block, next) = top;
            if (next == block.Successors.Length)
            {
                state[block] = true;
                continue;
            }

            pending.Push((block, next + 1));
            var edge = block.Successors[next];
            if (edge.Kind == EdgeKind.Exceptional)
                continue;

            if (!state.TryGetValue(edge.To, out var isDone))
            {
                state[edge.To] = false;
                pending.Push((edge.To, 0));
            }
            else if (!isDone)
            {
                return false;
            }
        }

        return true;
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// A variable whose type says nothing of a release, and whose value is released if it is of one that does:
/// <code>
/// finally { (x as IDisposable)?.Dispose(); }
/// </code>
/// </summary>
/// <param name="Variable">What is asked for its type, as the owner of what is released.</param>
/// <param name="Releases">One piece of text that releases it.</param>
public sealed record ReleasedByType(Owner Variable, ImmutableArray<Call> Releases)
{
    public static IEnumerable<ReleasedByType> In(Facts facts)
    {
        foreach (var releases in facts.Graph.Events.OfType<Call>().Where(c => c is { IsImplied: false, HasReceiver: true }).GroupBy(c => c.Origin))
        {
            var calls = releases.ToImmutableArray();
            if (ReleaseOf(calls[0], facts) is { Resource: { } resource, Releaser: { } releaser }
                && Finallies.AreInFinally(calls, facts)
                && calls.Select(c => AskedBy(c, facts)).Distinct().ToList() is [{ Kind: LocalKind.Variable or LocalKind.Parameter } variable])
            {
                yield return new ReleasedByType(new Owner(variable, resource) { Releases = calls, Releaser = releaser }, calls);
            }
        }
    }

    /// <summary>The locals by which they are released: what the question for the type has given.</summary>
    public static IEnumerable<Local> ReleasedLocals(IEnumerable<Call> releases) =>
        releases.Select(r => r.Arguments[0].Value).OfType<Read>().Select(r => r.Place).OfType<Local>();

    private static Effect? ReleaseOf(Call call, Facts facts) =>
        facts.Catalogue.EffectsOf(call).FirstOrDefault(e => e is { Kind: EffectKind.Release, Subject.Index: 0, Resource: not null, Releaser: not null });

    /// <summary>The variable whose value is released, if the one that is released was made from it right there, and for that only.</summary>
    private static Local? AskedBy(Call release, Facts facts)
    {
        if (release.Arguments[0] is not { Passing: Passing.Value, Value: Read { Place: Local released } } || released.IsAliased)
            return null;

        var definitions = facts.ReachingDefinitions.Before(release, released).ToList();
        if (definitions is not [{ At: Store store }] || !IsNamedThereOnly(released, store, release, facts))
            return null;

        return store.Value switch
        {
            Operation { Operator: ['a', 's', ' ', ..], Operands: [Read { Place: Local asked }] } => asked,
            Read { Place: Local asked } when facts.Graph.Blocks.Any(b => b.Branch is { Condition: Operation { Operator: ['i', 's', ' ', ..] } test }
                && Access.Reads(test).Contains(asked) && facts.Dominates(b, facts.Graph.BlockOf(store))) => asked,
            _ => null,
        };
    }

    /// <summary>Nobody else reads it: it goes with the release.</summary>
    private static bool IsNamedThereOnly(Local released, Store store, Call release, Facts facts) =>
        facts.Graph.Events.Where(e => Access.Reads(e).Contains(released)).All(e => e.Origin == release.Origin)
        && facts.Graph.Events.Where(e => e is not (ScopeEnter or ScopeExit) && Access.Writes(e).Any(w => w.Local == released)).All(e => e.Origin == store.Origin);
}

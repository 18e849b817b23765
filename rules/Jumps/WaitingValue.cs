using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// A value that waits in a variable for releases to pass, and is returned at once when they go:
/// <code>
/// n = count(list);
/// unlock(list);        →   return count(list);
/// return n;
/// </code>
/// </summary>
internal static class WaitingValue
{
    /// <param name="releases">The releases that go.</param>
    /// <param name="owner">The local that holds the resource; null where none does.</param>
    /// <param name="facts">The function.</param>
    public static IEnumerable<Change> ReturnedAtOnce(IReadOnlyCollection<Call> releases, Local? owner, Facts facts)
    {
        // What stands under an #if between the value and its return is not in this graph.
        if (facts.Function.Traits.HasFlag(FunctionTraits.Conditional))
            yield break;

        var returned = facts.Graph.Events.OfType<EvaluateReturn>().Select(r => (r.Value as Read)?.Place).OfType<Local>().ToHashSet();
        foreach (var store in facts.Graph.Events.OfType<Store>())
        {
            if (store is not { Target: Local { Kind: LocalKind.Variable } result } || !returned.Contains(result) || !Locals.IsPrivate(result) || result == owner)
                continue;

            var returns = new ForwardSearch(facts.Graph.After(store), e => e is EvaluateReturn, exceptional: false);
            if (returns.Stops is not [EvaluateReturn { Value: Read { Place: Local at } } end]
                || at != result
                || !returns.Passed.Any(e => releases.Contains(e))
                || returns.Passed.Any(e => !releases.Contains(e) && facts.IsObservable(e)))
            {
                continue;
            }

            // The variable has other work as well: only what waits between the two statements goes.
            if (IsNamedElsewhere(result, store, end, facts))
            {
                if (!store.IsInitialiser && !Access.Reads(store).Contains(result) && IsStraight(store, end, result, facts) && HasOtherWork(result, facts))
                    yield return new ReturnStored(store, end);

                continue;
            }

            var initialiser = store.IsInitialiser ? null : facts.Graph.Events.OfType<Store>().FirstOrDefault(s => s.IsInitialiser && s.Target == (Place)result);
            if (initialiser is not null && !facts.Dominates(store, end))
                continue;

            yield return new ReturnStored(store, end);
            if (initialiser is not null)
                yield return new RemoveStatement(initialiser);

            if (!store.IsInitialiser)
                yield return new RemoveVariable(result);
        }
    }

    /// <summary>Nothing but the return has the value, and it has no other.</summary>
    private static bool IsStraight(Store store, EvaluateReturn end, Local result, Facts facts) =>
        facts.Graph.Blocks.FirstOrDefault(b => b.Events.Contains(store)) is { } block
        && block.Events.SkipWhile(e => e != store).Skip(1).TakeWhile(e => e != end).ToList() is var between
        && block.Events.Contains(end) && !between.Exists(e => Access.Reads(e).Contains(result) || Access.Writes(e).Any(w => w.Local == result));

    /// <summary>Values do not only wait in it, for this resource and for others: where all of them went, nothing would use it any more.</summary>
    private static bool HasOtherWork(Local local, Facts facts) => facts.Graph.Blocks.Any(block =>
        (block.Branch is { } branch && Access.Reads(branch.Condition).Contains(local))
        || block.Events.Any(e => e is not Store { IsInitialiser: true, Value: Constant }
            && (Access.Reads(e).Contains(local) || Access.Writes(e).Any(w => w.Local == local))
            && !(e is Store or EvaluateReturn { Value: Read } && block.Events.OfType<Store>().Any(s => s.Target == (Place)local && !Access.Reads(s).Contains(local))
                && block.Events.OfType<EvaluateReturn>().Any(r => Access.Reads(r).Contains(local)))));

    private static bool IsNamedElsewhere(Local local, Store store, EvaluateReturn end, Facts facts) =>
        facts.Graph.Events.Any(e =>
            e.Origin != store.Origin && e.Origin != end.Origin
            && e is not Store { IsInitialiser: true, Value: Constant }
            && (Access.Reads(e).Contains(local) || Access.Writes(e).Any(w => w.Local == local)))
        || facts.Graph.Blocks.Any(b => b.Branch is { } branch && Access.Reads(branch.Condition).Contains(local));
}

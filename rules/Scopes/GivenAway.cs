using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// Where a variable's value went to somebody else, as the outcome of the call tells that got it: where the call failed,
/// every way releases the value, and where it did not, none does. The variable is to be emptied there. Of a call whose name
/// does not say that it takes anything over, the value may as well have been forgotten.
/// <code>
/// if (table_add(t, p) &lt; 0) {   →   if (table_add(t, p) &lt; 0)
///     free(p);                         return -1;
///     return -1;
/// }                                p = NULL;
/// return 0;                        return 0;
/// </code>
/// </summary>
internal sealed class GivenAway
{
    private readonly Owner _owner;
    private readonly IReadOnlyCollection<Call> _releases;
    private readonly Func<Event, bool> _isEnd;
    private readonly Facts _facts;

    private GivenAway(Owner owner, IReadOnlyCollection<Call> releases, Func<Event, bool> isEnd, Facts facts)
    {
        _owner = owner;
        _releases = releases;
        _isEnd = isEnd;
        _facts = facts;
    }

    /// <summary>The decisions behind which the value is somebody else's, each with the first that happens there.</summary>
    /// <param name="owner">The variable.</param>
    /// <param name="releases">Its releases.</param>
    /// <param name="isEnd">Whether its scope ends there.</param>
    /// <param name="facts">Facts of the function.</param>
    public static IEnumerable<(Branch Decision, Event Next)> Of(Owner owner, IReadOnlyCollection<Call> releases, Func<Event, bool> isEnd, Facts facts)
    {
        var search = new GivenAway(owner, releases, isEnd, facts);
        return
            from transfer in owner.Transfers
            where transfer is { Kind: TransferKind.Passed, At: Call { Result: not null } }
            let call = (Call)transfer.At
            where facts.Catalogue.TakesOver(call.Callee)
            from block in facts.Graph.Blocks
            where block.Branch is { IsImplied: false } branch
                && Access.Reads(branch.Condition).Any() && Access.Reads(branch.Condition).All(l => search.IsOutcome(l, call, Point.EndOf(block)))
            let next = search.NextOf(block)
            where next is not null
            select (block.Branch!, next);
    }

    /// <summary>The first that happens where the value was taken over; null where the decision does not tell that.</summary>
    private Event? NextOf(Block block)
    {
        var sides = block.Successors.Where(e => e.Kind is EdgeKind.True or EdgeKind.False).ToList();
        if (sides is not [var one, var other] || one.To == other.To)
            return null;

        var given = IsKept(one.To) && IsGiven(other.To) ? other : IsKept(other.To) && IsGiven(one.To) ? one : null;
        return given is null || Failed(given, block.Branch!.Condition) ? null : FirstOf(given.To, block);
    }

    /// <summary>The call gave a negative number, or no thing: it took nothing over, and what is not released there is forgotten.</summary>
    private bool Failed(Edge edge, Expression condition) => Access.Reads(condition).Any(l =>
        _facts.Constants.On(edge, l) is var value
        && (value.Signs == Signs.Negative || (value.Is(Constant.Null) && (l.Type.EndsWith('*') || NamesNull(condition)))));

    private static bool NamesNull(Expression condition) =>
        condition is Constant { Value: null } || (condition is Operation operation && operation.Operands.Any(NamesNull));

    private bool IsKept(Block side)
    {
        var search = new ForwardSearch(Point.StartOf(side), e => e is Call call && _releases.Contains(call), exceptional: false);
        return search.Stops.Count > 0 && !search.Passed.Any(e => _isEnd(e) || IsAssigned(e));
    }

    /// <summary>Nobody there releases the variable, or looks at it again, and on some way its scope ends with the value in it.</summary>
    private bool IsGiven(Block side)
    {
        var search = new ForwardSearch(Point.StartOf(side), e => IsAssigned(e) || _isEnd(e), exceptional: false);
        return search.Stops.Any(e => _isEnd(e) && !IsAssigned(e))
            && !search.Passed.Concat(search.Stops).Any(e => Access.Reads(e).Contains(_owner.Local))
            && !search.Branches.Any(b => Access.Reads(b.Condition).Contains(_owner.Local));
    }

    /// <summary>What only runs behind the decision.</summary>
    private static Event? FirstOf(Block side, Block decision) =>
        side.Predecessors is [{ From: var from }] && from == decision
            ? side.Events.FirstOrDefault(e => e is not (ScopeEnter or ScopeExit) && !e.IsImplied && !e.Origin.Span.IsEmpty)
            : null;

    private bool IsAssigned(Event @event) => Access.Writes(@event).Any(w => w.Local == _owner.Local && w.IsWhole);

    private bool IsOutcome(Local local, Call call, Point point)
    {
        var definitions = _facts.ReachingDefinitions.At(point, local).ToList();
        return definitions.Count > 0 && definitions.TrueForAll(d =>
            (d.At == call && call.Result == local)
            || (d.At is Store { Value: Read { Place: Local from } } store && from != local && IsOutcome(from, call, _facts.Graph.Before(store))));
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// Works out the changes of <see cref="EarlyReturn"/> for labels that return one result: what each jump returns, what
/// becomes of the return at the end, and which stores nobody needs any more.
/// </summary>
internal sealed class ReturnEarly
{
    private readonly Function _function;
    private readonly ImmutableArray<LabelExit> _exits;
    private readonly Local? _result;
    private readonly Subgraph _before;
    private readonly Subgraph _after;
    private readonly CleanupCode _cleanup;
    private readonly HashSet<Edge> _cut;
    private readonly List<Change> _changes = [];

    /// <summary>Returns whose reading of the result goes.</summary>
    private readonly HashSet<Event> _ignored = [];

    /// <summary>Blocks whose jump becomes a return that reads the result.</summary>
    private readonly HashSet<Block> _needed = [];

    private readonly HashSet<Store> _returned = [];

    /// <summary>Tests that decide nothing, and go.</summary>
    private readonly HashSet<Branch> _idle = new(ReferenceEqualityComparer.Instance);

    public ReturnEarly(Function function, ImmutableArray<LabelExit> exits)
    {
        _function = function;
        _exits = exits;
        _result = exits[0].Tail!.Result;
        _cleanup = new CleanupCode(function.Graph);
        _before = new Subgraph(function.Graph, new HashSet<Edge>());
        _cut = exits.SelectMany(CutEdges).ToHashSet();
        _after = new Subgraph(function.Graph, _cut);
    }

    public IReadOnlyList<Change> Changes()
    {
        foreach (var exit in _exits)
        {
            foreach (var jump in exit.Jumps)
                ReturnAt(jump, exit.Tail!);
        }

        foreach (var exit in _exits.Where(e => !e.IsPart || e.Jumps.Length == _function.JumpsTo(e.Label).Count()))
            _changes.Add(new RemoveLabel(exit.Label));

        foreach (var tail in _exits.Where(e => !e.IsPart).Select(e => e.Tail!).DistinctBy(t => t.Return))
            SettleEnd(tail);

        if (_result is not null)
            RemoveWhatIsDead(_result);

        return _changes;
    }

    /// <summary>
    /// The edges on which jumps come to their label. Clean-up that a jump shares with another way stays joined, and where a jump
    /// only goes since it decides nothing, its way still leads to the end.
    /// </summary>
    private static IEnumerable<Edge> CutEdges(LabelExit exit)
    {
        foreach (var jump in exit.Jumps.Where(j => !IsIdle(j)))
        {
            var way = LabelExit.WayOf(jump);
            var isOwn = way.All(b => b.Predecessors.All(e => e.From == jump.From || way.Contains(e.From)));
            foreach (var edge in exit.Label.Block.Predecessors)
            {
                if (edge.From == jump.From || (isOwn && way.Contains(edge.From)))
                    yield return edge;
            }
        }
    }

    private void ReturnAt(Jump jump, Tail tail)
    {
        if (IsIdle(jump))
        {
            _changes.Add(new RemoveJump(jump));
            _idle.Add(jump.From.Predecessors[0].From.Branch!);
            return;
        }

        if (_result is null)
        {
            _changes.Add(new Return(jump, Folded(jump, tail.Return?.Value)));
            return;
        }

        var writes = _before.WritesReaching(Point.EndOf(jump.From), _result);
        if (LastStore(jump.From) is { } last && writes is [Store only] && only == last && CanBeReturned(last))
        {
            _changes.Add(new ReturnStored(last, null) { Jump = jump });
            _returned.Add(last);
        }
        else if ((CommonConstant(writes) ?? NothingAt(Constants.Of(_function), Point.EndOf(jump.From))) is { } constant)
        {
            _changes.Add(new Return(jump, constant));
        }
        else
        {
            _changes.Add(new Return(jump, tail.Return!.Value));
            _needed.Add(jump.From);
        }
    }

    /// <summary>
    /// The other side of the test comes to the label as well, and nothing is done on the way: a return there would repeat
    /// the one that follows.
    /// <code>
    /// if (ret &lt; 0)
    ///     goto out;
    /// out:
    /// </code>
    /// </summary>
    private static bool IsIdle(Jump jump) =>
        IsEmpty(jump.From) && jump.From.Predecessors is [{ From: { Branch: { IsImplied: false } test } decides, Kind: EdgeKind.True or EdgeKind.False }]
        && Access.Reads(test.Condition).All(l => !l.IsTemporary)
        && decides.OrdinarySuccessors.All(e => e.To == jump.Label.Block || e.To == jump.From || LeadsOn(e.To, jump.Label.Block));

    /// <summary>A test that stays hangs on the local.</summary>
    private bool Asks(Branch test, Local local) => !_idle.Contains(test) && Access.Reads(test.Condition).Contains(local);

    private static bool LeadsOn(Block block, Block label) =>
        IsEmpty(block) && block.Branch is null && block.OrdinarySuccessors.ToList() is [var only] && only.To == label;

    private static bool IsEmpty(Block block) => block.Events.All(e => e is ScopeEnter or ScopeExit);

    /// <summary>
    /// A result that a test has shown to be nothing (null, zero, false) is returned as that, not by its name. Another
    /// value that a test has shown keeps its name: it says more than a number.
    /// </summary>
    private Constant? NothingAt(Constants constants, Point point) =>
        Locals.IsPrivate(_result!) && constants.At(point, _result!).Constant is { Symbol: null, Value: null or 0L or false } nothing ? nothing : null;

    /// <summary>A comparison whose outcome is known at the jump is returned as that.</summary>
    private Expression? Folded(Jump jump, Expression? value)
    {
        if (value is not Operation || Access.Reads(value).Any(l => !Locals.IsPrivate(l)))
            return value;

        foreach (var local in Access.Reads(value))
        {
            if (CommonConstant(_before.WritesReaching(Point.EndOf(jump.From), local)) is null)
                return value;
        }

        return Constants.Of(_function).At(Point.EndOf(jump.From), value).Constant is { Value: bool } known ? known : value;
    }

    /// <summary>What becomes of the return behind the labels: it goes, or returns what the way that falls into it left.</summary>
    private void SettleEnd(Tail tail)
    {
        if (tail.Return is not { } end)
            return;

        var block = _function.Graph.BlockOf(end);
        if (!_after.IsReached(block))
        {
            _ignored.Add(end);
            if (!end.IsImplied)
                _changes.Add(new RemoveStatement(end));

            return;
        }

        if (_result is null)
            return;

        var writes = _after.WritesReaching(_function.Graph.Before(end), _result);
        if (writes is [Store only] && LeadsStraight(only, end) && CanBeReturned(only))
        {
            _changes.Add(new ReturnStored(only, end));
            _returned.Add(only);
            _ignored.Add(end);
        }
        else if ((CommonConstant(writes) ?? NothingAt(Constants.Of(_function, _cut), _function.Graph.Before(end))) is { } constant)
        {
            _changes.Add(new ReturnValue(end, constant));
            _ignored.Add(end);
        }
        else
        {
            ReturnFromArms(writes, end);
        }
    }

    /// <summary>
    /// What the arms of an <c>if</c> leave in the result, and nobody else looks at, they return:
    /// <code>
    /// if (fast)                   if (fast)
    ///     ret = guess(n);             return guess(n);
    /// else                    →   else
    ///     ret = count(n);             return count(n);
    /// return ret;
    /// </code>
    /// What comes to the return from elsewhere must be one known value, which is returned there.
    /// </summary>
    private void ReturnFromArms(IReadOnlyList<Event?> writes, EvaluateReturn end)
    {
        // More arms than anybody reads came from a generator, and each would be followed to the return.
        const int Most = 64;
        if (writes.Count > Most)
            return;

        var arms = writes.OfType<Store>().Where(s => CanBeReturned(s) && EndsArm(s, end)).ToList();
        var others = writes.Where(w => w is not Store store || !arms.Contains(store)).ToList();
        var known = CommonConstant(others);
        if (arms.Count == 0 || (others.Count > 0 && known is null) || end.IsImplied
            || _needed.Any(_after.IsReached) || _after.Branches.Any(b => Asks(b, _result!))
            || _after.Events.Any(e => e != end && !_ignored.Contains(e) && Access.Reads(e).Contains(_result!)))
        {
            return;
        }

        foreach (var store in arms)
        {
            _changes.Add(new ReturnStored(store, null));
            _returned.Add(store);
        }

        _ignored.Add(end);
        _changes.Add(known is null ? new RemoveStatement(end) : new ReturnValue(end, known));
    }

    /// <summary>
    /// Nothing lies between the store and the return but the ends of arms of an <c>if</c>, and clean-up that a return in place
    /// of the store runs all the same. Where cases or turns of a loop meet, a jump out of them would be left.
    /// </summary>
    private bool EndsArm(Store store, EvaluateReturn end)
    {
        var target = _function.Graph.BlockOf(end);
        var (start, at) = (_function.Graph.BlockOf(store), _function.Graph.After(store));
        var seen = new HashSet<Block>();
        while (seen.Add(at.Block))
        {
            var block = at.Block;
            if (block != start && _after.Predecessors(block).Count() > 1 && !EndsIf(block))
                return false;

            for (; at.Event is { } next && next != end; at = at.Next)
            {
                if (next is not (ScopeEnter or ScopeExit) && !_cleanup.Contains(next))
                    return false;
            }

            if (block == target)
                return block != start;

            if (block.Branch is not null || _after.Successors(block).Where(e => e.Kind != EdgeKind.Exceptional).ToList() is not [var only])
                return false;

            at = Point.StartOf(only.To);
        }

        return false;
    }

    /// <summary>The ways that meet in the block part at a test, which control comes to once.</summary>
    private bool EndsIf(Block block) =>
        (_dominators ??= Dominators.Of(_function.Graph)).ImmediateDominator(block) is { Branch: not null } test
        && test.OrdinarySuccessors.All(e => (e.Kind is EdgeKind.True or EdgeKind.False) && !Paths.Reaches(Point.StartOf(e.To), Point.StartOf(test)));

    private Dominators? _dominators;

    /// <summary>
    /// Nothing lies between the store and the return but clean-up that a return in place of the store runs all the same,
    /// and nothing else comes to the return.
    /// </summary>
    private bool LeadsStraight(Store store, EvaluateReturn end)
    {
        var target = _function.Graph.BlockOf(end);
        var start = _function.Graph.After(store);
        var seen = new HashSet<Block>();
        var way = new HashSet<Block> { start.Block };
        var pending = new Stack<Point>();
        pending.Push(start);
        while (pending.TryPop(out var at))
        {
            var block = at.Block;
            for (; at.Event is { } next && next != end; at = at.Next)
            {
                if (next is not (ScopeEnter or ScopeExit) && !_cleanup.Contains(next))
                    return false;
            }

            if (block == target)
                continue;

            if (block.Branch is { } test && block == start.Block && !_idle.Contains(test))
                return false;

            way.Add(block);
            foreach (var edge in _after.Successors(block).Where(e => e.Kind != EdgeKind.Exceptional))
            {
                if (seen.Add(edge.To))
                    pending.Push(Point.StartOf(edge.To));
            }
        }

        return seen.Contains(target) || start.Block == target
            ? seen.All(b => _after.Predecessors(b).All(e => way.Contains(e.From)))
            : false;
    }

    /// <summary>Stores to the result that nobody reads any more go; when all can go, so does the variable.</summary>
    private void RemoveWhatIsDead(Local result)
    {
        ReturnConstants(result);
        var isRead = _after.Events.Any(e => !_ignored.Contains(e) && Access.Reads(e).Contains(result))
            || _after.Branches.Any(b => Asks(b, result))
            || _needed.Any(_after.IsReached);
        var writes = _function.Graph.Events.Where(e => Access.Writes(e).Any(w => w.Local == result)).ToList();
        var goes = !isRead && result.Kind == LocalKind.Variable && !result.IsScoped && writes.All(w => w is Store { Target: Local });
        foreach (var store in writes.OfType<Store>())
        {
            if (_returned.Contains(store) || (store.IsInitialiser && !goes) || IsOfCall(store))
                continue;

            if (goes || (IsPlain(store.Value) && BecomesDead(store, result)))
                _changes.Add(new RemoveStatement(store));
        }

        if (goes && !_returned.Any(s => s.IsInitialiser))
            _changes.Add(new RemoveVariable(result));
    }

    /// <summary>
    /// Where nothing but returns of known values names the result any more, they return these, and the variable goes:
    /// <code>
    /// int ret = -1;
    /// if (!known(path))           if (!known(path))
    ///     return ret;        →        return -1;
    /// </code>
    /// </summary>
    private void ReturnConstants(Local result)
    {
        if (result.Kind != LocalKind.Variable || _needed.Any(_after.IsReached) || _after.Branches.Any(b => Asks(b, result)))
            return;

        var known = new List<ReturnValue>();
        foreach (var reader in _after.Events.Where(e => !_ignored.Contains(e) && Access.Reads(e).Contains(result)))
        {
            if (reader is not EvaluateReturn { IsImplied: false, Value: Read { Place: Local } } end
                || CommonConstant(_after.WritesReaching(_function.Graph.Before(end), result)) is not { } constant)
            {
                return;
            }

            known.Add(new ReturnValue(end, constant));
        }

        // One piece of text may return in several copies of a block; they agree, or none changes.
        if (known.GroupBy(k => k.At.Origin).Any(g => g.Select(k => k.Value).Distinct().Count() > 1))
            return;

        foreach (var change in known)
        {
            _changes.Add(change);
            _ignored.Add(change.At);
        }
    }

    /// <summary>What releases the value and empties the variable is one call: it stays for its release.</summary>
    private bool IsOfCall(Store store) => _function.Graph.BlockOf(store).Events.Any(e => e is Call && e.Origin == store.Origin);

    private bool BecomesDead(Store store, Local result) =>
        !_after.IsNeededAfter(store, result, _ignored, _needed)
        && _before.IsNeededAfter(store, result, new HashSet<Event>(), new HashSet<Block>());

    /// <summary>The last thing before the jump is a store to the result.</summary>
    private Store? LastStore(Block block) =>
        block.Events.LastOrDefault(e => e is not (ScopeEnter or ScopeExit)) is Store { Target: Local target } store && target == _result
            ? store
            : null;

    /// <summary>The stored value can be returned at once: it does not build on the variable, whose declaration stays.</summary>
    private bool CanBeReturned(Store store) =>
        !Access.Reads(store.Value).Contains(_result!)
        && (!store.IsInitialiser || IsTheOnlyUse(store));

    private bool IsTheOnlyUse(Store store) =>
        _before.Events.All(e => e == store || e is EvaluateReturn || (!Access.Reads(e).Contains(_result!) && Access.Writes(e).All(w => w.Local != _result)))
        && !_before.Branches.Any(b => Asks(b, _result!));

    private static Constant? CommonConstant(IReadOnlyList<Event?> writes)
    {
        Constant? common = null;
        foreach (var write in writes)
        {
            if (write is not Store { Target: Local, Value: Constant constant } || (common is not null && !common.Equals(constant)))
                return null;

            common ??= constant;
        }

        return common;
    }

    private static bool IsPlain(Expression value) => value switch
    {
        Constant => true,
        Read { Place: Local { IsTemporary: false } } => true,
        Operation operation => operation.Operands.All(IsPlain),
        _ => false,
    };
}

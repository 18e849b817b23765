using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Points of two functions from which on both are written alike: the same events, branches and handlers, whatever their
/// locals are called. From there, equal values lead to equal traces, and nothing is left to explore.
/// </summary>
internal sealed class Twins(Body old, Body @new)
{
    private readonly Dictionary<(Point Old, Point New), Pair> _pairs = [];
    private readonly Dictionary<Local, Local> _toNew = [];
    private readonly Dictionary<Local, Local> _toOld = [];

    /// <summary>Whether both sides have the same way to go, and hold the same in everything that they will need on it.</summary>
    public bool AreAlike(Side left, Side right, Func<int, int, bool> areSame)
    {
        if (left.Memory != right.Memory || !left.Made.SequenceEqual(right.Made) || !AreTwins(left, right))
            return false;

        for (var i = 0; i < old.Locals.Count; i++)
        {
            if (old.IsLive(left.Block, left.Index, i) && old.StorageOf(i) != Storage.Cell
                && (!_toNew.TryGetValue(old.Locals[i], out var twin) || !areSame(left.Values[i], right.Values[@new.IndexOf(twin)])))
            {
                return false;
            }
        }

        return AreSameIn(old.ReturnSlot, @new.ReturnSlot) && AreSameIn(old.ExceptionSlot, @new.ExceptionSlot);

        bool AreSameIn(int slot, int twin) =>
            !old.IsLive(left.Block, left.Index, slot) || areSame(left.Values[slot], right.Values[twin]);
    }

    private bool AreTwins(Side left, Side right)
    {
        var start = Find(new Point(left.Block, left.Index), new Point(right.Block, right.Index), out var isNew);
        var pending = new Queue<Pair>();
        if (isNew)
            pending.Enqueue(start);

        while (pending.TryDequeue(out var pair))
        {
            var next = Behind(pair);
            if (next is null)
            {
                Differ(pair);
                continue;
            }

            foreach (var (a, b) in next)
            {
                var behind = Find(a, b, out isNew);
                if (isNew)
                    pending.Enqueue(behind);

                behind.Before.Add(pair);
                if (behind.Differs)
                    Differ(pair);
            }
        }

        return !start.Differs;
    }

    /// <summary>From a pair that differs, so does every pair that leads to it.</summary>
    private static void Differ(Pair pair)
    {
        var pending = new Stack<Pair>();
        pending.Push(pair);
        while (pending.TryPop(out var next))
        {
            if (next.Differs)
                continue;

            next.Differs = true;
            next.Before.ForEach(pending.Push);
        }
    }

    private Pair Find(Point left, Point right, out bool isNew)
    {
        var key = (Settled(left, old), Settled(right, @new));
        isNew = !_pairs.TryGetValue(key, out var pair);
        if (isNew)
            _pairs[key] = pair = new Pair(key.Item1, key.Item2);

        return pair!;
    }

    /// <summary>The next point at which something happens: scopes that end, and steps without a choice, are nothing.</summary>
    private static Point Settled(Point point, Body body)
    {
        for (var steps = body.Graph.Blocks.Length; steps >= 0;)
        {
            switch (point.Event)
            {
                case ScopeExit:
                case ScopeEnter enter when body.LocalsOf(enter.Scope).Count == 0:
                    point = point.Next;
                    continue;
                case not null:
                    return point;
            }

            if (point.Block.Branch is not null || Ways(point.Block) is not [{ Kind: EdgeKind.Normal } only])
                return point;

            point = Point.StartOf(only.To);
            steps--;
        }

        return point;
    }

    private static List<Edge> Ways(Block block) => [.. block.OrdinarySuccessors];

    /// <summary>The pairs that follow a pair of points at which the same happens; null where it is not the same.</summary>
    private List<(Point, Point)>? Behind(Pair pair)
    {
        var (a, b) = (pair.Left, pair.Right);
        if (a.Event is { } before && b.Event is { } after)
        {
            return AreEqual(before, after)
                ? [(a.Next, b.Next), (Point.StartOf(HandlerOf(a, old)), Point.StartOf(HandlerOf(b, @new)))]
                : null;
        }

        if (a.Event is not null || b.Event is not null)
            return null;

        if (a.Block == old.Graph.Exit || a.Block == old.Graph.Unwind)
            return b.Block == (a.Block == old.Graph.Exit ? @new.Graph.Exit : @new.Graph.Unwind) ? [] : null;

        var (left, right) = (Ways(a.Block), Ways(b.Block));
        if (left.Count != right.Count || left.Exists(e => e.Kind == EdgeKind.Normal)
            || !AreEqual(a.Block.Branch?.Condition, b.Block.Branch?.Condition))
        {
            return null;
        }

        var next = new List<(Point, Point)>();
        for (var i = 0; i < left.Count; i++)
        {
            if (left[i].Kind != right[i].Kind || left[i].Literal != right[i].Literal || left[i].LiteralValue != right[i].LiteralValue
                || !AreEqual(left[i].Case, right[i].Case))
            {
                return null;
            }

            next.Add((Point.StartOf(left[i].To), Point.StartOf(right[i].To)));
        }

        return next;
    }

    private static Block HandlerOf(Point point, Body body) => point.Block.Handler ?? body.Graph.Unwind;

    private bool AreEqual(Event left, Event right) => left.MayThrow == right.MayThrow && (left, right) switch
    {
        (Call a, Call b) => a.Callee.Equals(b.Callee) && a.IsPure == b.IsPure && a.NeverReturns == b.NeverReturns
            && a.HasReceiver == b.HasReceiver && a.Arguments.Length == b.Arguments.Length
            && !a.Arguments.Where((argument, i) => !AreEqual(argument, b.Arguments[i])).Any()
            && a.Result is null == b.Result is null && (a.Result is null || AreTwins(a.Result, b.Result!)),
        (Store a, Store b) => AreEqual(a.Value, b.Value) && AreEqual(a.Target, b.Target),
        (Load a, Load b) => a.IsVolatile == b.IsVolatile && AreEqual(a.Source, b.Source) && AreTwins(a.Result, b.Result),
        (EvaluateReturn a, EvaluateReturn b) => AreEqual(a.Value, b.Value),
        (Throw a, Throw b) => AreEqual(a.Value, b.Value),
        (OpaqueMacro { MayJump: false } a, OpaqueMacro { MayJump: false } b) => a.Text == b.Text
            && a.Mentioned.Length == b.Mentioned.Length
            && !a.Mentioned.Where((place, i) => !AreEqual(place, b.Mentioned[i])).Any(),
        (ScopeEnter a, ScopeEnter b) => AreEqual(old.LocalsOf(a.Scope), @new.LocalsOf(b.Scope)),
        _ => false,
    };

    private bool AreEqual(IReadOnlyList<int> left, IReadOnlyList<int> right) =>
        left.Count == right.Count && !left.Where((local, i) => !AreTwins(old.Locals[local], @new.Locals[right[i]])).Any();

    private bool AreEqual(Argument left, Argument right) => left.Passing == right.Passing
        && (left.Passing == Passing.Value || left.Target is null || right.Target is null
            ? left.Target is null == right.Target is null && AreEqual(left.Value, right.Value)
            : AreEqual(left.Target, right.Target));

    private bool AreEqual(Expression? left, Expression? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return (left, right) switch
        {
            (null, null) => true,
            (Constant a, Constant b) => a.Equals(b),
            (Read a, Read b) => AreEqual(a.Place, b.Place),
            (AddressOf a, AddressOf b) => AreEqual(a.Place, b.Place),
            (Operation a, Operation b) => a.Operator == b.Operator && a.Operands.Length == b.Operands.Length
                && !a.Operands.Where((operand, i) => !AreEqual(operand, b.Operands[i])).Any(),
            _ => false,
        };
    }

    private bool AreEqual(Place left, Place right) => (left, right) switch
    {
        (Local a, Local b) => AreTwins(a, b),
        (Field a, Field b) => a.Name == b.Name && a.IsReadOnly == b.IsReadOnly && AreEqual(a.Base, b.Base),
        (Member a, Member b) => a.Name == b.Name && AreEqual(a.Of, b.Of),
        (Element a, Element b) => AreEqual(a.Base, b.Base) && AreEqual(a.Index, b.Index),
        (Global or Implicit, _) => left.Equals(right),
        _ => false,
    };

    /// <summary>One local stands for one other everywhere, and others see as much of it.</summary>
    private bool AreTwins(Local left, Local right)
    {
        if (_toNew.TryGetValue(left, out var known) | _toOld.TryGetValue(right, out var other))
            return known == right && other == left;

        var storage = old.StorageOf(left);
        if (left.Kind != right.Kind || left.IsValueType != right.IsValueType || storage != @new.StorageOf(right)
            || ((storage != Storage.Private || left.Kind != LocalKind.Temporary) && left.Name != right.Name)
            || (storage != Storage.Private && old.KeyOf(old.IndexOf(left)) != @new.KeyOf(@new.IndexOf(right))))
        {
            return false;
        }

        _toNew[left] = right;
        _toOld[right] = left;
        return true;
    }

    /// <summary>Two points, and those before them.</summary>
    private sealed class Pair(Point left, Point right)
    {
        public Point Left { get; } = left;

        public Point Right { get; } = right;

        public List<Pair> Before { get; } = [];

        public bool Differs { get; set; }
    }
}

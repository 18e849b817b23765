using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>How much of the world can see what a local holds.</summary>
internal enum Storage
{
    /// <summary>Nobody but the function.</summary>
    Private,

    /// <summary>Any call: its content is compared, and then unknown, at each.</summary>
    Aliased,

    /// <summary>It belongs to somebody else: a store to it is observable.</summary>
    Cell,
}

/// <summary>
/// One of the two functions, prepared for exploration: its locals numbered, the heads of its loops, and which of its
/// slots a point still needs. A slot is a local, the value to return, the exception in flight, or the literal of an
/// <c>#if</c> that still lies ahead.
/// </summary>
internal sealed class Body
{
    private readonly Dictionary<Local, int> _index = [];
    private readonly List<Local> _locals = [];
    private readonly List<string> _keys = [];
    private readonly Dictionary<string, int> _literals = new(StringComparer.Ordinal);
    private readonly Dictionary<Block, string> _labels = [];
    private readonly Dictionary<Scope, List<int>> _scopes = [];
    private readonly Dictionary<(string, LocalKind), int> _twins = [];
    private readonly List<Storage> _storage = [];
    private readonly LoopOrder _order;

    /// <summary>What events do with slots, by the number of the event.</summary>
    private readonly Usage[] _usages;
    private readonly ulong[][] _liveIn;
    private readonly ulong[]?[][] _liveBefore;
    private readonly ulong[] _seenByOthers;

    public Body(Function function)
    {
        Function = function;
        NumberLocals();
        _usages = [.. Graph.Events.Select(UsageOf)];
        NumberLiterals();
        foreach (var label in function.Labels)
            _labels.TryAdd(label.Block, label.Name);

        _order = new LoopOrder(Graph);
        _seenByOthers = NoSlots();
        for (var i = 0; i < _locals.Count; i++)
        {
            if (StorageOf(i) == Storage.Aliased)
                Add(_seenByOthers, i);
        }

        _liveIn = SolveLiveness();
        _liveBefore = new ulong[]?[Graph.Blocks.Length][];
    }

    public Function Function { get; }

    public ControlFlowGraph Graph => Function.Graph;

    public IReadOnlyList<Local> Locals => _locals;

    public int ReturnSlot => _locals.Count;

    public int ExceptionSlot => _locals.Count + 1;

    /// <summary>How many slots hold values; the literals come behind them.</summary>
    public int ValueCount => _locals.Count + 2;

    public int IndexOf(Local local) => _index[local];

    /// <summary>The name under which the other function knows this local.</summary>
    public string KeyOf(int local) => _keys[local];

    public Storage StorageOf(Local local) => StorageOf(_index[local]);

    public Storage StorageOf(int local) => _storage[local];

    private static Storage Seen(Local local) => local switch
    {
        { Kind: LocalKind.ReferenceParameter or LocalKind.Outer } or { IsStatic: true } => Storage.Cell,
        { Kind: LocalKind.Receiver, IsValueType: true } => Storage.Cell,
        { IsAliased: true } => Storage.Aliased,
        _ => Storage.Private,
    };

    /// <summary>The locals whose life begins with the scope.</summary>
    public IReadOnlyList<int> LocalsOf(Scope scope) => _scopes.TryGetValue(scope, out var locals) ? locals : [];

    public bool IsLoopHead(Block block) => _order.IsHead(block);

    /// <summary>Where it stands in the order in which paths are followed.</summary>
    public int RankOf(Block block) => _order.RankOf(block);

    /// <summary>Paths meet here, so that what is known may be the same as before.</summary>
    public static bool IsJoin(Block block) =>
        block.Predecessors.Length > 1 || block.Predecessors.Any(e => e.Kind == EdgeKind.Exceptional);

    /// <summary>Some way leads from the block to where the function returns.</summary>
    public bool ComesToExit(Block block) => (_comingToExit ??= ComingTo(Graph.Exit)).Contains(block);

    private HashSet<Block>? _comingToExit;

    private static HashSet<Block> ComingTo(Block end)
    {
        var coming = new HashSet<Block>();
        var pending = new Stack<Block>([end]);
        while (pending.TryPop(out var block))
        {
            if (!coming.Add(block))
                continue;

            foreach (var edge in block.Predecessors)
                pending.Push(edge.From);
        }

        return coming;
    }

    public string? LabelOf(Block block) => block == Graph.Exit ? "" : _labels.GetValueOrDefault(block);

    public bool IsLive(Block block, int index, int slot) => Has(LiveBefore(block, index), slot);

    /// <summary>The literals that a conditional edge may still ask for.</summary>
    public bool IsLiteralLive(Block block, int index, string literal) =>
        _literals.TryGetValue(literal, out var number) && Has(LiveBefore(block, index), ValueCount + number);

    private void NumberLocals()
    {
        var reads = new List<Local>();
        foreach (var local in Function.Locals)
            Number(local);

        foreach (var block in Graph.Blocks)
        {
            foreach (var @event in block.Events)
            {
                reads.Clear();
                CollectReads(@event, reads);
                CollectWrites(@event, reads);
                reads.ForEach(Number);
            }

            if (block.Branch is { } branch)
            {
                reads.Clear();
                Collect(branch.Condition, reads);
                reads.ForEach(Number);
            }
        }
    }

    private void Number(Local local)
    {
        if (!_index.TryAdd(local, _locals.Count))
            return;

        var twins = _twins.GetValueOrDefault((local.Name, local.Kind));
        _twins[(local.Name, local.Kind)] = twins + 1;
        if (local.Scope is { } scope)
        {
            if (!_scopes.TryGetValue(scope, out var members))
                _scopes[scope] = members = [];

            members.Add(_locals.Count);
        }

        _locals.Add(local);
        _storage.Add(Seen(local));
        _keys.Add(twins == 0 ? local.Name : $"{local.Name}#{twins}");
    }

    private void NumberLiterals()
    {
        foreach (var edge in Graph.Blocks.SelectMany(b => b.Successors))
        {
            if (edge.Literal is { } literal)
                _literals.TryAdd(literal, _literals.Count);
        }
    }

    private ulong[] LiveBefore(Block block, int index)
    {
        var points = _liveBefore[block.Id] ??= new ulong[]?[block.Events.Length + 1];
        if (points[index] is { } known)
            return known;

        // The whole block at once: a function's points are asked for one after the other.
        var live = LiveAtEnd(block);
        points[block.Events.Length] = live;
        for (var i = block.Events.Length - 1; i >= 0; i--)
            points[i] = live = Before(block.Events[i], live, OnThrow(block));

        return points[index]!;
    }

    /// <summary>The slots that an event needs, and those that it gives another value if it completes.</summary>
    private readonly record struct Usage(int[] Needed, IReadOnlyList<int> Overwritten);

    private Usage UsageOf(Event @event)
    {
        var reads = new List<Local>();
        CollectReads(@event, reads);
        var needed = new int[reads.Count + (ReadsException(@event) || @event is Throw { Value: null } ? 1 : 0)];
        Array.Fill(needed, ExceptionSlot);
        for (var i = 0; i < reads.Count; i++)
            needed[i] = _index[reads[i]];

        return new Usage(needed, @event switch
        {
            Call call => [.. call.Arguments.Where(a => a is { Passing: Passing.Out, Target: Local }).Select(a => _index[(Local)a.Target!]), .. call.Result is { } result ? [_index[result]] : Array.Empty<int>()],
            Store { Target: Local target } => [_index[target]],
            Load load => [_index[load.Result]],
            EvaluateReturn => [ReturnSlot],
            ScopeEnter enter => LocalsOf(enter.Scope),
            _ => [],
        });
    }

    private ulong[][] SolveLiveness()
    {
        var liveIn = new ulong[Graph.Blocks.Length][];
        for (var i = 0; i < liveIn.Length; i++)
            liveIn[i] = NoSlots();

        Add(liveIn[Graph.Exit.Id], ReturnSlot);
        Add(liveIn[Graph.Unwind.Id], ExceptionSlot);
        var order = Graph.ReversePostOrder;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = order.Length - 1; i >= 0; i--)
            {
                var block = order[i];
                if (block == Graph.Exit || block == Graph.Unwind)
                    continue;

                var live = LiveAtEnd(block, liveIn);
                var onThrow = OnThrow(block, liveIn);
                for (var e = block.Events.Length - 1; e >= 0; e--)
                    TurnBack(block.Events[e], live, onThrow);

                if (!live.AsSpan().SequenceEqual(liveIn[block.Id]))
                {
                    liveIn[block.Id] = live;
                    changed = true;
                }
            }
        }

        return liveIn;
    }

    private ulong[] LiveAtEnd(Block block, ulong[][]? liveIn = null)
    {
        liveIn ??= _liveIn;
        var live = NoSlots();
        Union(live, _seenByOthers);
        foreach (var edge in block.Successors)
        {
            if (edge.Kind == EdgeKind.Exceptional)
                continue;

            Union(live, liveIn[edge.To.Id]);
            if (edge.Literal is { } literal)
                Add(live, ValueCount + _literals[literal]);

            if (edge.Case is { } value)
                AddReads(live, value);
        }

        if (block == Graph.Exit)
            Add(live, ReturnSlot);

        if (block == Graph.Unwind)
            Add(live, ExceptionSlot);

        if (block.Branch is { } branch)
            AddReads(live, branch.Condition);

        if (OnThrow(block, liveIn) is { } onThrow)
            Union(live, onThrow);

        return live;
    }

    private ulong[]? OnThrow(Block block, ulong[][]? liveIn = null)
    {
        if (block.Handler is not { } handler)
            return null;

        var live = (ulong[])(liveIn ?? _liveIn)[handler.Id].Clone();
        Remove(live, ExceptionSlot);
        return live;
    }

    private ulong[] Before(Event @event, ulong[] after, ulong[]? onThrow)
    {
        var live = (ulong[])after.Clone();
        TurnBack(@event, live, onThrow);
        return live;
    }

    /// <summary>Takes what is live behind an event to what is live before it.</summary>
    private void TurnBack(Event @event, ulong[] live, ulong[]? onThrow)
    {
        var usage = _usages[@event.Number];
        for (var i = 0; i < usage.Overwritten.Count; i++)
            Remove(live, usage.Overwritten[i]);

        Union(live, _seenByOthers);
        if (onThrow is not null)
            Union(live, onThrow);

        foreach (var slot in usage.Needed)
            Add(live, slot);
    }

    private void AddReads(ulong[] live, Expression expression)
    {
        var reads = new List<Local>();
        Collect(expression, reads);
        foreach (var local in reads)
            Add(live, _index[local]);

        if (Mentions(expression, Implicit.Exception))
            Add(live, ExceptionSlot);
    }

    private static bool ReadsException(Event @event) => @event switch
    {
        Call call => call.Arguments.Any(a => Mentions(a.Value, Implicit.Exception)),
        Store store => Mentions(store.Value, Implicit.Exception) || Reaches(store.Target, Implicit.Exception),
        Load load => Reaches(load.Source, Implicit.Exception),
        EvaluateReturn { Value: { } value } => Mentions(value, Implicit.Exception),
        Throw { Value: { } value } => Mentions(value, Implicit.Exception),
        _ => false,
    };

    /// <summary>It asks somewhere for the error of the last call that failed.</summary>
    public bool AsksForErrors => _asksForErrors ??= Access.AsksForErrors(Graph);

    private bool? _asksForErrors;

    private static bool Mentions(Expression expression, Place place)
    {
        var pending = new Stack<object>();
        pending.Push(expression);
        return Visit(pending, p => p.Equals(place));
    }

    private static bool Reaches(Place from, Place place)
    {
        var pending = new Stack<object>();
        pending.Push(from);
        return Visit(pending, p => p.Equals(place));
    }

    /// <summary>Every place that an event names, and those it is reached through.</summary>
    public static IReadOnlyList<Place> PlacesIn(Event @event)
    {
        var pending = new Stack<object>();
        switch (@event)
        {
            case Call call:
                foreach (var argument in call.Arguments)
                {
                    pending.Push(argument.Value);
                    if (argument.Target is { } place)
                        pending.Push(place);
                }

                break;
            case Store store:
                pending.Push(store.Value);
                pending.Push(store.Target);
                break;
            case Load load:
                pending.Push(load.Source);
                break;
            case EvaluateReturn { Value: { } value }:
                pending.Push(value);
                break;
            case Throw { Value: { } value }:
                pending.Push(value);
                break;
            case OpaqueMacro macro:
                foreach (var place in macro.Mentioned)
                    pending.Push(place);

                break;
        }

        return PlacesIn(pending);
    }

    public static IReadOnlyList<Place> PlacesIn(Expression expression)
    {
        var pending = new Stack<object>();
        pending.Push(expression);
        return PlacesIn(pending);
    }

    private static List<Place> PlacesIn(Stack<object> pending)
    {
        var places = new List<Place>();
        Visit(pending, place =>
        {
            places.Add(place);
            return false;
        });

        return places;
    }

    private static void CollectReads(Event @event, List<Local> into)
    {
        switch (@event)
        {
            case Call call:
                foreach (var argument in call.Arguments)
                {
                    if (argument.Passing == Passing.Value || argument.Target is null)
                        Collect(argument.Value, into);
                    else if (argument.Passing == Passing.Reference || argument.Target is not Local)
                        Collect(argument.Target, into);
                }

                break;
            case Store store:
                Collect(store.Value, into);
                if (store.Target is not Local)
                    Collect(store.Target, into);

                break;
            case Load load:
                Collect(load.Source, into);
                break;
            case EvaluateReturn { Value: { } value }:
                Collect(value, into);
                break;
            case Throw { Value: { } value }:
                Collect(value, into);
                break;
            case OpaqueMacro macro:
                foreach (var place in macro.Mentioned)
                    Collect(place, into);

                break;
        }
    }

    private static void CollectWrites(Event @event, List<Local> into)
    {
        switch (@event)
        {
            case Call call:
                if (call.Result is { } result)
                    into.Add(result);

                into.AddRange(call.Arguments.Where(a => a.Target is Local).Select(a => (Local)a.Target!));
                break;
            case Store { Target: Local target }:
                into.Add(target);
                break;
            case Load load:
                into.Add(load.Result);
                break;
        }
    }

    private static void Collect(object start, List<Local> into)
    {
        var pending = new Stack<object>();
        pending.Push(start);
        Visit(pending, place =>
        {
            if (place is Local local)
                into.Add(local);

            return false;
        });
    }

    /// <summary>Walks places and expressions without recursion, until a place is found that is looked for.</summary>
    private static bool Visit(Stack<object> pending, Func<Place, bool> isFound)
    {
        while (pending.TryPop(out var next))
        {
            if (next is Place place && isFound(place))
                return true;

            switch (next)
            {
                case Read read:
                    pending.Push(read.Place);
                    break;
                case AddressOf address:
                    pending.Push(address.Place);
                    break;
                case Operation operation:
                    foreach (var operand in operation.Operands)
                        pending.Push(operand);

                    break;
                case Field field:
                    pending.Push(field.Base);
                    break;
                case Element element:
                    pending.Push(element.Base);
                    pending.Push(element.Index);
                    break;
                case Member member:
                    pending.Push(member.Of);
                    break;
            }
        }

        return false;
    }

    private ulong[] NoSlots() => new ulong[((ValueCount + _literals.Count) >> 6) + 1];

    private static void Add(ulong[] set, int slot) => set[slot >> 6] |= 1UL << slot;

    private static void Remove(ulong[] set, int slot) => set[slot >> 6] &= ~(1UL << slot);

    private static bool Has(ulong[] set, int slot) => (set[slot >> 6] & (1UL << slot)) != 0;

    private static void Union(ulong[] set, ulong[] other)
    {
        for (var i = 0; i < set.Length; i++)
            set[i] |= other[i];
    }
}

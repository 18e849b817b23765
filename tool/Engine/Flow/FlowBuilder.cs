using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// Builds a graph block by block. Front-ends use it, and tests that write graphs by hand. On <see cref="Build"/>
/// blocks that nothing reaches are dropped, empty ones kept, and ids follow the order of creation. Three things
/// hold for every graph built: nothing follows an event that never completes (a throw, a call that never returns);
/// a block has an exceptional edge exactly when one of its events may throw, to <see cref="Unwind"/> where no other
/// was given; the three fixed blocks are empty.
/// </summary>
public sealed class FlowBuilder
{
    private readonly List<Block> _blocks = [];
    private readonly Dictionary<Block, List<Event>> _events = [];
    private int _locals;

    public FlowBuilder()
    {
        Entry = NewBlock();
        Exit = NewBlock();
        Unwind = NewBlock();
    }

    public Block Entry { get; }

    public Block Exit { get; }

    public Block Unwind { get; }

    public Block NewBlock()
    {
        var block = new Block(_blocks.Count);
        _blocks.Add(block);
        _events.Add(block, []);
        return block;
    }

    public Local NewLocal(string name, string type = "", LocalKind kind = LocalKind.Variable) =>
        new(_locals++, name, type, kind);

    public int NewLocalId() => _locals++;

    public Local NewTemporary(string type = "")
    {
        var id = _locals++;
        return new Local(id, $"t{id}", type, LocalKind.Temporary);
    }

    /// <summary>While it is set, what is added is done by the language: it is written elsewhere, and put off to this place.</summary>
    public bool Implies { get; set; }

    public void Add(Block block, Event @event)
    {
        @event.IsPutOff |= Implies;
        _events[block].Add(@event);
    }

    public void Connect(Block from, Block to, EdgeKind kind = EdgeKind.Normal) => from.Connect(new Edge(from, to, kind));

    /// <summary>A way that may exist.</summary>
    public void Suppose(Block from, Block to) => from.Connect(new Edge(from, to, EdgeKind.Normal) { IsSupposed = true });

    public void ConnectCase(Block from, Block to, Expression? value) =>
        from.Connect(new Edge(from, to, EdgeKind.Case) { Case = value });

    public void ConnectConditional(Block from, Block to, string literal, bool value) =>
        from.Connect(new Edge(from, to, EdgeKind.Conditional) { Literal = literal, LiteralValue = value });

    /// <summary>Ends a block with a two-way decision.</summary>
    public void Branch(Block block, Origin origin, Expression condition, Block whenTrue, Block whenFalse, bool isImplied = false, Denial? denial = null)
    {
        block.Branch = new Branch(origin, condition) { IsImplied = isImplied || Implies, Denial = denial };
        Connect(block, whenTrue, EdgeKind.True);
        Connect(block, whenFalse, EdgeKind.False);
    }

    /// <summary>Ends a block with a many-way decision; the caller adds the cases with <see cref="ConnectCase"/>.</summary>
    public void Switch(Block block, Origin origin, Expression value) => block.Branch = new Branch(origin, value) { IsImplied = Implies };

    public ControlFlowGraph Build()
    {
        foreach (var (block, events) in _events)
            Finish(block, events);

        return new ControlFlowGraph(Trimmed());
    }

    private void Finish(Block block, List<Event> events)
    {
        var last = events.FindIndex(e => e is Throw or Call { NeverReturns: true });
        if (last >= 0)
        {
            events.RemoveRange(last + 1, events.Count - last - 1);
            block.Branch = null;
            block.Disconnect(e => e.Kind != EdgeKind.Exceptional);
        }

        block.Events = [.. events];
        if (!events.Any(e => e.MayThrow))
            block.Disconnect(e => e.Kind == EdgeKind.Exceptional);
        else if (block.Handler is null)
            Connect(block, Unwind, EdgeKind.Exceptional);
    }

    /// <summary>The blocks that are reached, renumbered; the three fixed ones always stay.</summary>
    private ImmutableArray<Block> Trimmed()
    {
        var reached = new HashSet<Block> { Entry, Exit, Unwind };
        var pending = new Stack<Block>();
        pending.Push(Entry);
        while (pending.TryPop(out var block))
        {
            foreach (var edge in block.Successors)
            {
                if (reached.Add(edge.To))
                    pending.Push(edge.To);
            }
        }

        foreach (var block in _blocks.Where(b => !reached.Contains(b)))
            block.Drop();

        var kept = _blocks.Where(reached.Contains).ToImmutableArray();
        for (var i = 0; i < kept.Length; i++)
            kept[i].Settle(i, reached);

        return kept;
    }
}

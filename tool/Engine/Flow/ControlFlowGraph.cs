using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Flow;

public enum EdgeKind
{
    Normal,

    /// <summary>Taken when the block's branch condition holds.</summary>
    True,
    False,

    /// <summary>Taken when the condition equals <see cref="Edge.Case"/>; without a case, when it equals no other one.</summary>
    Case,

    /// <summary>Taken by an event that may throw.</summary>
    Exceptional,

    /// <summary>Taken where the text under an <c>#if</c> literal exists: <see cref="Edge.Literal"/> has <see cref="Edge.LiteralValue"/>.</summary>
    Conditional,
}

/// <summary>A step from one block to another.</summary>
public sealed record Edge(Block From, Block To, EdgeKind Kind)
{
    public Expression? Case { get; init; }

    /// <summary>The condition of an <c>#if</c>, in normalised spelling; it has one value along a path.</summary>
    public string? Literal { get; init; }

    public bool LiteralValue { get; init; }

    /// <summary>Nobody knows whether this way exists: a macro of unknown meaning may go it. A rewrite must hold on it; it is no ground for a finding.</summary>
    public bool IsSupposed { get; init; }

    public override string ToString() => Kind switch
    {
        EdgeKind.Normal => $"-> B{To.Id}",
        EdgeKind.True => $"true -> B{To.Id}",
        EdgeKind.False => $"false -> B{To.Id}",
        EdgeKind.Case => $"case {Case?.ToString() ?? "default"} -> B{To.Id}",
        EdgeKind.Exceptional => $"throws -> B{To.Id}",
        _ => $"#if {(LiteralValue ? "" : "!")}{Literal} -> B{To.Id}",
    };

    public bool Equals(Edge? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>The decision at the end of a block with several normal successors.</summary>
public sealed record Branch(Origin Origin, Expression Condition)
{
    /// <summary>It is not written as a test: the end of a scope asks by itself, or a macro does.</summary>
    public bool IsImplied { get; init; }

    /// <summary>The negation around it, where it is written so; null where it stands plainly.</summary>
    public Denial? Denial { get; init; }

    public override string ToString() => $"branch {Condition}";
}

/// <summary>How a condition is written that is denied: <c>!x</c>, whose branch asks for <c>x</c>.</summary>
/// <param name="Whole">The condition with all that denies it.</param>
/// <param name="IsOdd">What is written holds where the condition does not.</param>
public sealed record Denial(Origin Whole, bool IsOdd);

/// <summary>A maximal run of events without a jump into or out of its middle, exceptions apart.</summary>
public sealed class Block(int id)
{
    private readonly List<Edge> _successors = [];
    private readonly List<Edge> _predecessors = [];
    private ImmutableArray<Edge> _settledSuccessors;
    private ImmutableArray<Edge> _settledPredecessors;

    /// <summary>Its index in <see cref="ControlFlowGraph.Blocks"/>; negative when nothing reaches it and it is in no graph.</summary>
    public int Id { get; private set; } = id;

    /// <summary>It is part of its graph: a label that nothing jumps to or falls into may have a block that is not.</summary>
    public bool IsReached => Id >= 0;

    public ImmutableArray<Event> Events { get; internal set; } = [];

    /// <summary>Set when the block ends in a decision: its edges are then True and False, or Case.</summary>
    public Branch? Branch { get; internal set; }

    public ImmutableArray<Edge> Successors => _settledSuccessors.IsDefault ? _settledSuccessors = [.. _successors] : _settledSuccessors;

    /// <summary>The edges on which the function goes on where nothing throws.</summary>
    public IEnumerable<Edge> OrdinarySuccessors => _successors.Where(e => e.Kind != EdgeKind.Exceptional);

    public ImmutableArray<Edge> Predecessors => _settledPredecessors.IsDefault ? _settledPredecessors = [.. _predecessors] : _settledPredecessors;

    /// <summary>Where an event of this block that throws goes on: a handler, a finally, or the exceptional exit.</summary>
    public Block? Handler
    {
        get
        {
            foreach (var edge in Successors)
            {
                if (edge.Kind == EdgeKind.Exceptional)
                    return edge.To;
            }

            return null;
        }
    }

    public override string ToString() => $"B{Id}";

    internal void Connect(Edge edge)
    {
        _successors.Add(edge);
        edge.To._predecessors.Add(edge);
        Unsettle(edge);
    }

    /// <summary>Forgets the edges that can never be taken.</summary>
    internal void Disconnect(Func<Edge, bool> never)
    {
        foreach (var edge in _successors.Where(never).ToList())
        {
            _successors.Remove(edge);
            edge.To._predecessors.Remove(edge);
            Unsettle(edge);
        }
    }

    private static void Unsettle(Edge edge)
    {
        edge.From._settledSuccessors = default;
        edge.To._settledPredecessors = default;
    }

    /// <summary>Marks it as part of no graph.</summary>
    internal void Drop() => Id = -1;

    /// <summary>Takes its final number and forgets predecessors that are never reached.</summary>
    internal void Settle(int id, IReadOnlySet<Block> reached)
    {
        Id = id;
        _predecessors.RemoveAll(e => !reached.Contains(e.From));
        _settledPredecessors = default;
    }
}

/// <summary>
/// A control-flow graph: basic blocks of events, joined by edges. It has one <see cref="Entry"/>, one
/// <see cref="Exit"/> that every return reaches, and one <see cref="Unwind"/> that an exception reaches when it
/// leaves the function. All three are empty. Made by <see cref="FlowBuilder"/>; never changed.
/// </summary>
public sealed class ControlFlowGraph
{
    private readonly ImmutableArray<Event> _events;
    private ImmutableArray<Block> _reversePostOrder;

    internal ControlFlowGraph(ImmutableArray<Block> blocks)
    {
        Blocks = blocks;
        var events = ImmutableArray.CreateBuilder<Event>();
        foreach (var block in blocks)
        {
            for (var i = 0; i < block.Events.Length; i++)
            {
                block.Events[i].Block = block;
                block.Events[i].Index = i;
                block.Events[i].Number = events.Count;
                events.Add(block.Events[i]);
            }
        }

        _events = events.ToImmutable();
    }

    /// <summary>All blocks: entry, exit and unwind first.</summary>
    public ImmutableArray<Block> Blocks { get; }

    public Block Entry => Blocks[0];

    public Block Exit => Blocks[1];

    public Block Unwind => Blocks[2];

    /// <summary>The events of all blocks, in their order.</summary>
    public ImmutableArray<Event> Events => _events;

    /// <summary>
    /// Every block before its successors, back edges apart. An exit that nothing reaches stands at the end.
    /// </summary>
    public ImmutableArray<Block> ReversePostOrder
    {
        get
        {
            if (_reversePostOrder.IsDefault)
                _reversePostOrder = Ordered();

            return _reversePostOrder;
        }
    }

    /// <summary>Whether the event is part of this graph: code that nothing reaches is not.</summary>
    public bool Contains(Event @event) => @event.Number >= 0 && @event.Number < _events.Length && _events[@event.Number] == @event;

    public Block BlockOf(Event @event) => @event.Block ?? throw new ArgumentException("the event is in no graph", nameof(@event));

    /// <summary>The point just before an event.</summary>
    public Point Before(Event @event) => new(BlockOf(@event), @event.Index);

    /// <summary>The point just after an event that completed.</summary>
    public Point After(Event @event) => Before(@event).Next;

    private ImmutableArray<Block> Ordered()
    {
        var order = new List<Block>(Blocks.Length);
        DepthFirst.Walk(Entry, Blocks.Length, b => b.Successors, back: null, order.Add);
        var seen = order.ToHashSet();
        order.Reverse();
        order.AddRange(Blocks.Where(b => !seen.Contains(b)));
        return [.. order];
    }
}

using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// What the analyses know of one function. Each analysis runs when it is first asked and is kept; a rule asks here
/// and nowhere else. Used by one thread at a time.
/// </summary>
public sealed class Facts(Function function, Catalogue catalogue, string style)
{
    private Dominators? _dominators;
    private Dominators? _postDominators;
    private Dominators? _normalPostDominators;
    private ReachingDefinitions? _reachingDefinitions;
    private Liveness? _liveness;
    private Constants? _constants;
    private OwnershipStates? _ownership;

    public Function Function { get; } = function;

    public ControlFlowGraph Graph => Function.Graph;

    public Catalogue Catalogue { get; } = catalogue;

    /// <summary>The codebase's style of scoped clean-up: a key of <see cref="Resource.Scoped"/>; <c>bcl</c> for C#.</summary>
    public string Style { get; } = style;

    /// <summary>The user takes a function of which only a part is converted; otherwise rules convert a label or a resource in whole.</summary>
    public bool TakesParts { get; init; }

    public Dominators Dominators => _dominators ??= Dominators.Of(Graph);

    /// <summary>Over all paths, those of exceptions included.</summary>
    public Dominators PostDominators => _postDominators ??= Dominators.PostOf(Graph);

    /// <summary>Over the paths on which nothing throws.</summary>
    public Dominators NormalPostDominators => _normalPostDominators ??= Dominators.PostOf(Graph, exceptional: false);

    public ReachingDefinitions ReachingDefinitions => _reachingDefinitions ??= ReachingDefinitions.Of(Function);

    public Liveness Liveness => _liveness ??= Liveness.Of(Function);

    public Constants Constants => _constants ??= Constants.Of(Function);

    public OwnershipStates Ownership => _ownership ??= OwnershipStates.Of(this);

    /// <summary>Whether every path to <paramref name="block"/> goes through the other.</summary>
    public bool Dominates(Block dominator, Block block) => Dominators.Dominates(dominator, block);

    /// <summary>Whether every path to a jump goes through a label: the jump goes back to work already done.</summary>
    public bool Dominates(Label label, Jump jump) => Dominators.Dominates(label.Block, jump.From);

    /// <summary>Whether, on every path to an event, the other one has completed before.</summary>
    public bool Dominates(Event dominator, Event @event)
    {
        var from = Graph.BlockOf(dominator);
        if (dominator == @event || !Dominators.Dominates(from, Graph.BlockOf(@event)))
            return false;

        var target = Graph.Before(@event);
        return !Paths.Reaches(Point.StartOf(Graph.Entry), target, stop: dominator);
    }

    /// <summary>Whether every path from <paramref name="block"/> to an end goes through the other.</summary>
    public bool PostDominates(Block postDominator, Block block, bool exceptional = true) =>
        (exceptional ? PostDominators : NormalPostDominators).Dominates(postDominator, block);

    /// <summary>
    /// Whether on every path from behind an event to an end the other one is executed. Without
    /// <paramref name="exceptional"/>, paths on which something throws do not count.
    /// </summary>
    public bool PostDominates(Event postDominator, Event @event, bool exceptional = true) =>
        !Paths.ReachesEnd(Graph.After(@event), stop: postDominator, exceptional);

    /// <summary>What is known of a local's value just before an event.</summary>
    public ValueSet ValueAt(Event @event, Local local) => Constants.At(Graph.Before(@event), local);

    /// <summary>What is known of a local's value where a jump leaves.</summary>
    public ValueSet ValueAt(Jump jump, Local local) => Constants.At(Point.EndOf(jump.From), local);

    public ValueSet ValueAt(Point point, Local local) => Constants.At(point, local);

    /// <summary>What is known of the value that a return hands out.</summary>
    public ValueSet ReturnedValue(EvaluateReturn at) =>
        at.Value is { } value ? Constants.At(Graph.Before(at), value) : ValueSet.Any;

    /// <summary>Whether the value a local holds when the event has completed may be needed.</summary>
    public bool IsLiveAfter(Event @event, Local local) => Liveness.IsLiveAfter(@event, local);

    /// <summary>
    /// The events on some path that leads from one point to the other and passes neither in between, in the order of
    /// the graph's blocks. Exceptional paths count unless they are left out.
    /// </summary>
    public IReadOnlyList<Event> Between(Point from, Point to, bool exceptional = true) =>
        Paths.Between(Graph, from, to, exceptional);

    public IReadOnlyList<Event> Between(Event from, Event to, bool exceptional = true) =>
        Between(Graph.After(from), Graph.Before(to), exceptional);

    /// <summary>The events that may run from a label to the end of the function, by whichever exit.</summary>
    public IReadOnlyList<Event> From(Point point) => Paths.From(Graph, point);

    /// <summary>
    /// Whether somebody outside may notice the event: a call, a store to a place that others can read, a throw, a read
    /// that may fail, an opaque macro.
    /// </summary>
    public bool IsObservable(Event @event) => @event switch
    {
        Call call => !call.IsPure,
        Store store => store.MayThrow || !Locals.IsPrivate(store.Target),
        Load load => load.MayThrow || load.IsVolatile,
        Throw or OpaqueMacro => true,
        _ => @event.MayThrow,
    };
}

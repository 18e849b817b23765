using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// Which locals hold a value that may still be needed. One that others can see (aliased, static, passed by reference)
/// is needed by every call and at the exits.
/// </summary>
public sealed class Liveness
{
    private readonly Solution<BitSet> _solution;
    private readonly Dictionary<Local, int> _index;

    private Liveness(Solution<BitSet> solution, Dictionary<Local, int> index)
    {
        _solution = solution;
        _index = index;
    }

    public static Liveness Of(Function function)
    {
        var index = new Dictionary<Local, int>();
        foreach (var local in Locals.Of(function))
            index.Add(local, index.Count);

        return new Liveness(Dataflow.Solve(new Problem(index), function.Graph), index);
    }

    public bool IsLiveBefore(Event @event, Local local) => Contains(_solution.Before(@event), local);

    /// <summary>Whether the value that the local holds when the event has completed may be needed.</summary>
    public bool IsLiveAfter(Event @event, Local local) => Contains(_solution.After(@event), local);

    public bool IsLiveAt(Point point, Local local) => Contains(_solution.At(point), local);

    private bool Contains(BitSet live, Local local) => _index.TryGetValue(local, out var i) && live.Contains(i);

    private sealed class Problem : DataflowProblem<BitSet>
    {
        private readonly Dictionary<Local, int> _index;
        private readonly BitSet _seenByOthers;

        public Problem(Dictionary<Local, int> index)
        {
            _index = index;
            _seenByOthers = Set(index.Keys.Where(l => !Locals.IsPrivate(l)));
        }

        public override Direction Direction => Direction.Backward;

        public override BitSet Bottom => BitSet.Empty;

        public override BitSet Boundary => _seenByOthers;

        public override BitSet Join(BitSet left, BitSet right) => left.Union(right);

        public override bool AreEqual(BitSet left, BitSet right) => left.Equals(right);

        public override BitSet Transfer(BitSet state, Event @event) =>
            state.Except(Set(Access.Writes(@event).Where(w => w.IsWhole).Select(w => w.Local))).Union(NeededBy(@event));

        public override BitSet TransferThrow(BitSet state, Event @event) => state.Union(NeededBy(@event));

        public override BitSet TransferBranch(BitSet state, Branch branch) =>
            state.Union(Set(Access.Reads(branch.Condition)));

        private BitSet NeededBy(Event @event)
        {
            var named = Set(Access.Reads(@event));
            return Access.RunsUnknownCode(@event) ? named.Union(_seenByOthers) : named;
        }

        private BitSet Set(IEnumerable<Local> locals) => BitSet.Of(locals.Select(l => _index[l]));
    }
}

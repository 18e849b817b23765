using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// A place where a local gets a value. <see cref="At"/> is null for what holds at the entry: a parameter's value, or
/// nothing yet.
/// </summary>
public sealed record Definition(int Index, Local Local, Event? At)
{
    /// <summary>The local has no value yet: it is declared, and not assigned.</summary>
    public bool IsUnset =>
        At is ScopeEnter || (At is null && Local.Kind is LocalKind.Variable or LocalKind.Temporary && !Local.IsStatic);

    public override string ToString() => $"{Local}: {At?.ToString() ?? "entry"}";
}

/// <summary>Which definitions of a local may still hold at a point.</summary>
public sealed class ReachingDefinitions
{
    private readonly ILookup<Local, Definition> _ofLocal;
    private readonly Solution<BitSet> _solution;

    private ReachingDefinitions(ImmutableArray<Definition> all, Solution<BitSet> solution)
    {
        All = all;
        _ofLocal = all.ToLookup(d => d.Local);
        _solution = solution;
    }

    public ImmutableArray<Definition> All { get; }

    public static ReachingDefinitions Of(Function function)
    {
        var problem = new Problem(function);
        return new ReachingDefinitions(problem.All, Dataflow.Solve(problem, function.Graph));
    }

    public IEnumerable<Definition> Before(Event @event, Local local) => Among(local, _solution.Before(@event));

    public IEnumerable<Definition> At(Point point, Local local) => Among(local, _solution.At(point));

    public IEnumerable<Definition> AtEnd(Block block, Local local) => Among(local, _solution.AtEnd(block));

    private IEnumerable<Definition> Among(Local local, BitSet reaching) =>
        _ofLocal[local].Where(d => reaching.Contains(d.Index));

    private sealed class Problem : DataflowProblem<BitSet>
    {
        private readonly Dictionary<Local, BitSet> _ofLocal = [];
        private readonly Dictionary<Event, (BitSet Generated, BitSet GeneratedOnThrow, BitSet Killed)> _effects =
            new(ReferenceEqualityComparer.Instance);

        public Problem(Function function)
        {
            var locals = Locals.Of(function);
            var aliased = locals.Where(l => l.IsAliased).ToList();
            var all = ImmutableArray.CreateBuilder<Definition>();
            foreach (var local in locals)
                all.Add(new Definition(all.Count, local, null));

            Boundary = BitSet.Of(Enumerable.Range(0, all.Count));
            var writes = new List<(Event Event, List<(Definition Definition, Write Write)> Writes)>();
            foreach (var @event in function.Graph.Events)
            {
                var made = new List<(Definition, Write)>();
                foreach (var write in WritesOf(@event, aliased, locals))
                {
                    var definition = new Definition(all.Count, write.Local, @event);
                    all.Add(definition);
                    made.Add((definition, write));
                }

                if (made.Count > 0)
                    writes.Add((@event, made));
            }

            All = all.ToImmutable();
            foreach (var group in All.GroupBy(d => d.Local))
                _ofLocal.Add(group.Key, BitSet.Of(group.Select(d => d.Index)));

            foreach (var (@event, made) in writes)
            {
                var killed = made.Where(m => m.Write.IsWhole)
                    .Aggregate(BitSet.Empty, (set, m) => set.Union(_ofLocal[m.Write.Local]));
                _effects.Add(
                    @event,
                    (BitSet.Of(made.Select(m => m.Definition.Index)),
                        BitSet.Of(made.Where(m => m.Write.OnThrow).Select(m => m.Definition.Index)),
                        killed));
            }
        }

        public ImmutableArray<Definition> All { get; }

        public override BitSet Bottom => BitSet.Empty;

        public override BitSet Boundary { get; }

        public override BitSet Join(BitSet left, BitSet right) => left.Union(right);

        public override bool AreEqual(BitSet left, BitSet right) => left.Equals(right);

        public override BitSet Transfer(BitSet state, Event @event) =>
            _effects.TryGetValue(@event, out var effect) ? state.Except(effect.Killed).Union(effect.Generated) : state;

        public override BitSet TransferThrow(BitSet state, Event @event) =>
            _effects.TryGetValue(@event, out var effect) ? state.Union(effect.GeneratedOnThrow) : state;

        private static IEnumerable<Write> WritesOf(Event @event, List<Local> aliased, ImmutableArray<Local> locals)
        {
            if (@event is ScopeEnter enter)
                return locals.Where(l => l.Scope == enter.Scope).Select(l => new Write(l, IsWhole: true, OnThrow: false));

            var named = Access.Writes(@event).ToList();
            if (Access.RunsUnknownCode(@event))
            {
                named.AddRange(
                    aliased.Where(l => named.All(w => w.Local != l))
                        .Select(l => new Write(l, IsWhole: false, OnThrow: true)));
            }

            return named;
        }
    }
}

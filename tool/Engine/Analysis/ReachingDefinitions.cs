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
    private readonly Solution<BitSet> _solution;

    private ReachingDefinitions(ImmutableArray<Definition> all, Solution<BitSet> solution)
    {
        All = all;
        OfLocal = all.ToLookup(d => d.Local);
        _solution = solution;
    }

    public ImmutableArray<Definition> All { get; }

    public ILookup<Local, Definition> OfLocal { get; }

    public static ReachingDefinitions Of(Function function)
    {
        var problem = new Problem(function);
        return new ReachingDefinitions(problem.All, Dataflow.Solve(problem, function.Graph));
    }

    public IEnumerable<Definition> Before(Event @event, Local local) => Among(local, _solution.Before(@event));

    public IEnumerable<Definition> At(Point point, Local local) => Among(local, _solution.At(point));

    public IEnumerable<Definition> AtEnd(Block block, Local local) => Among(local, _solution.AtEnd(block));

    private IEnumerable<Definition> Among(Local local, BitSet reaching) =>
        OfLocal[local].Where(d => reaching.Contains(d.Index));

    private sealed class Problem : DataflowProblem<BitSet>
    {
        /// <summary>By the number of the event; null where it defines nothing.</summary>
        private readonly Effect?[] _effects;

        public Problem(Function function)
        {
            var locals = Locals.Of(function);
            var aliased = locals.Where(l => l.IsAliased).ToList();
            var all = ImmutableArray.CreateBuilder<Definition>();
            foreach (var local in locals)
                all.Add(new Definition(all.Count, local, null));

            Boundary = BitSet.Below(all.Count);
            var events = function.Graph.Events;
            var made = new List<(Definition Definition, Write Write)>[events.Length];
            foreach (var @event in events)
            {
                foreach (var write in WritesOf(@event, aliased, locals))
                {
                    var definition = new Definition(all.Count, write.Local, @event);
                    all.Add(definition);
                    (made[@event.Number] ??= []).Add((definition, write));
                }
            }

            All = all.ToImmutable();
            var ofLocal = All.GroupBy(d => d.Local).ToDictionary(g => g.Key, g => BitSet.Of(g.Select(d => d.Index)));
            _effects = new Effect?[events.Length];
            for (var i = 0; i < made.Length; i++)
            {
                if (made[i] is not { } some)
                    continue;

                var killed = BitSet.Empty;
                foreach (var (definition, write) in some)
                {
                    if (write.IsWhole)
                        killed = killed.Union(ofLocal[definition.Local]);
                }

                _effects[i] = new Effect(
                    [.. some.Select(m => m.Definition.Index)], [.. some.Where(m => m.Write.OnThrow).Select(m => m.Definition.Index)], killed);
            }
        }

        private sealed record Effect(int[] Generated, int[] GeneratedOnThrow, BitSet Killed);

        public ImmutableArray<Definition> All { get; }

        public override BitSet Bottom => BitSet.Empty;

        public override BitSet Boundary { get; }

        public override BitSet Join(BitSet left, BitSet right) => left.Union(right);

        public override bool AreEqual(BitSet left, BitSet right) => left.Equals(right);

        public override BitSet Transfer(BitSet state, Event @event) =>
            _effects[@event.Number] is { } effect ? state.Replaced(effect.Killed, effect.Generated) : state;

        public override BitSet TransferThrow(BitSet state, Event @event) =>
            _effects[@event.Number] is { } effect ? state.Replaced(BitSet.Empty, effect.GeneratedOnThrow) : state;

        private static ImmutableArray<Write> WritesOf(Event @event, List<Local> aliased, ImmutableArray<Local> locals)
        {
            if (@event is ScopeEnter enter)
                return [.. locals.Where(l => l.Scope == enter.Scope).Select(l => new Write(l, IsWhole: true, OnThrow: false))];

            var named = Access.Writes(@event);
            return aliased.Count > 0 && Access.RunsUnknownCode(@event)
                ? [.. named, .. aliased.Where(l => named.All(w => w.Local != l)).Select(l => new Write(l, IsWhole: false, OnThrow: true))]
                : named;
        }
    }
}

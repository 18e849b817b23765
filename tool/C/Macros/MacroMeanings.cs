using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Index;

namespace MigrateCleanup.C.Macros;

/// <summary>
/// What macros do by their bodies and by the macros that those name. Macros that name each other in a ring are worked out
/// together, so that each is looked at once, however many ways lead to it: strongly connected components in the order in
/// which Tarjan's algorithm closes them (SIAM J. Computing 1, 1972), each to its least fixed point.
/// </summary>
internal sealed class MacroMeanings(ProjectIndex index)
{
    private readonly ConcurrentDictionary<string, MacroMeaning> _known = new(StringComparer.Ordinal);

    /// <summary>What a macro does; null for a name that is none. Time is linear in the macros that it leads to.</summary>
    /// <param name="name">The macro.</param>
    /// <param name="isNoReturn">Whether control never comes back from a call of this name.</param>
    public MacroMeaning? Of(string name, Func<string, bool> isNoReturn)
    {
        if (_known.TryGetValue(name, out var known) || index.Macros(name).IsEmpty)
            return known;

        var search = new Search(this, isNoReturn);
        search.Run(name);
        return _known[name];
    }

    /// <summary>The other macros that a macro's bodies name.</summary>
    private IEnumerable<string> Named(string macro) => index.Macros(macro)
        .SelectMany(d => d.Named)
        .Where(n => !index.Macros(n).IsEmpty)
        .Distinct(StringComparer.Ordinal);

    /// <summary>Works out a ring of macros, of which all others that they name are known.</summary>
    private void Solve(IReadOnlyCollection<string> ring, Func<string, bool> isNoReturn)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in ring.SelectMany(m => index.Macros(m)).SelectMany(d => d.Named))
        {
            if (_known.TryGetValue(name, out var other))
                names.UnionWith(other.Names);
        }

        names.UnionWith(ring.SelectMany(m => index.Macros(m)).SelectMany(d => d.Names));
        ImmutableArray<string> all = [.. names.Order(StringComparer.Ordinal)];
        var found = ring.ToDictionary(m => m, _ => new MacroMeaning([]) { Names = all, Exits = MacroExits.None }, StringComparer.Ordinal);
        for (var changes = true; changes;)
        {
            changes = false;
            foreach (var macro in ring)
            {
                var next = Step(macro, found) with { Names = all };
                changes |= ring.Count > 1 && !IsSame(found[macro], next);
                found[macro] = next;
            }
        }

        foreach (var (macro, meaning) in found)
        {
            var definitions = index.Macros(macro);
            _known.TryAdd(macro, meaning with
            {
                NeverReturns = definitions.All(d => d.AlwaysCalls(isNoReturn)),
                AlwaysLeaves = definitions.All(d => d.AlwaysLeaves || (d.IsStraight && d.OwnCalls.Any(c => _known.GetValueOrDefault(c) is { AlwaysLeaves: true }))),
                IsTransparent = definitions.All(d => d.IsTransparent),
                TurnsOnce = definitions.All(d => d.TurnsOnce),
                Alias = ring.Count == 1 && !index.HasFunction(macro) && definitions.All(d => d.Alias == definitions[0].Alias) ? definitions[0].Alias : null,
            });
        }
    }

    private static bool IsSame(MacroMeaning a, MacroMeaning b) =>
        a.Assigns.SequenceEqual(b.Assigns)
        && (a.Exits is null) == (b.Exits is null)
        && (a.Exits is not { } x || b.Exits is not { } y
            || (x.Returns == y.Returns && x.Breaks == y.Breaks && x.Continues == y.Continues && x.Labels.SequenceEqual(y.Labels) && x.Parameters.SequenceEqual(y.Parameters)));

    /// <summary>What a macro assigns and where it leaves to, when those of its own ring do what was found so far.</summary>
    private MacroMeaning Step(string name, Dictionary<string, MacroMeaning> found)
    {
        var assigns = new HashSet<int>();
        MacroExits? exits = MacroExits.None;
        foreach (var macro in index.Macros(name))
        {
            exits = macro.Exits is { } own ? exits?.And(own) : null;
            assigns.UnionWith(macro.Assigns);
            foreach (var call in macro.Calls)
            {
                if ((found.GetValueOrDefault(call.Name) ?? _known.GetValueOrDefault(call.Name)) is not { } inner)
                {
                    // A macro that is not to be seen may do anything with what it is given.
                    if (MacroShapes.IsNamedLikeMacro(call.Name) && !index.HasFunction(call.Name))
                        assigns.UnionWith(call.Passed.Select(p => p.Parameter));

                    continue;
                }

                exits = ExitsOf(call, inner) is { } further ? exits?.And(macro.Loops ? further.InsideLoop : further) : null;
                assigns.UnionWith(call.Passed.Where(p => inner.Assigns.Contains(p.Argument)).Select(p => p.Parameter));
            }
        }

        return new MacroMeaning([.. assigns.Order()]) { Exits = exits };
    }

    /// <summary>Where an inner macro leaves to, as the outer one would say it; null where that cannot be told.</summary>
    private static MacroExits? ExitsOf(MacroCall call, MacroMeaning inner)
    {
        if (inner.Exits is not { } exits)
            return null;

        var given = exits.Parameters.Select(p => call.Passed.Where(c => c.Argument == p).Select(c => (int?)c.Parameter).FirstOrDefault()).ToList();
        return given.Contains(null) ? null : exits with { Parameters = [.. given.Select(g => g!.Value)] };
    }

    /// <summary>One walk from a macro. It keeps its own stack: a chain of macros may be long.</summary>
    private sealed class Search(MacroMeanings all, Func<string, bool> isNoReturn)
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        private readonly Stack<string> _open = new();
        private readonly Stack<Visit> _path = new();

        private sealed class Visit(string macro, int number, IEnumerator<string> named)
        {
            public string Macro { get; } = macro;

            public int Number { get; } = number;

            public IEnumerator<string> Named { get; } = named;

            /// <summary>The smallest number of an open macro that it leads to.</summary>
            public int Lowest { get; set; } = number;
        }

        public void Run(string macro)
        {
            Enter(macro);
            while (_path.TryPeek(out var visit))
            {
                if (visit.Named.MoveNext())
                    Look(visit, visit.Named.Current);
                else
                    Leave();
            }
        }

        private void Enter(string macro)
        {
            _path.Push(new Visit(macro, _numbers.Count, all.Named(macro).GetEnumerator()));
            _numbers.Add(macro, _numbers.Count);
            _open.Push(macro);
        }

        private void Look(Visit from, string macro)
        {
            if (all._known.ContainsKey(macro) && !_numbers.ContainsKey(macro))
                return;

            if (!_numbers.TryGetValue(macro, out var number))
                Enter(macro);
            else if (number >= 0)
                from.Lowest = Math.Min(from.Lowest, number);
        }

        private void Leave()
        {
            var visit = _path.Pop();
            if (_path.TryPeek(out var outer))
                outer.Lowest = Math.Min(outer.Lowest, visit.Lowest);

            if (visit.Lowest < visit.Number)
                return;

            var ring = new List<string>();
            string macro;
            do
            {
                macro = _open.Pop();
                _numbers[macro] = -1;
                ring.Add(macro);
            }
            while (macro != visit.Macro);
            all.Solve(ring, isNoReturn);
        }
    }
}

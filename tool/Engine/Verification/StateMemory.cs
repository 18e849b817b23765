using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

internal enum Visit
{
    /// <summary>The state has not been here; it may have become more general.</summary>
    New,

    /// <summary>What was explored before covers it.</summary>
    Known,

    TooMany,
}

/// <summary>
/// Which states have been explored at which pair of points. Symbols are renamed in order of appearance and what is dead
/// is dropped, so that states that differ in names alone are one. Where many states meet, and early at the heads of
/// loops, two are generalised: positions that hold the same pair of values get the same new symbol, and what is known
/// of both stays known.
/// </summary>
internal sealed class StateMemory(Terms terms, Body old, Body @new)
{
    public const string LiteralOperator = "#if";

    private const int LimitAtHeads = 3;
    private const int LimitElsewhere = 40;
    private const int LimitOfShapes = 160;

    private readonly Dictionary<(Block, int, Block, int), List<Snapshot>> _seen = [];
    private readonly Questions _ofOld = new(terms, old);
    private readonly Questions _ofNew = new(terms, @new);

    public Visit Visit(ProductState state)
    {
        Canonicalise(state);
        var key = (state.Old.Block, state.Old.Index, state.New.Block, state.New.Index);
        if (!_seen.TryGetValue(key, out var known))
            _seen[key] = known = [];

        var snapshot = new Snapshot(terms, state);
        foreach (var earlier in known)
        {
            if (earlier.Covers(snapshot))
                return Verification.Visit.Known;
        }

        var limit = state.Old.IsAtHead || state.New.IsAtHead ? LimitAtHeads : LimitElsewhere;
        var last = known.FindLastIndex(s => s.HasShapeOf(snapshot));
        if (last < 0 || known.Count < limit || known.Count(s => s.HasShapeOf(snapshot)) < limit)
        {
            if (known.Count >= LimitOfShapes)
                return Verification.Visit.TooMany;

            known.Add(snapshot);
            return Verification.Visit.New;
        }

        new Generalisation(terms, known[last], snapshot).WriteTo(state);
        known[last] = new Snapshot(terms, state);
        return Verification.Visit.New;
    }

    private void Canonicalise(ProductState state)
    {
        foreach (var side in new[] { state.Old, state.New })
        {
            for (var slot = 0; slot < side.Values.Length; slot++)
            {
                if (!side.Body.IsLive(side.Block, side.Index, slot))
                    side.Values[slot] = terms.Unset;
            }
        }

        NameMade(state);
        foreach (var key in state.Stored.Keys.ToArray())
        {
            if (key.Memory != state.Old.Memory && key.Memory != state.New.Memory)
                state.Stored.Remove(key);
        }

        // Symbols in order of appearance.
        var map = new Dictionary<int, int>();
        MapRoots(state, root =>
        {
            Number(root, map);
            return root;
        });

        foreach (var ((memory, place), value) in state.Stored.ToArray())
        {
            if (AreNumbered(place, map))
                Number(value, map);
            else
                state.Stored.Remove((memory, place));
        }

        var count = map.Count;
        var reached = new HashSet<int>(map.Keys);
        NumberSet? held = null;
        state.Facts.Keep(atom => IsKept(state, atom, reached) && IsAsked(state, atom, ref held));
        state.Facts.Rename(map);
        MapRoots(state, root => terms.Substitute(root, map));
        var stored = state.Stored.ToArray();
        state.Stored.Clear();
        foreach (var ((memory, place), value) in stored)
            state.Stored[(terms.Substitute(memory, map), terms.Substitute(place, map))] = terms.Substitute(value, map);

        var things = state.Things.Where(t => reached.Contains(t.Key)).ToArray();
        state.Things.Clear();
        foreach (var (symbol, thing) in things)
        {
            var isOrphaned = thing.Consumers.Items.ToArray().Any(c => !reached.Contains(c));
            state.Things[map[symbol]] = thing with
            {
                Sources = Renamed(thing.Sources, map, reached),
                MadeFrom = Renamed(thing.MadeFrom, map, reached),
                Consumers = Renamed(thing.Consumers, map, reached),
                Escaped = isOrphaned && thing.Escaped == Certainty.Never ? Certainty.Perhaps : thing.Escaped,
            };
        }

        state.NextSymbol = count;
    }

    /// <summary>What harmless constructors made on both sides becomes symbols, so that counting can begin anew.</summary>
    private void NameMade(ProductState state)
    {
        if (state.Old.Made.Count == 0 || !state.Old.Made.Order().SequenceEqual(state.New.Made.Order()))
            return;

        state.Old.Made.Clear();
        state.New.Made.Clear();
        var map = new Dictionary<int, int>();
        MapRoots(state, root =>
        {
            CollectMade(state, root, map);
            return root;
        });

        foreach (var value in state.Stored.Values)
            CollectMade(state, value, map);

        if (map.Count == 0)
            return;

        var made = map.Values.ToArray();
        MapRoots(state, root => terms.Substitute(root, map));
        foreach (var ((memory, place), value) in state.Stored.ToArray())
        {
            state.Stored.Remove((memory, place));
            state.Stored[(memory, terms.Substitute(place, map))] = terms.Substitute(value, map);
        }

        state.Facts.Substitute(map);
        foreach (var symbol in made)
            state.Facts.Record(terms.Operation("==", symbol, terms.Null), false);
    }

    private void CollectMade(ProductState state, int term, Dictionary<int, int> map)
    {
        if (terms.IsMade(term))
        {
            if (map.ContainsKey(term))
                return;

            var sources = terms.SymbolsOf(term).Items.ToArray().SelectMany(s => state.Things.TryGetValue(s, out var t) && !t.IsPlain ? [s, .. t.Sources.Items] : Array.Empty<int>());
            var symbol = state.Fresh(terms);
            map[term] = symbol;
            state.Things[symbol] = new Provenance { IsOther = true, Sources = NumberSet.Of(sources) };
            return;
        }

        foreach (var operand in terms.OperandsOf(term).ToArray())
            CollectMade(state, operand, map);
    }

    private bool IsKept(ProductState state, int atom, HashSet<int> reached)
    {
        if (terms.OperatorOf(atom) == LiteralOperator)
        {
            var literal = (string)terms.ValueOf(terms.OperandsOf(atom)[0])!;
            return state.Old.Body.IsLiteralLive(state.Old.Block, state.Old.Index, literal)
                || state.New.Body.IsLiteralLive(state.New.Block, state.New.Index, literal);
        }

        return terms.SymbolsOf(atom).All(reached.Contains);
    }

    /// <summary>
    /// Whether a condition can be asked again: code ahead names all that it names, or a value that is still held does.
    /// What is known of a thing that was acquired counts at its release, too.
    /// </summary>
    private bool IsAsked(ProductState state, int atom, ref NumberSet? held)
    {
        foreach (var key in terms.KeysOf(atom).Items)
        {
            if (_ofOld.AreAhead(state.Old.Block, key) || _ofNew.AreAhead(state.New.Block, key))
                continue;

            var names = held ??= KeysHeld(state);
            if (!names.Contains(key))
                return IsAboutAcquired(state, atom);
        }

        return true;
    }

    private bool IsAboutAcquired(ProductState state, int atom) =>
        !terms.SymbolsOf(atom).All(s => !state.Things.TryGetValue(s, out var thing) || thing.Acquisitions.IsEmpty);

    private NumberSet KeysHeld(ProductState state)
    {
        var keys = new HashSet<int>();
        MapRoots(state, root =>
        {
            Add(root);
            return root;
        });

        foreach (var ((_, place), value) in state.Stored)
        {
            Add(place);
            Add(value);
        }

        return NumberSet.Of(keys);

        void Add(int term)
        {
            foreach (var key in terms.KeysOf(term).Items)
                keys.Add(key);
        }
    }

    private static NumberSet Renamed(NumberSet set, Dictionary<int, int> map, HashSet<int> reached) =>
        NumberSet.Of(set.Items.ToArray().Where(reached.Contains).Select(s => map[s]));

    private void Number(int term, Dictionary<int, int> map)
    {
        if (!terms.HasSymbols(term))
            return;

        if (terms.IsSymbol(term))
        {
            map.TryAdd(term, terms.Symbol(map.Count));
            return;
        }

        foreach (var operand in terms.OperandsOf(term).ToArray())
            Number(operand, map);
    }

    private bool AreNumbered(int term, Dictionary<int, int> map) => terms.SymbolsOf(term).All(map.ContainsKey);

    /// <summary>Every term of the state that stands for something, always in the same order.</summary>
    internal static void MapRoots(ProductState state, Func<int, int> map)
    {
        foreach (var side in new[] { state.Old, state.New })
        {
            for (var slot = 0; slot < side.Values.Length; slot++)
                side.Values[slot] = map(side.Values[slot]);

            side.Memory = map(side.Memory);
            for (var i = 0; i < side.Made.Count; i++)
                side.Made[i] = (map(side.Made[i].Term), side.Made[i].Count);
        }

        for (var i = 0; i < state.Owed.Count; i++)
        {
            var owed = state.Owed[i];
            state.Owed[i] = owed with
            {
                Value = map(owed.Value),
                Arguments = [.. owed.Arguments.Select(map)],
                Seen = [.. owed.Seen.Select(map)],
                After = [.. owed.After.Select(map)],
                Result = map(owed.Result),
                Exception = map(owed.Exception),
            };
        }

        for (var i = 0; i < state.Holds.Count; i++)
            state.Holds[i] = state.Holds[i] with { Value = map(state.Holds[i].Value) };
    }
}

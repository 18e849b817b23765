using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Which states have come to which pair of points. Each waits there until none is left that could still come, so that what
/// lies behind is explored for few of them. Symbols are renamed in order of appearance and what is dead
/// is dropped, so that states that differ in names alone are one. Where many states meet, and early at the heads of
/// loops, two are generalised: positions that hold the same pair of values get the same new symbol, and what is known
/// of both stays known.
/// </summary>
internal sealed class StateMemory(Terms terms, Body old, Body @new)
{
    public const string LiteralOperator = "#if";

    private const int LimitAtHeads = 3;
    private const int LimitElsewhere = 10;
    private const int LimitOfShapes = 160;

    private readonly Dictionary<Place, Meeting> _seen = [];
    private readonly PriorityQueue<Arrival, Place> _waiting = new();
    private readonly Questions _ofOld = new(terms, old);
    private readonly Questions _ofNew = new(terms, @new);
    private readonly Shapes _shapes = new();
    private readonly Binding _binding = new();

    // What is worked out of one state, and forgotten with the next:
    private readonly Substitution _names = new();
    private readonly Substitution _elsewhere = new();
    private readonly List<int> _named = [];
    private readonly List<int> _roots = [];
    private bool _keepsNames;

    /// <summary>
    /// A state comes to a place where paths meet, and waits there, alone or as part of a more general one, unless what was
    /// here before covers it. False when there are too many here.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="isHurried">Much of the budget is spent: fewer states are kept apart.</param>
    public bool Meet(ProductState state, bool isHurried)
    {
        Canonicalise(state);
        var place = new Place(old.RankOf(state.Old.Block), state.Old.Index, @new.RankOf(state.New.Block), state.New.Index);
        if (!_seen.TryGetValue(place, out var meeting))
            _seen[place] = meeting = new Meeting();

        var snapshot = SnapshotOf(state);
        var alike = meeting.Of(snapshot.Shape);
        for (var i = alike.Count - 1; i >= 0; i--)
        {
            if (alike[i].Snapshot.Covers(snapshot, _binding))
                return true;
        }

        var limit = isHurried || state.Old.IsAtHead || state.New.IsAtHead ? LimitAtHeads : LimitElsewhere;
        if (alike.Count == 0 || meeting.Count < limit || alike.Count < limit)
        {
            if (meeting.Count >= LimitOfShapes)
                return false;

            meeting.Count++;
            var arrival = new Arrival(snapshot) { Waiting = state };
            alike.Add(arrival);
            _waiting.Enqueue(arrival, place);
            return true;
        }

        var nearest = Nearest(alike, snapshot);
        snapshot = snapshot.Kept();
        new Generalisation(terms, nearest.Snapshot, snapshot).WriteTo(state, _names, _elsewhere);
        var general = SnapshotOf(state);
        Debug.Assert(general.Covers(nearest.Snapshot, _binding) && general.Covers(snapshot, _binding), "what is general covers what it was made of");
        if (nearest.Waiting is null)
            _waiting.Enqueue(nearest, place);

        nearest.Waiting = state;
        nearest.Snapshot = general;
        return true;
    }

    /// <summary>The one, the last of several, that loses least by being made one with the state.</summary>
    private static Arrival Nearest(List<Arrival> arrivals, Snapshot snapshot)
    {
        var (nearest, distance) = (arrivals[^1], arrivals[^1].Snapshot.DistanceTo(snapshot));
        for (var i = arrivals.Count - 2; i >= 0 && distance > 0; i--)
        {
            if (arrivals[i].Snapshot.DistanceTo(snapshot) is var other && other < distance)
                (nearest, distance) = (arrivals[i], other);
        }

        return nearest;
    }

    /// <summary>The next state to go on with: of those that wait, one that no other may still come to.</summary>
    public bool TryNext([NotNullWhen(true)] out ProductState? state)
    {
        if (!_waiting.TryDequeue(out var arrival, out _))
        {
            state = null;
            return false;
        }

        state = arrival.Waiting!;
        arrival.Waiting = null;
        arrival.Snapshot = arrival.Snapshot.Kept();
        return true;
    }

    private Snapshot SnapshotOf(ProductState state)
    {
        _roots.Clear();
        VisitRoots(state, _roots.Add);
        for (var i = 0; i < state.Stored.Count; i++)
        {
            var (memory, place, value) = state.Stored[i];
            _roots.AddRange([memory, place, value]);
        }

        return new Snapshot(terms, _shapes.Of(state, _roots.Count), [.. _roots], state.NextSymbol, state.Facts, state.Things);
    }

    private void Canonicalise(ProductState state)
    {
        Normalise(state.Old, state.Facts);
        Normalise(state.New, state.Facts);
        NameMade(state);
        state.Stored.RemoveAll(s => s.Memory != state.Old.Memory && s.Memory != state.New.Memory);

        // Symbols in order of appearance.
        _names.Clear();
        _named.Clear();
        _keepsNames = true;
        VisitRoots(state, Number);
        state.Stored.RemoveAll(s =>
        {
            if (!AreNumbered(s.Place))
                return true;

            Number(s.Value);
            return false;
        });

        NumberSet? held = null;
        state.Facts.Keep(condition => IsKept(state, condition) && IsAsked(state, condition, ref held));
        RenameThings(state);
        if (!_keepsNames)
        {
            state.Facts.Rename(_names);
            MapRoots(state, root => terms.Substitute(root, _names));
            state.Stored.Replace(s => new StoredValue(terms.Substitute(s.Memory, _names), terms.Substitute(s.Place, _names), terms.Substitute(s.Value, _names)));
        }

        state.NextSymbol = _named.Count;
    }

    /// <summary>Gives up what is dead. Of what is not, one side may have worked it out before its value was known, and the other one after.</summary>
    private void Normalise(Side side, PathFacts facts)
    {
        for (var slot = 0; slot < side.Values.Length; slot++)
        {
            if (side.Values[slot] != terms.Unset)
                side.Values[slot] = side.Body.IsLive(side.Block, side.Index, slot) ? Known(side.Values[slot], facts) : terms.Unset;
        }
    }

    private int Known(int value, PathFacts facts)
    {
        var resolved = facts.Resolved(value);
        return terms.IsTruth(resolved) && facts.Decide(resolved) is { } holds ? terms.Boolean(holds) : resolved;
    }

    /// <summary>What harmless constructors made on both sides becomes symbols, so that counting can begin anew.</summary>
    private void NameMade(ProductState state)
    {
        if (state.Old.Made.Count == 0 || !state.Old.Made.Order().SequenceEqual(state.New.Made.Order()))
            return;

        state.Old.Made.Clear();
        state.New.Made.Clear();
        var map = new Dictionary<int, int>();
        VisitRoots(state, root => CollectMade(state, root, map));
        for (var i = 0; i < state.Stored.Count; i++)
            CollectMade(state, state.Stored[i].Value, map);

        if (map.Count == 0)
            return;

        _names.Clear();
        foreach (var (made, symbol) in map)
            _names.Set(made, symbol);

        MapRoots(state, root => terms.Substitute(root, _names));
        state.Stored.Replace(s => s with { Place = terms.Substitute(s.Place, _names), Value = terms.Substitute(s.Value, _names) });
        state.Facts.Substitute(_names);
        foreach (var symbol in map.Values)
            state.Facts.Record(terms.Operation("==", symbol, terms.Null), false);
    }

    private void CollectMade(ProductState state, int term, Dictionary<int, int> map)
    {
        if (terms.IsMade(term))
        {
            if (map.ContainsKey(term))
                return;

            var sources = new List<int>();
            foreach (var source in terms.SymbolsOf(term).Items)
            {
                if (state.Things.TryGetValue(source, out var thing) && !thing.IsPlain)
                    sources.AddRange([source, .. thing.Sources.Items]);
            }

            var symbol = state.Fresh(terms);
            map[term] = symbol;
            state.Things[symbol] = new Provenance { IsOther = true, Sources = NumberSet.Of(sources) };
            return;
        }

        if (!terms.HasMade(term))
            return;

        foreach (var operand in terms.OperandsOf(term))
            CollectMade(state, operand, map);
    }

    private bool IsKept(ProductState state, int condition)
    {
        if (terms.OperatorOf(condition) == LiteralOperator)
        {
            var literal = (string)terms.ValueOf(terms.OperandsOf(condition)[0])!;
            return state.Old.Body.IsLiteralLive(state.Old.Block, state.Old.Index, literal)
                || state.New.Body.IsLiteralLive(state.New.Block, state.New.Index, literal);
        }

        return AreNumbered(condition);
    }

    /// <summary>
    /// Whether a condition can be asked again: code ahead names all that it names, or a value that is still held does.
    /// What is known of a thing that was acquired counts at its release, too.
    /// </summary>
    private bool IsAsked(ProductState state, int condition, ref NumberSet? held)
    {
        foreach (var key in terms.KeysOf(condition).Items)
        {
            if (_ofOld.AreAhead(state.Old.Block, key) || _ofNew.AreAhead(state.New.Block, key))
                continue;

            var names = held ??= KeysHeld(state);
            if (!names.Contains(key))
                return IsAboutAcquired(state, condition);
        }

        return true;
    }

    private bool IsAboutAcquired(ProductState state, int condition)
    {
        foreach (var symbol in terms.SymbolsOf(condition).Items)
        {
            if (state.Things.TryGetValue(symbol, out var thing) && !thing.Acquisitions.IsEmpty)
                return true;
        }

        return false;
    }

    private NumberSet KeysHeld(ProductState state)
    {
        var keys = new HashSet<int>();
        VisitRoots(state, Add);
        for (var i = 0; i < state.Stored.Count; i++)
        {
            Add(state.Stored[i].Place);
            Add(state.Stored[i].Value);
        }

        return NumberSet.Of(keys);

        void Add(int term)
        {
            foreach (var key in terms.KeysOf(term).Items)
                keys.Add(key);
        }
    }

    /// <summary>Of things that can be reached, what is known is kept under their new names.</summary>
    private void RenameThings(ProductState state)
    {
        var renamed = new Provenance?[_named.Count];
        for (var i = 0; i < renamed.Length; i++)
        {
            if (state.Things.Of(_named[i]) is { } thing)
                renamed[i] = Renamed(thing);
        }

        state.Things.Take(renamed);
    }

    private Provenance Renamed(Provenance thing)
    {
        var consumers = Renamed(thing.Consumers);
        var (sources, madeFrom) = (Renamed(thing.Sources), Renamed(thing.MadeFrom));
        var isOrphaned = consumers.Count < thing.Consumers.Count && thing.Escaped == Certainty.Never;
        if (!isOrphaned && consumers.Equals(thing.Consumers) && sources.Equals(thing.Sources) && madeFrom.Equals(thing.MadeFrom))
            return thing;

        return thing with
        {
            Sources = sources,
            MadeFrom = madeFrom,
            Consumers = consumers,
            Escaped = isOrphaned ? Certainty.Perhaps : thing.Escaped,
        };
    }

    private NumberSet Renamed(NumberSet set)
    {
        if (set.IsEmpty || (_keepsNames && AreNumbered(set)))
            return set;

        Span<int> renamed = stackalloc int[16];
        if (set.Count > renamed.Length)
            renamed = new int[set.Count];

        var count = 0;
        foreach (var symbol in set.Items)
        {
            if (_names.TryGet(symbol, out var name))
                renamed[count++] = name;
        }

        return NumberSet.OfDistinct(renamed[..count]);
    }

    private void Number(int term)
    {
        // What names nothing new is not gone through again, however often terms share it.
        if (AreNumbered(term))
            return;

        if (terms.IsSymbol(term))
        {
            var name = terms.Symbol(_named.Count);
            _keepsNames &= name == term;
            _names.Set(term, name);
            _named.Add(term);
            return;
        }

        foreach (var operand in terms.OperandsOf(term))
            Number(operand);
    }

    private bool AreNumbered(int term) => AreNumbered(terms.SymbolsOf(term));

    private bool AreNumbered(NumberSet symbols)
    {
        foreach (var symbol in symbols.Items)
        {
            if (!_names.Contains(symbol))
                return false;
        }

        return true;
    }

    /// <summary>Every term of the state that stands for something, always in the same order.</summary>
    private static void VisitRoots(ProductState state, Action<int> visit)
    {
        VisitRoots(state.Old, visit);
        VisitRoots(state.New, visit);
        foreach (var owed in state.Owed)
        {
            visit(owed.Value);
            foreach (var term in owed.Arguments)
                visit(term);

            foreach (var term in owed.Seen)
                visit(term);

            foreach (var term in owed.After)
                visit(term);

            visit(owed.Result);
            visit(owed.Exception);
        }

        foreach (var hold in state.Holds)
            visit(hold.Value);
    }

    private static void VisitRoots(Side side, Action<int> visit)
    {
        foreach (var value in side.Values)
            visit(value);

        visit(side.Memory);
        foreach (var (term, _) in side.Made)
            visit(term);
    }

    /// <summary>Puts another term in place of each, in the order in which they are visited.</summary>
    internal static void MapRoots(ProductState state, Func<int, int> map)
    {
        MapRoots(state.Old, map);
        MapRoots(state.New, map);
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

    private static void MapRoots(Side side, Func<int, int> map)
    {
        for (var slot = 0; slot < side.Values.Length; slot++)
            side.Values[slot] = map(side.Values[slot]);

        side.Memory = map(side.Memory);
        for (var i = 0; i < side.Made.Count; i++)
            side.Made[i] = (map(side.Made[i].Term), side.Made[i].Count);
    }

    /// <summary>A pair of points, one in each function, by the order in which blocks are gone through.</summary>
    private readonly record struct Place(int Old, int OldIndex, int New, int NewIndex) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            (Old, OldIndex, New, NewIndex).CompareTo((other.Old, other.OldIndex, other.New, other.NewIndex));
    }

    /// <summary>A state that came to a pair of points, and, until it goes on, itself.</summary>
    private sealed class Arrival(Snapshot snapshot)
    {
        public Snapshot Snapshot { get; set; } = snapshot;

        public ProductState? Waiting { get; set; }
    }

    /// <summary>The states seen at one pair of points, those of one shape together.</summary>
    private sealed class Meeting
    {
        private readonly List<(int Shape, List<Arrival> Arrivals)> _shapes = [];

        public int Count { get; set; }

        public List<Arrival> Of(int shape)
        {
            foreach (var (known, arrivals) in _shapes)
            {
                if (known == shape)
                    return arrivals;
            }

            List<Arrival> added = [];
            _shapes.Add((shape, added));
            return added;
        }
    }
}

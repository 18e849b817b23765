using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// One run over the product of two functions. Each side runs alone to its next observable event; there both must do
/// the same, or one of them a release that the other makes too, earlier or later, as far as that is allowed.
/// </summary>
internal sealed partial class Exploration
{
    private readonly Terms _terms = new();
    private readonly Catalogue _catalogue;
    private readonly VerificationOptions _options;
    private readonly Body _old;
    private readonly Body _new;
    private readonly StateMemory _seen;
    private readonly Twins _twins;
    private readonly int[] _releasedSlots;
    private readonly Substitution _replaced = new();
    private readonly Substitution _loaded = new();
    private readonly Stack<ProductState> _pending = [];
    private readonly SortedSet<string> _evidence = new(StringComparer.Ordinal);
    private readonly Dictionary<(DifferenceKind, Origin), Difference> _differences = [];
    private readonly Dictionary<Call, bool> _computations = [];
    private readonly bool _loadsThrow;
    private readonly bool _expressionsThrow;
    private readonly bool _throws;
    private int _steps;
    private int _budget;
    private Verdict? _refuted;
    private Verdict? _undecided;

    public Exploration(Body before, Body after, Catalogue catalogue, VerificationOptions options)
    {
        _catalogue = catalogue;
        _options = options;
        _budget = options.Budget;
        _old = before;
        _new = after;
        _seen = new StateMemory(_terms, _old, _new);
        _twins = new Twins(_old, _new);
        _releasedSlots =
        [
            .. from call in before.Graph.Events.OfType<Call>()
               from effect in catalogue.EffectsOf(call)
               where effect.Kind == EffectKind.Release && !effect.Subject.IsResult && effect.Subject.Index < call.Arguments.Length
               from local in Access.Reads(call.Arguments[effect.Subject.Index])
               group local by _old.IndexOf(local) into slot
               select slot.Key,
        ];

        // Where one version says that reading may throw, the other's equal read may throw as well, marked or not.
        var events = before.Graph.Events.Concat(after.Graph.Events).Where(e => e.MayThrow).ToArray();
        _throws = events.Length > 0;
        _loadsThrow = events.Any(e => e is Load);
        _expressionsThrow = events.Any(e => e is Store or EvaluateReturn or Call { IsPure: true });
    }

    public Verdict Run()
    {
        _pending.Push(Start());
        while (_refuted is null && (_pending.TryPop(out var state) || _seen.TryNext(out state)))
        {
            while (_refuted is null && Advance(state))
            {
                if (_steps > _budget)
                    return GaveUp("the budget of steps is spent");

                if (_terms.IsTooDeep)
                    return GaveUp("an expression grows without end");
            }
        }

        if (_refuted is null)
            CheckClaims();

        return _refuted ?? _undecided ?? Proved();
    }

    /// <summary>Both functions get the same parameters and the same memory.</summary>
    private ProductState Start()
    {
        var state = new ProductState { Old = new Side(_old), New = new Side(_new), Facts = new PathFacts(_terms), Things = new Things(_terms) };
        var parameters = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var side in new[] { state.Old, state.New })
        {
            Array.Fill(side.Values, _terms.Unset);
            for (var i = 0; i < side.Body.Locals.Count; i++)
            {
                if (side.Body.Locals[i].Kind is not (LocalKind.Parameter or LocalKind.Receiver))
                    continue;

                var key = side.Body.KeyOf(i);
                if (!parameters.TryGetValue(key, out var value))
                    parameters[key] = value = state.Fresh(_terms);

                side.Values[i] = value;
            }

            side.Values[side.Body.ReturnSlot] = _terms.Nothing;
            side.Values[side.Body.ExceptionSlot] = _terms.Nothing;
        }

        state.ChangeMemory(_terms);
        for (var i = 0; i < _old.Locals.Count; i++)
        {
            if (_old.Locals[i].IsNeverNull && parameters.TryGetValue(_old.KeyOf(i), out var value))
                Trust(state, value, $"{_old.Locals[i]} is never handed in null");
        }

        return state;
    }

    /// <summary>What a declaration or the language's own analysis says of a value, unless this path says otherwise.</summary>
    private void Trust(ProductState state, int value, string why)
    {
        var isNull = _terms.Operation("==", value, _terms.Null);
        if (state.Facts.Decide(isNull) is not null)
            return;

        _evidence.Add(why);
        state.Facts.Record(isNull, false);
    }

    /// <summary>Takes the state one observable event further; false when its path is at an end.</summary>
    private bool Advance(ProductState state)
    {
        if (!RunAlone(state, state.Old) || !RunAlone(state, state.New))
            return false;

        // A side that stopped for lack of steps waits at nothing that could be compared.
        if (++_steps > _budget)
            return true;

        if (state.Owed.Count == 0 && !WitnessesAhead(state.Old)
            && _twins.AreAlike(state.Old, state.New, (old, @new) => AreSame(state, old, @new)))
        {
            return false;
        }

        if (state.Old.IsAtHead != state.New.IsAtHead && CatchUp(state, state.Old.IsAtHead ? state.New : state.Old) is { } goesOn)
            return goesOn;

        if (state.Old.HasJoined || state.New.HasJoined)
        {
            _steps += 4 + (state.Things.Count / 8);
            state.Old.HasJoined = state.New.HasJoined = false;
            if (state.Owed.Count > 0 && !SettleForgotten(state))
                return false;

            return !_seen.Meet(state, _steps > _options.Budget / 4) && Doubt(state, "too many different states meet at one place");
        }

        if (state.Old.IsAtHead || state.New.IsAtHead)
        {
            state.Old.IsAtHead = state.New.IsAtHead = false;
            return true;
        }

        return Match(state);
    }

    /// <summary>What the old function still needs here may be released further on, which tells that it is owned on other ways, too.</summary>
    private bool WitnessesAhead(Side old)
    {
        foreach (var slot in _releasedSlots)
        {
            if (_terms.HasSymbols(old.Values[slot]) && old.Body.IsLive(old.Block, old.Index, slot))
                return true;
        }

        return false;
    }

    /// <summary>Runs one side to its next observable event, its end, or the head of a loop; false when its path cannot be.</summary>
    private bool RunAlone(ProductState state, Side side)
    {
        while (!side.IsAtHead && !side.IsAtEnd)
        {
            if (++_steps > _budget)
                return true;

            if (side.Next is { } next)
            {
                switch (RunEvent(state, side, next))
                {
                    case Progress.Waits:
                        return true;
                    case Progress.Ends:
                        return false;
                }
            }
            else if (IsUndirected(side.Block))
            {
                return true;
            }
            else if (!Leave(state, side))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Several ways on, and nothing that says which.</summary>
    private static bool IsUndirected(Block block) =>
        block.Branch is null && block.Successors.Count(e => e.Kind == EdgeKind.Normal) > 1
        && block.Events is not [.., OpaqueMacro { MayJump: true }];

    private Progress RunEvent(ProductState state, Side side, Event @event)
    {
        switch (@event)
        {
            case ScopeEnter enter:
                foreach (var local in side.Body.LocalsOf(enter.Scope))
                    side.Values[local] = _terms.Unset;

                break;

            case ScopeExit:
                break;

            case EvaluateReturn @return:
                var returned = @return.Value is { } expression ? Evaluate(state, side, expression) : _terms.Nothing;
                if (!Survives(state, side, @return.MayThrow || _expressionsThrow, returned, out var toReturn))
                    return toReturn;

                side.Values[side.Body.ReturnSlot] = returned;
                break;

            case Store store when !IsVisible(side, store.Target):
                var stored = Evaluate(state, side, store.Value);
                if (!Survives(state, side, store.MayThrow || _expressionsThrow, stored, out var toStore))
                    return toStore;

                Assign(state, side, store.Target, stored);
                if (store.IsNonNull)
                    Trust(state, stored, $"{store.Target} is never given null");

                break;

            case Load { IsVolatile: false } load when !IsVisible(side, load.Result):
                var loaded = Evaluate(state, side, new Read(load.Source));
                if (!Survives(state, side, load.MayThrow || _loadsThrow, loaded, out var toLoad))
                    return toLoad;

                Assign(state, side, load.Result, loaded);
                break;

            case Call { IsPure: true, NeverReturns: false } call when call.Arguments.All(a => a.Passing == Passing.Value):
                var computed = _terms.Operation("pure:" + call.Callee.Name, Arguments(state, side, call));
                if (!Survives(state, side, call.MayThrow, computed, out var toCompute))
                    return toCompute;

                if (call.Result is { } result)
                    Assign(state, side, result, computed);

                break;

            case Call call when IsComputation(call):
                var made = Compute(state, side, call);
                if (call.Result is { } known)
                    Assign(state, side, known, made);

                break;

            case Throw @throw:
                side.Raise(@throw.Value is { } value ? Evaluate(state, side, value) : side.Values[side.Body.ExceptionSlot]);
                return Progress.Runs;

            default:
                return Progress.Waits;
        }

        side.Index++;
        return _refuted is null ? Progress.Runs : Progress.Ends;
    }

    private int[] Arguments(ProductState state, Side side, Call call) => [.. call.Arguments.Select(a => Evaluate(state, side, a.Value))];

    /// <summary>It does nothing but hand out a value that its arguments determine.</summary>
    private bool IsComputation(Call call)
    {
        if (!_computations.TryGetValue(call, out var known))
        {
            _computations[call] = known = !call.NeverReturns && _catalogue.IsHarmless(call.Callee)
                && call.Arguments.All(a => a.Passing == Passing.Value) && _catalogue.EffectsOf(call).Count == 0
                && call.Result is not { Kind: LocalKind.ReferenceParameter or LocalKind.Outer };
        }

        return known;
    }

    /// <summary>What a constructor makes is like nothing else, not even what it makes of the same arguments again.</summary>
    private int Compute(ProductState state, Side side, Call call)
    {
        var arguments = call.Arguments.Select(a => Evaluate(state, side, a.Value));
        if (call.Callee.Constructs is null)
            return _terms.Operation("pure:" + call.Callee.Name, [.. arguments]);

        var made = _terms.Operation(Terms.MadeOperator + call.Callee.Name, [.. arguments]);
        var index = side.Made.FindIndex(m => m.Term == made);
        var count = index < 0 ? 0 : side.Made[index].Count;
        if (index < 0)
            side.Made.Add((made, 1));
        else
            side.Made[index] = (made, count + 1);

        return _terms.Operation(Terms.MadeOperator + call.Callee.Name, [made, _terms.Constant(new Constant((long)count))]);
    }

    /// <summary>
    /// Evaluating may throw. Whether it does, and what, depends on the value and the memory alone, so it is a condition
    /// like any other: where both sides evaluate the same, both throw the same or neither throws.
    /// </summary>
    private bool Survives(ProductState state, Side side, bool mayThrow, int term, out Progress otherwise)
    {
        otherwise = Progress.Runs;
        if (!mayThrow || !CanThrow(term))
            return true;

        var throws = _terms.Operation("throws", term);
        switch (state.Facts.Decide(throws))
        {
            case false:
                return true;
            case true:
                side.Raise(_terms.Operation("raised", term));
                return false;
        }

        var thrown = state.Copy();
        if (Take(thrown, throws, true))
            _pending.Push(thrown);

        // The other path runs this event again and then knows.
        if (!Take(state, throws, false))
            otherwise = Progress.Ends;

        return false;
    }

    private readonly Dictionary<int, bool> _canThrow = [];

    private bool CanThrow(int term)
    {
        if (!_canThrow.TryGetValue(term, out var known))
            _canThrow[term] = known = FindWhetherThrows(term);

        return known;
    }

    private bool FindWhetherThrows(int term) => _terms.OperatorOf(term) switch
    {
        "" or "==" or "<" or "<=" or "!" or "+" or "-" or "*" or "&" or "|" or "^" or "~" or "address" or "unset" or "nothing" =>
            AnyOperandCanThrow(term),
        "load" or "load released" => _terms.OperatorOf(_terms.OperandsOf(term)[0]) is not ("global" or "cell" or "implicit"),
        _ => true,
    };

    private bool AnyOperandCanThrow(int term)
    {
        foreach (var operand in _terms.OperandsOf(term))
        {
            if (CanThrow(operand))
                return true;
        }

        return false;
    }

    /// <summary>Puts terms in place of others; false when what is known then contradicts itself.</summary>
    private bool Substitute(ProductState state, Substitution map)
    {
        PutIn(state, map);
        return state.Facts.Substitute(map) && AgreesWithStored(state);
    }

    /// <summary>Puts terms in place of others in all that the two sides hold.</summary>
    private void PutIn(ProductState state, Substitution map)
    {
        foreach (var side in new[] { state.Old, state.New })
        {
            for (var i = 0; i < side.Values.Length; i++)
                side.Values[i] = _terms.Substitute(side.Values[i], map);

            side.Memory = _terms.Substitute(side.Memory, map);
            for (var i = 0; i < side.Made.Count; i++)
                side.Made[i] = (_terms.Substitute(side.Made[i].Term, map), side.Made[i].Count);
        }

        for (var i = 0; i < state.Owed.Count; i++)
        {
            var owed = state.Owed[i];
            state.Owed[i] = owed with
            {
                Value = _terms.Substitute(owed.Value, map),
                Arguments = [.. owed.Arguments.Select(a => _terms.Substitute(a, map))],
                Seen = [.. owed.Seen.Select(s => _terms.Substitute(s, map))],
                After = [.. owed.After.Select(s => _terms.Substitute(s, map))],
            };
        }

        // What turned out to be nothing needs no release.
        state.Owed.RemoveAll(o => IsIgnored(state, o.Releaser, o.Resource, o.Value));
        for (var i = 0; i < state.Holds.Count; i++)
            state.Holds[i] = state.Holds[i] with { Value = _terms.Substitute(state.Holds[i].Value, map) };

        state.Stored.Replace(s => new StoredValue(_terms.Substitute(s.Memory, map), _terms.Substitute(s.Place, map), _terms.Substitute(s.Value, map)));
    }

    /// <summary>
    /// What was asked of a place that turns out to be the one where something was stored was asked of what was stored there;
    /// false when the answer was another.
    /// </summary>
    private bool AgreesWithStored(ProductState state)
    {
        if (state.Stored.Count == 0)
            return true;

        _loaded.Clear();
        for (var i = 0; i < state.Stored.Count; i++)
            _loaded.Set(_terms.Operation("load", state.Stored[i].Place, state.Stored[i].Memory), state.Stored[i].Value);

        return state.Facts.Substitute(_loaded);
    }

    private enum Progress
    {
        Runs,
        Waits,
        Ends,
    }
}

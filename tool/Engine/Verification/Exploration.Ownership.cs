using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Who owns what, as far as verification needs it: to tell a leak that is closed from a release of what belongs to
/// somebody else, and releases that may change places from those that may not.
/// </summary>
internal sealed partial class Exploration
{
    private const int SourcesPerStep = 1024;

    private readonly Dictionary<(Event, int), int> _acquisitionNumbers = [];
    private readonly List<Acquisition> _acquisitions = [];
    private readonly Dictionary<Event, int> _siteNumbers = [];

    /// <summary>Calls in their other part: that of a method that works on its receiver, and leaves it to its owner.</summary>
    private readonly Dictionary<Event, int> _receiverNumbers = [];
    private readonly List<Event> _sites = [];

    /// <summary>By acquisition that the old function releases on some path: the calls that came before a release.</summary>
    private readonly Dictionary<int, NumberSet> _witnesses = [];

    private readonly List<Claim> _claims = [];

    /// <summary>A call of the old function that may hand out a resource; <see cref="Effect"/> when a catalogue says so.</summary>
    private sealed record Acquisition(Call At, Effect? Effect, Operand Subject)
    {
        /// <summary>A number that the function releases: a descriptor. It reaches nothing, and things are made from it.</summary>
        public bool IsDescriptor { get; init; }
    }

    /// <summary>A leak that the new function closes, if the calls that got the value only borrowed it.</summary>
    private sealed record Claim(Provenance Thing, Obligation Owed, string Text, ImmutableArray<string> Trace)
    {
        /// <summary>An exception left the old function there, past a release that lay on its way.</summary>
        public bool IsRaised { get; init; }

        /// <summary>Nothing but the answers of the calls that handed it out tells that there is something, and the releaser minds.</summary>
        public bool MayBeNothing { get; init; }
    }

    private int AcquisitionNumber(Call call, int operand)
    {
        if (_acquisitionNumbers.TryGetValue((call, operand), out var number))
            return number;

        var effect = _catalogue.EffectsOf(call)
            .FirstOrDefault(e => e.Kind == EffectKind.Acquire && (e.Subject.IsResult ? -1 : e.Subject.Index) == operand);
        _acquisitions.Add(new Acquisition(call, effect, operand < 0 ? Operand.Result : new Operand(operand))
        {
            IsDescriptor = (operand < 0 ? call.Result : call.Arguments[operand].Target as Local) is { IsPlain: true } into && IsReleased(call, into),
        });
        return _acquisitionNumbers[(call, operand)] = _acquisitions.Count - 1;
    }

    /// <summary>The old function releases what the call puts there, or what it puts there is stored at once where it does.</summary>
    private bool IsReleased(Call call, Local into)
    {
        if (Released.Contains(into))
            return true;

        var events = _old.Graph.Blocks.Select(b => b.Events).FirstOrDefault(e => e.Contains(call));
        return !events.IsDefault && events.IndexOf(call) + 1 is var next && next < events.Length
            && events[next] is Store { Target: Local named, Value: Read { Place: Local from } } && from == into && Released.Contains(named);
    }

    private int SiteNumber(Event @event, bool asReceiver = false)
    {
        var numbers = asReceiver ? _receiverNumbers : _siteNumbers;
        if (numbers.TryGetValue(@event, out var number))
            return number;

        _sites.Add(@event);
        return numbers[@event] = _sites.Count - 1;
    }

    /// <summary>The provenance of what a call hands out by an operand.</summary>
    private Provenance Made(ProductState state, Prepared call, int operand, Local? into)
    {
        if (into?.IsPlain == true)
            return new Provenance { IsPlain = true, Acquisitions = NumberSet.Of([AcquisitionNumber(call.Event, operand)]) };

        var sources = NumberSet.Empty;
        var given = NumberSet.Empty;
        foreach (var argument in call.Arguments)
        {
            sources = sources.Union(WithSources(state, argument));
            given = given.Union(ThingsIn(state, argument)).Union(DescriptorsIn(state, argument));
        }

        return new Provenance { Sources = sources, MadeFrom = given, Acquisitions = NumberSet.Of([AcquisitionNumber(call.Event, operand)]) };
    }

    /// <summary>The values in a term that calls made and that may have to be released: a counter is none.</summary>
    private NumberSet ThingsIn(ProductState state, int term)
    {
        var things = NumberSet.Empty;
        foreach (var symbol in SymbolsOf(term).Items)
        {
            if (state.Things.TryGetValue(symbol, out var thing) && thing is { IsPlain: false, Acquisitions.IsEmpty: false })
                things = things.With(symbol);
        }

        return things;
    }

    private NumberSet DescriptorsIn(ProductState state, int term)
    {
        var descriptors = NumberSet.Empty;
        foreach (var symbol in SymbolsOf(term).Items)
        {
            if (state.Things.TryGetValue(symbol, out var thing) && thing.IsPlain && thing.Acquisitions.Items.ToArray().Any(a => _acquisitions[a].IsDescriptor))
                descriptors = descriptors.With(symbol);
        }

        return descriptors;
    }

    private NumberSet SymbolsOf(int term) => _terms.SymbolsOf(term);

    /// <summary>The values in a term, and those they were made from.</summary>
    private NumberSet WithSources(ProductState state, int term)
    {
        var result = NumberSet.Empty;
        foreach (var symbol in SymbolsOf(term).Items)
        {
            // What is not known here is memory or a parameter: a source, but of nothing acquired.
            if (!state.Things.TryGetValue(symbol, out var thing) || thing.IsPlain)
                continue;

            result = (thing.Acquisitions.IsEmpty ? result : result.With(symbol)).Union(thing.Sources);
        }

        return result;
    }

    private bool DependsOn(ProductState state, int term, int value) =>
        _terms.HasSymbols(value) && (_terms.Contains(term, value) || WithSources(state, term).Contains(value));

    /// <summary>It holds the value, or what was made from it; what a call was only given along with it may know nothing of it.</summary>
    private bool IsOf(ProductState state, int term, int value) =>
        _terms.Contains(term, value) || SymbolsOf(term).Items.ToArray().Any(s => IsMadeFrom(state, s, value));

    /// <summary>The one was made from the other, and not only brought together with it.</summary>
    private static bool IsMadeFrom(ProductState state, int child, int parent) =>
        state.Things.TryGetValue(child, out var thing) && thing.MadeFrom.Contains(parent);

    /// <summary>Neither was made from the other; null when that is not known.</summary>
    private bool? AreIndependent(ProductState state, int left, int right)
    {
        if (left == right || DependsOn(state, left, right) || DependsOn(state, right, left)
            || IsMadeFrom(state, left, right) || IsMadeFrom(state, right, left))
        {
            return false;
        }

        return state.Things.TryGetValue(left, out var a) && state.Things.TryGetValue(right, out var b)
            && !a.IsOther && !b.IsOther && a.Escaped == Certainty.Never && b.Escaped == Certainty.Never
            ? true
            : null;
    }

    /// <summary>What a matched call does to what it is given. One that throws took nothing over and kept nothing.</summary>
    private void NoteEffects(ProductState state, Prepared call, bool completes)
    {
        if (call.Release is { } release)
        {
            NoteWitness(state, call.Subject);
            MarkReleased(state, state.Old, call.Subject, release.Releaser!);
            MarkReleased(state, state.New, call.Subject, release.Releaser!);
            if (release.Resource!.Kind == ResourceKind.Lock)
                state.Holds.Remove(HoldOf(release, call.Arguments));
        }

        if (call.Event.IsPure || call.IsHarmless)
            return;

        var effects = _catalogue.EffectsOf(call.Event);
        var together = NumberSet.Empty;
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            // The answer to a question about a value is not the value: nobody keeps that by it.
            if (_terms.IsTruth(call.Arguments[i]))
                continue;

            // What is only looked at, nobody holds behind the call.
            if (effects.Any(e => e.Kind == EffectKind.Borrow && e.Subject.Index == i))
                continue;

            var given = WithSources(state, call.Arguments[i]);
            together = together.Union(given);
            if (call.Release?.Subject.Index == i)
                continue;

            var isConsumed = completes && effects.Any(e => e.Kind == EffectKind.Consume && e.Subject.Index == i);
            foreach (var value in given.Items)
            {
                if (!state.Things.TryGetValue(value, out var thing))
                    continue;

                // It may be open again, or taken by somebody.
                var isItself = _terms.Contains(call.Arguments[i], value);
                state.Things[value] = thing with
                {
                    Handed = completes ? thing.Handed.With(SiteNumber(call.Event, asReceiver: i == 0 && call.Event.HasReceiver && isItself)) : thing.Handed,
                    Escaped = isConsumed && isItself ? Certainty.Always : thing.Escaped,
                    ReleasedByOld = isItself ? Weakened(thing.ReleasedByOld) : thing.ReleasedByOld,
                    ReleasedByNew = isItself ? Weakened(thing.ReleasedByNew) : thing.ReleasedByNew,
                };
            }
        }

        foreach (var (old, _) in Aliased)
        {
            foreach (var value in WithSources(state, state.Old.Values[old]).Items)
            {
                if (completes && state.Things.TryGetValue(value, out var thing))
                    state.Things[value] = thing with { Handed = thing.Handed.With(SiteNumber(call.Event)) };
            }
        }

        if (together.Count < 2 || call.Release is not null)
            return;

        // Each of them learns of all the others: for hundreds of them (calls nested in calls) that is much work in one step.
        _steps += together.Count * together.Count / SourcesPerStep;
        foreach (var value in together.Items)
        {
            if (state.Things.TryGetValue(value, out var thing))
                state.Things[value] = thing with { Sources = thing.Sources.Union(together.Without(value)) };
        }
    }

    /// <summary>A lock is the place that calls are given, or what they are given by value; what stands in the place says nothing.</summary>
    private Hold HoldOf(Effect effect, ImmutableArray<int> arguments) => new(_terms.Unconverted(arguments[effect.Subject.Index]), effect.Resource!);

    private static Certainty Weakened(Certainty certainty) =>
        certainty == Certainty.Always ? Certainty.Perhaps : certainty;

    /// <summary>What a catalogue says of a value that a completed call handed out by an operand.</summary>
    private void NoteAcquired(ProductState state, Prepared call, int operand, int value)
    {
        if (call.Event.NonNull.Contains(operand))
        {
            _evidence.Add($"{call.Event.Callee} never hands out null");
            state.Facts.Record(_terms.Operation("==", value, _terms.Null), false);
        }

        if (operand < 0 && call.Event.Callee.Constructs is not null)
            state.Facts.Record(_terms.Operation("==", value, _terms.Null), false);

        foreach (var effect in _catalogue.EffectsOf(call.Event))
        {
            if (effect is not { Kind: EffectKind.Acquire, Acquirer: { } acquirer, Resource: { } resource })
                continue;

            // A lock is held by the object that was given, whatever the call gives back.
            if (resource.Kind == ResourceKind.Lock)
            {
                if (operand < 0 && !effect.Subject.IsResult && effect.Subject.Index < call.Arguments.Length)
                    state.Holds.Add(HoldOf(effect, call.Arguments));

                continue;
            }

            if ((effect.Subject.IsResult ? -1 : effect.Subject.Index) != operand)
                continue;

            if (acquirer.OnFailure is FailureMode.Throws or FailureMode.Aborts)
            {
                _evidence.Add($"{acquirer.Callee} never hands out the empty value");
                state.Facts.Record(_terms.Operation("==", value, _terms.Constant(resource.Empty)), false);
            }

            foreach (var index in acquirer.Consumes)
            {
                if (index >= call.Arguments.Length)
                    continue;

                var consumed = _terms.Unconverted(call.Arguments[index]);
                if (state.Things.TryGetValue(consumed, out var thing))
                    state.Things[consumed] = thing with { Consumers = thing.Consumers.With(value) };
            }
        }
    }

    /// <summary>A value is stored where others see it, and what it was made from may be reached through it.</summary>
    private void NoteStored(ProductState state, int place, int value)
    {
        var stored = NamedIn(value);
        var reached = WithSources(state, value);
        var into = WithSources(state, place);
        foreach (var symbol in reached.Items)
        {
            // What a loop has forgotten of is nobody's any more.
            if (!state.Things.TryGetValue(symbol, out var thing))
                continue;

            state.Things[symbol] = thing with
            {
                Escaped = stored.Contains(symbol) ? Certainty.Always : Max(thing.Escaped, Certainty.Perhaps),
                Sources = thing.Sources.Union(into.Without(symbol)),
            };
        }

        foreach (var symbol in into.Items)
        {
            if (state.Things.TryGetValue(symbol, out var thing))
                state.Things[symbol] = thing with { Sources = thing.Sources.Union(reached.Without(symbol)) };
        }
    }

    /// <summary>The symbols whose very values a term tells, not those behind which it was read.</summary>
    private NumberSet NamedIn(int term)
    {
        if (_terms.IsSymbol(term))
            return NumberSet.Of([term]);

        if (_namedIn.TryGetValue(term, out var known))
            return known;

        var named = NumberSet.Empty;
        if (!_terms.OperatorOf(term).StartsWith("load", StringComparison.Ordinal))
        {
            foreach (var operand in _terms.OperandsOf(term).ToArray())
                named = named.Union(NamedIn(operand));
        }

        return _namedIn[term] = named;
    }

    private readonly Dictionary<int, NumberSet> _namedIn = [];

    private void NoteMacro(ProductState state, OpaqueMacro macro, IReadOnlyList<int> mentioned)
    {
        for (var i = 0; i < mentioned.Count; i++)
        {
            // What is only shown to it is so as to a call of which nothing is known.
            var isShown = macro.Untouched.Contains(macro.Mentioned[i]);
            foreach (var symbol in WithSources(state, mentioned[i]).Items)
            {
                if (!state.Things.TryGetValue(symbol, out var thing))
                    continue;

                state.Things[symbol] = isShown
                    ? thing with { Handed = thing.Handed.With(SiteNumber(macro)) }
                    : thing with { Escaped = Max(thing.Escaped, Certainty.Perhaps) };
            }
        }
    }

    private static Certainty Max(Certainty left, Certainty right) => left > right ? left : right;

    private void MarkReleased(ProductState state, Side side, int value, Releaser releaser)
    {
        // After a release that is less than the one by scope, the latter still has something to do.
        var certainty = releaser.IsByHandOnly || releaser.LeavesUsable ? Certainty.Perhaps : Certainty.Always;
        Mark(value);
        for (var i = 0; i < state.Things.OfNumber.Length; i++)
        {
            if (state.Things.OfNumber[i]?.Consumers.Contains(value) == true)
                Mark(_terms.Symbol(i));
        }

        void Mark(int symbol)
        {
            if (!state.Things.TryGetValue(symbol, out var thing))
            {
                if (!_terms.IsSymbol(symbol))
                    return;

                thing = Provenance.Unknown;
            }

            state.Things[symbol] = side == state.Old
                ? thing with { ReleasedByOld = certainty }
                : thing with { ReleasedByNew = certainty };
        }
    }

    /// <summary>The old function releases the value: so it owned it, and the calls before only borrowed it.</summary>
    private void NoteWitness(ProductState state, int value)
    {
        if (!state.Things.TryGetValue(value, out var thing))
            return;

        foreach (var acquisition in thing.Acquisitions.Items)
            _witnesses[acquisition] = _witnesses.GetValueOrDefault(acquisition).Union(thing.Handed);

        NoteHeard(thing);
    }

    /// <summary>
    /// The path depends on what a call gave back: that may be how it says that it took over what it was given, whatever it
    /// did on paths that release.
    /// </summary>
    private void NoteTold(ProductState state, int condition)
    {
        foreach (var symbol in SymbolsOf(condition).Items)
        {
            if (!state.Things.TryGetValue(symbol, out var result))
                continue;

            foreach (var number in result.Acquisitions.Items)
            {
                var call = _acquisitions[number].At;
                if (!_siteNumbers.TryGetValue(call, out var site))
                    continue;

                for (var i = 0; i < state.Things.OfNumber.Length; i++)
                {
                    if (state.Things.OfNumber[i] is { } thing && thing.Handed.Contains(site) && !thing.Told.Contains(site)
                        && _terms.Symbol(i) is var given && given != symbol)
                    {
                        state.Things[given] = thing with { Told = thing.Told.With(site) };
                    }
                }
            }
        }
    }

    /// <summary>Whether the leaks that were closed were leaks: all paths are known now.</summary>
    private void CheckClaims()
    {
        foreach (var claim in _claims)
        {
            var borrowed = NumberSet.Empty;
            foreach (var number in claim.Thing.Acquisitions.Items)
            {
                var callee = _acquisitions[number].At.Callee;
                if (_witnesses.TryGetValue(number, out var sites)
                    && (claim.IsRaised ? !callee.IsAccessor : _catalogue.HandsOut(callee, _acquisitions[number].Subject)))
                {
                    borrowed = borrowed.Union(sites);
                }
                else if (_acquisitions[number].Effect?.Resource?.Equals(claim.Owed.Resource) != true)
                {
                    _undecided ??= new Verdict(VerdictKind.Undecided, $"{claim.Text}: nothing says that it is owned on this path")
                    {
                        Counterexample = claim.Trace,
                    };
                    return;
                }
            }

            if (claim.MayBeNothing && !IsHeard(claim.Thing))
            {
                _undecided ??= new Verdict(VerdictKind.Undecided, $"{claim.Text}: on this path there may be nothing to release")
                {
                    Counterexample = claim.Trace,
                };
                return;
            }

            foreach (var site in claim.Thing.Handed.Items)
            {
                if (borrowed.Contains(site) && _sites[site] is not Call { Callee.IsEventAccessor: true })
                    continue;

                _undecided ??= new Verdict(VerdictKind.Undecided, $"{claim.Text}: {TextOf(_sites[site])} may have kept it")
                {
                    Counterexample = claim.Trace,
                };
                return;
            }

            var first = _acquisitions[claim.Thing.Acquisitions.Items[0]].At;
            Record(DifferenceKind.LeakFixed, first.Origin, $"{claim.Text} was missing on a path");
            _evidence.Add("a release on a path that had none is taken not to throw");
        }
    }

    /// <summary>The exception may come from a call that reports other failures as lack of memory.</summary>
    private bool IsMisreported(ProductState state, int exception) =>
        state.Things.TryGetValue(exception, out var thing)
        && thing.Acquisitions.Items.ToArray().Any(a => _catalogue.MisreportsMemory(_acquisitions[a].At.Callee));

    /// <summary>How the question for a type begins.</summary>
    private const string Is = "is ";

    /// <summary>An exception that says that there is no memory is none of a kind that has no such special ones.</summary>
    private bool IsOfTwoKinds(ProductState state, int condition)
    {
        if (KindAsked(condition) is not { } kind)
            return false;

        var isMemory = _catalogue.IsOutOfMemory(kind);
        if (!isMemory && _catalogue.TakesOutOfMemory(kind))
            return false;

        for (var i = 0; i < state.Facts.Conditions.Length; i++)
        {
            var known = state.Facts.Conditions[i];
            if (state.Facts.Holds[i] && KindAsked(known) is { } other && _terms.OperandsOf(known)[0] == _terms.OperandsOf(condition)[0]
                && (isMemory ? !_catalogue.TakesOutOfMemory(other) : _catalogue.IsOutOfMemory(other)))
            {
                return true;
            }
        }

        return false;
    }

    private string? KindAsked(int condition) => _terms.OperatorOf(condition) is var @operator && @operator.StartsWith(Is, StringComparison.Ordinal)
        ? @operator[Is.Length..]
        : null;

    private void NoteOutOfMemory(ProductState state, int condition, bool holds)
    {
        if (!_options.AllowOutOfMemoryRemoval)
            return;

        while (_terms.OperatorOf(condition) == "!")
        {
            condition = _terms.OperandsOf(condition)[0];
            holds = !holds;
        }

        var @operator = _terms.OperatorOf(condition);
        if (@operator.StartsWith(Is, StringComparison.Ordinal))
        {
            state.IsOutOfMemory |= holds && _catalogue.IsOutOfMemory(@operator[Is.Length..])
                && !IsMisreported(state, _terms.OperandsOf(condition)[0]);
            return;
        }

        // A value used as a condition is empty where the condition fails.
        var (value, isEmpty) = @operator == "==" ? (_terms.OperandsOf(condition)[0], holds) : (condition, !holds);
        if (isEmpty && state.Things.TryGetValue(_terms.Unconverted(value), out var thing) && !thing.IsOther)
        {
            foreach (var number in thing.Acquisitions.Items)
            {
                if (_acquisitions[number].Effect is { Acquirer.OnFailure: FailureMode.Empty, Resource.Kind: ResourceKind.Memory } effect
                    && (@operator != "==" || _terms.OperandsOf(condition)[1] == _terms.Constant(effect.Resource.Empty)))
                    state.IsOutOfMemory = true;
            }
        }
    }
}

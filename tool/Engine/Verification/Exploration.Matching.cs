using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Observable events: both sides must do the same one.</summary>
internal sealed partial class Exploration
{
    /// <summary>Stands for the exception that a call raises, where operands are numbered.</summary>
    private const int RaisedOperand = -2;

    /// <summary>A call with the terms of its arguments. Of one passed by reference it is what stands there.</summary>
    private sealed record Prepared(Call Event, ImmutableArray<int> Arguments, Effect? Release, int Subject, bool IsHarmless)
    {
        public bool IsSilent => Release is { Releaser.IsSilent: true };
    }

    /// <summary>Takes both sides past what they wait at; false when the path is at an end.</summary>
    private bool Match(ProductState state)
    {
        var old = Prepare(state, state.Old);
        var @new = Prepare(state, state.New);
        if (_refuted is not null)
            return false;

        if (CannotBe(state, old) || CannotBe(state, @new) || ReleasesUnset(old))
            return false;

        if (old is not null && !(@new is not null && AreSame(state, old, @new)) && OnlyHides(state, old))
        {
            PassNothing(state, state.Old, old);
            return _refuted is null;
        }

        if (RaisesForNull(state, state.Old, old) || RaisesForNull(state, state.New, @new))
            return true;

        if (PassReleasesOfNothing(state, old, @new))
            return _refuted is null;

        if (Discharge(state, old, @new) is { } goesOn)
            return goesOn;

        if (old?.Release is null && TakeAsLeaks(state) is { } holds)
            return holds;

        if (@new?.Release is null && TakeAsNothing(state) is { } stands)
            return stands;

        return (state.Old.Next, state.New.Next) switch
        {
            (Call, Call) when AreSame(state, old!, @new!) => MatchCalls(state, old!, @new!),
            // The one that only frees memory first: it can wait for the other side past anything.
            (Call, Call) when old!.Release is not null && @new!.Release is not null && old.IsSilent && !@new.IsSilent => Owe(state, state.Old, old),
            // Else the new one: it may close a leak, behind which both do the same again.
            (Call, Call) when old!.Release is not null && @new!.Release is not null => Owe(state, state.New, @new),
            (Call, _) when old!.Release is not null => Owe(state, state.Old, old),
            (_, Call) when @new!.Release is not null => Owe(state, state.New, @new),
            (Store a, Store b) => MatchStores(state, a.Target, a.Value, b.Target, b.Value, a.MayThrow || b.MayThrow),
            (Load { IsVolatile: true } a, Load { IsVolatile: true } b) => MatchVolatileLoads(state, a, b),
            (Load { IsVolatile: false } a, Load { IsVolatile: false } b) =>
                MatchStores(state, a.Result, new Read(a.Source), b.Result, new Read(b.Source), a.MayThrow || b.MayThrow),
            (OpaqueMacro a, OpaqueMacro b) => MatchMacros(state, a, b),
            (null, null) => MatchEnds(state),
            _ => Differ(state, "the events differ", Waiting(state, state.Old, old), Waiting(state, state.New, @new)),
        };
    }

    private Prepared? Prepare(ProductState state, Side side)
    {
        if (side.Next is not Call call)
            return null;

        var arguments = ImmutableArray.CreateBuilder<int>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(argument switch
            {
                { Passing: Passing.Value } or { Target: null } => Evaluate(state, side, argument.Value),
                { Target: { } target } when IsVisible(side, target) => _terms.Operation("ref", PlaceTerm(state, side, target)),
                { Passing: Passing.Out } => _terms.Unset,
                { Target: { } target } => Content(state, side, target),
            });
        }

        var release = ReleaseBy(call);
        var subject = _terms.Nothing;
        if (release is not null)
        {
            subject = arguments[release.Subject.Index];
            if (call.Arguments[release.Subject.Index] is { Passing: not Passing.Value, Target: { } target } && IsVisible(side, target))
                subject = Content(state, side, target);

            subject = state.Facts.Resolved(_terms.Identity(subject));
        }

        return new Prepared(call, arguments.MoveToImmutable(), release, subject, _catalogue.IsHarmless(call.Callee));
    }

    /// <summary>What a call releases that it is given.</summary>
    private Effect? ReleaseBy(Call call)
    {
        if (!_releases.TryGetValue(call, out var release))
        {
            release = _catalogue.EffectsOf(call).FirstOrDefault(e =>
                e.Kind == EffectKind.Release && e.Releaser is not null && e.Resource is not null
                && !e.Subject.IsResult && e.Subject.Index < call.Arguments.Length);
            _releases.Add(call, release);
        }

        return release;
    }

    private readonly Dictionary<Call, Effect?> _releases = [];

    /// <summary>The path says that a receiver is null of which the language's own analysis says the contrary.</summary>
    private bool CannotBe(ProductState state, Prepared? prepared)
    {
        if (prepared is not { Event.HasNonNullReceiver: true } || state.Facts.Decide(_terms.Operation("==", prepared.Arguments[0], _terms.Null)) != true)
            return false;

        _evidence.Add($"{TextOf(prepared.Event)} is never called on null");
        return true;
    }

    /// <summary>
    /// The old function releases what it has never set, which may do anything: nothing that the new one does there is wrong. Of
    /// a structure, a part may be set where nothing is known of the whole.
    /// </summary>
    private bool ReleasesUnset(Prepared? old)
    {
        if (old is not { Release: { } release } || old.Subject != _terms.Unset)
            return false;

        var given = old.Event.Arguments[release.Subject.Index];
        if (given.Passing == Passing.Out || (given.Local ?? given.Target as Local) is not { IsValueType: false, Kind: LocalKind.Variable })
            return false;

        _evidence.Add($"{old.Event.Callee} of what was never set has no meaning");
        return true;
    }

    /// <summary>A member called on null: nothing happens but the exception.</summary>
    private bool RaisesForNull(ProductState state, Side side, Prepared? prepared)
    {
        if (prepared is not { Event: { HasReceiver: true, MayThrow: true } call }
            || call.Arguments[0].Passing != Passing.Value
            || state.Facts.Decide(_terms.Operation("==", prepared.Arguments[0], _terms.Null)) != true)
            return false;

        side.Raise(_terms.Operation("raised", _terms.Operation("null-receiver")));
        return true;
    }

    private bool AreSame(ProductState state, Prepared old, Prepared @new)
    {
        if (old.Release is not null && @new.Release is not null)
            return AreSameReleases(state, MadeRelease.Of(old), MadeRelease.Of(@new));

        if (HandsBack(old.Event, @new.Event) is { } handed)
            return AreSameArguments(state, old.Event.Arguments[1..], old.Arguments[1..], handed.Of(@new.Event.Arguments), handed.Of(@new.Arguments));

        return (old.Event.Callee.Equals(@new.Event.Callee) || StandsFor(old.Event, @new.Event))
            && old.Event.NeverReturns == @new.Event.NeverReturns
            && AreSameArguments(state, old.Event.Arguments, old.Arguments, @new.Event.Arguments, @new.Arguments);
    }

    /// <summary>The new function's call hands back what the old one's put into a local of its own, and ends the program for lack of memory.</summary>
    private HandedBack? HandsBack(Call old, Call @new)
    {
        if (!_options.AllowOutOfMemoryRemoval || old.MayThrow || @new.MayThrow
            || old.Arguments is not [{ Passing: not Passing.Value, Target: Local { IsStatic: false, Kind: not LocalKind.Temporary } put }, ..])
        {
            return null;
        }

        foreach (var acquirer in _catalogue.EffectsOf(@new).Select(e => e.Acquirer).OfType<Acquirer>())
        {
            if (!acquirer.HandsBackFor.Contains(old.Callee.Name))
                continue;

            if (acquirer.ElementType is not { } element)
                return new HandedBack(0, @new.Arguments.Length);

            // One of them, where the old call does not say how many.
            var isOne = old.Arguments.Length == element + 1 && @new.Arguments.Length == element + 2 && @new.Arguments[^1].Value is Constant { Value: 1L };
            if (element == 0 && @new.Arguments is [{ Value: Operation { Operands.IsEmpty: true } type }, ..] && IsElement(type.Operator, put.Type))
                return new HandedBack(1, isOne ? 1 : @new.Arguments.Length);
        }

        return null;
    }

    /// <summary>The type that a call is given is what a variable of the other type points to, as far as its text tells.</summary>
    private static bool IsElement(string given, string type) => !type.EndsWith('*') || given.TrimStart('?') == type[..^1].TrimEnd();

    /// <summary>Which arguments of a call that hands back are those that the one that puts out has behind its first.</summary>
    private readonly record struct HandedBack(int First, int End)
    {
        public ImmutableArray<T> Of<T>(ImmutableArray<T> arguments) => arguments[First..End];
    }

    /// <summary>
    /// The new function's call does what the old one's does: it is an allocator that ends the program where the other one
    /// says that there is no memory, or a guard that takes a lock by whichever call its kind needs.
    /// </summary>
    private bool StandsFor(Call old, Call @new) => _catalogue.EffectsOf(@new).Any(e => e.Kind switch
    {
        EffectKind.Acquire when e.Resource!.Kind == ResourceKind.Lock => @new.Callee.Names.Contains(old.Callee.Name),
        EffectKind.Acquire => _options.AllowOutOfMemoryRemoval && e.Acquirer!.StandsFor.Contains(old.Callee.Name),
        EffectKind.Release => _options.AllowOutOfMemoryRemoval && e.Releaser!.StandsFor.Contains(old.Callee.Name),
        _ => false,
    });

    private bool AreSameArguments(
        ProductState state, ImmutableArray<Argument> old, ImmutableArray<int> oldTerms, ImmutableArray<Argument> @new, ImmutableArray<int> newTerms)
    {
        if (oldTerms.Length != newTerms.Length)
            return false;

        for (var i = 0; i < oldTerms.Length; i++)
        {
            if (old[i].Passing != @new[i].Passing || !AreSame(state, oldTerms[i], newTerms[i]))
                return false;

            // Two arguments that are one place in one function must be one place in the other.
            for (var j = 0; j < i; j++)
            {
                if (old[i].Target?.Root is { } a && old[j].Target?.Root is { } b
                    && @new[i].Target?.Root is { } c && @new[j].Target?.Root is { } d
                    && (a == b) != (c == d))
                    return false;
            }
        }

        return true;
    }

    private bool MatchCalls(ProductState state, Prepared old, Prepared @new)
    {
        if (!(old.Release is not null && @new.Release is not null
                ? CrossReleases(state, state.Old, old, int.MaxValue) && CrossReleases(state, state.New, @new, int.MaxValue)
                : Cross(state, TextOf(@new.Event), @new.Arguments, @new.IsHarmless ? Crossing.Harmless : Crossing.Unknown)))
            return false;

        if (!old.IsSilent && !old.IsHarmless && !AgreeOnAliased(state, TextOf(old.Event), old.Release is not null && @new.Release is not null))
            return false;

        state.Trace = new TraceStep(() => TextOf(old.Event), state.Trace);
        var mayThrow = (old.Event.MayThrow || @new.Event.MayThrow) && !old.IsSilent && !old.IsHarmless;
        if (mayThrow)
        {
            if (!CallOnNull(state, old))
                return false;

            var thrown = state.Copy();
            thrown.Trace = new TraceStep("which throws", thrown.Trace);
            Complete(thrown, old, @new, completes: false);
            var exception = thrown.Fresh(_terms);
            thrown.Things[exception] = new Provenance { Acquisitions = NumberSet.Of([AcquisitionNumber(old.Event, RaisedOperand)]) };
            thrown.Old.Raise(exception);
            thrown.New.Raise(exception);
            _pending.Push(thrown);
            _steps += 1 + ((state.Old.Values.Length + state.New.Values.Length) / 16);
        }

        if (old.Event.NeverReturns)
            return false;

        if (mayThrow && old.Event.HasReceiver && old.Event.Arguments[0].Passing == Passing.Value
            && !state.Facts.Record(_terms.Operation("==", old.Arguments[0], _terms.Null), false))
            return false;

        Complete(state, old, @new, completes: true);
        state.Old.Index++;
        state.New.Index++;
        return true;
    }

    /// <summary>
    /// A member of something that a call handed out, and that may be null: the way on which it is null is one of its own,
    /// and elsewhere it is not. False when it certainly is.
    /// </summary>
    private bool CallOnNull(ProductState state, Prepared call)
    {
        if (!call.Event.HasReceiver || call.Event.Arguments[0].Local is not { } named || !Released.Contains(named)
            || !MayBeNothing(state, named, _terms.Identity(call.Arguments[0])))
            return true;

        var isNull = _terms.Operation("==", call.Arguments[0], _terms.Null);
        if (state.Facts.Decide(isNull) is not null)
            return true;

        var none = state.Copy();
        if (Take(none, isNull, true))
        {
            none.Trace = new TraceStep("on nothing", none.Trace);
            foreach (var side in new[] { none.Old, none.New })
                side.Raise(_terms.Operation("raised", _terms.Operation("null-receiver")));

            _pending.Push(none);
        }

        return Take(state, isNull, false);
    }

    /// <summary>What a call handed out, or the caller handed in.</summary>
    private static bool MayBeNothing(ProductState state, Local named, int value) =>
        state.Things.TryGetValue(value, out var thing) ? !thing.Acquisitions.IsEmpty && !thing.IsPlain : named.Kind == LocalKind.Parameter;

    /// <summary>The locals of the old function that it releases by name.</summary>
    private HashSet<Local> Released => _released ??=
    [
        .. from call in _old.Graph.Events.OfType<Call>()
           from effect in _catalogue.EffectsOf(call)
           where effect.Kind == EffectKind.Release && !effect.Subject.IsResult && effect.Subject.Index < call.Arguments.Length
           let given = call.Arguments[effect.Subject.Index]
           select given.Local ?? given.Target as Local into local
           where local is not null
           select local,
    ];

    private HashSet<Local>? _released;

    /// <summary>What a matched call does on both sides: to memory, to the places passed to it, to ownership.</summary>
    private void Complete(ProductState state, Prepared old, Prepared @new, bool completes)
    {
        NoteEffects(state, old, completes);
        if (old.Release is not null && @new.Release is { Releaser: { } releaser })
            MarkReleased(state, state.New, old.Subject, releaser);

        if (!old.IsSilent && !old.IsHarmless)
        {
            if (old.Release is { Resource.Kind: ResourceKind.Lock } && @new.Release is not null && state.Old.Memory == state.New.Memory)
                state.LeaveLock(_terms);
            else
                state.ChangeMemory(_terms);

            ForgetAliased(state, old.Release is not null && @new.Release is not null && state.Owed.Exists(o => !o.IsSilent));
        }

        if (old.Release is not null && @new.Release is not null)
        {
            var given = state.Fresh(_terms);
            state.Things[given] = Provenance.Unknown;
            Finish(state, state.Old, old, given);
            Finish(state, state.New, @new, given);
            return;
        }

        var handed = HandsBack(old.Event, @new.Event);
        for (var i = 0; i < old.Event.Arguments.Length; i++)
        {
            var argument = old.Event.Arguments[i];
            if (argument.Passing == Passing.Value || argument.Target is not { } target)
                continue;

            var content = state.Fresh(_terms);
            state.Things[content] = Made(state, old, i, argument.Target as Local);
            Assign(state, state.Old, target, content);
            if (handed is null)
                Assign(state, state.New, @new.Event.Arguments[i].Target!, content);
            else if (i > 0)
                Assign(state, state.New, @new.Event.Arguments[i - 1 + handed.Value.First].Target!, content);
            else if (@new.Event.Result is { } taken)
                Assign(state, state.New, taken, content);

            if (completes)
                NoteAcquired(state, old, i, content);

            if (handed is not null && i == 0 && !MayCopyNothing(@new.Event))
                state.Facts.Record(_terms.Operation("==", content, _terms.Null), false);
        }

        if (!completes)
            return;

        var result = state.Fresh(_terms);
        if (handed is not null)
        {
            Record(DifferenceKind.OutOfMemoryEdgeRemoved, @new.Event.Origin, $"{@new.Event.Callee} ends the program for lack of memory");
            state.Things[result] = new Provenance { IsPlain = true };
            state.Facts.Record(_terms.Operation("<=", _terms.Zero, result), true);
            if (old.Event.Result is { } said)
                Assign(state, state.Old, said, result);

            return;
        }

        state.Things[result] = Made(state, old, Operand.Result.Index, old.Event.Result);
        NoteAcquired(state, old, Operand.Result.Index, result);
        NoteMemory(state, old, @new, result);

        if (old.Event.Result is { } oldResult)
            Assign(state, state.Old, oldResult, result);

        if (@new.Event.Result is { } newResult)
            Assign(state, state.New, newResult, result);
    }

    /// <summary>Given nothing, it hands out nothing.</summary>
    private bool MayCopyNothing(Call call) => _catalogue.EffectsOf(call).Any(e => e.Acquirer is { EmptyFor.IsEmpty: false });

    /// <summary>The new function's allocator came back, so there was memory: what it hands out is something, unless nothing was asked for.</summary>
    private void NoteMemory(ProductState state, Prepared old, Prepared @new, int result)
    {
        if (old.Event.Callee.Equals(@new.Event.Callee))
            return;

        foreach (var acquirer in _catalogue.EffectsOf(@new.Event).Select(e => e.Acquirer).OfType<Acquirer>())
        {
            if (!acquirer.StandsFor.Contains(old.Event.Callee.Name) || acquirer.EmptyFor.Any(i => IsNothing(@new.Arguments[i])))
                continue;

            Record(DifferenceKind.OutOfMemoryEdgeRemoved, @new.Event.Origin, $"{@new.Event.Callee} ends the program for lack of memory");
            state.Facts.Record(_terms.Operation("==", result, _terms.Null), false);
        }

        bool IsNothing(int term) =>
            state.Facts.Decide(_terms.Operation("==", term, _terms.Zero)) == true || state.Facts.Decide(_terms.Operation("==", term, _terms.Null)) == true;
    }

    private bool MatchStores(
        ProductState state, Place oldTarget, Expression oldValue, Place newTarget, Expression newValue, bool mayThrow)
    {
        var place = PlaceTerm(state, state.Old, oldTarget);
        var value = Evaluate(state, state.Old, oldValue);
        var newPlace = PlaceTerm(state, state.New, newTarget);
        var stored = Evaluate(state, state.New, newValue);
        if (_refuted is not null)
            return false;

        string Text() => $"{oldTarget} = {_terms.TextOf(value)}";

        if (place != newPlace || !AreSame(state, value, stored))
            return Differ(state, "the stores differ", Text(), $"{newTarget} = {_terms.TextOf(stored)}");

        if (state.Owed.Count > 0 && !Cross(state, Text(), [place, stored], Crossing.Known))
            return false;

        if (mayThrow)
        {
            var thrown = state.Copy();
            var exception = _terms.Operation("raised", _terms.Operation("store", place, value, state.Old.Memory));
            thrown.Old.Raise(exception);
            thrown.New.Raise(exception);
            _pending.Push(thrown);
        }

        NoteStored(state, place, value);
        state.Trace = new TraceStep(Text, state.Trace);
        state.ChangeMemory(_terms);
        state.Stored.Set(state.Old.Memory, place, value);
        state.Old.Index++;
        state.New.Index++;
        return true;
    }

    private bool MatchVolatileLoads(ProductState state, Load old, Load @new)
    {
        var place = PlaceTerm(state, state.Old, old.Source);
        if (place != PlaceTerm(state, state.New, @new.Source))
            return Differ(state, "the volatile reads differ", old.ToString(), @new.ToString());

        if (!Cross(state, old.ToString(), [place], Crossing.Known))
            return false;

        state.Trace = new TraceStep(old.ToString(), state.Trace);
        state.ChangeMemory(_terms);
        if (old.MayThrow || @new.MayThrow)
        {
            var thrown = state.Copy();
            var exception = thrown.Fresh(_terms);
            thrown.Old.Raise(exception);
            thrown.New.Raise(exception);
            _pending.Push(thrown);
        }

        var value = state.Fresh(_terms);
        Assign(state, state.Old, old.Result, value);
        Assign(state, state.New, @new.Result, value);
        state.Old.Index++;
        state.New.Index++;
        return true;
    }
}

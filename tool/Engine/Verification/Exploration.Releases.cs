using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Releases that one side makes earlier or later than the other, or that only the new function makes.</summary>
internal sealed partial class Exploration
{
    /// <summary>
    /// A release of the empty value, and a second one of what bears it, is no event. Answers whether a side was at one.
    /// </summary>
    private bool PassReleasesOfNothing(ProductState state, Prepared? old, Prepared? @new)
    {
        var oldPasses = old is not null && IsNothing(state, state.Old, old);
        var newPasses = @new is not null && IsNothing(state, state.New, @new)
            && !(old is { Release: not null } && !oldPasses && AreSame(state, old, @new) && IsGoneWithOwner(state, @new.Subject));
        if (@new is { Release: not null } && @new.Subject == _terms.Unset && old?.Subject != _terms.Unset)
            Differ(state, "releases what was never set", "no such release", TextOf(@new.Event));

        if (oldPasses)
            PassNothing(state, state.Old, old!);

        if (newPasses)
        {
            PassNothing(state, state.New, @new!);
            if (!oldPasses && !@new!.Event.IsImplied && @new.Release!.Releaser!.IgnoresEmpty)
                Record(DifferenceKind.NullGuardDropped, GuardedRelease(@new), $"{@new.Event.Callee} ignores the empty value");
        }

        return oldPasses || newPasses;
    }

    /// <summary>
    /// The other side waits at the head of a loop for this one, which is still at a release that it can make alone: so both
    /// go into the loop together, and its rounds are not counted from different ends. Null when it is at anything else.
    /// </summary>
    private bool? CatchUp(ProductState state, Side side)
    {
        if (Prepare(state, side) is not { Release: not null } prepared || _refuted is not null)
            return null;

        var (old, @new) = side == state.Old ? (prepared, (Prepared?)null) : (null, prepared);
        if (PassReleasesOfNothing(state, old, @new))
            return _refuted is null;

        return Discharge(state, old, @new) ?? (prepared.IsSilent ? Owe(state, side, prepared) : null);
    }

    private bool IsNothing(ProductState state, Side side, Prepared prepared)
    {
        if (prepared.Release is not { Releaser: { } releaser, Resource: { } resource })
            return false;

        if (IsIgnored(state, releaser, resource, prepared.Subject))
        {
            _evidence.Add($"{releaser.Callee} ignores the empty value");
            return true;
        }

        if (side == state.Old && FailsForNothing(state, prepared, releaser, resource))
        {
            Record(DifferenceKind.NothingReleased, prepared.Event.Origin, $"{TextOf(prepared.Event)} does not fail for want of anything to release");
            return true;
        }

        if (releaser.IsIdempotent && state.Things.TryGetValue(prepared.Subject, out var thing)
            && ((side == state.Old ? thing.ReleasedByOld : thing.ReleasedByNew) == Certainty.Always || (side == state.Old && IsDone(state, prepared.Subject, thing))))
        {
            _evidence.Add($"a second {releaser.Callee} does nothing");
            return true;
        }

        return false;
    }

    /// <summary>
    /// Where the old function made the first of two releases, of which only the second is whole (<c>p.Close(); p.Dispose();</c>),
    /// the new one has made the whole of it at once.
    /// </summary>
    private static bool IsDone(ProductState state, int value, Provenance thing) =>
        thing is { ReleasedByOld: Certainty.Perhaps, ReleasedByNew: Certainty.Always } && !state.Owed.Exists(o => o.Value == value);

    /// <summary>
    /// The new function has just released its taker, and this with it; nothing was seen since. Where the old one releases it
    /// now, that is one and the same release, and fails in both or in neither.
    /// </summary>
    private static bool IsGoneWithOwner(ProductState state, int subject) =>
        state.Things.TryGetValue(subject, out var thing)
        && state.Owed.Exists(o => !o.IsOwedByNew && o.Crossed is null && thing.Consumers.Contains(o.Value));

    private bool IsIgnored(ProductState state, Releaser releaser, Resource resource, int value) =>
        releaser.IgnoresEmpty && IsEmpty(state, resource, value);

    private bool IsEmpty(ProductState state, Resource resource, int value) =>
        state.Facts.Decide(_terms.Operation("==", value, _terms.Constant(resource.Empty))) == true
        // Where nothing is written as a negative number, every negative number is nothing.
        || (resource.Empty.Value is < 0L && IsNegative(state, value));

    /// <summary>A whole number is below zero, however that was asked.</summary>
    private bool IsNegative(ProductState state, int value) =>
        state.Facts.Decide(_terms.Operation("<", value, _terms.Zero)) == true || state.Facts.Decide(_terms.Operation("<=", _terms.Zero, value)) == false;

    /// <summary>The old function releases nothing, by hand and without a look: that fails, and the function never asks for an error.</summary>
    private bool FailsForNothing(ProductState state, Prepared prepared, Releaser releaser, Resource resource) =>
        releaser.FailsOnEmpty && !_old.AsksForErrors && prepared.Event is { IsImplied: false, Result: null } && IsEmpty(state, resource, prepared.Subject);

    private void PassNothing(ProductState state, Side side, Prepared prepared)
    {
        Finish(state, side, prepared, _terms.Operation("pure:" + prepared.Event.Callee.Name, [.. prepared.Arguments]));
        side.Index++;
    }

    /// <summary>The old function's release of the same kind: the place to show for a guard that went.</summary>
    private Origin GuardedRelease(Prepared @new) =>
        _old.Graph.Events.FirstOrDefault(e => e is Call call && call.Callee.Equals(@new.Event.Callee))?.Origin
        ?? _old.Function.Origin;

    /// <summary>What a release leaves behind in the places it was given, and its result.</summary>
    private void Finish(ProductState state, Side side, Prepared prepared, int result)
    {
        var release = prepared.Release!;
        for (var i = 0; i < prepared.Event.Arguments.Length; i++)
        {
            var argument = prepared.Event.Arguments[i];
            if (argument.Passing == Passing.Value || argument.Target is not { } target)
                continue;

            var content = release.Subject.Index == i && release.Releaser!.Clears
                ? _terms.Constant(release.Resource!.Empty)
                : _terms.Operation("released", prepared.Arguments[i]);
            Assign(state, side, target, content);
        }

        if (prepared.Event.Result is { } local)
            Assign(state, side, local, result);
    }

    /// <summary>Two releases of one thing: by one function, or by two that a catalogue puts together.</summary>
    private bool AreSameReleases(ProductState state, MadeRelease old, MadeRelease @new)
    {
        if (!AreSame(state, old.Subject, @new.Subject))
            return false;

        if (old.At.Callee.Equals(@new.At.Callee) && (old.Arguments.Length == @new.Arguments.Length || !@new.At.IsImplied))
        {
            return old.Arguments.Length == @new.Arguments.Length
                && Enumerable.Range(0, old.Arguments.Length).All(
                    i => i == old.Effect.Subject.Index || AreSame(state, old.Arguments[i], @new.Arguments[i]));
        }

        // What is not as good as the release by scope is good for itself alone.
        if (old.Effect.Releaser is { IsByHandOnly: true } or { IsAlone: true } || @new.Effect.Releaser is { IsByHandOnly: true } or { IsAlone: true })
            return false;

        var areOne = old.Effect.Resource!.Equals(@new.Effect.Resource)
            || old.At.Callee.Names.Intersect(@new.At.Callee.Names).Any()
            || StandsFor(old.At, @new.At);
        return areOne && NamesNothingElse(old) && NamesNothingElse(@new);
    }

    /// <summary>
    /// It is given what it releases, and beside that at most what makes a release of the call
    /// (<c>g_string_free(s, TRUE)</c>): a scope that calls it does so, too, where nothing is written.
    /// </summary>
    private static bool NamesNothingElse(MadeRelease release) =>
        release.Arguments.Length == 1 || (release.Arguments.Length == 2 && release.Effect.Releaser!.When is not null);

    /// <summary>A release, made now or before.</summary>
    private readonly record struct MadeRelease(Call At, Effect Effect, int Subject, ImmutableArray<int> Arguments)
    {
        public static MadeRelease Of(Prepared prepared) =>
            new(prepared.Event, prepared.Release!, prepared.Subject, prepared.Arguments);

        public static MadeRelease Of(Obligation owed) => new(owed.At, owed.Effect, owed.Value, owed.Arguments);
    }

    /// <summary>A side makes the release that the other side made before; null when neither does.</summary>
    private bool? Discharge(ProductState state, Prepared? old, Prepared? @new)
    {
        for (var i = 0; i < state.Owed.Count; i++)
        {
            var owed = state.Owed[i];
            var prepared = owed.IsOwedByNew ? @new : old;
            if (prepared?.Release is null)
                continue;

            var (now, before) = (MadeRelease.Of(prepared), MadeRelease.Of(owed));
            if (!(owed.IsOwedByNew ? AreSameReleases(state, before, now) : AreSameReleases(state, now, before)))
                continue;

            return owed.IsOwedByNew ? DischargeByNew(state, prepared, i) : DischargeByOld(state, prepared, i);
        }

        return null;
    }

    private bool DischargeByNew(ProductState state, Prepared prepared, int index)
    {
        if (!CrossReleases(state, state.New, prepared, index))
            return false;

        var owed = state.Owed[index];
        if (owed.Crossed is not null)
        {
            Record(DifferenceKind.DelayedRelease, owed.At.Origin, $"{TextOf(owed.At)} runs after {owed.Crossed}");
            _evidence.Add($"{owed.Releaser.Callee} only frees memory");
        }

        return Discharged(state, state.New, prepared, index);
    }

    private bool DischargeByOld(ProductState state, Prepared prepared, int index)
    {
        if (!CrossReleases(state, state.Old, prepared, index))
            return false;

        var owed = state.Owed[index];
        if (owed.Objection is { } objection)
            return Object(state, objection);

        if (owed.Crossed is not null)
        {
            if (!owed.IsSilent)
                return Differ(state, $"{TextOf(prepared.Event)} runs before {owed.Crossed}", owed.Crossed, TextOf(owed.At));

            if (owed.IsReachable)
                return Doubt(state, $"{owed.Crossed} may reach what {TextOf(owed.At)} has released early");

            Record(DifferenceKind.DelayedRelease, prepared.Event.Origin, $"{TextOf(prepared.Event)} runs before {owed.Crossed}");
            _evidence.Add($"{owed.Releaser.Callee} only frees memory");
        }

        return Discharged(state, state.Old, prepared, index);
    }

    private bool Discharged(ProductState state, Side side, Prepared prepared, int index)
    {
        var owed = state.Owed[index];
        if (owed.IsReordered)
            Record(DifferenceKind.ReleaseOrder, side == state.Old ? prepared.Event.Origin : owed.At.Origin, $"{TextOf(owed.At)} changes places with another release");

        state.Owed.RemoveAt(index);
        if (!owed.IsSilent && !AgreeOnSeen(state, side, owed))
            return Doubt(state, $"{TextOf(owed.At)} may see other values");

        MarkReleased(state, side, owed.Value, owed.Releaser);
        if (side == state.Old)
            NoteWitness(state, owed.Value);

        if (owed.Exception != _terms.Nothing)
        {
            side.Raise(owed.Exception);
        }
        else
        {
            Finish(state, side, prepared, owed.Result);
            side.Index++;
        }

        if (!owed.IsSilent)
        {
            if (state.Owed.Any(o => !o.IsSilent && o.Crossed is null))
                ForgetOn(state, side);
            else
                Synchronise(state);
        }

        return true;
    }

    /// <summary>One side releases what the other has not, or not yet.</summary>
    private bool Owe(ProductState state, Side side, Prepared prepared)
    {
        if (state.Owed.Count >= 32)
            return Doubt(state, "too many releases are still owed");

        var isByOld = side == state.Old;
        if (!CrossReleases(state, side, prepared, int.MaxValue))
            return false;

        var parent = isByOld ? null : state.Owed.Find(o => !o.IsOwedByNew && !o.IsLock && !o.IsSilent && IsMadeFrom(state, prepared.Subject, o.Value));
        if (parent is not null && !prepared.IsSilent)
            return Differ(state, $"used after its release: {TextOf(prepared.Event)}", TextOf(prepared.Event), TextOf(parent.At));

        var release = prepared.Release!;
        var released = state.Things.Of(prepared.Subject);
        var owed = new Obligation
        {
            IsOwedByNew = isByOld,
            Value = prepared.Subject,
            Effect = release,
            Arguments = prepared.Arguments,
            Result = state.Fresh(_terms),
            Exception = _terms.Nothing,
            At = prepared.Event,
            IsSecond = !isByOld && released is { ReleasedByNew: not Certainty.Never } && !release.Releaser!.IsIdempotent,
            Seen = prepared.IsSilent ? [] : [.. Aliased.Select(p => side.Values[isByOld ? p.Old : p.New])],
        };

        state.Trace = new TraceStep($"{(isByOld ? "before" : "after")} alone: {TextOf(prepared.Event)}", state.Trace);
        MarkReleased(state, side, prepared.Subject, release.Releaser!);
        if (isByOld)
            NoteWitness(state, prepared.Subject);

        if (!prepared.IsSilent)
        {
            owed = owed with { After = ForgetOn(state, side) };
            if (prepared.Event.MayThrow && !prepared.IsHarmless)
            {
                var thrown = state.Copy();
                var exception = thrown.Fresh(_terms);
                thrown.Owed.Add(owed with { Exception = exception, IsSpeculative = !isByOld });
                (isByOld ? thrown.Old : thrown.New).Raise(exception);
                _pending.Push(thrown);
            }
        }

        state.Owed.Add(owed);
        Finish(state, side, prepared, owed.Result);
        side.Index++;
        return true;
    }

    /// <summary>
    /// One side's memory has changed in a way of its own, until the other side makes the same call. Answers the version
    /// of memory before, then the new names.
    /// </summary>
    private ImmutableArray<int> ForgetOn(ProductState state, Side side)
    {
        var before = side.Memory;
        side.Memory = state.Fresh(_terms);
        var names = new List<int> { before, side.Memory };
        foreach (var (old, @new) in Aliased)
        {
            var slot = side == state.Old ? old : @new;
            var content = state.Fresh(_terms);
            state.Things[content] = Provenance.Unknown;
            side.Values[slot] = _terms.BehindRelease(side.Values[slot], content);
            names.Add(content);
        }

        return [.. names];
    }

    /// <summary>
    /// Where the old function goes on without a release that the new one has made, that release closes a leak, if
    /// anything. It is then taken to change nothing that the function sees. Null when there is none such.
    /// </summary>
    private bool? TakeAsLeaks(ProductState state)
    {
        List<Obligation>? leaks = null;
        for (var i = 0; i < state.Owed.Count; i++)
        {
            var owed = state.Owed[i];
            if (owed.IsOwedByNew || owed.After.IsEmpty)
                continue;

            state.Owed[i] = owed with { After = [] };
            (leaks ??= []).Add(owed);
        }

        return leaks is null ? null : Substitute(state, AsBefore(leaks));
    }

    /// <summary>
    /// Where the new function goes on without a release that the old one has made of no value at all, that release was a
    /// mistake, or did nothing: a function that gives something back has nothing to do when there is nothing. Null when
    /// there is none such.
    /// </summary>
    private bool? TakeAsNothing(ProductState state)
    {
        List<Obligation>? nothing = null;
        foreach (var owed in state.Owed)
        {
            if (owed.IsOwedByNew && IsOfNothing(state, owed.At, owed.Resource, owed.Value))
            {
                (nothing ??= []).Add(owed);
                _evidence.Add($"{owed.Releaser.Callee} of nothing releases nothing");
            }
        }

        if (nothing is null)
            return null;

        state.Owed.RemoveAll(nothing.Contains);
        return Substitute(state, AsBefore(nothing.Where(o => !o.After.IsEmpty)));
    }

    /// <summary>A release of no value at all: a function that gives something back has nothing to do then.</summary>
    private bool IsOfNothing(ProductState state, Call release, Resource resource, int value) =>
        resource.Kind != ResourceKind.Lock && !release.MayThrow && resource.Empty.Equals(Constant.Null)
        && state.Facts.Decide(_terms.Operation("==", value, _terms.Null)) == true;

    /// <summary>The names that releases have given to what they may have changed, as if they had not been made.</summary>
    private Substitution AsBefore(IEnumerable<Obligation> releases)
    {
        var map = new Dictionary<int, int>();
        foreach (var owed in releases)
        {
            map[owed.After[1]] = owed.After[0];
            for (var j = 0; j < owed.Seen.Length; j++)
                map[owed.After[j + 2]] = owed.Seen[j];
        }

        // One release's name may stand for what another one left.
        foreach (var name in map.Keys.ToArray())
        {
            while (map.TryGetValue(map[name], out var further))
                map[name] = further;
        }

        _replaced.Clear();
        foreach (var (name, before) in map)
            _replaced.Set(name, before);

        return _replaced;
    }

    /// <summary>Both sides have made the same calls: memory is the same again.</summary>
    private void Synchronise(ProductState state)
    {
        state.ChangeMemory(_terms);
        foreach (var (old, @new) in Aliased)
        {
            var content = state.Fresh(_terms);
            state.Things[content] = Provenance.Unknown;
            state.Old.Values[old] = state.New.Values[@new] = content;
        }
    }

    private bool AgreeOnSeen(ProductState state, Side side, Obligation owed)
    {
        for (var i = 0; i < owed.Seen.Length; i++)
        {
            var (old, @new) = Aliased[i];
            var now = side.Values[side == state.Old ? old : @new];
            var (here, there) = (_terms.BeforeReleases(now), _terms.BeforeReleases(owed.Seen[i]));
            if (side == state.Old ? !AreSame(state, here, there) : !AreSame(state, there, here))
                return false;
        }

        return true;
    }

    /// <summary>What it is that happens between two sides' releases.</summary>
    private enum Crossing
    {
        /// <summary>A computation, whatever its name.</summary>
        Harmless,

        /// <summary>Others see it, and it reaches nothing but what it names.</summary>
        Known,

        /// <summary>Code of which nothing is known.</summary>
        Unknown,
    }
}

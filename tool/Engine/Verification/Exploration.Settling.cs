namespace MigrateCleanup.Engine.Verification;

/// <summary>Releases that are still owed where a path ends, or where nothing can ask for them again.</summary>
internal sealed partial class Exploration
{
    /// <summary>At the end nothing may be owed, but for leaks that the new function closes.</summary>
    private bool SettleAtEnd(ProductState state)
    {
        var returned = state.Old.IsAtExit ? state.New.Values[_new.ReturnSlot] : _terms.Nothing;

        // Nothing but releases was behind the last look at them.
        if (!AgreeOnAliased(state, "the end", isRelease: true))
            return false;

        foreach (var owed in state.Owed)
        {
            if (owed.IsSpeculative)
                return false;

            var text = TextOf(owed.At);
            if (owed.IsOwedByNew)
                return Differ(state, $"never released: {_terms.TextOf(owed.Value)}", text, "no such release");

            if (owed.IsLock)
            {
                if (!state.Holds.Contains(HoldOf(owed.Effect, owed.Arguments)))
                    return Differ(state, "a lock is given back that was not taken", "no such release", text);

                // A function that returns with the lock held may mean it; one that an exception leaves cannot.
                if (state.Old.IsAtExit)
                    return Differ(state, "a lock is given back that stays held", "no such release", text);

                Record(DifferenceKind.LeakFixed, owed.At.Origin, $"{text} was missing on a path");
                continue;
            }

            if (owed.IsSecond)
                return Differ(state, "released twice", "no such release", text);

            if (DependsOn(state, returned, owed.Value))
                return Differ(state, "returned after its release", Waiting(state, state.Old, null), text);

            if (!IsOwned(state, owed, text))
                return false;
        }

        return false;
    }

    /// <summary>
    /// A release that only the new function has made, of something that neither can come by any more, is settled before the
    /// end: in a loop, each round would add one. False when it cannot be allowed.
    /// </summary>
    private bool SettleForgotten(ProductState state)
    {
        for (var i = state.Owed.Count - 1; i >= 0; i--)
        {
            var owed = state.Owed[i];
            if (owed.IsOwedByNew || owed.IsLock || owed.IsSpeculative || owed.IsSecond || !owed.After.IsEmpty || !_terms.IsSymbol(owed.Value)
                || !state.Things.TryGetValue(owed.Value, out var thing) || thing.IsOther || thing.Acquisitions.IsEmpty
                || thing.Escaped != Certainty.Never || !thing.Consumers.IsEmpty || IsHeld(state, owed))
                continue;

            var text = TextOf(owed.At);
            if (!thing.Told.IsEmpty && (_throws || state.Old.HasRaised))
                continue;

            if (!IsOwned(state, owed, text))
                return false;

            state.Owed.RemoveAt(i);
        }

        return true;
    }

    /// <summary>A value that is still held, or kept in memory, is or was made from what is owed.</summary>
    private bool IsHeld(ProductState state, Obligation owed)
    {
        foreach (var side in new[] { state.Old, state.New })
        {
            for (var slot = 0; slot < side.Values.Length; slot++)
            {
                if (side.Body.IsLive(side.Block, side.Index, slot) && DependsOn(state, side.Values[slot], owed.Value))
                    return true;
            }
        }

        for (var i = 0; i < state.Stored.Count; i++)
        {
            if (DependsOn(state, state.Stored[i].Place, owed.Value) || DependsOn(state, state.Stored[i].Value, owed.Value))
                return true;
        }

        return state.Owed.Exists(o => o != owed && (DependsOn(state, o.Value, owed.Value) || o.Arguments.Any(a => DependsOn(state, a, owed.Value))));
    }

    /// <summary>Whether the release closes a leak: the value was acquired on this path and nobody else can have it.</summary>
    private bool IsOwned(ProductState state, Obligation owed, string text)
    {
        if (!_terms.IsSymbol(owed.Value))
            return Differ(state, "released, though never acquired here", "no such release", text);

        var thing = state.Things.Of(owed.Value) ?? Provenance.Unknown;
        if (thing.Escaped == Certainty.Always)
            return Differ(state, "released, though it belongs to somebody else by then", "no such release", text);

        if (thing.IsOther || thing.Acquisitions.IsEmpty)
            return Doubt(state, $"{text}: nothing says that it is owned on this path");

        if (thing.Escaped == Certainty.Perhaps || !thing.Consumers.IsEmpty)
            return Doubt(state, $"{text}: it may belong to somebody else by then");

        if (!IsSomething(state, owed, text))
            return false;

        if (!thing.Told.IsEmpty && !state.Old.HasRaised)
            return Doubt(state, $"{text}: {TextOf(_sites[thing.Told.Items[0]])} may say that it kept it");

        _claims.Add(new Claim(thing, owed, text, TraceOf(state)) { IsRaised = state.Old.HasRaised, MayBeNothing = MayBeNothing(state, owed) });
        return true;
    }
}

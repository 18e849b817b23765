using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>What a release and another event may do when they change places.</summary>
internal sealed partial class Exploration
{
    /// <summary>
    /// A side makes a release while it still owes others that the other side made first: they change places. Those
    /// before <paramref name="discharged"/> were made first on both sides where this one was.
    /// </summary>
    private bool CrossReleases(ProductState state, Side side, Prepared prepared, int discharged)
    {
        var isNew = side == state.New;
        for (var i = 0; i < state.Owed.Count && i < discharged; i++)
        {
            var owed = state.Owed[i];
            if (owed.IsOwedByNew != isNew)
                continue;

            var bothSilent = owed.IsSilent && prepared.IsSilent;
            var isRefinement = owed.IsOwedByNew ? owed.IsSilent : prepared.IsSilent;
            if (!bothSilent && !isRefinement)
            {
                // Where the old function never makes the release, it has not changed places with anything.
                if (!owed.IsOwedByNew && IsMadeFrom(state, prepared.Subject, owed.Value))
                    return Differ(state, $"used after its release: {TextOf(prepared.Event)}", TextOf(prepared.Event), TextOf(owed.At));

                var objection = ObjectionTo(state, owed, prepared);
                if (owed.IsOwedByNew && objection is not null)
                    return Object(state, objection);

                owed = owed with { Objection = owed.Objection ?? objection };
            }

            state.Owed[i] = owed with { IsReordered = true };
        }

        return true;
    }

    /// <summary>What speaks against two releases changing places, if anything does.</summary>
    private Objection? ObjectionTo(ProductState state, Obligation owed, Prepared prepared)
    {
        if (IsOfNothing(state, owed.At, owed.Resource, owed.Value) || IsOfNothing(state, prepared.Event, prepared.Release!.Resource!, prepared.Subject))
            return null;

        var (first, second) = (TextOf(owed.At), TextOf(prepared.Event));
        if (owed.IsLock || prepared.Release!.Resource!.Kind == ResourceKind.Lock)
        {
            if (!owed.IsSilent && !prepared.IsSilent)
                return new Objection("a lock changes places with another release", first, second, IsCertain: true);
        }

        return AreIndependent(state, owed.Value, prepared.Subject) switch
        {
            false when owed.Value == prepared.Subject || IsMadeFrom(state, owed.Value, prepared.Subject) || IsMadeFrom(state, prepared.Subject, owed.Value) =>
                new Objection("one was made from the other", first, second, IsCertain: true),
            false or null => new Objection($"{first} and {second} may depend on each other", first, second, IsCertain: false),
            true => null,
        };
    }

    private bool Object(ProductState state, Objection objection) => objection.IsCertain
        ? Differ(state, objection.Reason, objection.Old, objection.New)
        : Doubt(state, objection.Reason);

    /// <summary>
    /// An event happens on both sides while releases are owed. One that the new function owes is delayed past it, which
    /// only a silent release may be, unless the event is a mere computation; one that the old function owes was made
    /// early, or closes a leak, and nothing may use what it released.
    /// </summary>
    private bool Cross(ProductState state, string text, IReadOnlyList<int> mentioned, Crossing crossing)
    {
        for (var i = 0; i < state.Owed.Count; i++)
        {
            var owed = state.Owed[i];
            if (!owed.IsOwedByNew && !owed.IsLock && mentioned.Any(m => DependsOn(state, m, owed.Value)))
            {
                return mentioned.Any(m => IsOf(state, m, owed.Value))
                    ? Differ(state, $"used after its release: {text}", text, TextOf(owed.At))
                    : Doubt(state, $"{text} may use what {TextOf(owed.At)} has released");
            }

            if (crossing == Crossing.Harmless)
                continue;

            if (owed.IsSpeculative)
                return false;

            if (owed.IsOwedByNew && !owed.IsSilent)
                return Differ(state, $"{TextOf(owed.At)} is delayed past {text}", TextOf(owed.At), text);

            if (!owed.IsOwedByNew && crossing == Crossing.Unknown)
            {
                var thing = state.Things.Of(owed.Value) ?? Provenance.Unknown;
                if (thing.IsOther || !thing.Handed.IsEmpty || thing.Escaped != Certainty.Never)
                    owed = owed with { IsReachable = true };
            }

            state.Owed[i] = owed with { Crossed = owed.Crossed ?? text };
        }

        return true;
    }
}

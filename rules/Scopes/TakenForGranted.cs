using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// Values that a function takes to be there: a call of which nothing is known handed them out, no condition ever looks at
/// them, and they are released unasked. Null would make the release fail; nobody counts on that.
/// </summary>
internal static class TakenForGranted
{
    /// <summary>What the call releases is one of them, and nobody here catches what it would throw.</summary>
    public static bool IsReleasedBy(Call release, Owner owner, Facts facts)
    {
        var acquired = owner.Acquisitions.Where(IsUnknown).Select(a => a.At).ToHashSet(ReferenceEqualityComparer.Instance!);
        var handlers = new Handlers(e => IsRelease(e, facts), facts);
        return release is { HasReceiver: true, IsImplied: false }
            && facts.ReachingDefinitions.Before(release, owner.Local).All(d => d.At is { } at && acquired.Contains(at))
            && !facts.Graph.Blocks.Any(b => b.Branch is { } branch && Access.Reads(branch.Condition).Contains(owner.Local))
            && handlers.Of(release) is null;
    }

    /// <summary>
    /// An exception is leaving, and a failing release of nothing would take its place. Nobody counts on that either; nothing
    /// but other releases would be left out behind it.
    /// </summary>
    public static bool OnlyHides(Call release, Facts facts) =>
        release is { HasReceiver: true, IsImplied: false }
        && Finallies.OnlyPassOn(facts.Graph.BlockOf(release).Handler, facts)
        && Finallies.RunsWhileUnwinding(release, facts)
        && !new ForwardSearch(facts.Graph.After(release), e => e is Throw, exceptional: false).Passed.Any(e => facts.IsObservable(e) && !IsRelease(e, facts));

    /// <summary>Something is given back there: by hand, or by a scope or a loop of the language, which then passes the exception on.</summary>
    private static bool IsRelease(Event @event, Facts facts) => @event is Call call
        && (facts.Ownership.Owners.Any(o => o.Releases.Contains(call))
            || (call.IsImplied && facts.Catalogue.EffectsOf(call).Any(e => e.Kind is EffectKind.Release)));

    private static bool IsUnknown(Acquisition acquisition) =>
        acquisition is { Kind: AcquisitionKind.Witnessed, MayBeNothing: false, Operand.IsResult: true };
}

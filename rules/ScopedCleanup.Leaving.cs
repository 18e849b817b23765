using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules;

/// <summary>How what is held may leave the function: to whom it is handed, and who keeps it.</summary>
public sealed partial class ScopedCleanup
{
    /// <summary>How the resource may leave, if it may.</summary>
    private static Refusal? LeavesBy(Site site, Facts facts)
    {
        var owner = site.Owner;
        var ownership = facts.Ownership;
        var atEnd = ownership.AtExit(owner);
        var isTaken = atEnd.HasFlag(OwnershipState.Moved)
            || (atEnd.HasFlag(OwnershipState.Lent) && owner.Transfers.Any(t => !t.IsCertain && !IsLoan(t, site, facts)))
            || (ownership.AtUnwind(owner).HasFlag(OwnershipState.Moved) && owner.Transfers.Any(t => t.IsCertain && t.Kind != TransferKind.Consumed))
            || (site.IsOwnScope && ownership.AtUnwind(owner).HasFlag(OwnershipState.Lent) && owner.Transfers.Any(t => IsFarewell(t, site, facts)))
            || (site.IsDeclared && owner.Clearings.Any(c => ownership.Before(c, owner).HasFlag(OwnershipState.Moved)));
        var byReference = owner.Transfers.Any(t => t.Kind == TransferKind.ByReference)
            || facts.Graph.Events.OfType<Call>().Any(c => !owner.Acquisitions.Any(a => a.At == c)
                && c.Arguments.Any(a => a.Passing != Passing.Value && a.Target == owner.Local && !IsReceiver(c, a)));
        if (byReference && site.IsOwnScope)
            return PassedByReference;

        if (owner.Local.IsValueType && owner.Transfers.Any(t => t.Kind == TransferKind.Copied))
            return ValueTypeCopy;

        if (!isTaken)
        {
            return site.Heard.IsEmpty
                ? atEnd.HasFlag(OwnershipState.Owned) && owner.Acquisitions.Any(a => a.Kind == AcquisitionKind.Witnessed) ? ConditionalRelease : null
                : IsForgotten(site, facts) ? ConditionalRelease : null;
        }

        if (owner.Transfers.All(t => IsEnded(t, owner, facts)))
            return ClosesOnly;

        return owner.Transfers.Any(t => t.Kind == TransferKind.Consumed) && owner.Transfers.All(t => t.Kind is TransferKind.Consumed or TransferKind.Passed)
            ? CalleeDisposes
            : Escapes;
    }

    /// <summary>The call that got the value ends its use, in a way of its own.</summary>
    private static bool IsEnded(Transfer transfer, Owner owner, Facts facts) => transfer is { Kind: TransferKind.Passed, At: Call call }
        && facts.Catalogue.Closes(call, owner.Local);

    /// <summary>
    /// A release lies on ways that do not acquire, and yet no way that can be taken forgets it: one condition decides where it
    /// is acquired and where it is released.
    /// </summary>
    private static bool IsDecidedTwice(Site site, Facts facts) =>
        site.Heard.IsEmpty && facts.Ownership.AtExit(site.Owner).HasFlag(OwnershipState.Owned)
        && site.Acquisitions is [var acquisition]
        && site.Releases.Any(r => Paths.Reaches(Point.StartOf(facts.Graph.Entry), facts.Graph.Before(r), stop: acquisition, exceptional: false))
        && !facts.Ownership.Incidents(site.Owner).Any(i => i.Kind is IncidentKind.Leak or IncidentKind.LeakByException);

    /// <summary>On some way nothing releases what was acquired for certain.</summary>
    private static bool IsForgotten(Site site, Facts facts) => site.Heard.Any(h =>
        new ForwardSearch(h, e => site.Releases.Contains(e), exceptional: false).Enters(facts.Graph.Exit));

    /// <summary>
    /// A call that got the value, behind which a release follows whenever nothing throws: it only borrowed it, on the
    /// other ways as well.
    /// </summary>
    private static bool IsLoan(Transfer transfer, Site site, Facts facts)
    {
        if (transfer.Kind != TransferKind.Passed)
            return false;

        var releases = site.Releases.ToHashSet<Event>(ReferenceEqualityComparer.Instance);
        var search = new ForwardSearch(facts.Graph.After(transfer.At), releases.Contains, exceptional: false);
        return search.Stops.Count > 0 && !search.Enters(facts.Graph.Exit);
    }

    /// <summary>
    /// A call that got the value and behind which nothing releases it, whatever happens: it may be what gives the value back
    /// there, in a way of its own.
    /// </summary>
    private static bool IsFarewell(Transfer transfer, Site site, Facts facts) =>
        transfer.Kind == TransferKind.Passed && !transfer.IsCertain
        && new CleanupCode(facts.Graph).Contains(transfer.At)
        && new ForwardSearch(facts.Graph.After(transfer.At), e => e is Call call && site.Releases.Contains(call)).Stops.Count == 0;

    /// <summary>
    /// An exception leaves the function with the resource in hand, where scope would release it. That something is released
    /// when all went well tells nothing of this when it was only read from somewhere, where it still is.
    /// </summary>
    private static bool IsLeftByException(Site site, Facts facts) =>
        (facts.Ownership.AtUnwind(site.Owner) & (OwnershipState.Owned | OwnershipState.Lent)) != 0;

    /// <summary>
    /// A lambda that sees the resource goes where it may outlive the function: to an event, into an object, to a call of which
    /// nothing says that it is done with it when it comes back.
    /// </summary>
    private static bool IsKept(Transfer transfer, Local local, Facts facts) => transfer is { Kind: TransferKind.Copied } && transfer.At switch
    {
        Call call => Enumerable.Range(0, call.Arguments.Length).Any(i => Sees(call.Arguments[i].Value, local)
            && !facts.Catalogue.EffectsOf(call).Any(e => e.Kind == EffectKind.Borrow && e.Subject.Index == i)),
        Store store => store.Target is not Local,
        _ => false,
    };

    private static bool Sees(Expression value, Local local) => value switch
    {
        AddressOf { Place: var place } => place == local,
        Operation operation => operation.Operands.Any(o => Sees(o, local)),
        _ => false,
    };

    private static bool IsReceiver(Call call, Argument argument) => call.HasReceiver && call.Arguments[0] == argument;
}

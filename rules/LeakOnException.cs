using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Finds what every normal path releases, and no path on which something throws.</summary>
/// <remarks>
/// Reported at the acquisition. The path shows the call or the <c>throw</c> statement behind which the release is
/// never reached. Since every path without an exception releases the value, the calls in between only borrowed it.
/// Properties, operators, releases of other things and the rest of a <c>finally</c> are taken not to throw, and neither
/// is what throws only where the program is wrong: a failed assertion, a copy out of range. A reader, a writer or a stream
/// over one that somebody else releases loses nothing, and a rented array that does not come back is the garbage collector's.
/// </remarks>
public sealed class LeakOnException : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("leak-on-exception", "Release what is acquired when a call throws");

    protected override bool IsCertain(Incident incident, Facts facts) =>
        incident is { Kind: IncidentKind.LeakByException, IsReleasedOtherwise: true, Owner.Resource.Kind: not ResourceKind.Rental }
        && IsClearlyOwned(incident, facts)
        && !IsMadeOfBorrowed(incident, facts)
        && incident.Owner.Releases.Any(r => !r.IsImplied);

    protected override Origin PlaceOf(Incident incident) => incident.Path[0].At;

    protected override string MessageFor(Incident incident)
    {
        var name = NameOf(incident.Owner.Local);
        return incident.Path.LastOrDefault(p => p is { Kind: PathPointKind.Threw, Event: not Throw { Value: null } })?.Event switch
        {
            Call { Callee: { IsIndirect: false, Name: not ['?', ..] } } call =>
                $"{name} is not released when {ShortName(call.Callee)} throws",
            Throw => $"{name} is not released where an exception is thrown",
            _ => $"{name} is not released when a call throws",
        };
    }

    /// <summary>The type and the member: enough to find it in a line of code.</summary>
    private static string ShortName(Callee callee)
    {
        var parts = (callee.Constructs ?? callee.Name).Split('.', StringSplitOptions.RemoveEmptyEntries);
        return callee.Constructs is not null ? $"the constructor of {parts[^1]}" : string.Join('.', parts.TakeLast(2));
    }
}

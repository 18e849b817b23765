using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Finds a release that a path reaches before its variable has a value.</summary>
/// <remarks>Reported at the release. Most often a jump to the clean-up stands before the first assignment.</remarks>
public sealed class ReleaseUninitialised : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("release-uninitialised", "Initialise what is released");

    protected override bool IsCertain(Incident incident, Facts facts) => incident.Kind == IncidentKind.ReleaseUnset;

    protected override string MessageFor(Incident incident) =>
        $"{NameOf(incident.Owner.Local)} is released here, and has no value on this path";
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Finds what is released a second time on one path.</summary>
/// <remarks>
/// Reported at the second release. Releases that may be repeated by contract (<c>Dispose</c>), and counted
/// references, of which one holder may give back several, are not reported; neither are those behind a function of the
/// codebase that is only named like a releaser, and gives the thing itself to none. A call that takes something over for
/// good is as good as a release.
/// </remarks>
public sealed class DoubleRelease : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("double-release", "Release what is acquired once");

    protected override bool IsCertain(Incident incident, Facts facts) =>
        incident.Kind is IncidentKind.DoubleRelease or IncidentKind.ReleaseOfOthers
        && incident.Owner.Resource.Kind is not (ResourceKind.Reference or ResourceKind.Lock)
        && incident.At is Engine.Flow.Call again
        && (incident.Kind == IncidentKind.ReleaseOfOthers || EndsTheThing(incident, facts))
        && facts.Catalogue.EffectsOf(again).All(e => e.Releaser is not { IsIdempotent: true } && e is not { Kind: EffectKind.Release, Resource.Kind: ResourceKind.Reference });

    protected override string MessageFor(Incident incident) =>
        incident.Path.FirstOrDefault(p => p.Kind == PathPointKind.GivenAway)?.Event is Engine.Flow.Call taker
            ? $"{NameOf(incident.Owner.Local)} is released here, and {taker.Callee.Name} has taken it over"
            : $"{NameOf(incident.Owner.Local)} is released a second time here";

    protected override bool IsCuredByScope => false;
}

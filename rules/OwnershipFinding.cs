using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>
/// A finding about ownership: an incident that is certain enough to be said, and how to say it. A defect is reported
/// once, however many copies of its code the graph holds.
/// </summary>
public abstract class OwnershipFinding : FindingRule
{
    public sealed override IEnumerable<Finding> Find(Function function, Facts facts) =>
        Incidents(facts).Select(i => Described(i, facts)).Concat(Others(facts)).DistinctBy(f => f.At.Span);

    /// <summary>Whether the incident is one of this rule's, and no reader would doubt it.</summary>
    protected abstract bool IsCertain(Incident incident, Facts facts);

    protected abstract string MessageFor(Incident incident);

    /// <summary>The place reported: where it goes wrong, unless a rule knows better.</summary>
    protected virtual Origin PlaceOf(Incident incident) => incident.At?.Origin ?? incident.Path[0].At;

    /// <summary>Whether scope would have prevented it.</summary>
    protected virtual bool IsCuredByScope => true;

    /// <summary>What the rule finds besides incidents of owners.</summary>
    protected virtual IEnumerable<Finding> Others(Facts facts) => [];

    /// <summary>Whether what was acquired is a resource by a catalogue's word, or by a release of the very same value.</summary>
    protected static bool IsClearlyOwned(Incident incident) => incident.Acquisition switch
    {
        { Kind: AcquisitionKind.Catalogued, Acquirer.ReleaseIsOptional: false } => true,
        { Kind: AcquisitionKind.Witnessed, IsReleased: true, At: Store or Call { Result: not null } } => true,
        _ => false,
    };

    private IEnumerable<Incident> Incidents(Facts facts) =>
        from owner in facts.Ownership.Owners
        from incident in facts.Ownership.Incidents(owner)
        where IsCertain(incident, facts)
        select incident;

    private Finding Described(Incident incident, Facts facts) =>
        new(Info.Name, Severity.Warning, PlaceOf(incident), MessageFor(incident), Steps(incident))
        {
            CuredBy = IsCuredByScope && CanBeScoped(incident.Owner, facts) ? ScopedCleanupName : null,
        };

    private const string ScopedCleanupName = "scoped-cleanup";

    private static bool CanBeScoped(Owner owner, Facts facts) =>
        owner.Local is { Kind: LocalKind.Variable, IsScoped: false } && owner.Resource.Scoped.ContainsKey(facts.Style);

    private static ImmutableArray<PathStep> Steps(Incident incident)
    {
        var name = NameOf(incident.Owner.Local);
        return
        [
            .. from point in incident.Path
               let message = point.Kind switch
               {
                   PathPointKind.Acquired when incident.Kind == IncidentKind.ReleaseUnset => $"{name} is declared without a value",
                   PathPointKind.Acquired when incident.Acquisition?.Kind == AcquisitionKind.HandedIn => $"{name} is handed in",
                   PathPointKind.Acquired => $"{name} is acquired",
                   PathPointKind.Branched => TextOf(point.Edge!),
                   PathPointKind.Threw when point.Event is Throw => "an exception is thrown",
                   PathPointKind.Threw => "this call throws",
                   PathPointKind.Released => $"{name} is released",
                   PathPointKind.Returned => "the function returns",
                   _ => null,
               }
               where message is not null
               select new PathStep(point.At, message),
        ];
    }

    private static string TextOf(Edge edge) => edge.Kind switch
    {
        EdgeKind.True => "the condition holds",
        EdgeKind.False => "the condition does not hold",
        _ when edge.Case is { } value => $"the value is {value}",
        _ => "the value is no other case",
    };

    /// <summary>How a message names a local; a temporary has no name that anybody knows.</summary>
    protected static string NameOf(Local local) => local.IsTemporary ? "the value" : $"'{local.Name}'";
}

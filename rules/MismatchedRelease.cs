using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Finds what is acquired in one way and released in another that does not fit.</summary>
/// <remarks>
/// Reported at the release. Both are known from catalogues, and no catalogue says that the releaser fits; nothing else that
/// the variable holds on another path does it fit either. A list of which the function reads the elements may be freed without them. Objects that are closed by a method have more than one way to end, and are
/// not reported.
/// </remarks>
public sealed class MismatchedRelease : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("mismatched-release", "Release with the function that fits");

    protected override bool IsCertain(Incident incident, Facts facts) =>
        incident is { Kind: IncidentKind.Mismatch, Acquisition.Kind: AcquisitionKind.Catalogued }
        && (incident.Owner.Resource.Kind is not ResourceKind.Handle || AreBothKnown(incident, facts))
        && !Replaces(incident.Acquisition)
        && !HoldsOthers(incident.Owner.Local, facts)
        && !(incident.At is Call release && (HandsOn(release, incident.Owner.Resource, facts) || FitsAnother(release, incident.Owner, facts)));

    /// <summary>What was acquired stands where something else was, and may still be that: <c>getline(&amp;line, ...)</c>.</summary>
    private static bool Replaces(Acquisition acquisition) =>
        acquisition.Operand is { IsResult: false, Index: var index } && acquisition.Acquirer!.Consumes.Contains(index);

    /// <summary>A function, no method, ends things that certain others make, and not what this one made: <c>fclose(popen(...))</c>.</summary>
    private static bool AreBothKnown(Incident incident, Facts facts) => incident.At is Call { HasReceiver: false, MayThrow: false } release
        && !incident.Owner.Resource.Acquirers.IsEmpty
        && facts.Catalogue.EffectsOf(release).Where(e => e.Kind == EffectKind.Release).All(e => !e.Resource!.Acquirers.IsEmpty);

    /// <summary>Its elements are looked at one by one, and may be somebody else's by then: what held them is all that is left to free.</summary>
    private static bool HoldsOthers(Local local, Facts facts)
    {
        return facts.Graph.Events.Any(e => e switch
        {
            Load { Source: Element element } => IsOf(element),
            Call call => call.Arguments.Any(a => a.Value is Read { Place: Element element } && IsOf(element)),
            Store { Value: Read { Place: Element element } } => IsOf(element),
            _ => false,
        });

        bool IsOf(Element element) => Access.Reads(element.Base).Contains(local);
    }

    /// <summary>It releases what the variable got elsewhere: which of them it holds, a condition may know.</summary>
    private static bool FitsAnother(Call release, Owner owner, Facts facts) => facts.Catalogue.EffectsOf(release)
        .Where(e => e.Kind == EffectKind.Release)
        .Any(e => owner.Acquisitions.Any(a => a.Source is { } source
            && facts.Catalogue.EffectsOf(source).Any(s => s.Kind == EffectKind.Acquire && s.Resource == e.Resource)));

    /// <summary>The releaser gives what it is given to one that fits.</summary>
    private static bool HandsOn(Call release, Resource resource, Facts facts) => facts.Catalogue.EffectsOf(release)
        .SelectMany(e => e.Releaser?.HandsTo ?? [])
        .Any(to => resource.Releasers.Any(r => r.Callee == to));

    protected override string MessageFor(Incident incident) =>
        $"{NameOf(incident.Owner.Local)} comes from {incident.Acquisition!.Acquirer!.Callee}, which this does not release"
        + (Fitting(incident.Owner.Resource) is { } fitting ? $": {fitting.Callee} does" : "");

    /// <summary>A function, rather than some codebase's macro around it.</summary>
    private static Releaser? Fitting(Resource resource) =>
        resource.Releasers.FirstOrDefault(r => r.Callee.Any(char.IsLower)) ?? resource.Releasers.FirstOrDefault();

    protected override bool IsCuredByScope => false;
}

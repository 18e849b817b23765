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

    /// <summary>
    /// Whether what was acquired must be released: a catalogue says so of that very call, or of its type; or the
    /// function releases the value on another path. A wrapper around something that the function does not own may be
    /// left open on purpose: to release it would close what is wrapped.
    /// </summary>
    protected static bool IsClearlyOwned(Incident incident, Facts facts)
    {
        switch (incident.Acquisition)
        {
            case { Kind: AcquisitionKind.Catalogued, Acquirer: { ReleaseIsOptional: false } acquirer, Source: { } call }:
                if (acquirer.Callee == call.Callee.Name)
                    return !WrapsBorrowed(acquirer, call, facts) && !IsMadeOfBorrowed(incident, facts);

                return TakesThings(call) ? incident.Acquisition.IsReleased && !IsReleaseConditional(incident, facts) : !acquirer.HoldsGiven;

            // What a property shows belongs to the object, whoever may release it.
            case { Kind: AcquisitionKind.Witnessed, IsReleased: true, Source: { LeadsAround: false, Callee: { IsPropertyRead: false } callee } } witnessed:
                return facts.Catalogue.HandsOut(callee, witnessed.Operand) && !facts.Catalogue.LeadsAround(callee) && !IsReleaseConditional(incident, facts);

            default:
                return false;
        }
    }

    /// <summary>
    /// What was acquired is made of what the call was given, of which nothing is this function's to release, or may be: a
    /// stream over somebody else's stream.
    /// </summary>
    protected static bool IsMadeOfBorrowed(Incident incident, Facts facts) =>
        incident.Acquisition is { Source: { } call } acquisition && IsMadeOfBorrowed(acquisition, call, facts);

    private static bool IsMadeOfBorrowed(Acquisition acquisition, Call call, Facts facts) => acquisition.Acquirer switch
        {
            // Given a name, it makes what it holds: XmlWriter.Create(path, settings).
            { HoldsGiven: true } acquirer => acquirer.Callee != call.Callee.Name || !IsPlain(call, 0),
            null => call.MayWrapGiven,
            _ => false,
        }
        && !Enumerable.Range(0, call.Arguments.Length).Any(i => !IsPlain(call, i) && IsOwnedAt(call, i, facts));

    private static bool TakesThings(Call call) => Enumerable.Range(0, call.Arguments.Length).Any(i => !IsPlain(call, i));

    /// <summary>It wraps something that is not this function's to release, and holds nothing else.</summary>
    private static bool WrapsBorrowed(Acquirer acquirer, Call call, Facts facts) =>
        (acquirer.LeavesOpen is not null || !acquirer.Consumes.IsEmpty)
        && (acquirer.Consumes.IsEmpty || acquirer.Consumes.Any(i => !IsPlain(call, i) && !IsOwnedAt(call, i, facts) && !IsAgain(call, i, facts)));

    /// <summary>The call is given what it or its like handed out before, if anything: <c>p = realloc(p, n)</c> in a loop.</summary>
    private static bool IsAgain(Call call, int index, Facts facts)
    {
        const OwnershipState own = OwnershipState.Owned | OwnershipState.Lent | OwnershipState.Empty;
        return (call.Arguments[index].Local ?? call.Arguments[index].Target as Local) is { } local && facts.Ownership.Of(local).Any(owner =>
            owner.Acquisitions.Any(a => a.Source == call) && facts.Ownership.Before(call, owner) is var before and not 0 && (before & ~own) == 0);
    }

    /// <summary>
    /// A branch on the path steps around the release: its other side begins with it. The condition may be the very one
    /// under which the value is owned, unless the two sides part for good, and what they return tells one for a failure.
    /// </summary>
    private static bool IsReleaseConditional(Incident incident, Facts facts) =>
        incident.Path.Any(point => point.Edge is { } edge && incident.Owner.IsReleaseGuard(edge.From) && !EndsOtherwise(edge, facts));

    /// <summary>What the function returns on one side of a branch, it returns on no other.</summary>
    private static bool EndsOtherwise(Edge edge, Facts facts)
    {
        if (facts.NormalPostDominators.ImmediateDominator(edge.From) != facts.Graph.Exit)
            return false;

        var others = edge.From.Successors.Where(e => e != edge && e.Kind != EdgeKind.Exceptional).SelectMany(e => ReturnedBehind(e, facts)).ToList();
        return ReturnedBehind(edge, facts).All(r => r is { } value && others.TrueForAll(o => o is { } other && ValueSet.AreDifferent(value, other)));
    }

    private static IEnumerable<Constant?> ReturnedBehind(Edge edge, Facts facts) =>
        facts.From(Point.StartOf(edge.To)).OfType<EvaluateReturn>().Select(r => facts.ReturnedValue(r).Constant);

    /// <summary>The argument is a number, a text or the like: nothing that could be wrapped.</summary>
    private static bool IsPlain(Call call, int index)
    {
        if (index >= call.Arguments.Length)
            return true;

        var value = call.Arguments[index].Value;
        return value is Constant || (value is Operation or Read { Place: Local } && Access.Reads(value).All(l => l.IsPlain));
    }

    /// <summary>It is owned, and nothing but what wraps it would release it.</summary>
    private static bool IsOwnedAt(Call call, int index, Facts facts) =>
        Access.Reads(call.Arguments[index]).Any(local => facts.Ownership.Of(local).Any(owner =>
            owner.Releases.IsEmpty
            && facts.Ownership.Before(call, owner) is OwnershipState.Owned or OwnershipState.Lent
            && owner.Acquisitions.All(a => a.Acquirer is not { ReleaseIsOptional: true } && (a.Source is not { } made || !IsMadeOfBorrowed(a, made, facts)))));

    /// <summary>
    /// What is behind the pointer is gone after the first release of the path: the releaser is a catalogue's, or gives the
    /// pointer itself to one that is. A function of the codebase that is only named like a releaser may leave the thing,
    /// and end some use of it: a session is closed, and then freed.
    /// </summary>
    protected static bool EndsTheThing(Incident incident, Facts facts) =>
        incident.Path.FirstOrDefault(p => p.Kind == PathPointKind.Released)?.Event is Call first
        && facts.Catalogue.EffectsOf(first).Any(e => e.Releaser is { MayLeaveThing: false });

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
                   PathPointKind.Threw when point.Event is Throw { Value: null } => null,
                   PathPointKind.Threw when point.Event is Throw => "an exception is thrown",
                   PathPointKind.Threw => "this call throws",
                   PathPointKind.Released => $"{name} is released",
                   PathPointKind.GivenAway => $"{name} is given away",
                   PathPointKind.Returned => "the function returns",
                   _ => null,
               }
               where message is not null
               select new PathStep(point.Edge?.From.Branch?.Denial?.Whole ?? point.At, message),
        ];
    }

    /// <summary>What is true of the condition as it is written, whatever denies it included.</summary>
    private static string TextOf(Edge edge) => edge.Kind switch
    {
        EdgeKind.True or EdgeKind.False => (edge.Kind == EdgeKind.True) != (edge.From.Branch!.Denial is { IsOdd: true }) ? "this is true" : "this is false",
        _ when edge.Case is { } value => $"the value is {value}",
        _ => "the value is no other case",
    };

    /// <summary>How a message names a local; a temporary has no name that anybody knows.</summary>
    protected static string NameOf(Local local) => local.IsTemporary ? "the value" : $"'{local.Name}'";
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Scopes;

namespace MigrateCleanup.Rules;

/// <summary>Finds what is acquired and, on some path, not released.</summary>
/// <remarks>
/// Reported at the acquisition, with the shortest path on which nothing is thrown, nothing releases the value, and
/// nothing that could have taken it over sees it. That it is owned is known from a catalogue, or from another path
/// of the same function that does release it. A result that nobody keeps leaks at once. Types that are customarily
/// left to the garbage collector are not reported, and neither is a value of unknown origin whose release hangs on a
/// condition of its own: it may be the very condition under which it is owned. What a program's first function never
/// releases is left to the system, and a descriptor that nobody keeps may be meant for a place that was closed for it.
/// What a test only makes to see that it cannot be made is not there. A lock that is left further down, and not where the
/// function returns before, is found as well.
/// </remarks>
public sealed class Leak : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("leak", "Release what is acquired on every path");

    protected override bool IsCertain(Incident incident, Facts facts) =>
        incident is { Kind: IncidentKind.Leak or IncidentKind.Overwritten, WasLent: false }
        && !incident.Path.Any(p => p.Kind == PathPointKind.Threw)
        && !(incident.Owner.Local.IsTemporary && MakesRoom(incident.Owner.Resource, facts))
        && IsClearlyOwned(incident, facts)
        && !GoesOnInResult(incident.Owner)
        && !(EndsWithProgram(facts) && !incident.Acquisition!.IsReleased)
        && (facts.Function.Traits & (FunctionTraits.ComputedGoto | FunctionTraits.ExpectedToThrow)) == 0;

    protected override Origin PlaceOf(Incident incident) => incident.Path[0].At;

    protected override string MessageFor(Incident incident)
    {
        var name = NameOf(incident.Owner.Local);
        if (incident.Kind == IncidentKind.Overwritten)
        {
            return incident.At is ScopeEnter
                ? $"{name} is acquired here, and not released before the next turn"
                : $"{name} is acquired here, and assigned again without a release";
        }

        return incident.Acquisition!.IsReleased
            ? $"{name} is acquired here, and not released on every path"
            : $"{name} is acquired here, and never released";
    }

    protected override IEnumerable<Finding> Others(Facts facts) => Dropped(facts).Concat(Held(facts));

    private IEnumerable<Finding> Dropped(Facts facts) =>
        from call in facts.Graph.Events.OfType<Call>()
        where call is { Result: null, IsImplied: false } && !EndsWithProgram(facts) && !facts.Function.Traits.HasFlag(FunctionTraits.ExpectedToThrow)
        where facts.Catalogue.EffectsOf(call).Any(e => e is
            { Kind: EffectKind.Acquire, Subject.IsResult: true, Resource.Kind: not ResourceKind.Lock }
            && !CountsUp(e, call) && !TakesApart(e, call, facts) && !MakesRoom(e.Resource, facts)
            && e.Acquirer is { ReleaseIsOptional: false } acquirer && acquirer.Callee == call.Callee.Name)
        select new Finding(
            Info.Name,
            Severity.Warning,
            call.Origin,
            "what is acquired here is dropped at once, and never released",
            [new PathStep(call.Origin, "nobody keeps the result")]);

    /// <summary>
    /// A way out that stands above a place where the lock is left goes on holding it. Whoever means to hold it behind the
    /// function leaves it above, where something fails.
    /// </summary>
    private IEnumerable<Finding> Held(Facts facts)
    {
        foreach (var site in ScopedLock.SitesIn(facts).Where(s => s is { IsWithin: false, Flag: null } && s.Others.IsEmpty))
        {
            // Whoever enters some kinds need not be who leaves them.
            if (facts.Catalogue.EffectsOf(site.Enter).Any(e => e.Acquirer is { ReleaseIsOptional: true }))
                continue;

            var held = HeldLock.Of(site, facts);
            var last = site.Exits.Max(e => e.Origin.Span.Start);
            var forgotten = facts.Graph.Events.OfType<EvaluateReturn>().FirstOrDefault(r =>
                !r.IsImplied && r.Origin.Span.Start < last && facts.Graph.BlockOf(r).Handler is null && held.IsHeldBefore(r));
            if (forgotten is not null)
            {
                yield return new Finding(Info.Name, Severity.Warning, site.Enter.Origin, "the lock is entered here, and not left on every path",
                [
                    new PathStep(site.Enter.Origin, "the lock is entered"), new PathStep(forgotten.Origin, "the function returns"),
                ]);
            }
        }
    }

    /// <summary>
    /// It has no name, and what a call made of it goes on in its place: a chain of calls builds something that may hold it
    /// (<c>new Factory().Setup().Load(path)</c>).
    /// </summary>
    private static bool GoesOnInResult(Owner owner) => owner.Local.IsTemporary
        && owner.Uses.Concat(owner.Transfers.Select(t => t.At)).Any(e => e is Call { IsImplied: false, Result.IsPlain: false });

    private static bool EndsWithProgram(Facts facts) => facts.Function.Traits.HasFlag(FunctionTraits.EntryPoint);

    /// <summary>
    /// Something of a fixed number is released, so that what comes next gets its place: <c>close(0); open("/dev/null", O_RDONLY);</c>.
    /// </summary>
    private static bool MakesRoom(Resource resource, Facts facts) => facts.Graph.Events.OfType<Call>().Any(call =>
        facts.Catalogue.EffectsOf(call).Any(e => e.Kind == EffectKind.Release && e.Resource == resource
            && e.Subject.Index < call.Arguments.Length && call.Arguments[e.Subject.Index].Value is Constant));

    /// <summary>One more reference to what it is given: whoever counts up often has the value already.</summary>
    private static bool CountsUp(Effect effect, Call call) =>
        (effect.Resource!.Kind == ResourceKind.Reference || effect.Acquirer!.Counts) && call.Arguments.Length > 0;

    /// <summary>What comes of a thing's end was read from it before: <c>take(s->str); g_string_free(s, FALSE);</c>.</summary>
    private static bool TakesApart(Effect effect, Call call, Facts facts) => effect.Acquirer!.Consumes.Any(i =>
        i < call.Arguments.Length && call.Arguments[i].Local is { } ended && facts.Graph.Events.Any(e => e is Call && e != call && ReadsPart(e, ended)));

    private static bool ReadsPart(Event @event, Local whole) => ((Call)@event).Arguments.Any(a =>
        a is { Passing: Passing.Value, Value: Read { Place: Field { Base: var of } } } && Access.Reads(of).Contains(whole));
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>Finds what is used on a path behind its release.</summary>
/// <remarks>
/// Reported at the use. Memory must not be read, written, returned or passed on; a rented buffer belongs to somebody
/// else; of an object that was closed no method may be called any more, and a pointer to one must not be passed on. Properties of a closed object, types that
/// hold nothing but memory, and things that can be opened again are not reported, and neither are methods that the codebase
/// writes itself: its own types know what may still be done with them.
/// </remarks>
public sealed class UseAfterRelease : OwnershipFinding
{
    public override RuleInfo Info { get; } = new("use-after-release", "Use nothing behind its release");

    protected override bool IsCertain(Incident incident, Facts facts)
    {
        if (incident is not { Kind: IncidentKind.UseAfterRelease, At: { } use } || incident.Owner.Releaser.LeavesUsable
            || !EndsTheThing(incident, facts))
        {
            return false;
        }

        return incident.Owner.Resource.Kind switch
        {
            ResourceKind.Memory => IsAccess(use, incident.Owner.Local) || IsPassed(use, incident.Owner.Local) || use is EvaluateReturn,
            ResourceKind.Rental => IsAccess(use, incident.Owner.Local) || use is EvaluateReturn,
            ResourceKind.Handle when IsPointer(incident.Owner.Resource) && IsEndedByFunction(incident) =>
                IsAccess(use, incident.Owner.Local) || IsPassed(use, incident.Owner.Local),
            ResourceKind.Handle or ResourceKind.Pin =>
                use is Call call && IsMethodOf(call, incident) && !facts.Catalogue.IsHarmless(call.Callee)
                && !facts.Catalogue.Closes(call, incident.Owner.Local)
                && incident.Acquisition is not { Acquirer.ReleaseIsOptional: true },
            _ => false,
        };
    }

    protected override string MessageFor(Incident incident) => $"{NameOf(incident.Owner.Local)} is used here after its release";

    protected override bool IsCuredByScope => false;

    private static bool IsPointer(Resource resource) => resource.Empty.Equals(Constant.Null);

    /// <summary>A function that does not throw, and no method, has ended it: what others are given is a pointer to nothing.</summary>
    private static bool IsEndedByFunction(Incident incident) =>
        incident.Path.FirstOrDefault(p => p.Kind == PathPointKind.Released)?.Event is Call { HasReceiver: false, MayThrow: false };

    /// <summary>An element behind the pointer is read or written.</summary>
    private static bool IsAccess(Event use, Local local) => use switch
    {
        Load { Source: Element element } => Access.Reads(element.Base).Contains(local),
        Store { Target: Element element } => Access.Reads(element.Base).Contains(local),
        _ => false,
    };

    /// <summary>
    /// A plain function gets the pointer; a method of a collection may only compare it, and who gets the variable's address
    /// may only fill it.
    /// </summary>
    private static bool IsPassed(Event use, Local local) => use is Call { HasReceiver: false, IsImplied: false } call
        && call.Arguments.Any(a => a.Passing == Passing.Value && Access.Reads(a).Contains(local));

    private static bool IsMethodOf(Call call, Incident incident) =>
        call is { HasReceiver: true, IsImplied: false, Callee: { IsAccessor: false, IsOwn: false } }
        && incident.Owner.Uses.Contains(call)
        && Access.Reads(call.Arguments[0]).Any();
}

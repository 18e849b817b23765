using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// Scopes release in the reverse order of declaration. Where by hand one comes before the scopes of others that are
/// declared later, and they have to do with each other, that order is kept by where its declaration stands.
/// </summary>
internal static class ReleaseOrder
{
    /// <summary>
    /// The last of the scoped locals declared after this owner, in its scope, that may be reached from it or the other way
    /// round, that some call brought together with it, or that holds a lock. Null where there is none, or where nobody
    /// notices when this one is released.
    /// </summary>
    public static Local? Behind(Owner owner, Facts facts)
    {
        var local = owner.Local;
        if (owner.Releaser.IsSilent || local.Declaration.Span.IsEmpty)
            return null;

        var later = Locals.Of(facts.Function)
            .Where(l => l.IsScoped && l.Scope == local.Scope && l.Declaration.Span.Start > local.Declaration.Span.Start)
            .OrderByDescending(l => l.Declaration.Span.Start)
            .ToList();
        if (later.Count == 0)
            return null;

        var reached = ReachedFrom(local, facts);
        return later.Find(l => HoldsLock(l, facts) || Meet(reached, ReachedFrom(l, facts), facts) || Kin.Of(local, facts).Contains(l));
    }

    /// <summary>
    /// A scope leaves a lock there whose guard is a variable of the same scope: in what order it does that, and releases this
    /// local, is up to <see cref="Behind"/>.
    /// </summary>
    public static bool LeavesGuard(Event @event, Local beside, Facts facts) =>
        @event is Call { IsImplied: true } call
        && facts.Catalogue.EffectsOf(call).Any(f => f is { Kind: EffectKind.Release, Resource.Kind: ResourceKind.Lock })
        && Locals.Of(facts.Function).Any(l => l.IsScoped && l.Scope == beside.Scope && l.Declaration == call.Origin);

    /// <summary>A guard: what is released by hand before its scope ends is released under its lock.</summary>
    private static bool HoldsLock(Local local, Facts facts) =>
        facts.Graph.Events.Any(e => e is Call call && call.Origin == local.Declaration && LeavesGuard(e, local, facts));

    /// <summary>The locals that may hold something that was computed from this one.</summary>
    private static HashSet<Local> ReachedFrom(Local local, Facts facts)
    {
        var reached = new HashSet<Local> { local };
        for (var count = 0; count != reached.Count;)
        {
            count = reached.Count;
            foreach (var @event in facts.Graph.Events.Where(e => Access.Reads(e).Any(reached.Contains)))
                reached.UnionWith(Access.Writes(@event).Select(w => w.Local).Where(l => !l.IsPlain));
        }

        return reached;
    }

    /// <summary>Something is done with both: one may have been stored in the other.</summary>
    private static bool Meet(HashSet<Local> left, HashSet<Local> right, Facts facts) =>
        left.Overlaps(right)
        || facts.Graph.Events.Any(e => Access.Reads(e).Any(left.Contains) && Access.Reads(e).Any(right.Contains));
}

using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// The scope inside of a variable's own in which it lives: a turn of a loop, one side of a decision. Nothing outside of it
/// names the variable, and it brings nothing in.
/// <code>
/// char *p;                        while (next()) {
/// while (next()) {        →           g_autofree char *p = take();
///     p = take();                     ...
///     ...                         }
///     free(p);
/// }
/// </code>
/// </summary>
internal static class InnerScope
{
    /// <summary>The smallest such scope; null where there is none.</summary>
    public static Scope? Of(Owner owner, Facts facts)
    {
        var local = owner.Local;
        if (local is not { Scope: { } outer, IsAliased: false, IsStatic: false })
            return null;

        var initial = facts.Graph.Events.OfType<Store>().FirstOrDefault(s => s.Target == local && s.IsInitialiser);
        if (initial is not null && !IsEmpty(initial, owner))
            return null;

        var named = facts.Graph.Events.Where(e => e != initial && Names(e, local)).Select(e => e.Origin.Span)
            .Concat(facts.Graph.Blocks.Select(b => b.Branch).OfType<Branch>().Where(b => Access.Reads(b.Condition).Contains(local)).Select(b => b.Origin.Span))
            .ToList();
        if (named.Count == 0 || named.Exists(s => s.IsEmpty))
            return null;

        var inner = facts.Graph.Events.OfType<ScopeEnter>()
            .Where(e => e.Scope != outer && !e.Scope.Origin.Span.IsEmpty && outer.Origin.Span.Contains(e.Scope.Origin.Span) && named.TrueForAll(e.Scope.Origin.Span.Contains))
            .OrderBy(e => e.Scope.Origin.Span.Length)
            .FirstOrDefault();
        return inner is not null && facts.Graph.Events.OfType<ScopeEnter>().Where(e => e.Scope == inner.Scope).All(e => BringsNothing(e, owner, facts))
            ? inner.Scope
            : null;
    }

    private static bool Names(Event @event, Local local) =>
        @event is not (ScopeEnter or ScopeExit) && (Access.Reads(@event).Contains(local) || Access.Writes(@event).Any(w => w.Local == local));

    /// <summary>What the variable holds there is not asked for, or is always the empty value.</summary>
    private static bool BringsNothing(ScopeEnter enter, Owner owner, Facts facts) =>
        !facts.IsLiveAfter(enter, owner.Local)
        || facts.ReachingDefinitions.Before(enter, owner.Local).All(d => d.At is Store store && IsEmpty(store, owner));

    private static bool IsEmpty(Store store, Owner owner) => store.Value is Constant value && ValueSet.AreSame(value, owner.Resource.Empty);
}

using MigrateCleanup.C.Index;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

/// <summary>
/// The functions of a codebase whose result is their caller's to release, by their bodies: all that they return, but for
/// null, is what such functions gave them. To call one is no release forgotten; it says that a release that some path
/// has is owed on the others.
/// <code>
/// config *driver_config(driver *d) { lock_guard(d); return object_ref(d->config); }
/// </code>
/// </summary>
internal static class OwnProducers
{
    /// <param name="index">The codebase.</param>
    /// <param name="known">What is known of calls.</param>
    public static CatalogueFacts Of(ProjectIndex index, Catalogue known)
    {
        var candidates = index.Functions
            .Select(all => all.Where(f => f.IsDefined).ToList())
            .Where(all => all.Count > 0 && all.TrueForAll(f => !f.ReturnedCalls.IsEmpty))
            .ToDictionary(all => all[0].Name, all => all.SelectMany(f => f.ReturnedCalls).Distinct().ToList(), StringComparer.Ordinal);
        var producing = new HashSet<string>(StringComparer.Ordinal);
        for (var count = -1; count != producing.Count;)
        {
            count = producing.Count;
            producing.UnionWith(candidates.Where(c => c.Value.TrueForAll(HandsOut)).Select(c => c.Key));
        }

        return new CatalogueFacts("c") { HandingOut = [.. producing.Order(StringComparer.Ordinal)] };

        bool HandsOut(string callee) => producing.Contains(callee)
            || known.EffectsOf(new Callee(callee)).Any(e => e.Kind == EffectKind.Acquire && e.Subject.IsResult);
    }
}

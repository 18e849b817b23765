using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// The locals that may hold something made from what another one holds, or that some call brought together with it, at
/// whatever remove: a copy, a part, what was written to and read back. What a call only looks at is tied to nothing. Numbers, texts and truth values tie nothing, but for
/// the number that is owned, a descriptor, with what is made from it.
/// </summary>
internal static class Kin
{
    private static readonly ConditionalWeakTable<Facts, Dictionary<Local, HashSet<Local>>> Known = [];

    public static HashSet<Local> Of(Local local, Facts facts)
    {
        var known = Known.GetOrCreateValue(facts);
        if (!known.TryGetValue(local, out var kin))
            known.Add(local, kin = Tied(local, facts));

        return kin;
    }

    /// <summary>What the child holds was made, later, from something that the parent's value led to.</summary>
    public static bool IsMadeFrom(Owner child, Owner parent, Facts facts)
    {
        var kin = Of(parent.Local, facts);
        return child.Acquisitions.Any(c => c.Source is { } source && source.Arguments.SelectMany(Access.Reads).Any(kin.Contains)
            && parent.Acquisitions.Any(p => p.At is null
                || new ForwardSearch(facts.Graph.After(p.At), e => e == source || Lives.IsEnd(e, parent.Local)).Stops.Contains(source)));
    }

    private static HashSet<Local> Tied(Local local, Facts facts)
    {
        var owning = facts.Ownership.Owners.Select(o => o.Local).ToHashSet();
        var kin = new HashSet<Local> { local };
        for (var size = 0; size < kin.Count;)
        {
            size = kin.Count;
            foreach (var @event in facts.Graph.Events)
            {
                switch (@event)
                {
                    case Call { IsPure: false } call when !facts.Catalogue.IsHarmless(call.Callee):
                        var effects = facts.Catalogue.EffectsOf(call);
                        var given = call.Arguments.Where((_, i) => !effects.Any(e => e.Kind == EffectKind.Borrow && e.Subject.Index == i)).SelectMany(a => a.Target?.Root is { } root ? Access.Reads(a).Append(root) : Access.Reads(a));
                        var made = call.Arguments.Select(a => a.Target?.Root).Append(call.Result).Any(l => l is { IsPlain: false });
                        Join(call.Result is { } result ? given.Append(result) : given, made);
                        break;
                    case Store store:
                        Join(store.Target is Local target ? Access.Reads(store).Append(target) : Access.Reads(store));
                        break;
                    case Load load:
                        Join(Access.Reads(load).Append(load.Result));
                        break;
                }
            }
        }

        return kin;

        void Join(IEnumerable<Local> locals, bool withDescriptors = false)
        {
            var tied = locals.Where(l => l.Kind is LocalKind.Variable or LocalKind.Temporary && (!l.IsPlain || (withDescriptors && owning.Contains(l)))).ToList();
            if (tied.Exists(kin.Contains))
                kin.UnionWith(tied);
        }
    }
}

using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Index;

/// <summary>
/// The releasers that a codebase defines for its own types, as a catalogue: by their clean-up declarations, and by
/// name, parameter and body. Each is a resource of its own.
/// </summary>
internal static class OwnReleasers
{
    /// <summary>What the codebase's own functions release.</summary>
    /// <param name="index">The codebase.</param>
    /// <param name="styles">Where clean-up declarations are understood.</param>
    /// <param name="known">What is known already: those keep their word.</param>
    public static CatalogueFacts Of(ProjectIndex index, StyleSet styles, ImmutableArray<CatalogueFacts> known)
    {
        var others = new LayeredCatalogue(known);
        var names = Declared(index, styles).Concat(index.Releasers.Select(r => r.Function)).Distinct(StringComparer.Ordinal)
            .Where(n => others.EffectsOf(new Callee(n)).Count == 0)
            // One that is given a variable's address and leaves there what it was is made for the end of a scope.
            .Where(n => index.Releaser(n) is not { ReleasesPointee: true, Clears: false })
            .Order(StringComparer.Ordinal)
            .ToList();
        var ignoring = Ignoring(index, others, names);
        var silent = Silent(index, others);
        return new CatalogueFacts("c") { Resources = [.. names.Select(n => ResourceOf(n, ignoring.Contains(n), silent.Contains(n), index.Releaser(n) is { Clears: true }))] };
    }

    private static Resource ResourceOf(string name, bool ignoresEmpty, bool isSilent, bool clears) => new()
    {
        Name = name,
        Kind = name.EndsWith("unref", StringComparison.OrdinalIgnoreCase) || name.EndsWith("put", StringComparison.OrdinalIgnoreCase)
            ? ResourceKind.Reference
            : isSilent ? ResourceKind.Memory : ResourceKind.Handle,
        Releasers = [new Releaser(name, new Operand(0)) { IgnoresEmpty = ignoresEmpty, IsSilent = isSilent, Clears = clears }],
    };

    private static IEnumerable<string> Declared(ProjectIndex index, StyleSet styles) =>
        from form in styles.Styles.SelectMany(s => s.Declarations)
        from written in index.DeclarationsBy(form.Macro)
        select DeclaredCleanup.Of(form, written)?.Releaser into releaser
        where releaser is not null
        select releaser;

    /// <summary>Null is fine for it: its body says so, or gives the parameter only to those who do not mind.</summary>
    private static HashSet<string> Ignoring(ProjectIndex index, Catalogue known, List<string> names)
    {
        var ignoring = new HashSet<string>(StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var name in names)
            {
                if (index.Releaser(name) is not { } body || ignoring.Contains(name))
                    continue;

                if (body.ReturnsForNull || (body is { Dereferences: false, OnParameter: [_, ..] } && body.OnParameter.All(Ignores)))
                    changed |= ignoring.Add(name);
            }
        }

        return ignoring;

        bool Ignores(string callee) => ignoring.Contains(callee)
            || known.EffectsOf(new Callee(callee)).Any(e => e is { Kind: EffectKind.Release, Releaser.IgnoresEmpty: true });
    }

    /// <summary>It only frees memory: all it calls does no more, and it writes nowhere else.</summary>
    private static HashSet<string> Silent(ProjectIndex index, Catalogue known)
    {
        // The greatest set that holds together: those that call each other are silent as long as nothing speaks against it.
        var silent = index.Releasers.Where(r => r is { WritesElsewhere: false, Calls.Length: > 0 }).Select(r => r.Function).ToHashSet(StringComparer.Ordinal);
        while (silent.RemoveWhere(n => !index.Releaser(n)!.Calls.All(IsSilent)) > 0)
        {
        }

        return silent;

        bool IsSilent(string callee)
        {
            var name = new Callee(callee);
            return silent.Contains(callee) || known.IsHarmless(name)
                || known.EffectsOf(name).Any(e => e is { Kind: EffectKind.Release, Releaser.IsSilent: true });
        }
    }
}

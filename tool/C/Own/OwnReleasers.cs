using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

/// <summary>
/// The releasers that a codebase has for its own types, as a catalogue: by their clean-up declarations, by name,
/// parameter and body, and where there is no body, by name and parameter. Each is a resource of its own.
/// </summary>
internal static class OwnReleasers
{
    /// <summary>What the codebase's own functions release.</summary>
    /// <param name="index">The codebase.</param>
    /// <param name="styles">Where clean-up declarations are understood.</param>
    /// <param name="known">What is known already: those keep their word.</param>
    /// <param name="words">What the names of releasers end with.</param>
    public static CatalogueFacts Of(ProjectIndex index, StyleSet styles, Catalogue known, ImmutableArray<string> words)
    {
        var bodies = index.Releasers.Select(r => r.Knowing(c => styles.Spellings.Clearing(c) is not null))
            .ToDictionary(r => r.Function, StringComparer.Ordinal);
        var declared = Declared(index, styles).Concat(Written(index, known)).ToList();
        var ofType = declared.Where(d => d.Type is not null).ToLookup(d => CTypeText.Pointee(d.Type!) ?? d.Type!, d => d.Releaser, StringComparer.Ordinal);
        var withBody = bodies.Values.Select(b => TypeBehind(b.Parameter)).ToHashSet(StringComparer.Ordinal);
        var givesBack = styles.Styles.SelectMany(s => s.Declarations).Any(d => d.StoresResult && index.HasMacro(d.Macro));
        var names = declared.Select(d => d.Releaser)
            .Concat(PromisedReleasers.Of(index, words, t => ofType.Contains(t) || withBody.Contains(t), givesBack))
            .Concat(bodies.Values.Where(b => Releases(b, bodies, known, styles) && !IsBesides(b, ofType, known)).Select(b => b.Function))
            .Distinct(StringComparer.Ordinal)
            .Where(n => known.EffectsOf(new Callee(n)).Count == 0)
            // One that is given a variable's address and leaves there what it was is made for the end of a scope.
            .Where(n => bodies.GetValueOrDefault(n) is not { ReleasesPointee: true, Clears: false })
            .Order(StringComparer.Ordinal)
            .ToList();
        var ignoring = Ignoring(bodies, known, names);
        var silent = Silent(bodies, known, styles);
        var ending = Ending(bodies, known, styles, names, n => index.Function(n).Any(f => f.IsDefined));
        // The classes of variables that a codebase declares say what makes a value, and what ends it.
        var classes = ScopedClass.In(styles.Styles.SelectMany(s => s.Classes), index).ToLookup(c => c.Releaser, StringComparer.Ordinal);
        return new CatalogueFacts("c")
        {
            Resources =
            [
                .. from name in names
                   select ResourceOf(name, bodies.GetValueOrDefault(name), ignoring.Contains(name), silent.Contains(name), ending.Contains(name)) with
                   {
                       Acquirers = [.. classes[name].Where(SaysWhatItHolds).DistinctBy(c => c.Constructor).Select(AcquirerOf)],
                   }
            ],
        };
    }

    /// <summary>A structure that is released by its value says by some field whether it holds anything.</summary>
    private static bool SaysWhatItHolds(ScopedClass made) => made.PassesAddress || made.Type.EndsWith('*');

    /// <summary>A structure is always there.</summary>
    private static Acquirer AcquirerOf(ScopedClass made) =>
        new(made.Constructor, Operand.Result, made.PassesAddress ? FailureMode.Aborts : FailureMode.Unknown);

    /// <summary>
    /// The function is a releaser by its name; or it empties the variable whose address it is given, and a releaser is
    /// among those to whom it gives what stood there.
    /// </summary>
    private static bool Releases(ReleaserBody body, Dictionary<string, ReleaserBody> bodies, Catalogue known, StyleSet styles) =>
        body.IsNamedSo
        || (body is { ReleasesPointee: true, Clears: true } && body.OnPointee.Any(c =>
            styles.Spellings.Clearing(c) is not null
            || bodies.GetValueOrDefault(c) is { IsNamedSo: true }
            || known.EffectsOf(new Callee(c)).Any(e => e.Kind == EffectKind.Release)));

    /// <summary>
    /// Its name may be a releaser's, but what it is given outlives it: it only works on what is behind the pointer; or
    /// the codebase has said how the type is released, and it does not do that (a connection is closed, and then freed).
    /// </summary>
    private static bool IsBesides(ReleaserBody body, ILookup<string, string> declared, Catalogue known)
    {
        if (body.ReleasesPointee)
            return false;

        if (body.KeepsParameter)
            return true;

        var ways = declared[TypeBehind(body.Parameter)].ToList();
        return ways.Count > 0 && !body.OnParameter.Any(c => ways.Contains(c) || known.EffectsOf(new Callee(c)).Any(e => e.Kind == EffectKind.Release));
    }

    /// <summary>The type that a parameter points to.</summary>
    public static string TypeBehind(string parameter) => CTypeText.Pointee(CTypeText.Normal(parameter)) ?? "";

    private static Resource ResourceOf(string name, ReleaserBody? body, bool ignoresEmpty, bool isSilent, bool endsThing) => new()
    {
        Name = name,
        Kind = name.EndsWith("unref", StringComparison.OrdinalIgnoreCase) || name.EndsWith("put", StringComparison.OrdinalIgnoreCase)
            ? ResourceKind.Reference
            : isSilent ? ResourceKind.Memory : ResourceKind.Handle,
        Releasers =
        [
            new Releaser(name, new Operand(0))
            {
                IgnoresEmpty = ignoresEmpty,
                IsSilent = isSilent,
                MayLeaveThing = !endsThing,
                Clears = body is { ReleasesPointee: true, Clears: true },
                HandsTo = body?.OnParameter ?? [],
            },
        ],
    };

    private static IEnumerable<DeclaredCleanup> Declared(ProjectIndex index, StyleSet styles) =>
        from form in styles.Styles.SelectMany(s => s.Declarations)
        from written in index.DeclarationsBy(form.Macro)
        select DeclaredCleanup.Of(form, written) into declared
        where declared is not null
        select declared;

    /// <summary>What the codebase's own clean-up functions give to a function that is at hand as one, they release.</summary>
    private static IEnumerable<DeclaredCleanup> Written(ProjectIndex index, Catalogue known) =>
        from facts in index.Functions
        let cleanup = OwnCleanups.Of(facts)
        where cleanup is not null && !index.HasMacro(cleanup.Releaser) && !OwnCleanups.IsOfDescriptor(cleanup, known)
        let type = CTypeText.Pointee(CTypeText.Normal(facts[0].FirstParameter))
        select new DeclaredCleanup(type is null or "void" ? null : CTypeText.Normal(type), cleanup.Releaser, facts[0].Name);

    /// <summary>Null is fine for it: its body says so, or gives the parameter only to those who do not mind.</summary>
    private static HashSet<string> Ignoring(Dictionary<string, ReleaserBody> bodies, Catalogue known, List<string> names)
    {
        var ignoring = new HashSet<string>(StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var name in names)
            {
                if (bodies.GetValueOrDefault(name) is not { } body || ignoring.Contains(name))
                    continue;

                var given = body.ReleasesPointee ? body.OnPointee : body.OnParameter;
                if (body.ReturnsForNull || (!body.Dereferences && given.Length > 0 && given.All(Ignores)))
                    changed |= ignoring.Add(name);
            }
        }

        return ignoring;

        bool Ignores(string callee) => ignoring.Contains(callee)
            || known.EffectsOf(new Callee(callee)).Any(e => e is { Kind: EffectKind.Release, Releaser.IgnoresEmpty: true });
    }

    /// <summary>
    /// Behind it the thing is gone: its body gives the pointer to a releaser, or is not to be seen. One that is given a
    /// variable's address works on what stands there. A function with another name than a releaser's, which a declaration
    /// calls one, may only give up what nobody needs.
    /// </summary>
    private static HashSet<string> Ending(
        Dictionary<string, ReleaserBody> bodies, Catalogue known, StyleSet styles, List<string> names, Func<string, bool> isDefined)
    {
        var ending = names.Where(n => bodies.TryGetValue(n, out var body) ? body.ReleasesPointee : !isDefined(n)).ToHashSet(StringComparer.Ordinal);
        for (var count = -1; count != ending.Count;)
        {
            count = ending.Count;
            ending.UnionWith(names.Where(n => bodies.GetValueOrDefault(n)?.OnParameter.Any(Ends) == true));
        }

        return ending;

        bool Ends(string callee) => ending.Contains(callee) || styles.Spellings.Clearing(callee) is not null
            || known.EffectsOf(new Callee(callee)).Any(e => e.Kind == EffectKind.Release);
    }

    /// <summary>It only frees memory: all it calls does no more, and it writes nowhere else.</summary>
    private static HashSet<string> Silent(Dictionary<string, ReleaserBody> bodies, Catalogue known, StyleSet styles)
    {
        // The greatest set that holds together: those that call each other are silent as long as nothing speaks against it.
        var silent = bodies.Values.Where(r => r is { WritesElsewhere: false, Calls.Length: > 0 }).Select(r => r.Function).ToHashSet(StringComparer.Ordinal);
        while (silent.RemoveWhere(n => !bodies[n].Calls.All(IsSilent)) > 0)
        {
        }

        return silent;

        bool IsSilent(string callee)
        {
            var name = new Callee(styles.Spellings.Clearing(callee)?.Releaser ?? callee);
            return silent.Contains(callee) || known.IsHarmless(name)
                || known.EffectsOf(name).Any(e => e is { Kind: EffectKind.Release, Releaser.IsSilent: true });
        }
    }
}

using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Styles;

/// <summary>
/// What is known of calls, with the scoped forms of a codebase's style laid over it: a resource has one where some of
/// its releasers can be spelled by scope there. Which form a variable takes is the speller's choice, by its type
/// (<see cref="ScopeChoice"/>).
/// </summary>
public static class StyledCatalogue
{
    /// <summary>The form's name in <see cref="Resource.Scoped"/>: the variable's declaration carries the release.</summary>
    public const string Declaration = "declaration";

    /// <summary>The form's name in <see cref="Resource.Scoped"/> for a lock that a guard holds.</summary>
    public const string Guard = "guard";

    /// <param name="style">The codebase's style; null where it has none: then nothing is scoped.</param>
    /// <param name="names">What the codebase has.</param>
    /// <param name="sources">The strongest first, as for <see cref="LayeredCatalogue"/>.</param>
    public static Catalogue Of(Style? style, ICodebaseNames names, IEnumerable<CatalogueFacts> sources)
    {
        var ofClasses = style is null ? [] : ReleasersOfClasses(style, names).ToHashSet(StringComparer.Ordinal);
        return new LayeredCatalogue(sources.Where(s => Speaks(s, style)).Select(s => s with { Resources = [.. s.Resources.Select(r => Styled(r, style, names, ofClasses))] }));
    }

    private static IEnumerable<string> ReleasersOfClasses(Style style, ICodebaseNames names) =>
        ScopedClass.In(style.Classes.Where(c => names.HasMacro(c.Macro)), names).Select(c => c.Releaser);

    private static bool Speaks(CatalogueFacts facts, Style? style) =>
        facts.Styles.IsEmpty
        || (style is not null && (facts.Styles.Contains(style.Name, StringComparer.Ordinal)
            || (style.Extends is { } other && facts.Styles.Contains(other, StringComparer.Ordinal))));

    private static Resource Styled(Resource resource, Style? style, ICodebaseNames names, HashSet<string> ofClasses)
    {
        if (style is null || resource.Scoped.ContainsKey(style.Name))
            return resource;

        var form = resource.Kind == ResourceKind.Lock ? LockFormOf(resource, style, names) : ScopeFormOf(resource, style, names, ofClasses);
        return form is null ? resource : resource with { Scoped = resource.Scoped.SetItem(style.Name, form) };
    }

    private static string? ScopeFormOf(Resource resource, Style style, ICodebaseNames names, HashSet<string> ofClasses) =>
        resource.Releasers.Any(r => !r.IsByHandOnly && (ofClasses.Contains(r.Callee) || ScopeChoice.IsPossible(style, r.Callee, names))) ? Declaration : null;

    private static string? LockFormOf(Resource resource, Style style, ICodebaseNames names) =>
        style.Locks.Any(l =>
            (l.Macro is null || names.HasMacro(l.Macro))
            && resource.Acquirers.Any(a => l.Enters.Contains(a.Callee, StringComparer.Ordinal))
            && resource.Releasers.Any(r => l.Exits.Contains(r.Callee, StringComparer.Ordinal)))
            ? Guard
            : null;
}

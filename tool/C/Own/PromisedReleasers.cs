using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Own;

/// <summary>
/// Functions of which the codebase has no more than the prototype, which says all the same that they release what they are
/// given: <c>void part_free(part *)</c>. Nothing is known of what else they do, nor whether they mind null. Where clean-up
/// declarations store what a releaser gives back, one that gives back a pointer of the same type gives back nothing:
/// <c>part *part_unref(part *)</c>.
/// </summary>
internal static class PromisedReleasers
{
    /// <param name="index">The codebase.</param>
    /// <param name="words">The words of releasers' names.</param>
    /// <param name="isReleased">Whether it is known how a type is released.</param>
    /// <param name="givesBack">Whether a releaser of this codebase gives back nothing, as a pointer of the same type.</param>
    public static IEnumerable<string> Of(ProjectIndex index, ImmutableArray<string> words, Func<string, bool> isReleased, bool givesBack) =>
        from facts in index.Functions
        where facts.All(f => IsPromise(f, index, givesBack)) && !index.HasMacro(facts[0].Name) && ReleaserNames.Says(facts[0].Name, words)
        let type = OwnReleasers.TypeBehind(facts[0].FirstParameter)
        where !isReleased(type)
        group facts[0].Name by type into ways
        // Of a type that can be closed and freed, neither alone is its release.
        where ways.Count() == 1
        select ways.Single();

    private static bool IsPromise(FunctionFact fact, ProjectIndex index, bool givesBack) =>
        fact is { IsDefined: false, ParameterCount: 1, TakesAddress: false }
        && (fact.ReturnType == "void" || (givesBack && CTypeText.Normal(fact.ReturnType) == CTypeText.Normal(fact.FirstParameter)))
        && !Flow.Types.IsPlain(fact.FirstParameter) && index.IsPointer(fact.FirstParameter);
}

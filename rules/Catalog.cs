using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Rules;

/// <summary>
/// Everything there is: the rules in the order in which they run, and what is known of other people's functions.
/// This is the list to read first.
/// </summary>
public static class Catalog
{
    private static readonly ConcurrentDictionary<string, ImmutableArray<CatalogueFacts>> Read = new(StringComparer.Ordinal);

    private static readonly string[] OfExceptions = ["leak-on-exception"];

    /// <summary>Rules that rewrite, in the order of history: first failures go, then scope cleans up, then jumps become returns.</summary>
    public static ImmutableArray<Rule> Rewrites { get; } =
    [
        new FailFast(),
        new ScopedCleanup(),
        new ScopedLock(),
        new EarlyReturn(),
    ];

    /// <summary>Rules that find defects and change nothing.</summary>
    public static ImmutableArray<FindingRule> Findings { get; } =
    [
        new Leak(),
        new LeakOnException(),
        new DoubleRelease(),
        new UseAfterRelease(),
        new ReleaseUninitialised(),
        new MismatchedRelease(),
    ];

    /// <summary>Whether a rule speaks of a language at all: C has no exceptions.</summary>
    public static bool IsFor(string language, RuleInfo info) => language == "cs" || !OfExceptions.Contains(info.Name);

    /// <summary>The shipped catalogues for a language (<c>c</c>, <c>cs</c>), in <c>rules/catalogues/</c>.</summary>
    public static ImmutableArray<CatalogueFacts> Catalogues(string language) => Read.GetOrAdd(language, static wanted =>
    [
        .. from name in Resources("catalogues/")
           let facts = CatalogueOf(name)
           where facts.Language is null || facts.Language == wanted
           select facts,
        new CatalogueFacts(wanted) { Producing = NamingOf("produce"), Showing = NamingOf("show"), Surrounding = NamingOf("around"), Taking = NamingOf("take"), Throwing = NamingOf("throw"), Asking = NamingOf("ask") },
    ]);

    /// <summary>What is known of calls in a language: the user's own statements first, then the shipped ones.</summary>
    public static Catalogue CatalogueFor(string language, params IEnumerable<CatalogueFacts> own) => new LayeredCatalogue(FactsFor(language, own));

    /// <summary>The same, not yet laid over each other: a language may have more to add.</summary>
    public static ImmutableArray<CatalogueFacts> FactsFor(string language, params IEnumerable<CatalogueFacts> own) =>
        [.. own.Where(f => f.Language is null || f.Language == language), .. Catalogues(language)];

    /// <summary>The shipped styles of C, as they are written; what they mean is the language's.</summary>
    public static IEnumerable<(string Name, string Text)> Styles => Resources("styles/").Select(name => (name, TextOf(name)!));

    /// <summary>The words at the end of a function's name that say it releases what it is given, in <c>rules/naming/</c>.</summary>
    public static ImmutableArray<string> ReleaserWords { get; } = NamingOf("release");

    /// <summary>The names of the embedded files below a folder, in ordinal order.</summary>
    public static IEnumerable<string> Resources(string folder) =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Select(n => n.Replace('\\', '/'))
            .Where(n => n.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of an embedded file; null when there is none of that name.</summary>
    public static string? TextOf(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource);
        if (stream is null)
            return null;

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static ImmutableArray<string> NamingOf(string list)
    {
        var naming = JsonSource.Parse("naming", TextOf("naming/pairs.json")!);
        return [.. naming.StringsOf(naming.Root![list], list)];
    }

    private static CatalogueFacts CatalogueOf(string resource)
    {
        var (facts, problems) = CatalogueFile.Read(resource, TextOf(resource)!);
        return problems.IsEmpty ? facts : throw new InvalidOperationException(problems[0].ToString());
    }
}

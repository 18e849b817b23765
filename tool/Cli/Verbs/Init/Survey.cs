using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MigrateCleanup.C;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Verbs.Init;

/// <summary>What a look at a codebase shows.</summary>
public sealed partial record Survey(int CSharpFiles, int CFiles)
{
    private const int MostPairs = 20;

    /// <summary>The style for its C code; null where there is no C.</summary>
    public string? Style { get; private init; }

    /// <summary>The style was not seen in the code; it was chosen since it needs nothing from it. Its title says what it is.</summary>
    public string? Chosen { get; private init; }

    /// <summary>Per style, the words that speak for it and how often they stand there.</summary>
    public ImmutableArray<(string Style, string Evidence)> Signs { get; private init; } = [];

    public ImmutableArray<FoundPair> Pairs { get; private init; } = [];

    /// <summary>Directories that look as if they held code of others.</summary>
    public ImmutableArray<string> Foreign { get; private init; } = [];

    public static Survey Of(Target target, WorkTree tree, Messages messages)
    {
        var naming = JsonSource.Parse("naming", Catalog.TextOf("naming/pairs.json")!);
        var found = SourceTree.Below(target.Directory, messages);
        var files = new SourceFiles(messages);
        var foreign = naming.StringsOf(naming.Root!["foreign"], "foreign").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var foreignDirectories = found.Sources.Concat(found.CSources).Select(tree.NameOf).SelectMany(n => ForeignIn(n, foreign)).ToImmutableSortedSet(StringComparer.Ordinal);
        var csharp = Own(found.Sources);
        var c = Own(found.CSources);

        var search = new PairSearch([.. Catalog.ReleaserWords, .. naming.StringsOf(naming.Root["end"], "end")]);
        var natives = csharp.Select(f => NativeIn(f.Text)).Aggregate(ImmutableDictionary<string, string>.Empty, (all, some) => all.SetItems(some));
        foreach (var file in csharp)
            search.Read(tree.NameOf(file.Path), file.Text, name => natives.TryGetValue(name, out var entry) ? $"native:{entry}" : null);

        foreach (var file in c)
            search.Read(tree.NameOf(file.Path), file.Text, name => name);

        var codebase = c.Count == 0 ? null : CCodebase.Create(
            c.ToImmutableDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal), _ => true, new CSettings(Run.StylesOf(ProjectConfiguration.Empty), Catalog.FactsFor("c", []), Catalog.ReleaserWords));
        var anywhere = codebase is { Style: null } ? Run.StylesOf(ProjectConfiguration.Empty).Anywhere : null;
        ImmutableArray<Catalogue> known = [codebase?.Catalogue ?? Catalogue.Empty, Catalog.CatalogueFor("cs")];
        return new Survey(csharp.Count, c.Count)
        {
            Style = codebase?.Style?.Name ?? anywhere?.Name,
            Chosen = anywhere is null ? null : Run.LowerFirst(anywhere.Title),
            Signs = c.Count == 0 ? [] : SignsIn(c),
            Pairs = [.. search.Pairs().Where(p => !IsKnown(p)).Take(MostPairs).Select(p => p with { Resource = ReleasedBy(p.Release) })],
            Foreign = [.. foreignDirectories],
        };

        List<SourceFile> Own(IEnumerable<string> paths) =>
            [.. paths.Where(p => tree.Contains(p) && !ForeignIn(tree.NameOf(p), foreign).Any()).Select(files.Read).OfType<SourceFile>()];

        string? ReleasedBy(string function) => known.SelectMany(k => k.EffectsOf(new Callee(function)))
            .FirstOrDefault(e => e is { Kind: EffectKind.Release, Subject.Index: 0 })?.Resource?.Name;

        bool IsKnown(FoundPair pair) => known.Any(k => k.EffectsOf(new Callee(pair.Acquire)).Any(e => e.Kind == EffectKind.Acquire)
            && k.EffectsOf(new Callee(pair.Release)).Any(e => e.Kind == EffectKind.Release));
    }

    private static IEnumerable<string> ForeignIn(string name, HashSet<string> words)
    {
        var parts = name.Split('/');
        for (var i = 0; i < parts.Length - 1; i++)
        {
            if (words.Contains(parts[i]))
                return [string.Join('/', parts.Take(i + 1))];
        }

        return [];
    }

    /// <summary>How often the words stand in the code that speak for each style; the style with most of them first.</summary>
    private static ImmutableArray<(string, string)> SignsIn(List<SourceFile> files)
    {
        var words = files.AsParallel().SelectMany(f => Identifier().Matches(f.Text).Select(m => m.Value)).CountBy(w => w).ToDictionary(StringComparer.Ordinal);
        var styles =
            from style in Run.StylesOf(ProjectConfiguration.Empty).Styles
            let seen = style.Signs.Select(s => (s.Macro, Count: words.GetValueOrDefault(s.Macro))).Where(s => s.Count > 0).OrderByDescending(s => s.Count).Take(4).ToList()
            where seen.Count > 0
            orderby seen.Sum(s => s.Count) descending, style.Name
            select (style.Name, string.Join(", ", seen.Select(s => $"{s.Count} {s.Macro}")));
        return [.. styles];
    }

    /// <summary>Native functions that the text declares: their names here, and in their library.</summary>
    private static ImmutableDictionary<string, string> NativeIn(string text) => Native().Matches(text).ToImmutableDictionaryOfLast(
        m => m.Groups["name"].Value,
        m => EntryPoint().Match(m.Groups["attribute"].Value) is { Success: true } entry ? entry.Groups["entry"].Value : m.Groups["name"].Value);

    [GeneratedRegex(@"[A-Za-z_]\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\[(?:\w+\.)*(?:DllImport|LibraryImport)\s*\((?<attribute>[^\]]*)\)[^\]]*\](?:\s*\[[^\]]*\])*[^;{}()\[\]]*?(?<name>\w+)\s*\(")]
    private static partial Regex Native();

    [GeneratedRegex(@"EntryPoint\s*=\s*""(?<entry>\w+)""")]
    private static partial Regex EntryPoint();
}

internal static class LastWins
{
    public static ImmutableDictionary<string, string> ToImmutableDictionaryOfLast(
        this IEnumerable<Match> matches, Func<Match, string> key, Func<Match, string> value)
    {
        var result = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var match in matches)
            result[key(match)] = value(match);

        return result.ToImmutable();
    }
}

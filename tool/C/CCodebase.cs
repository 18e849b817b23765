using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrateCleanup.C.Codebase;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Own;
using MigrateCleanup.C.Spelling;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C;

/// <summary>What the project's own compiler says about files with other texts. Asked from several threads.</summary>
public interface ICompilerCheck
{
    /// <summary>What it says about files with these texts that it did not say about them with the former ones.</summary>
    /// <param name="before">The former texts.</param>
    /// <param name="after">The texts.</param>
    /// <param name="others">Other files that are not as they lie on the disk: what they declare counts both times.</param>
    ImmutableArray<CompilerProblem> NewProblems(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, IReadOnlyDictionary<string, string> others);
}

/// <summary>What a C codebase is read with.</summary>
/// <param name="Styles">All styles there are.</param>
/// <param name="Catalogues">What is known of calls, the strongest first.</param>
/// <param name="ReleaserWords">What the names of functions end with that release what they are given.</param>
public sealed record CSettings(StyleSet Styles, ImmutableArray<CatalogueFacts> Catalogues, ImmutableArray<string> ReleaserWords)
{
    /// <summary>The style to write in; null: the one the codebase shows.</summary>
    public string? Style { get; init; }

    /// <summary>How many files are read at once.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>The project's compiler, when it is known how it is called.</summary>
    public ICompilerCheck? Compiler { get; init; }
}

/// <summary>
/// A snapshot of C files as they are written, unpreprocessed. Every file feeds the index; the selected ones are looked at.
/// </summary>
public sealed class CCodebase : ICodebase
{
    /// <summary>Code without scoped clean-up: a jump may become a return there all the same.</summary>
    private static readonly Style s_plain = new("");

    private readonly ImmutableDictionary<string, string> _texts;
    private readonly ProjectIndex _index;
    private readonly CodeKnowledge _knowledge;
    private readonly CSettings _settings;
    private readonly Prefilter _prefilter;

    private CCodebase(
        ImmutableDictionary<string, string> texts,
        ImmutableArray<string> paths,
        ProjectIndex index,
        Style? style,
        Catalogue catalogue,
        CodeKnowledge knowledge,
        Prefilter prefilter,
        CSettings settings)
    {
        _texts = texts;
        Paths = paths;
        _index = index;
        Style = style;
        Catalogue = catalogue;
        _knowledge = knowledge;
        _prefilter = prefilter;
        _settings = settings;
        Names = new Lazy<SyntaxNames>(() => index.SyntaxNames(settings.Styles));
        DeclaresFirst = new Lazy<bool>(() => DeclarationHabit.IsFirst(Sample()));
        FallThrough = new Lazy<string>(() => FallThroughHabit.Of(texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value)));
    }

    public string Language => "c";

    /// <summary>Enough files that every core has work in each phase, and few enough that most of what was read of them dies young.</summary>
    public int BatchSize => 64;

    public ImmutableArray<string> Paths { get; }

    /// <summary>The files whose texts may be others than those that were read at first.</summary>
    private ImmutableHashSet<string> Changed { get; init; } = ImmutableHashSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>The style that was named, or that the codebase shows; null where it shows none.</summary>
    public Style? Style { get; }

    /// <summary>The given catalogues and what the codebase tells of its own functions.</summary>
    public Catalogue Catalogue { get; }

    /// <param name="texts">The files by path: sources and headers.</param>
    /// <param name="selects">Which of them are to be looked at.</param>
    /// <param name="settings">What is known beyond them.</param>
    public static CCodebase Create(IReadOnlyDictionary<string, string> texts, Func<string, bool> selects, CSettings settings)
    {
        var kept = texts.ToImmutableDictionary(StringComparer.Ordinal);
        var paths = texts.Keys.Order(StringComparer.Ordinal).ToImmutableArray();
        var facts = FactsOf(kept, paths, settings);
        var index = ProjectIndex.Of(facts, settings.Styles, settings.Style);
        var style = settings.Style is { } named ? settings.Styles[named] : settings.Styles.Choose(index.Uses);
        style = style is null ? null : WrittenForms.Of(style, paths.Select(p => kept[p]));
        var generated = GeneratedFile.For(style, facts, paths.Any(p => kept[p].Contains("\r\n", StringComparison.Ordinal)) ? "\r\n" : "\n");
        if (generated is not null)
        {
            IReadOnlyList<FileFacts> brought = generated.IsThere
                ? []
                : [FileFacts.Of(CParser.Parse(generated.Path, generated.Text, SyntaxNames.None), CountedWords(settings.Styles), settings.ReleaserWords)];
            index = ProjectIndex.Of([.. facts, .. brought], settings.Styles, settings.Style, generated.Path);
        }

        style = style is null ? null : DeclaredForms.Of(style, index);
        ImmutableArray<LockForm> guards = style is null ? [] : [.. OwnGuards.Of(style, index), .. OwnGuards.Declared(style, index)];
        style = style is null ? null : style with { Locks = [.. style.Locks, .. guards] };
        var known = new LayeredCatalogue(settings.Catalogues);
        style = style is null ? null : OwnSteals.Added(OwnScopes.Added(OwnCleanups.Added(style, index, known), index, known), index);
        var clearings = OwnClearings.Of(index, settings.Styles);
        var styles = settings.Styles.Knowing(clearings);
        ImmutableArray<CatalogueFacts> own = [OwnGuards.Facts(guards), OwnReleasers.Of(index, styles, known, settings.ReleaserWords), OwnProducers.Of(index, known)];
        var catalogue = StyledCatalogue.Of(style, index, [.. settings.Catalogues, .. own]);
        clearings = [.. OwnClearings.Known(clearings, catalogue)];
        styles = settings.Styles.Knowing(clearings);
        style = style is null ? null : style with { Clearings = [.. style.Clearings, .. clearings] };
        style = style is null ? null : style with { Attribute = OwnAttribute.Of(style, index) };
        var looked = paths.Where(p => selects(p) && !GeneratedComment.IsIn(Top(kept[p]))).ToImmutableArray();
        return new CCodebase(
            kept, looked, index, style, catalogue, new CodeKnowledge(index, styles, style, catalogue), new Prefilter(catalogue, styles, index.Aliases), settings)
        {
            Generated = generated,
            GeneratedIn = [.. paths.Where(p => Includes(kept[p], generated))],
        };
    }

    private ConcurrentDictionary<string, SourceFileTree> Trees { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The header that the style brings along.</summary>
    private GeneratedFile? Generated { get; init; }

    /// <summary>The files that include it.</summary>
    private ImmutableHashSet<string> GeneratedIn { get; init; } = [];

    /// <summary>What names are to the parser; edits do not change that.</summary>
    private Lazy<SyntaxNames> Names { get; init; }

    /// <summary>What says that a case goes on with the next one, as the codebase had it before any edit.</summary>
    private Lazy<string> FallThrough { get; init; }

    /// <summary>Variables are declared before the statements of their block, as the codebase had it before any edit.</summary>
    private Lazy<bool> DeclaresFirst { get; init; }

    /// <inheritdoc/>
    public ImmutableArray<NewFile> NewFiles =>
        Generated is { IsThere: false } file && !GeneratedIn.IsEmpty ? [new NewFile(file.Path, file.Text)] : [];

    public string TextOf(string path) => _texts[path];

    public FileReading Read(string path, IReadOnlySet<string>? only = null)
    {
        var tree = TreeOf(path);
        return new FileReader(tree, _knowledge, Catalogue)
            .Read((name, function) => only?.Contains(name) ?? _prefilter.Accepts(tree.Text, function));
    }

    public void Forget(string path) => Trees.TryRemove(path, out _);

    public Engine.Languages.Spelling Spell(FunctionReading function, IReadOnlyList<Change> changes) =>
        CSpeller.Spell(new CSpellingInput(TreeOf(function.Primary.Path), Style ?? s_plain, _index, Changeable)
        {
            FallThrough = () => FallThrough.Value,
            DeclaresFirst = () => DeclaresFirst.Value,
        }, function, changes);

    public ICodebase With(IReadOnlyDictionary<string, string> texts, ICodebase? read = null)
    {
        var trees = new ConcurrentDictionary<string, SourceFileTree>(Trees.Where(t => !texts.ContainsKey(t.Key)), StringComparer.Ordinal);
        foreach (var (path, text) in texts)
        {
            if (read is CCodebase other && other.Trees.TryGetValue(path, out var tree) && tree.Text == text)
                trees.TryAdd(path, tree);
        }

        // A function's body may change, and an include may come; of what the index holds of a file, only clean-up
        // declarations are added to.
        var added = texts.SelectMany(t => NewDeclarations(t.Key, t.Value, trees)).ToList();
        var index = added.Count == 0 ? _index : _index.With(added);
        var knowledge = added.Count == 0 ? _knowledge : _knowledge.With(index);
        return new CCodebase(_texts.SetItems(texts), Paths, index, Style, Catalogue, knowledge, _prefilter, _settings)
        {
            Generated = Generated,
            Changed = Changed.Union(texts.Where(t => _texts[t.Key] != t.Value).Select(t => t.Key)),
            GeneratedIn = texts.Aggregate(GeneratedIn, (paths, t) => Includes(t.Value, Generated) ? paths.Add(t.Key) : paths.Remove(t.Key)),
            FallThrough = FallThrough,
            DeclaresFirst = DeclaresFirst,
            Names = Names,
            Trees = trees,
        };
    }

    public ImmutableArray<CompilerProblem> NewProblems(ICodebase original, IReadOnlyCollection<string> paths)
    {
        var before = (CCodebase)original;
        var problems = paths.Order(StringComparer.Ordinal).Where(p => before._texts[p] != _texts[p]).SelectMany(p => NewlyUnread(before, p)).ToList();
        if (problems.Count == 0 && _settings.Compiler is { } compiler)
        {
            var after = paths.ToDictionary(p => p, p => _texts[p], StringComparer.Ordinal);
            foreach (var file in NewFiles)
                after[file.Path] = file.Text;

            var former = paths.ToDictionary(p => p, p => before._texts[p], StringComparer.Ordinal);
            foreach (var file in before.NewFiles)
                former[file.Path] = file.Text;

            var others = Changed.Except(paths, StringComparer.Ordinal).ToDictionary(p => p, p => _texts[p], StringComparer.Ordinal);
            problems.AddRange(compiler.NewProblems(former, after, others));
        }

        return [.. problems];
    }

    public ImmutableArray<CompilerProblem> Unfinished(ICodebase original, IReadOnlyCollection<string> paths)
    {
        if (Style is null or { MixesWithLabels: true })
            return [];

        var before = (CCodebase)original;
        return
        [
            .. from path in paths.Order(StringComparer.Ordinal)
               where before._texts[path] != _texts[path]
               let known = before.MixedIn(path).Select(f => f.Name).ToHashSet(StringComparer.Ordinal)
               from function in MixedIn(path)
               where !known.Contains(function.Name)
               select new CompilerProblem(path, function.Span, "mixed", "scope and labels share a function, which this style never does"),
        ];
    }

    /// <summary>By its bare name, or by the way to it: another header's name may end like its own.</summary>
    private static bool Includes(string text, GeneratedFile? file) =>
        file is not null && SourcePath.NameOf(file.Path) is var name
        && (text.Contains($"\"{name}\"", StringComparison.Ordinal) || text.Contains($"/{name}\"", StringComparison.Ordinal));

    private IEnumerable<FunctionNode> MixedIn(string path) => TreeOf(path).Functions.Where(function =>
    {
        var nodes = function.Body.Views.SelectMany(v => v.Body.DescendantsAndSelf).ToList();
        return nodes.OfType<GotoNode>().Any() && nodes.Any(n => IsScoped(n, path));
    });

    private bool IsScoped(Node node, string path) => node switch
    {
        DeclaratorNode { Parent: DeclarationNode declaration } declarator => _knowledge.ScopeReleaseOf(declaration.Specifiers, declarator) is not null,
        CallNode call => _knowledge.Guards.Of(_texts[path].Substring(call.Callee.Span.Start, call.Callee.Span.Length)) is not null,
        MacroBlockNode { Head: { Name: { } name } head } =>
            _knowledge.Guards.OfBlock(name, head.Arguments is [var first, ..] ? _texts[path].Substring(first.Span.Start, first.Span.Length) : null, out _) is not null,
        _ => false,
    };

    /// <summary>What could be read before and cannot be read now: an edit broke it.</summary>
    private IEnumerable<CompilerProblem> NewlyUnread(CCodebase before, string path)
    {
        var known = before.TreeOf(path).Errors.Select(e => e.Reason).ToHashSet(StringComparer.Ordinal);
        return
            from error in TreeOf(path).Errors
            where !known.Contains(error.Reason)
            select new CompilerProblem(path, error.Span, "syntax", error.Reason);
    }

    private SourceFileTree? Changeable(string path) => Paths.BinarySearch(path, StringComparer.Ordinal) >= 0 ? TreeOf(path) : null;

    private IEnumerable<CleanupDeclaration> NewDeclarations(string path, string text, ConcurrentDictionary<string, SourceFileTree> trees)
    {
        if (Style is null || !Style.Declarations.Any(d => text.Contains(d.Macro, StringComparison.Ordinal)))
            return [];

        var known = DeclarationsIn(TreeOf(path)).ToHashSet();
        return DeclarationsIn(TreeOf(path, text, trees)).Where(d => !known.Contains(d)).Select(d => new CleanupDeclaration(d.Macro, [.. d.Arguments.Split('\n')]) { Path = path });
    }

    private static IEnumerable<(string Macro, string Arguments)> DeclarationsIn(SourceFileTree tree) =>
        tree.Items.OfType<MacroItemNode>().Select(m => (m.Name, string.Join('\n', m.Arguments)));

    private SourceFileTree TreeOf(string path) =>
        TreeOf(path, _texts[path], Trees);

    /// <summary>A few of its files from everywhere, read anew, so that they take no room for long.</summary>
    private IEnumerable<SourceFileTree> Sample()
    {
        const int Files = 40;
        var sources = Paths.Where(p => p.EndsWith(".c", StringComparison.Ordinal)).ToList();
        var step = sources.Count / Files + 1;
        return sources.Where((_, i) => i % step == 0).Select(p => DeepStack.Run(() => CParser.Parse(p, _texts[p], Names.Value)));
    }

    private SourceFileTree TreeOf(string path, string text, ConcurrentDictionary<string, SourceFileTree> trees) =>
        trees.GetOrAdd(path, p => DeepStack.Run(() => CParser.Parse(p, text, Names.Value)));

    private static FileFacts[] FactsOf(ImmutableDictionary<string, string> texts, ImmutableArray<string> paths, CSettings settings)
    {
        var counted = CountedWords(settings.Styles);
        var facts = new FileFacts[paths.Length];
        Parallel.For(0, paths.Length, new ParallelOptions { MaxDegreeOfParallelism = settings.Jobs }, i =>
            facts[i] = DeepStack.Run(() => FactsOf(paths[i], texts[paths[i]])));
        return WithCleanups(WithTemplates(facts, texts, FactsOf), FactsOf);

        FileFacts FactsOf(string path, string text) => FileFacts.Of(CParser.Parse(path, text, SyntaxNames.None), counted, settings.ReleaserWords);
    }

    /// <summary>What macros define under a name that somebody calls, and that no file defines as it is written.</summary>
    private static FileFacts[] WithTemplates(FileFacts[] facts, ImmutableDictionary<string, string> texts, Func<string, string, FileFacts> read)
    {
        if (facts.All(f => f.Templates.IsEmpty))
            return facts;

        var written = facts.SelectMany(f => f.Functions).Where(f => f.IsDefined).Select(f => f.Name)
            .Concat(facts.SelectMany(f => f.Macros).Select(m => m.Name)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from file in facts
               let defined = file.Templates.SelectMany(t => texts.Values.SelectMany(t.CalledIn).Distinct().Where(f => !written.Contains(f)).Select(t.DefinitionOf)).Order(StringComparer.Ordinal)
               select file.Templates.IsEmpty ? file : file.With(read(file.Path, string.Join('\n', defined))),
        ];
    }

    /// <summary>The clean-up functions that the codebase's own macros define.</summary>
    private static FileFacts[] WithCleanups(FileFacts[] facts, Func<string, string, FileFacts> read)
    {
        var macros = facts.SelectMany(f => f.Macros).ToLookup(m => m.Name, StringComparer.Ordinal);
        var cleanups = new MacroCleanups(new OnlyMacros(n => [.. macros[n]]));
        return
        [
            .. from file in facts
               let defined = cleanups.In(file)
               select defined.IsEmpty ? file : file.With(read(file.Path, string.Join('\n', defined)).OfFunctions(f => OwnCleanups.Of(f) is not null)),
        ];
    }

    /// <summary>The words whose number shows a style, and the macros that a style needs to be there.</summary>
    private static HashSet<string> CountedWords(StyleSet styles) =>
    [
        .. styles.Styles.SelectMany(s => s.Signs).Select(s => s.Macro),
        .. styles.Styles.SelectMany(s => s.Library).SelectMany(l => l.Words),
        .. styles.Styles.SelectMany(s => s.Scopes).Where(s => !s.LibraryReleasers.IsEmpty).Select(s => s.Macro + ScopedType.Bracket),
        .. styles.Styles.SelectMany(s => s.Scopes).Where(s => s.CastReleaser is not null).Select(_ => ScopedType.Hole),
        .. styles.Styles.SelectMany(s => s.Scopes).SelectMany(s => s.LibraryReleasers).Select(r => r.Replace(ScopedType.Hole, "", StringComparison.Ordinal)),
        .. styles.Styles.SelectMany(s => s.Scopes).Select(s => s.Macro).OfType<string>(),
        .. styles.Styles.SelectMany(s => s.Steals).Select(s => s.Macro).OfType<string>(),
        .. styles.Styles.SelectMany(s => s.Locks).Select(s => s.Macro).OfType<string>(),
    ];

    private static ReadOnlySpan<char> Top(string text)
    {
        const int Length = 4096;
        return text.AsSpan(0, Math.Min(Length, text.Length));
    }
}

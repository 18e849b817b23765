using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrateCleanup.C;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Cli.Compilers;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.CSharp;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>One run of rules over what PATH leads to. Everything that can be wrong with the options is said before anything loads.</summary>
public sealed class Run
{
    private const string CSharp = "cs";

    private const string C = "c";

    /// <summary>The style of the base class library, the only one there is for C#.</summary>
    private const string CSharpStyle = "bcl";

    /// <summary>Where the allocator does not end the program, a check for lack of memory is no mistake.</summary>
    private const string NeedsAbortingAllocator = "fail-fast";

    private readonly RunOptions _options;
    private readonly Messages _messages;
    private readonly ConcurrentDictionary<string, LineMap> _lines = new(StringComparer.Ordinal);
    private readonly Target _target;
    private readonly ProjectConfiguration _configuration;
    private readonly ChangedLines? _changed;
    private readonly Shard _shard;
    private readonly int _jobs;
    private readonly bool _rewrites;
    private readonly Dictionary<string, ImmutableArray<string>> _ran = new(StringComparer.Ordinal);
    private readonly bool _findings;
    private ImmutableHashSet<string>? _unmatched;

    private Run(RunOptions options, Messages messages, bool rewrites, bool findings)
    {
        _rewrites = rewrites;
        _findings = findings;
        _options = options;
        _messages = messages;
        if (options.Surplus.FirstOrDefault() is { } surplus)
            throw Stop.Usage($"one PATH is expected, and '{surplus}' is one more");

        _jobs = JobsOf(options);
        _shard = Shard.Parse(options.Shard);
        if (options.Rules is { } named)
            Rules = RuleSelection.Of(named.Split(','));

        _target = Target.Of(options.Path ?? throw PathIsMissing());
        _configuration = ProjectConfiguration.Find(options.Config, _target.Directory);
        Styles = StylesOf(_configuration);
        CheckStyle(options.Style, Styles);
        CheckStyle(_configuration.Style, Styles);
        Rules ??= RuleSelection.Of(_configuration.Rules);
        Baseline = Baseline.Read(options.Baseline);
        Tree = WorkTree.Around(_target.Directory);
        Files = new SourceFiles(messages);
        _changed = options.Since is { } revision ? ChangedLines.Since(revision, Tree) : null;
    }

    public RuleSelection Rules { get; }

    /// <summary>The styles of C: those that are shipped, and the user's own.</summary>
    public StyleSet Styles { get; }

    public WorkTree Tree { get; }

    public SourceFiles Files { get; }

    /// <summary>The directory that PATH is, or is in.</summary>
    public string Directory => _target.Directory;

    public Baseline Baseline { get; }

    public MigrationOutcome Outcome { get; private set; } = new([]);

    /// <summary>Something was there to be loaded, and nothing of it could be.</summary>
    public bool NothingLoaded { get; private set; }

    /// <summary>Loads and runs.</summary>
    /// <param name="options">What to load and run.</param>
    /// <param name="messages">Where to say what went wrong.</param>
    /// <param name="rewrites">Whether rules that rewrite run too, not only those that find.</param>
    /// <param name="findings">Whether rules that find run; without them and without rewrites, the run only counts.</param>
    public static Run Execute(RunOptions options, Messages messages, bool rewrites, bool findings = true)
    {
        var run = Prepare(options, messages, rewrites, findings);
        run.Migrate();
        return run;
    }

    /// <summary>Looks at the options only; <see cref="Migrate()"/> does the rest.</summary>
    public static Run Prepare(RunOptions options, Messages messages, bool rewrites, bool findings = true) =>
        new(options, messages, rewrites, findings);

    public void Migrate() => Outcome = ProgressBar.During(_messages, Colours.Wanted(_options), Migrate);

    /// <summary>Whether every rule that a suppression in a file speaks of has run, so that it had its chance to be used.</summary>
    public bool HasRunAllOf(string path, Suppression suppression)
    {
        var ids = _ran.GetValueOrDefault(LanguageOf(path), []).ToHashSet(StringComparer.Ordinal);
        var all = RuleSelection.AllIds.ToHashSet(StringComparer.Ordinal);
        return suppression.Rules.IsEmpty
            ? ids.SetEquals(all.Where(id => id.StartsWith(LanguageOf(path) + "/", StringComparison.Ordinal)))
            : suppression.Rules.All(r => ids.Contains(r) || !all.Contains(r));
    }

    public static Stop PathIsMissing() => Stop.Usage("PATH is missing: a solution, a project, a directory, a C# or a C file");

    public static int JobsOf(LoadOptions options) => options.Jobs switch
    {
        null => Environment.ProcessorCount,
        >= 1 and var jobs => jobs,
        var jobs => throw Stop.Usage($"--jobs {jobs}: must be 1 or more"),
    };

    /// <summary>The shipped styles and those of a configuration.</summary>
    /// <exception cref="Stop">The configuration's styles do not go together.</exception>
    public static StyleSet StylesOf(ProjectConfiguration configuration)
    {
        var styles = StyleSet.Shipped(Catalog.Styles).With(configuration.Styles);
        return styles.Problems is [var problem, ..] ? throw Stop.Usage($"{ProjectConfiguration.FileName}: {problem}") : styles;
    }

    /// <exception cref="Stop">There is no such style.</exception>
    public static void CheckStyle(string? style, StyleSet styles)
    {
        if (style is null or CSharpStyle || styles[style] is not null)
            return;

        var known = string.Join(", ", styles.Styles.Select(s => s.Name).Order(StringComparer.Ordinal));
        throw Stop.Usage($"unknown style '{style}'; for C# there is {CSharpStyle}, for C {known}");
    }

    /// <summary>The style of C that was asked for, by option or configuration; null where it is to be found by looking.</summary>
    public static string? CStyleOf(LoadOptions options, ProjectConfiguration configuration) =>
        new[] { options.Style, configuration.Style }.FirstOrDefault(s => s is not null and not CSharpStyle);

    private string StyleAdvice => Styles.Anywhere is { } style ? $"--style {style.Name} works anywhere: {LowerFirst(style.Title)}" : "--style names one";

    /// <summary>A title in the middle of a sentence.</summary>
    public static string LowerFirst(string title) => title.Length == 0 ? title : char.ToLowerInvariant(title[0]) + title[1..];

    private static string LanguageOf(string path) => Path.GetExtension(path).ToLowerInvariant() is ".c" or ".h" ? C : CSharp;

    private MigrationOutcome Migrate(IProgress<MigrationProgress>? progress)
    {
        progress?.Report(new MigrationProgress("Loading", 0, 1));
        var c = new CLoader(Files, Tree, _messages).Load(_target);
        var code = _target.IsC
            ? LoadedCode.Nothing
            : new CodeLoader(Files, Tree, _messages, useBuild: !_options.NoMsBuild).Load(_target, CancellationToken.None);
        if (code.Projects.IsEmpty && c.Files.IsEmpty)
        {
            NothingLoaded = _messages.Warnings > 0;
            if (!NothingLoaded)
                _messages.Warning($"{DisplayName.FromCurrentDirectory(_target.Path)}: no C# or C files here");

            return new MigrationOutcome([]);
        }

        var files = new List<FileOutcome>();
        if (!code.Projects.IsEmpty)
            files.AddRange(MigrateCSharp(code, progress).Files);

        if (!c.Files.IsEmpty)
            files.AddRange(MigrateC(c, progress).Files);

        foreach (var glob in _unmatched ?? [])
            _messages.Warning($"{(_configuration.Include.Contains(glob) ? $"{ProjectConfiguration.FileName}: include" : "--include")} {glob}: no file matches it");

        return new MigrationOutcome([.. files.OrderBy(f => Tree.NameOf(f.Path), StringComparer.Ordinal)]);
    }

    private MigrationOutcome MigrateCSharp(LoadedCode code, IProgress<MigrationProgress>? progress)
    {
        var selected = Selected(code.Files);
        var catalogue = Catalog.CatalogueFor(CSharp, _configuration.Pairs);
        var codebase = CSharpCodebase.Create(code.Projects, catalogue, selected.Contains);
        return Migration.Run(codebase, OptionsFor(codebase, CSharpStyle) with { Catalogue = catalogue }, progress);
    }

    private MigrationOutcome MigrateC(LoadedC code, IProgress<MigrationProgress>? progress)
    {
        using var compiler = _rewrites ? CompilerCheck.Find(_target.Directory, Tree, Files, _messages) : null;
        var settings = new CSettings(Styles, Catalog.FactsFor(C, _configuration.Pairs), Catalog.ReleaserWords)
        {
            Style = CStyleOf(_options, _configuration),
            Jobs = _jobs,
            Compiler = compiler,
        };
        var codebase = CCodebase.Create(code.Texts, Selected(code.Files).Contains, settings);
        var options = OptionsFor(codebase, codebase.Style?.Name ?? "") with { Catalogue = codebase.Catalogue };
        if (!Rules.IsNamed && codebase.Style is not { AllocatorAborts: true })
            options = options with { Rewrites = [.. options.Rewrites.Where(r => r.Info.Name != NeedsAbortingAllocator)] };

        if (codebase.Style is null && options.Rewrites.Length > 0)
            _messages.Warning($"C: the code shows no style of scoped clean-up, so nothing is scoped; {StyleAdvice}");

        var outcome = Migration.Run(codebase, options, progress);
        foreach (var file in outcome.Files.Where(f => f.IsNew))
            Files.Announce(file.Path);

        if (compiler is null && _rewrites && outcome.Files.Any(f => f.IsChanged))
            _messages.Warning($"C: there is no {CompileCommands.FileName}, so the changed files were not checked with the project's compiler");

        return outcome;
    }

    private ImmutableHashSet<string> Selected(ImmutableHashSet<string> loaded)
    {
        var selection = new FileSelection(
            Tree,
            _target.Directory,
            [.. _configuration.Include, .. ListOptionAttribute.Values(_options.Include)],
            [.. _configuration.Exclude, .. ListOptionAttribute.Values(_options.Exclude)],
            _shard);
        _unmatched = [.. selection.Unmatched(loaded).Where(g => _unmatched is null || _unmatched.Contains(g))];
        var files = selection.Of(loaded);
        return [.. files.Where(f => _changed is null || _changed.Touches(Tree.NameOf(f)))];
    }

    private MigrationOptions OptionsFor(ICodebase codebase, string style)
    {
        var options = new MigrationOptions
        {
            Rewrites = _rewrites ? Rules.Rewrites(codebase.Language) : [],
            Findings = _findings ? Rules.Findings(codebase.Language) : [],
            Counted = Catalog.Rewrites,
            Style = style,
            Selects = _changed is null ? null : function => IsChanged(codebase, function),
            TakesParts = _options is RewriteOptions { Partial: true },
            Jobs = _jobs,
        };
        _ran[codebase.Language] =
        [
            .. options.Rewrites.Select(r => RuleSelection.IdOf(codebase.Language, r.Info)),
            .. options.Findings.Select(r => RuleSelection.IdOf(codebase.Language, r.Info)),
        ];
        return options;
    }

    private bool IsChanged(ICodebase codebase, FunctionReading function)
    {
        var path = function.Primary.Path;
        var lines = _lines.GetOrAdd(path, p => new LineMap(codebase.TextOf(p)));
        var span = function.Primary.Span;
        return _changed!.Touches(Tree.NameOf(path), lines.At(span.Start).Line, lines.At(span.End).Line);
    }
}

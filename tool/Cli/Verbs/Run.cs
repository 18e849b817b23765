using System.Collections.Concurrent;
using System.Collections.Immutable;
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
    private const string Language = "cs";

    /// <summary>The style of the base class library, the only one there is for C#.</summary>
    private const string CSharpStyle = "bcl";

    private readonly RunOptions _options;
    private readonly Messages _messages;
    private readonly ConcurrentDictionary<string, LineMap> _lines = new(StringComparer.Ordinal);
    private readonly Target _target;
    private readonly ProjectConfiguration _configuration;
    private readonly ChangedLines? _changed;
    private readonly Shard _shard;
    private readonly int _jobs;
    private readonly bool _rewrites;
    private readonly bool _findings;

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

        CheckStyle(options.Style);
        _target = Target.Of(options.Path ?? throw PathIsMissing());
        _configuration = ProjectConfiguration.Find(options.Config, _target.Directory);
        CheckStyle(_configuration.Style);
        Rules ??= RuleSelection.Of(_configuration.Rules);
        Baseline = Baseline.Read(options.Baseline);
        Tree = WorkTree.Around(_target.Directory);
        Files = new SourceFiles(messages);
        _changed = options.Since is { } revision ? ChangedLines.Since(revision, Tree) : null;
    }

    public RuleSelection Rules { get; }

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
        var run = new Run(options, messages, rewrites, findings);
        run.Outcome = ProgressBar.During(messages, Colours.Wanted(options), progress => run.Migrate(progress));
        return run;
    }

    /// <summary>Whether every rule that a suppression speaks of has run, so that it had its chance to be used.</summary>
    public bool HasRunAllOf(Suppression suppression)
    {
        var ran = Rules.Findings(Language).Select(r => r.Info).ToList();
        if (_rewrites)
            ran.AddRange(Rules.Rewrites(Language).Select(r => r.Info));

        var ids = ran.Select(i => RuleSelection.IdOf(Language, i)).ToHashSet(StringComparer.Ordinal);
        var all = RuleSelection.AllIds.ToHashSet(StringComparer.Ordinal);
        return suppression.Rules.IsEmpty ? ids.SetEquals(all) : suppression.Rules.All(r => ids.Contains(r) || !all.Contains(r));
    }

    public static Stop PathIsMissing() => Stop.Usage("PATH is missing: a solution, a project, a directory or a C# file");

    public static int JobsOf(LoadOptions options) => options.Jobs switch
    {
        null => Environment.ProcessorCount,
        >= 1 and var jobs => jobs,
        var jobs => throw Stop.Usage($"--jobs {jobs}: must be 1 or more"),
    };

    public static void CheckStyle(string? style)
    {
        if (style is not null and not CSharpStyle)
            throw Stop.Usage($"unknown style '{style}'; for C# there is {CSharpStyle}");
    }

    private MigrationOutcome Migrate(IProgress<MigrationProgress>? progress)
    {
        progress?.Report(new MigrationProgress("Loading", 0, 1));
        var code = new CodeLoader(Files, Tree, _messages, useBuild: !_options.NoMsBuild).Load(_target, CancellationToken.None);
        if (code.Projects.IsEmpty)
        {
            NothingLoaded = _messages.Warnings > 0;
            if (!NothingLoaded)
                _messages.Warning($"{DisplayName.FromCurrentDirectory(_target.Path)}: no C# files here");

            return new MigrationOutcome([]);
        }

        var selected = Selected(code);
        var catalogue = Catalog.CatalogueFor(Language, _configuration.Pairs);
        var codebase = CSharpCodebase.Create(code.Projects, catalogue, selected.Contains);
        return Migration.Run(codebase, OptionsFor(codebase) with { Catalogue = catalogue }, progress);
    }

    private ImmutableHashSet<string> Selected(LoadedCode code)
    {
        var selection = new FileSelection(
            Tree,
            _target.Directory,
            [.. _configuration.Include, .. ListOptionAttribute.Values(_options.Include)],
            [.. _configuration.Exclude, .. ListOptionAttribute.Values(_options.Exclude)],
            _shard);
        var files = selection.Of(code.Files);
        return [.. files.Where(f => _changed is null || _changed.Touches(Tree.NameOf(f)))];
    }

    private MigrationOptions OptionsFor(ICodebase codebase) => new()
    {
        Rewrites = _rewrites ? Rules.Rewrites(Language) : [],
        Findings = _findings ? Rules.Findings(Language) : [],
        Counted = Catalog.Rewrites,
        Style = CSharpStyle,
        Selects = _changed is null ? null : function => IsChanged(codebase, function),
        Jobs = _jobs,
    };

    private bool IsChanged(ICodebase codebase, FunctionReading function)
    {
        var path = function.Primary.Path;
        var lines = _lines.GetOrAdd(path, p => new LineMap(codebase.TextOf(p)));
        var span = function.Primary.Span;
        return _changed!.Touches(Tree.NameOf(path), lines.At(span.Start).Line, lines.At(span.End).Line);
    }
}

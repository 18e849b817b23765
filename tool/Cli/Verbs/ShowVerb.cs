using System.Text;
using MigrateCleanup.C;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.CSharp;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Rules;
using Microsoft.CodeAnalysis;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Shows what the program sees of a file or one of its functions: its tree, its graph, what is owned where.</summary>
public static class ShowVerb
{
    private const string Views = "flow, ownership or tree";

    public static ExitCode Execute(ShowOptions options, VerbContext context)
    {
        if (options.Surplus.FirstOrDefault() is { } surplus)
            throw Stop.Usage($"one file is expected, and '{surplus}' is one more");

        Run.JobsOf(options);
        if (options.What is not ("flow" or "ownership" or "tree"))
        {
            throw Stop.Usage(options.What is null
                ? $"what to show is missing: {Views}"
                : $"unknown view '{options.What}'; there are {Views}");
        }

        var (file, function) = Split(options.Target ?? throw Stop.Usage("FILE is missing: a C# or C file, or FILE:FUNCTION"));
        var target = Target.Of(file);
        if (target.Kind != TargetKind.File)
            throw Stop.Usage($"{file}: not a C# or C file");

        var (codebase, catalogue) = Load(target, options, context);
        if (!codebase.Paths.Contains(target.Path))
            throw Stop.Usage($"{DisplayName.FromCurrentDirectory(target.Path)}: a generated file, which is left alone");

        var readings = Read(target, codebase, function, context);
        if (readings.Count == 0)
            throw Stop.Usage(function is null ? $"{file}: no functions in it" : $"{file}: no function '{function}' in it");

        context.Output.Write(string.Join("\n", readings.SelectMany(r => r.Views.Select((v, i) => Titled(r, i, View(v))))));
        return ExitCode.Done;

        string View(Function view) => options.What switch
        {
            "flow" => GraphText.Of(view),
            "ownership" => OwnershipView.Of(view, catalogue),
            _ => view.Origin.Syntax is SyntaxNode node ? SyntaxText.Of(node) : C.Syntax.TreeText.Of((C.Syntax.Node)view.Origin.Syntax!),
        };
    }

    private static (ICodebase Codebase, Catalogue Catalogue) Load(Target target, ShowOptions options, VerbContext context)
    {
        var tree = WorkTree.Around(target.Directory);
        var files = new SourceFiles(context.Messages);
        var configuration = ProjectConfiguration.Find(options.Config, target.Directory);
        var styles = Run.StylesOf(configuration);
        Run.CheckStyle(options.Style, styles);
        if (target.IsC)
        {
            var texts = new CLoader(files, tree, context.Messages).Load(target);
            if (texts.Files.IsEmpty)
                throw Stop.Failed($"{DisplayName.FromCurrentDirectory(target.Path)}: could not be loaded");

            var settings = new CSettings(styles, Catalog.FactsFor("c", configuration.Pairs), Catalog.ReleaserWords) { Style = Run.CStyleOf(options, configuration), Jobs = Run.JobsOf(options) };
            var c = CCodebase.Create(texts.Texts, texts.Files.Contains, settings);
            return (c, c.Catalogue);
        }

        var code = new CodeLoader(files, tree, context.Messages, useBuild: !options.NoMsBuild).Load(target, CancellationToken.None);
        if (code.Projects.IsEmpty)
            throw Stop.Failed($"{DisplayName.FromCurrentDirectory(target.Path)}: could not be loaded");

        var catalogue = Catalog.CatalogueFor("cs", configuration.Pairs);
        return (CSharpCodebase.Create(code.Projects, catalogue, path => path == target.Path), catalogue);
    }

    private static IReadOnlyList<FunctionReading> Read(Target target, ICodebase codebase, string? function, VerbContext context)
    {
        var reading = codebase.Read(target.Path, new HashSet<string>([function ?? ""], new FunctionNames()));
        foreach (var unparsed in reading.Unparsed)
            context.Messages.Warning($"{DisplayName.FromCurrentDirectory(target.Path)}: unparsed: {unparsed.Reason}");

        return reading.Functions;
    }

    /// <summary>A heading, so that several functions, and several views of one, can be told apart.</summary>
    private static string Titled(FunctionReading reading, int view, string text)
    {
        var title = new StringBuilder("# ").Append(reading.Name);
        if (reading.Views.Length > 1)
            title.Append($" (view {view + 1} of {reading.Views.Length})");

        return title.Append('\n').Append(text.TrimEnd('\n')).Append('\n').ToString();
    }

    /// <summary>FILE:FUNCTION; a file of that whole name comes first, and so does a drive's letter.</summary>
    private static (string File, string? Function) Split(string target)
    {
        var colon = target.LastIndexOf(':');
        return colon <= 1 || File.Exists(target) ? (target, null) : (target[..colon], target[(colon + 1)..]);
    }

    /// <summary>
    /// Lets a set of what the user typed contain every name it means: the full name, the name without parameters, or the
    /// end of it behind a dot. The empty text means all.
    /// </summary>
    private sealed class FunctionNames : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => Means(x!, y!) || Means(y!, x!);

        public int GetHashCode(string name) => 0;

        private static bool Means(string typed, string name)
        {
            var plain = name.Split('(')[0];
            return typed.Length == 0 || typed == name || typed == plain || plain.EndsWith("." + typed, StringComparison.Ordinal);
        }
    }
}

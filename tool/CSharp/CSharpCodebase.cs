using System.Collections.Immutable;
using System.Globalization;
using MigrateCleanup.CSharp.Codebase;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.CSharp.Spelling;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TextEdit = MigrateCleanup.Engine.Text.TextEdit;
using TextSpan = MigrateCleanup.Engine.Text.TextSpan;

namespace MigrateCleanup.CSharp;

/// <summary>
/// C# files as the compilations of their projects see them. A file that several projects or target frameworks compile
/// is one path, and its functions have one view for each.
/// </summary>
public sealed class CSharpCodebase : ICodebase
{
    /// <summary>To ask the compiler about one member visits all members of its type: from so many visits on, it is asked about the file.</summary>
    private const long MostVisits = 250_000;

    private readonly ImmutableArray<View> _projects;
    private readonly ImmutableDictionary<string, ImmutableArray<(int Project, SyntaxTree Tree)>> _files;
    private readonly Catalogue _catalogue;
    private readonly Prefilter _prefilter;

    private CSharpCodebase(
        ImmutableArray<View> projects,
        ImmutableDictionary<string, ImmutableArray<(int Project, SyntaxTree Tree)>> files,
        Catalogue catalogue,
        Prefilter prefilter,
        ImmutableArray<string> paths)
    {
        _projects = projects;
        _files = files;
        _catalogue = catalogue;
        _prefilter = prefilter;
        Paths = paths;
    }

    /// <summary>One project in this snapshot; what is a resource is taken from the first, whose types are the same.</summary>
    private sealed record View(string Name, CSharpCompilation Compilation, SymbolNames Names, Func<string, bool> IsResource);

    public string Language => "cs";

    public ImmutableArray<string> Paths { get; }

    /// <summary>A codebase of projects.</summary>
    /// <param name="projects">One for each target framework. Where a file is in several, the first decides, and all must agree.</param>
    /// <param name="catalogue">What is known of calls.</param>
    /// <param name="includes">Which files to look at; null takes all but generated ones.</param>
    public static CSharpCodebase Create(IReadOnlyList<CSharpProject> projects, Catalogue catalogue, Func<string, bool>? includes = null)
    {
        var files = new Dictionary<string, ImmutableArray<(int, SyntaxTree)>.Builder>(StringComparer.Ordinal);
        for (var i = 0; i < projects.Count; i++)
        {
            foreach (var tree in projects[i].Compilation.SyntaxTrees)
            {
                if (!files.TryGetValue(tree.FilePath, out var trees))
                    files.Add(tree.FilePath, trees = ImmutableArray.CreateBuilder<(int, SyntaxTree)>(1));

                trees.Add((i, tree));
            }
        }

        var paths = files
            .Where(f => f.Key.Length > 0 && (includes is null || includes(f.Key)) && !IsGenerated(f.Key, f.Value[0].Item2))
            .Select(f => f.Key)
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        var prefilter = new Prefilter(catalogue);
        var equivalents = new Equivalents([.. projects.Select(p => p.Compilation)]);
        return new CSharpCodebase(
            [.. projects.Select(p => new View(p.Name, p.Compilation, new SymbolNames(equivalents, catalogue), prefilter.Types.In(p.Compilation)))],
            files.ToImmutableDictionary(f => f.Key, f => OldestFirst(f.Value), StringComparer.Ordinal),
            catalogue,
            prefilter,
            paths);
    }

    /// <summary>A file that several projects compile is spelled for the oldest version of the language among theirs, which all understand.</summary>
    private static ImmutableArray<(int Project, SyntaxTree Tree)> OldestFirst(IEnumerable<(int Project, SyntaxTree Tree)> trees) =>
        [.. trees.OrderBy(t => ((CSharpParseOptions)t.Tree.Options).LanguageVersion)];

    public string TextOf(string path) => _files[path][0].Tree.GetText().ToString();

    public FileReading Read(string path, IReadOnlySet<string>? only = null) => DeepStack.Run(() => ReadAll(path, only));

    public Engine.Languages.Spelling Spell(FunctionReading function, IReadOnlyList<Change> changes)
    {
        var views = function.Views.Select(v =>
        {
            var tree = ((SyntaxNode)v.Origin.Syntax!).SyntaxTree;
            return new SpellingView(v, CompilationOf(tree), tree);
        }).ToImmutableArray();
        return CSharpSpeller.Spell(function, changes, new SpellingContext(views[0].Tree.GetText(), views));
    }

    public ICodebase With(IReadOnlyDictionary<string, string> texts, ICodebase? read = null)
    {
        if (texts.Count == 0)
            return this;

        var files = _files.ToBuilder();
        var replaced = new Dictionary<int, List<(SyntaxTree Old, SyntaxTree New)>>();
        foreach (var (path, text) in texts)
        {
            var old = _files[path];
            var trees = read is CSharpCodebase other && other.TextOf(path) == text ? other._files[path] : Changed(old, text);
            files[path] = trees;
            foreach (var ((project, before), (_, after)) in old.Zip(trees))
            {
                if (!replaced.TryGetValue(project, out var list))
                    replaced.Add(project, list = []);

                list.Add((before, after));
            }
        }

        var projects = _projects.Select((p, i) => replaced.TryGetValue(i, out var list) ? Replaced(p, list) : p);
        return new CSharpCodebase([.. projects], files.ToImmutable(), _catalogue, _prefilter, Paths);
    }

    private static View Replaced(View project, IEnumerable<(SyntaxTree Old, SyntaxTree New)> trees)
    {
        var compilation = trees.Aggregate(project.Compilation, (c, pair) => c.ReplaceSyntaxTree(pair.Old, pair.New));
        return project with { Compilation = compilation, Names = project.Names.Again() };
    }

    private static ImmutableArray<(int Project, SyntaxTree Tree)> Changed(ImmutableArray<(int Project, SyntaxTree Tree)> old, string text)
    {
        var source = Changed(old[0].Tree.GetText(), text);
        return [.. old.Select(o => (o.Project, o.Tree.WithChangedText(source)))];
    }

    /// <summary>The new text as a change of the old one: what surrounds it is not parsed again.</summary>
    private static SourceText Changed(SourceText old, string text)
    {
        var before = old.ToString();
        var most = Math.Min(before.Length, text.Length);
        var start = before.AsSpan().CommonPrefixLength(text);
        var end = 0;
        while (end < most - start && before[before.Length - end - 1] == text[text.Length - end - 1])
            end++;

        return old.WithChanges(new TextChange(
            Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(start, before.Length - end), text[start..(text.Length - end)]));
    }

    public ImmutableArray<CompilerProblem> NewProblems(ICodebase original, IReadOnlyCollection<string> paths)
    {
        var before = (CSharpCodebase)original;
        var problems = new Dictionary<(string, TextSpan, string, string), CompilerProblem>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            foreach (var ((project, tree), (oldProject, oldTree)) in _files[path].Zip(before._files[path]))
            {
                if (tree == oldTree)
                    continue;

                var known = before.ProblemsOf(oldProject, oldTree, tree).GroupBy(Said).ToDictionary(g => g.Key, g => g.Count());
                foreach (var diagnostic in ProblemsOf(project, tree, oldTree))
                {
                    var said = Said(diagnostic);
                    if (known.TryGetValue(said, out var left) && (left > 0 || diagnostic.Severity == DiagnosticSeverity.Error))
                    {
                        // What a project that does not compile lacks is missed once more wherever its name comes up.
                        known[said]--;
                        continue;
                    }

                    var span = diagnostic.Location.SourceSpan;
                    var problem = new CompilerProblem(path, new TextSpan(span.Start, span.Length), said.Id, said.Message);
                    problems.TryAdd((path, problem.Span, problem.Id, problem.Message), problem);
                }
            }
        }

        return [.. problems.Values];
    }

    /// <summary>A label that stands before nothing: a later rule may take its jumps away, and should none do so, it reads worse than what was there.</summary>
    public ImmutableArray<CompilerProblem> Unfinished(ICodebase original, IReadOnlyCollection<string> paths)
    {
        var before = (CSharpCodebase)original;
        return
        [
            .. from path in paths.Order(StringComparer.Ordinal)
               let trees = (Old: before._files[path][0].Tree, New: _files[path][0].Tree)
               where trees.Old != trees.New
               let known = IdleLabels(trees.Old).Select(l => l.Identifier.ValueText).ToHashSet(StringComparer.Ordinal)
               from label in IdleLabels(trees.New)
               where !known.Contains(label.Identifier.ValueText)
               select new CompilerProblem(path, label.Span.ToEngine(), "idle", "jumps still lead to a label with nothing behind it"),
        ];
    }

    public ImmutableArray<TextEdit> Leftovers(ICodebase original, string path)
    {
        var before = (CSharpCodebase)original;
        return DeepStack.Run(() => IdleUsings.In(
        [
            .. before._files[path].Zip(_files[path], (o, n) => (before._projects[o.Project].Compilation, o.Tree, _projects[n.Project].Compilation, n.Tree)),
        ]));
    }

    private static IEnumerable<LabeledStatementSyntax> IdleLabels(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<LabeledStatementSyntax>().Where(l => l.Statement is EmptyStatementSyntax);

    private static (string Id, string Message) Said(Diagnostic diagnostic) =>
        (diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture));

    private static bool IsGenerated(string path, SyntaxTree tree)
    {
        const int Top = 4096;
        var text = tree.GetText();
        return GeneratedFiles.IsGenerated(path, text.ToString(new(0, Math.Min(Top, text.Length))));
    }

    /// <summary>What the compiler says of the members of a tree that differ from another tree's: a rewrite changes bodies, and nothing else.</summary>
    private IEnumerable<Diagnostic> ProblemsOf(int project, SyntaxTree tree, SyntaxTree other) => DeepStack.Run(() =>
    {
        var model = _projects[project].Compilation.GetSemanticModel(tree);
        var (members, all) = ChangedMembers(tree.GetRoot(), other.GetRoot());
        var diagnostics = members is not { Count: > 0 } ? model.GetDiagnostics()
            : (long)members.Count * all > MostVisits ? Within(members, model.GetSyntaxDiagnostics().Concat(model.GetMethodBodyDiagnostics()))
            : members.SelectMany(m => model.GetSyntaxDiagnostics(m.FullSpan).Concat(model.GetMethodBodyDiagnostics(m.FullSpan)));
        return diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed).ToList();
    });

    private static IEnumerable<Diagnostic> Within(IEnumerable<MemberDeclarationSyntax> members, IEnumerable<Diagnostic> diagnostics)
    {
        var spans = members.Select(m => m.FullSpan).OrderBy(s => s.Start).ToList();
        var starts = spans.ConvertAll(s => s.Start);
        foreach (var diagnostic in diagnostics)
        {
            var at = diagnostic.Location.SourceSpan;
            var index = starts.BinarySearch(at.Start);
            if (index < 0)
                index = ~index - 1;

            if (index >= 0 && spans[index].Contains(at))
                yield return diagnostic;
        }
    }

    /// <summary>The members that are not those of the other tree, null where the two do not correspond one by one, and how many there are in all.</summary>
    private static (List<MemberDeclarationSyntax>? Changed, int All) ChangedMembers(SyntaxNode root, SyntaxNode other)
    {
        var (mine, others) = (MembersOf(root).ToList(), MembersOf(other).ToList());
        return mine.Count == others.Count && !mine.OfType<GlobalStatementSyntax>().Any()
            ? ([.. mine.Zip(others).Where(pair => !pair.First.IsIncrementallyIdenticalTo(pair.Second)).Select(pair => pair.First)], mine.Count)
            : (null, mine.Count);
    }

    private static IEnumerable<MemberDeclarationSyntax> MembersOf(SyntaxNode root) =>
        root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(m => m is not (BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax));

    /// <summary>The compilation that holds a tree; for one parsed under other conditional symbols, a copy that does.</summary>
    private CSharpCompilation CompilationOf(SyntaxTree tree)
    {
        var trees = _files[tree.FilePath];
        foreach (var (project, own) in trees)
        {
            if (own == tree)
                return _projects[project].Compilation;
        }

        return _projects[trees[0].Project].Compilation.ReplaceSyntaxTree(trees[0].Tree, tree);
    }

    private FileReading ReadAll(string path, IReadOnlySet<string>? only)
    {
        var trees = _files[path];
        var readers = trees.Select(f => new FileReader(path, f.Tree, _projects[f.Project].Compilation, _projects[f.Project].Names, _catalogue)).ToImmutableArray();
        return readers[0].Read(f => only?.Contains(f.Name) ?? _prefilter.Accepts(f, IsResource), [.. readers.Skip(1)]);

        bool IsResource(string type) => trees.Any(t => _projects[t.Project].IsResource(type));
    }
}

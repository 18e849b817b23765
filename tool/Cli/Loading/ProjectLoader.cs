using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Basic.Reference.Assemblies;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.CSharp;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.MSBuild;

namespace MigrateCleanup.Cli.Loading;

/// <summary>
/// Loads solutions and projects through their build. The build says which files, references and options a project has;
/// texts are read here, so that bytes and text stay exactly convertible. Every problem is one line, and the rest goes on.
/// </summary>
public sealed partial class ProjectLoader(SourceFiles files, Messages messages)
{
    /// <summary>What a restore leaves beside what the compiler writes.</summary>
    private const string RestoreResult = "project.assets.json";

    private readonly Dictionary<(string Path, string Name), ProjectInfo> _projects = [];
    private readonly Dictionary<ProjectId, ProjectId> _sameAs = [];
    private readonly List<string> _failures = [];
    private readonly HashSet<string> _unrestored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>A project's compilation, its file, and the sources that are its own.</summary>
    public sealed record Loaded(CSharpProject Project, string ProjectPath, ImmutableArray<string> Sources);

    public IReadOnlyList<Loaded> Load(IReadOnlyList<string> solutions, IReadOnlyList<string> projects, CancellationToken cancellation)
    {
        if (solutions.Count + projects.Count == 0)
            return [];

        var begun = DateTime.UtcNow;
        try
        {
            Read(solutions, projects, cancellation).GetAwaiter().GetResult();
            return Compiled(cancellation);
        }
        finally
        {
            foreach (var directory in _projects.Keys.Select(k => Path.GetDirectoryName(k.Path)!).Distinct(StringComparer.Ordinal))
                Tidy(directory, begun);

            BuildHostSockets.Tidy(begun);
        }
    }

    /// <summary>Asked about a project that was never restored, the build makes a directory of its own there: it goes again.</summary>
    private void Tidy(string directory, DateTime begun)
    {
        var made = new DirectoryInfo(Path.Combine(directory, "obj"));
        if (!made.Exists || made.CreationTimeUtc < begun || File.Exists(Path.Combine(made.FullName, RestoreResult)))
            return;

        try
        {
            made.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Detail($"{NameOf(made.FullName)}: {e.Message}");
        }
    }

    private async Task Read(IReadOnlyList<string> solutions, IReadOnlyList<string> projects, CancellationToken cancellation)
    {
        using var workspace = MSBuildWorkspace.Create();
        workspace.SkipUnrecognizedProjects = true;
        using var failures = workspace.RegisterWorkspaceFailedHandler(failure =>
        {
            lock (_failures)
                _failures.Add(failure.Diagnostic.Message);
        });
        var loader = new MSBuildProjectLoader(workspace) { SkipUnrecognizedProjects = true };

        // Several solutions of one repository mostly hold the same projects: the largest come first.
        foreach (var (solution, named) in solutions.Select(s => (Path: s, Projects: NamedProjects(s))).OrderByDescending(s => s.Projects.Count))
        {
            if (!named.All(IsLoaded))
                await ReadOne(solution, async () => Add((await loader.LoadSolutionInfoAsync(solution, null, null, cancellation)).Projects), named);
        }

        foreach (var project in projects)
        {
            if (!IsLoaded(project))
                await ReadOne(project, async () => Add(await loader.LoadProjectInfoAsync(project, null, null, null, cancellation)), [project]);
        }
    }

    private bool IsLoaded(string project) => _projects.Keys.Any(k => k.Path == project);

    /// <summary>The C# projects that a solution names; what else it names is said.</summary>
    private List<string> NamedProjects(string solution)
    {
        var named = new List<string>();
        var others = new List<string>();
        try
        {
            foreach (var project in SolutionFile.Projects(solution))
            {
                if (Path.GetExtension(project).ToLowerInvariant() is not ".csproj")
                    others.Add(NameOf(project));
                else if (!File.Exists(project) && _missing.Add(project))
                    messages.Warning($"{NameOf(project)}: named by {NameOf(solution)}, but it does not exist; skipped");
                else if (!_missing.Contains(project))
                    named.Add(project);
            }

            if (others.Count > 0)
                messages.Warning($"{others[0]}{(others.Count > 1 ? $" and {others.Count - 1} more" : "")}: not a C# project; skipped");
        }
        catch (Stop stop)
        {
            messages.Warning(stop.Message.Replace(solution, NameOf(solution), StringComparison.Ordinal));
        }

        return named;
    }

    private async Task ReadOne(string path, Func<Task> read, IReadOnlyList<string> named)
    {
        _failures.Clear();
        try
        {
            await read();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            messages.Warning($"{NameOf(path)}: cannot be loaded: {LoadFailure.Explained(e.Message, path)}");
            messages.Detail(e.ToString());
            return;
        }

        foreach (var project in named)
            Judge(project);

        foreach (var missing in _failures.SelectMany(f => ProjectPath().Matches(f)).Select(m => m.Groups["path"].Value).Where(p => !File.Exists(p) && _missing.Add(p)))
            messages.Warning($"{NameOf(missing)}: referred to by {NameOf(path)}, but it does not exist; skipped");

        // One for each target framework is one too many.
        foreach (var failure in _failures.Distinct(StringComparer.Ordinal))
            messages.Detail($"{NameOf(path)}: {failure}");
    }

    /// <summary>Says what is wrong with a project after loading: it is judged by what it holds, since mere warnings arrive as failures too.</summary>
    private void Judge(string path)
    {
        var infos = _projects.Where(p => p.Key.Path == path).Select(p => p.Value).ToList();
        var reason = _failures.FirstOrDefault(f => f.Contains(path, StringComparison.Ordinal));
        if (infos.Count == 0 || infos.All(i => i.Documents.Count == 0))
            messages.Warning($"{NameOf(path)}: cannot be loaded: {(reason is null ? "the build names no source files" : LoadFailure.Explained(reason, path))}");
        else if (infos.All(i => !IsRestored(i)))
            _unrestored.Add(path);
    }

    private void Add(IEnumerable<ProjectInfo> infos)
    {
        foreach (var info in infos)
        {
            if (info.FilePath is null || info.Language != LanguageNames.CSharp)
                continue;

            var key = (info.FilePath, info.Name);
            if (_projects.TryGetValue(key, out var known))
                _sameAs[info.Id] = known.Id;
            else
                _projects.Add(key, info);
        }
    }

    private List<Loaded> Compiled(CancellationToken cancellation)
    {
        var infos = _projects.Values.Select(WithOwnTexts).Where(i => i.Documents.Count > 0).ToList();
        var ids = infos.Select(i => i.Id).ToHashSet();
        using var workspace = new AdhocWorkspace();
        var solution = workspace.CurrentSolution;
        foreach (var info in infos)
            solution = solution.AddProject(info.WithProjectReferences(References(info, ids)));

        // One without the core types would understand nothing, and neither would those who refer to it.
        var bare = infos.Zip(CompilationsOf(infos, solution, cancellation)).Where(p => IsBare(p.Second)).Select(p => p.First.Id).ToHashSet();
        foreach (var id in bare)
            solution = solution.AddMetadataReferences(id, Net100.References.All);

        return [.. infos.Zip(CompilationsOf(infos, solution, cancellation), (i, c) => Finished(i, c, bare.Contains(i.Id))).OrderBy(l => l.ProjectPath, StringComparer.Ordinal).ThenBy(l => l.Project.Name, StringComparer.Ordinal)];
    }

    private static CSharpCompilation[] CompilationsOf(IReadOnlyList<ProjectInfo> infos, Solution solution, CancellationToken cancellation) =>
        [.. Task.WhenAll(infos.Select(i => solution.GetProject(i.Id)!.GetCompilationAsync(cancellation))).GetAwaiter().GetResult().Cast<CSharpCompilation>()];

    private static bool IsBare(CSharpCompilation compilation) => compilation.GetSpecialType(SpecialType.System_Object).TypeKind == TypeKind.Error;

    private IEnumerable<ProjectReference> References(ProjectInfo info, HashSet<ProjectId> known) =>
        info.ProjectReferences
            .Select(r => new ProjectReference(_sameAs.GetValueOrDefault(r.ProjectId, r.ProjectId), r.Aliases, r.EmbedInteropTypes))
            .Where(r => known.Contains(r.ProjectId) && r.ProjectId != info.Id)
            .Distinct();

    private ProjectInfo WithOwnTexts(ProjectInfo info)
    {
        var documents = info.Documents
            .Where(d => d.FilePath is not null)
            .AsParallel().AsOrdered()
            .Select(d => files.Read(d.FilePath!) is { } file ? d.WithTextLoader(new ExactTextLoader(file)) : null)
            .OfType<DocumentInfo>()
            .ToList();
        return info.WithDocuments(documents);
    }

    /// <param name="info">The project.</param>
    /// <param name="compilation">Its compilation.</param>
    /// <param name="standsIn">The types of .NET stand in for its own, which the user is told.</param>
    private Loaded Finished(ProjectInfo info, CSharpCompilation compilation, bool standsIn)
    {
        var path = info.FilePath!;
        var isRestored = !_unrestored.Contains(path);
        if (standsIn)
        {
            if (isRestored)
                messages.Warning($"{NameOf(path)}: its reference assemblies are not installed{Target(info)}; those of .NET 10 are used instead");
            else
                messages.Warning($"{NameOf(path)}: not restored, so .NET 10 stands in for what it refers to; 'dotnet restore' first gives better results");
        }
        else if (!isRestored)
        {
            messages.Warning($"{NameOf(path)}: not restored, types from packages are unknown; 'dotnet restore' first gives better results");
        }

        return new Loaded(new CSharpProject(info.Name, compilation), path, [.. info.Documents.Select(d => d.FilePath!)]);
    }

    private static string Target(ProjectInfo info) =>
        info.Name.LastIndexOf('(') is > 0 and var at ? $" for {info.Name[(at + 1)..].TrimEnd(')')}" : "";

    /// <summary>Whether packages were restored, where there are any.</summary>
    private static bool IsRestored(ProjectInfo info)
    {
        if (File.Exists(Path.Combine(Path.GetDirectoryName(info.FilePath)!, "obj", RestoreResult)) || !NamesPackages(info.FilePath!))
            return true;

        var directory = Path.GetDirectoryName(info.CompilationOutputInfo.AssemblyPath);
        for (var i = 0; i < 4 && directory is not null; i++, directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, RestoreResult)))
                return true;
        }

        return false;
    }

    /// <summary>Whether a project, or what it shares with those around it, asks for packages that only a restore brings.</summary>
    private static bool NamesPackages(string project)
    {
        if (Names(project))
            return true;

        for (var current = Path.GetDirectoryName(project); current is not null; current = Path.GetDirectoryName(current))
        {
            foreach (var shared in new[] { "Directory.Build.props", "Directory.Build.targets" })
            {
                var path = Path.Combine(current, shared);
                if (File.Exists(path))
                    return Names(path);
            }
        }

        return false;

        static bool Names(string path) => File.ReadLines(path).Any(line => line.Contains("<PackageReference ", StringComparison.Ordinal));
    }

    private static string NameOf(string path) => DisplayName.FromCurrentDirectory(path);

    [GeneratedRegex("'(?<path>[^']+\\.csproj)'")]
    private static partial Regex ProjectPath();
}

using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Loading;

/// <summary>Loads what PATH leads to: solutions, else projects, then the files that no project owns; each file once.</summary>
public sealed class CodeLoader(SourceFiles files, WorkTree tree, Messages messages, bool useBuild)
{
    /// <summary>Without a work tree's top to stop at, the search for a file's project goes this far up.</summary>
    private const int ProjectSearchDepth = 8;

    public LoadedCode Load(Target target, CancellationToken cancellation)
    {
        if (useBuild && target.Kind is TargetKind.Solution or TargetKind.Project && Sdk.Missing(target.Directory) is { } missing)
            throw Stop.Failed($"{DisplayName.FromCurrentDirectory(target.Path)}: {missing}");

        return target.Kind switch
        {
            TargetKind.Solution when useBuild => OwnProjects(target, [target.Path], [], cancellation),
            TargetKind.Project when useBuild => OwnProjects(target, [], [target.Path], cancellation),
            TargetKind.Directory when useBuild => InDirectory(target, cancellation),
            TargetKind.File => SingleFile(target, cancellation),
            _ => WithoutBuild(target),
        };
    }

    private LoadedCode OwnProjects(Target target, IReadOnlyList<string> solutions, IReadOnlyList<string> projects, CancellationToken cancellation)
    {
        var loaded = Loader().Load(solutions, projects, cancellation);
        var own = Own(loaded, target);
        return new LoadedCode([.. loaded.Select(l => l.Project)], [.. loaded.Where(l => own(l.ProjectPath)).SelectMany(l => l.Sources)]);
    }

    /// <summary>A project, or a filtered solution, brings others along; they are known, not shown.</summary>
    private static Func<string, bool> Own(IReadOnlyList<ProjectLoader.Loaded> loaded, Target target)
    {
        if (target.Kind == TargetKind.Project)
            return path => path == target.Path;

        if (!target.Path.EndsWith(".slnf", StringComparison.OrdinalIgnoreCase))
            return _ => true;

        var named = SolutionFile.Projects(target.Path).ToHashSet(StringComparer.Ordinal);
        return named.Contains;
    }

    private LoadedCode InDirectory(Target target, CancellationToken cancellation)
    {
        var found = SourceTree.Below(target.Path, messages);
        var projects = found.Solutions.Count == 0 ? found.Projects : [];
        var loaded = LoadedCode.Nothing;
        if (found.Solutions.Count + projects.Count > 0)
        {
            if (Sdk.Missing(target.Path) is { } missing)
                messages.Warning($"{DisplayName.FromCurrentDirectory(target.Path)}: {missing}; files are loaded without their projects");
            else
                loaded = OwnProjects(target, found.Solutions, projects, cancellation);
        }

        var orphans = found.Sources.Where(s => !loaded.Files.Contains(s));
        return loaded.And(Loose(orphans, found.Projects));
    }

    /// <summary>A file is read in its project, when it has one, and alone otherwise.</summary>
    private LoadedCode SingleFile(Target target, CancellationToken cancellation)
    {
        if (useBuild && Sdk.Missing(target.Directory) is null)
        {
            foreach (var project in ProjectsAbove(target.Directory))
            {
                var loaded = Loader().Load([], [project], cancellation);
                if (loaded.Any(l => l.Sources.Contains(target.Path)))
                    return new LoadedCode([.. loaded.Select(l => l.Project)], [target.Path]);
            }
        }

        return Loose([target.Path], []);
    }

    private LoadedCode WithoutBuild(Target target)
    {
        var found = SourceTree.Below(target.Directory, messages);
        return Loose(found.Sources, found.Projects);
    }

    /// <summary>Files below one project's directory belong together; the directory that was given holds the rest.</summary>
    private LoadedCode Loose(IEnumerable<string> sources, IReadOnlyList<string> projects)
    {
        var homes = projects.Select(p => Path.GetDirectoryName(p)!).ToHashSet(StringComparer.Ordinal);
        return new LooseFiles(files).Load(sources, HomeOf);

        string HomeOf(string path)
        {
            for (var current = Path.GetDirectoryName(path); current is not null && current.Length >= tree.Top.Length; current = Path.GetDirectoryName(current))
            {
                if (homes.Contains(current))
                    return current;
            }

            return tree.Top;
        }
    }

    private IEnumerable<string> ProjectsAbove(string directory)
    {
        var current = directory;
        for (var i = 0; i < ProjectSearchDepth && current is not null; i++, current = Path.GetDirectoryName(current))
        {
            var projects = SourceTree.FilesIn(current).Where(f => Path.GetExtension(f) is ".csproj").Order(StringComparer.Ordinal).ToList();
            if (projects.Count > 0)
                return projects;

            if (current == tree.Top)
                break;
        }

        return [];
    }

    private ProjectLoader Loader() => new(files, messages);
}

using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Batches;

/// <summary>The parts of a codebase that patches are grouped by, and who answers for them.</summary>
public sealed class Parts
{
    /// <summary>Files that, like a C# project's, make a directory a project of its own.</summary>
    private static readonly string[] ProjectFiles =
        ["meson.build", "CMakeLists.txt", "Makefile.am", "Makefile.in", "Kbuild", "Makefile", "configure.ac"];

    private static readonly string[] CodeOwners = ["CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"];

    private readonly WorkTree _tree;
    private readonly Grouping _by;
    private readonly Dictionary<string, string> _projects = new(StringComparer.Ordinal);

    public Parts(WorkTree tree, Grouping by, Messages messages)
    {
        _tree = tree;
        _by = by;
        Owners = OwnersOf(tree);
        if (by == Grouping.Owner && Owners.IsEmpty)
            messages.Warning($"--by owner: neither CODEOWNERS nor MAINTAINERS names anybody; everything is '{Owners.Nobody}'");
    }

    public Owners Owners { get; }

    /// <summary>The part that a file belongs to.</summary>
    public string Of(string name) => _by switch
    {
        Grouping.Owner => Owners.Of(name),
        Grouping.Project => ProjectOf(DirectoryOf(name)),
        _ => DirectoryOf(name),
    };

    /// <summary>The deepest directory that holds all of some files.</summary>
    public static string CommonDirectory(IEnumerable<string> names)
    {
        var common = names.Select(n => DirectoryOf(n).Split('/')).Aggregate((a, b) => [.. a.Zip(b).TakeWhile(p => p.First == p.Second).Select(p => p.First)]);
        return common.Length == 0 ? "." : string.Join('/', common);
    }

    private static string DirectoryOf(string name) => name.LastIndexOf('/') is > 0 and var slash ? name[..slash] : ".";

    private string ProjectOf(string directory)
    {
        if (_projects.TryGetValue(directory, out var known))
            return known;

        var path = _tree.PathOf(directory);
        var isProject = directory == "." || (Directory.Exists(path) && SourceTree.FilesIn(path).Any(f => Path.GetExtension(f) is ".csproj" || ProjectFiles.Contains(Path.GetFileName(f))));
        return _projects[directory] = isProject ? directory : ProjectOf(DirectoryOf(directory));
    }

    private static Owners OwnersOf(WorkTree tree)
    {
        foreach (var name in CodeOwners.Append("MAINTAINERS"))
        {
            var path = tree.PathOf(name);
            if (!File.Exists(path) || SourceTree.IsLink(new FileInfo(path)))
                continue;

            var text = SourceFile.Read(path).Text;
            return name == "MAINTAINERS" ? Owners.OfMaintainers(text) : Owners.OfCodeOwners(text);
        }

        return Owners.None;
    }
}

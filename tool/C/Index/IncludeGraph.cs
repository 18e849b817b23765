using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MigrateCleanup.C.Index;

/// <summary>
/// Which files include which. An included name leads to the codebase's files whose path ends with it; what it does not
/// lead to is a library's.
/// </summary>
internal sealed class IncludeGraph
{
    private readonly FrozenDictionary<string, ImmutableArray<string>> _includes;
    private readonly ILookup<string, string> _byName;
    private readonly ILookup<string, string> _definedIn;
    private readonly FrozenSet<string> _included;
    private readonly FrozenDictionary<string, string> _spelled;
    private readonly ConcurrentDictionary<string, ImmutableArray<List<string>>> _targets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FrozenSet<string>> _reached = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FrozenSet<string>> _surely = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FrozenSet<string>> _including = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FrozenSet<string>> _foldersWith = new(StringComparer.Ordinal);

    private readonly string? _generated;
    private readonly FrozenDictionary<string, string> _spelledGenerated;
    private readonly FrozenSet<string> _configuring;

    /// <param name="files">The codebase.</param>
    /// <param name="generated">The path among them of a file that is not there yet.</param>
    public IncludeGraph(IReadOnlyList<FileFacts> files, string? generated = null)
    {
        _generated = generated;
        _spelledGenerated = generated is null ? FrozenDictionary<string, string>.Empty : SpelledLikeNeighbours(generated, files);
        _includes = files.ToFrozenDictionary(f => f.Path, f => f.Includes, StringComparer.Ordinal);
        _byName = files.ToLookup(f => SourcePath.NameOf(f.Path), f => f.Path, StringComparer.Ordinal);
        _definedIn = files
            .SelectMany(f => f.Macros.Select(m => (m.Name, f.Path)))
            .ToLookup(m => m.Name, m => m.Path, StringComparer.Ordinal);

        _configuring = files
            .Where(f => f.Includes.Any(IsConfiguration) || f.Macros.Any(m => IsFeatureTest(m.Name)))
            .Select(f => f.Path)
            .ToFrozenSet(StringComparer.Ordinal);

        _included = files.SelectMany(f => f.Includes).Distinct(StringComparer.Ordinal).SelectMany(i => Targets(Bare(i)))
            .Concat(generated is null ? [] : [generated]).ToFrozenSet(StringComparer.Ordinal);

        // How a header is included is told by those who do; the commonest spelling is the codebase's.
        _spelled = files.SelectMany(f => f.Includes)
            .GroupBy(i => SourcePath.NameOf(Bare(i)), StringComparer.Ordinal)
            .ToFrozenDictionary(
                g => g.Key,
                g => g.GroupBy(i => i, StringComparer.Ordinal).OrderByDescending(i => i.Count()).ThenBy(i => i.Key, StringComparer.Ordinal).First().Key,
                StringComparer.Ordinal);
    }

    /// <summary>
    /// The file defines the macro, or includes what does; true also for what the codebase does not define. What a file that
    /// nobody includes defines is its own: it may stand in for a library where code is only read, not compiled.
    /// </summary>
    public bool Sees(string path, string macro) =>
        _definedIn[macro].Contains(path) || (Definers(macro).ToList() is var definers && (definers.Count == 0 || definers.Exists(Surely(path).Contains)));

    /// <summary>The file includes the other one, by itself or through others.</summary>
    public bool Includes(string path, string header) => Reached(path).Contains(header);

    /// <summary>
    /// What a file includes by this name, itself or through others, is a configuration or asks the system's headers for
    /// more (<c>#define _GNU_SOURCE</c>).
    /// </summary>
    public bool Configures(string path, string include) =>
        IsConfiguration(include) || TargetsFrom(path, include).Exists(t => _configuring.Contains(t) || Reached(t).Any(_configuring.Contains));

    /// <summary>The file alone defines the macro, or the one that does includes it: it comes with the macro.</summary>
    public bool Brings(string macro, string path) =>
        Definers(macro).ToList() is [var definer] && (definer == path || Surely(definer).Contains(path));

    /// <summary>How the header that defines a macro is included by a file.</summary>
    public string? HeaderOf(string path, string macro) => _generated is not null && _definedIn[macro].Contains(_generated)
        ? _spelledGenerated.GetValueOrDefault(path) ?? $"\"{RelativeTo(path, _generated)}\""
        : Definers(macro).Select(d => _spelled.GetValueOrDefault(SourcePath.NameOf(d))).FirstOrDefault(s => s is not null);

    /// <summary>
    /// Headers, any of which brings a library, are included by others, and by no file of this folder, itself or through
    /// others: what is there may be built without that library. So may a source file of which all that it includes can be read.
    /// </summary>
    public bool IsWithout(string path, ImmutableArray<string> headers)
    {
        var folders = _foldersWith.GetOrAdd(KeyOf(headers), _ => FoldersWith(headers));
        return folders.Count > 0 && (!folders.Contains(SourcePath.FolderOf(path)) || DoesWithout(path, headers));
    }

    /// <summary>
    /// What a file includes by quotes is there, or a link to one of that name, and does not lead to the library. One that includes
    /// nothing is no program of its own: who compiles it brings what it needs.
    /// </summary>
    private bool DoesWithout(string path, ImmutableArray<string> headers)
    {
        var read = Surely(path).Append(path).ToList();
        return path.EndsWith(".c", StringComparison.Ordinal)
            && !_includes.GetValueOrDefault(path, []).IsEmpty
            && !read.Exists(Including(headers).Contains)
            && read.TrueForAll(f => _includes.GetValueOrDefault(f, []).All(i => i[0] != '"' || _byName[SourcePath.NameOf(Bare(i))].Any()));
    }

    /// <summary>
    /// Whoever is compiled with this header has one of a library's headers as well: it includes one, or every source that
    /// includes it does. True where nobody includes any: that library is not seen.
    /// </summary>
    public bool IsOnlyWith(string path, ImmutableArray<string> headers) =>
        IsWith(path, headers)
        || Including(headers).Count == 0
        || _includes.Keys.Where(p => !_included.Contains(p) && Surely(p).Contains(path)).All(p => IsWith(p, headers));

    /// <summary>Nobody includes one of a library's headers, and all that the file includes by quotes is there to be read.</summary>
    public bool IsNewTo(string path, ImmutableArray<string> headers) =>
        Including(headers).Count == 0
        && Reached(path).Append(path).All(f => _includes.GetValueOrDefault(f, []).All(i => i[0] != '"' || IsConfiguration(i) || Targets(Bare(i)).Any()));

    /// <summary>The codebase defines the macro, or the file includes one of the headers, itself or through others.</summary>
    public bool HasFrom(string path, string macro, ImmutableArray<string> headers) =>
        _definedIn[macro].Contains(path) || Definers(macro).Any() || IsWith(path, headers);

    private bool IsWith(string path, ImmutableArray<string> headers) =>
        Including(headers) is var including && (including.Contains(path) || Reached(path).Any(including.Contains));

    private FrozenSet<string> FoldersWith(ImmutableArray<string> headers)
    {
        var including = Including(headers);
        return _includes.Keys
            .Where(p => including.Contains(p) || Surely(p).Any(including.Contains))
            .Select(SourcePath.FolderOf)
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The files that include one of these headers themselves.</summary>
    private FrozenSet<string> Including(ImmutableArray<string> headers) => _including.GetOrAdd(
        KeyOf(headers),
        _ => _includes.Where(i => i.Value.Any(n => headers.Any(h => IsNamedBy(n, h)))).Select(i => i.Key).ToFrozenSet(StringComparer.Ordinal));

    private static string KeyOf(ImmutableArray<string> headers) => string.Join('\n', headers);

    /// <summary>What ends in no name stands for all that begin so: <c>&lt;gio/</c>.</summary>
    private static bool IsNamedBy(string include, string header) =>
        header[^1] is '>' or '"' ? include == header : include.StartsWith(header, StringComparison.Ordinal);

    private IEnumerable<string> Definers(string macro) => _definedIn[macro].Where(_included.Contains);

    private FrozenSet<string> Reached(string path) => _reached.GetOrAdd(path, p => Followed(p, _ => true));

    /// <summary>Of several files that an included name may lead to, nobody knows which one it is.</summary>
    private FrozenSet<string> Surely(string path) => _surely.GetOrAdd(path, p => Followed(p, targets => targets.Count == 1));

    private FrozenSet<string> Followed(string from, Func<List<string>, bool> leads)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>();
        pending.Push(from);
        while (pending.TryPop(out var file))
        {
            foreach (var targets in _targets.GetOrAdd(file, TargetsFrom))
            {
                if (!leads(targets))
                    continue;

                foreach (var target in targets.Where(seen.Add))
                    pending.Push(target);
            }
        }

        return seen.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Where each of a file's includes may lead.</summary>
    private ImmutableArray<List<string>> TargetsFrom(string file) => [.. _includes.GetValueOrDefault(file, []).Select(i => TargetsFrom(file, i))];

    /// <summary>Where a file's own folder has one of the name, that is meant.</summary>
    private List<string> TargetsFrom(string file, string include)
    {
        var targets = Targets(Bare(include)).ToList();
        if (targets.Count <= 1 || include[0] != '"')
            return targets;

        var own = Path.GetRelativePath("/", Path.GetFullPath(Bare(include), "/" + SourcePath.FolderOf(file))).Replace('\\', '/');
        return targets.Contains(own) ? [own] : targets;
    }

    /// <summary>
    /// How a header is named by files that include its neighbours: as most includes of their folder do that lead there
    /// (<c>"common/</c>, or by a bare name), where the file itself has one of that kind. Any other may be compiled in another way,
    /// and is not taken to be like them.
    /// </summary>
    private static FrozenDictionary<string, string> SpelledLikeNeighbours(string header, IReadOnlyList<FileFacts> files)
    {
        var (home, name) = (SourcePath.FolderOf(header), SourcePath.NameOf(header));
        var folders = new IncludedFolders(files);
        var spelled = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in files.GroupBy(f => SourcePath.FolderOf(f.Path), StringComparer.Ordinal))
        {
            var prefixes = folder.ToDictionary(f => f.Path, f => PrefixesTo(home, f, folders).ToList(), StringComparer.Ordinal);
            var usual = prefixes.Values.SelectMany(p => p).GroupBy(p => p, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
            foreach (var file in folder)
            {
                if (folder.Key == home)
                    spelled[file.Path] = $"\"{name}\"";
                else if (usual is not null && prefixes[file.Path].Contains(usual))
                    spelled[file.Path] = usual + name + (usual[0] == '<' ? '>' : '"');
            }
        }

        return spelled.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What stands before the names of a folder's headers where a file includes them, once for each.</summary>
    private static IEnumerable<string> PrefixesTo(string home, FileFacts file, IncludedFolders folders)
    {
        var own = SourcePath.FolderOf(file.Path);
        var step = SourcePath.FolderOf(RelativeTo(file.Path, home + "/"));
        return from include in file.Includes
               where folders.Of(include, own) == home || (step.StartsWith('.') && SourcePath.FolderOf(Bare(include)) == step)
               select include[..(Math.Max(0, include.LastIndexOf('/')) + 1)];
    }

    private static string RelativeTo(string path, string target) =>
        Path.GetRelativePath("/" + SourcePath.FolderOf(path), "/" + target).Replace('\\', '/');

    private IEnumerable<string> Targets(string name)
    {
        // Steps up lead somewhere that only the including file knows.
        var tail = name;
        while (tail.StartsWith("../", StringComparison.Ordinal) || tail.StartsWith("./", StringComparison.Ordinal))
            tail = tail[(tail.IndexOf('/', StringComparison.Ordinal) + 1)..];

        return _byName[SourcePath.NameOf(tail)].Where(p => p.EndsWith("/" + tail, StringComparison.Ordinal) || p == tail || !tail.Contains('/', StringComparison.Ordinal));
    }

    /// <summary>A build makes it, so that it is mostly not there to be read.</summary>
    private static bool IsConfiguration(string include) => SourcePath.NameOf(Bare(include)) is "config.h";

    private static bool IsFeatureTest(string macro) =>
        macro is ['_', ..] && (macro.EndsWith("_SOURCE", StringComparison.Ordinal) || macro.EndsWith("_BITS", StringComparison.Ordinal));

    private static string Bare(string include) => include.Trim('"', '<', '>');
}

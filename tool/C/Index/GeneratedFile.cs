using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Index;

/// <summary>
/// The header that a style brings along. Where the codebase lacks it, the index knows it as if it were there; it comes to
/// be there when some file includes it.
/// </summary>
/// <param name="Path">Where it is to stand.</param>
/// <param name="Text">All of it.</param>
public sealed record GeneratedFile(string Path, string Text)
{
    /// <summary>An earlier run made it: files that do not include it yet are given it as if it came with this one.</summary>
    public bool IsThere { get; private init; }

    /// <summary>Null where the style has none, or the codebase has a file of its name, or some of its macros, for something else.</summary>
    /// <param name="style">The style.</param>
    /// <param name="files">The codebase.</param>
    /// <param name="newLine">How the codebase ends its lines.</param>
    public static GeneratedFile? For(Style? style, IReadOnlyList<FileFacts> files, string newLine)
    {
        if (style?.GeneratedHeader is not { } header || files.Count == 0)
            return null;

        var brought = MacrosOf(header);
        if (files.FirstOrDefault(f => brought.IsSubsetOf(f.Macros.Select(m => m.Name))) is { } earlier)
            return new GeneratedFile(earlier.Path, "") { IsThere = true };

        // A file with its guard would keep it from being read.
        var taken = MacrosOf(header, withGuard: true);
        if (files.Any(f => SourcePath.NameOf(f.Path) == header.FileName || f.Macros.Any(m => taken.Contains(m.Name))))
            return null;

        var functions = files.SelectMany(f => f.Functions).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var folder = CommonFolder(files);
        return new GeneratedFile(
            folder.Length == 0 ? header.FileName : $"{folder}/{header.FileName}",
            string.Concat(header.Lines.Where(l => !DeclaresOneOf(l, style, functions)).Select(l => l + newLine)));
    }

    /// <summary>The names of the macros that the header defines.</summary>
    private static HashSet<string> MacrosOf(GeneratedHeader header, bool withGuard = false)
    {
        const string Define = "#define ";
        return header.Lines.Where(l => l.StartsWith(Define, StringComparison.Ordinal))
            .Select(l => l[Define.Length..])
            .Where(l => withGuard || l.Contains('(', StringComparison.Ordinal))
            .Select(l => l.IndexOfAny(['(', ' ']) is >= 0 and var end ? l[..end] : l)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The line declares a clean-up of a name that the codebase gave to a function of its own.</summary>
    private static bool DeclaresOneOf(string line, Style style, HashSet<string> functions) =>
        line.IndexOf('(', StringComparison.Ordinal) is > 0 and var open && line.IndexOf(')', open) is > 0 and var close
        && style.Declarations.FirstOrDefault(d => d.Macro == line[..open]) is { } form
        && DeclaredCleanup.Of(form, new CleanupDeclaration(form.Macro, [line[(open + 1)..close]]))?.Cleanup is { } cleanup
        && functions.Contains(cleanup);

    /// <summary>
    /// The folder whose headers are included from the most folders, then by the most files: many tests beside each other do
    /// not make a home for what the library needs, too.
    /// </summary>
    private static string CommonFolder(IReadOnlyList<FileFacts> files)
    {
        var folders = new IncludedFolders(files);
        var uses =
            from file in files
            let own = SourcePath.FolderOf(file.Path)
            from folder in file.Includes.Select(i => folders.Of(i, own)).OfType<string>().Append(own).Distinct()
            select (Folder: folder, From: own);
        return uses
            .GroupBy(u => u.Folder, StringComparer.Ordinal)
            .OrderByDescending(g => g.Select(u => u.From).Distinct().Count())
            .ThenByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .First().Key;
    }
}

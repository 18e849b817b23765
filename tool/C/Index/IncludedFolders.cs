
namespace MigrateCleanup.C.Index;

/// <summary>Which of a codebase's folders its includes lead to: where a header in that folder is included in the same way.</summary>
internal sealed class IncludedFolders
{
    private readonly ILookup<string, string> _headers;
    private readonly HashSet<string> _withSources;

    public IncludedFolders(IReadOnlyList<FileFacts> files)
    {
        _headers = files.ToLookup(f => SourcePath.NameOf(f.Path), f => SourcePath.FolderOf(f.Path), StringComparer.Ordinal);
        _withSources = files.Where(f => f.Path.EndsWith(".c", StringComparison.Ordinal)).Select(f => SourcePath.FolderOf(f.Path)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// The only folder that an include may lead to, as far as it is the codebase's; null otherwise. A file's own folder comes
    /// before all others.
    /// </summary>
    /// <param name="include">As it is written, with its quotes or angle brackets.</param>
    /// <param name="own">The folder of the file that includes it.</param>
    public string? Of(string include, string own)
    {
        // Autoconf's is not written before the code is built, so one that is there is for another platform.
        const string Configured = "config.h";
        var isQuoted = include.StartsWith('"');
        var name = include.Trim('"', '<', '>');
        var prefix = SourcePath.FolderOf(name);
        if (name == Configured || name.StartsWith('.') || (!isQuoted && prefix.Length == 0))
            return null;

        var folders = _headers[SourcePath.NameOf(name)].ToList();
        if (prefix.Length == 0)
            return folders.Contains(own) ? own : folders is [var bare] ? bare : null;

        // In angle brackets it may be an installed one, of which the codebase has a copy; no sources stand beside that.
        return folders.FindAll(f => f == prefix || f.EndsWith("/" + prefix, StringComparison.Ordinal)) is [var only] && (isQuoted || _withSources.Contains(only))
            ? only
            : null;
    }
}

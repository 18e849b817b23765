using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Texts;

/// <summary>The files of a run, each read once and then kept, so that what is shown is what was analysed.</summary>
public sealed partial class SourceFiles(Messages messages)
{
    private readonly ConcurrentDictionary<string, Lazy<SourceFile?>> _files = new(StringComparer.Ordinal);

    /// <summary>The file, or null, said once, when it cannot be read.</summary>
    public SourceFile? Read(string path) =>
        _files.GetOrAdd(path, p => new Lazy<SourceFile?>(() => ReadOrExplain(p))).Value;

    /// <summary>A file that is to be made: it has no bytes yet, and will be UTF-8.</summary>
    public void Announce(string path) =>
        _files[path] = new Lazy<SourceFile?>(() => SourceFile.Decode(path, []));

    private SourceFile? ReadOrExplain(string path)
    {
        try
        {
            return SourceFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Warning($"{DisplayName.FromCurrentDirectory(path)}: cannot be read: {Reason(e)}; skipped");
            return null;
        }
    }

    /// <summary>Why, without the path that the runtime repeats.</summary>
    public static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException when NamedPath().Match(e.Message) is { Success: true } named && Directory.Exists(named.Groups["path"].Value) => "it is a directory",
        UnauthorizedAccessException => "permission denied",
        _ => RepeatedPath().Replace(e.Message, ""),
    };

    /// <summary>Why a file cannot be written: what is missing then is the place that it was to stand in.</summary>
    public static string WriteReason(Exception e) => e is DirectoryNotFoundException ? "its directory does not exist" : Reason(e);

    [GeneratedRegex(@"'(?<path>.*)'", RegexOptions.Singleline)]
    private static partial Regex NamedPath();

    [GeneratedRegex(@" : '.*'$", RegexOptions.Singleline)]
    private static partial Regex RepeatedPath();
}

using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Loading;

/// <summary>What the build says about a project, in one line for people.</summary>
public static partial class LoadFailure
{
    public static string Explained(string message, string path)
    {
        var text = message.ReplaceLineEndings(" ").Trim();
        if (Wrapped().Match(text) is { Success: true } wrapped)
            text = wrapped.Groups[1].Value;

        return text
            .Replace(path + ": ", "", StringComparison.Ordinal)
            .Replace("  " + path, "", StringComparison.Ordinal)
            .Replace(path, Path.GetFileName(path), StringComparison.Ordinal)
            .Trim().TrimEnd('.');
    }

    [GeneratedRegex("^Msbuild failed when processing the file '.*?' with message: (.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Wrapped();
}

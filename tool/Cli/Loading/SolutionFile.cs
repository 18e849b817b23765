using System.Text.Json;
using Microsoft.VisualStudio.SolutionPersistence.Serializer;

namespace MigrateCleanup.Cli.Loading;

/// <summary>The projects that a solution (<c>.sln</c>, <c>.slnx</c>) or a filter of one (<c>.slnf</c>) names, by full path.</summary>
public static class SolutionFile
{
    /// <exception cref="Stop">The file is broken.</exception>
    public static IReadOnlyList<string> Projects(string path)
    {
        try
        {
            return path.EndsWith(".slnf", StringComparison.OrdinalIgnoreCase) ? OfFilter(path) : OfSolution(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException or System.Xml.XmlException or NotSupportedException)
        {
            throw Stop.Failed($"{path}: not a readable solution: {e.Message}");
        }
    }

    private static List<string> OfSolution(string path)
    {
        var serializer = SolutionSerializers.GetSerializerByMoniker(path)
            ?? throw new NotSupportedException("unknown kind of file");
        var solution = serializer.OpenAsync(path, CancellationToken.None).GetAwaiter().GetResult();
        return [.. solution.SolutionProjects.Select(p => FullPath(path, p.FilePath))];
    }

    private static List<string> OfFilter(string path)
    {
        using var filter = JsonDocument.Parse(
            File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var solution = filter.RootElement.GetProperty("solution");
        var of = FullPath(path, solution.GetProperty("path").GetString()!);
        return [.. solution.GetProperty("projects").EnumerateArray().Select(p => FullPath(of, p.GetString()!))];
    }

    private static string FullPath(string solution, string project) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(solution)!, project.Replace('\\', Path.DirectorySeparatorChar)));
}

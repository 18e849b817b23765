using System.Text;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Html;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Verbs.Reports;

/// <summary>A report with its patches, as it lies in a directory.</summary>
public sealed record ReportFiles(RunReport Report, byte[] Changes)
{
    private const string Json = "report.json";
    private const string Patch = "changes.patch";
    private const string SuggestionsPatch = "suggestions.patch";

    /// <summary>What could not be proved, when it was asked for; it applies behind <see cref="Changes"/>.</summary>
    public byte[]? Suggestions { get; init; }

    public bool Write(OutputDirectory directory, Messages messages)
    {
        var written = true;
        written &= directory.TryWrite("report.html", Encoding.UTF8.GetBytes(HtmlReport.Write(Report)), messages);
        written &= directory.TryWrite("report.sarif", SarifReport.Write(Report), messages);
        written &= directory.TryWrite("report.md", Encoding.UTF8.GetBytes(MarkdownReport.Write(Report)), messages);
        written &= directory.TryWrite(Json, JsonReport.Write(Report), messages);
        written &= directory.TryWrite(Patch, Changes, messages);
        if (Suggestions is not null)
            written &= directory.TryWrite(SuggestionsPatch, Suggestions, messages);

        return written;
    }

    /// <exception cref="Stop">There is no report in the directory.</exception>
    public static ReportFiles Read(string directory)
    {
        try
        {
            var suggestions = Path.Combine(directory, SuggestionsPatch);
            return new ReportFiles(
                JsonReportReader.Read(File.ReadAllBytes(Path.Combine(directory, Json))),
                File.ReadAllBytes(Path.Combine(directory, Patch)))
            {
                Suggestions = File.Exists(suggestions) ? File.ReadAllBytes(suggestions) : null,
            };
        }
        catch (FormatException e)
        {
            throw Stop.Usage($"--merge {directory}: {Json}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Usage($"--merge {directory}: no report can be read there: {SourceFiles.Reason(e)}");
        }
    }
}

using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Review.Reports;

/// <summary>The line for one finding, in the form that editors and build logs understand.</summary>
public static class FindingLine
{
    public static string Of(ReportedFinding finding) =>
        $"{GitPath.Shown(finding.At.Path)}:{finding.At.Start}: {Word(finding.Severity)} {finding.RuleId} {OneLine(finding.Message)}";

    public static string Word(Severity severity) => severity switch
    {
        Severity.Note => "note",
        Severity.Warning => "warning",
        _ => "error",
    };

    private static string OneLine(string message) => new([.. message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)]);
}

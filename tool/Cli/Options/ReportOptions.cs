using CommandLine;

namespace MigrateCleanup.Cli.Options;

[Verb("report", HelpText = "Write report.html, report.sarif, report.md, report.json and changes.patch.")]
public sealed class ReportOptions : ShowChangesOptions
{
    [Option("out", MetaValue = "DIR", HelpText = "The directory to write to; it is made when it is not there.")]
    public string? Out { get; set; }

    [ListOption]
    [Option("merge", MetaValue = "DIR", HelpText = "Instead of running: put the reports of several shards together; given once per directory.")]
    public string? Merge { get; set; }
}

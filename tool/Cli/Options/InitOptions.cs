using CommandLine;

namespace MigrateCleanup.Cli.Options;

[Verb("init", HelpText = "Look at the codebase, choose its style and pairs, and write migrate-cleanup.json.")]
public sealed class InitOptions : CommonOptions
{
    [Value(0, MetaName = "PATH", HelpText = "A solution, a project, a directory or a file.")]
    public string? Path { get; set; }

    [Value(1, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    [Option("force", HelpText = "Write even where there is a configuration.")]
    public bool Force { get; set; }
}

using CommandLine;

namespace MigrateCleanup.Cli.Options;

[Verb("completion", HelpText = "Print a script that completes verbs and options in bash, zsh or fish.")]
public sealed class CompletionOptions : CommonOptions
{
    [Value(0, MetaName = "bash|zsh|fish", HelpText = "The shell.")]
    public string? Shell { get; set; }

    [Value(1, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];
}

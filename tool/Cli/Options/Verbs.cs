using CommandLine;

namespace MigrateCleanup.Cli.Options;

[Verb("diff", HelpText = "Show what would change, as a git-style diff on stdout.")]
public sealed class DiffOptions : ShowChangesOptions;

[Verb("apply", HelpText = "Change the files in place.")]
public sealed class ApplyOptions : MakeChangesOptions;

[Verb("check", HelpText = "List findings, one a line: file:line:col: severity id message.")]
public sealed class CheckOptions : RunOptions;

[Verb("rules", HelpText = "List the rules, or explain one with before and after.")]
public sealed class RulesOptions : CommonOptions
{
    [Value(0, MetaName = "ID", HelpText = "The rule to explain, like cs/early-return.")]
    public string? Id { get; set; }

    [Value(1, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];
}

[Verb("show", HelpText = "Show what the program sees of a file or function, as text.")]
public sealed class ShowOptions : LoadOptions
{
    [Value(0, MetaName = "flow|ownership|tree", HelpText = "What to show.")]
    public string? What { get; set; }

    [Value(1, MetaName = "FILE[:FUNCTION]", HelpText = "The file, or one of its functions.")]
    public string? Target { get; set; }

    [Value(2, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];
}

using CommandLine;

namespace MigrateCleanup.Cli.Options;

/// <summary>Options of every verb.</summary>
public abstract class CommonOptions
{
    [Option("quiet", HelpText = "Print nothing on stderr but errors and the last line.")]
    public bool Quiet { get; set; }

    [Option("verbose", HelpText = "Print every refusal with its place and reason, and details of errors.")]
    public bool Verbose { get; set; }

    [Option("no-color", HelpText = "Never colour the output (so does the environment variable NO_COLOR).")]
    public bool NoColor { get; set; }
}

/// <summary>Options of the verbs that load code.</summary>
public abstract class LoadOptions : CommonOptions
{
    [Option("config", MetaValue = "FILE", HelpText = "Configuration to use instead of the nearest migrate-cleanup.json.")]
    public string? Config { get; set; }

    [Option("style", MetaValue = "NAME", HelpText = "Style of scoped clean-up for C, instead of the one the code shows (glib, systemd, kernel...).")]
    public string? Style { get; set; }

    [Option("no-msbuild", HelpText = "Load C# files without their projects: no target of a project runs.")]
    public bool NoMsBuild { get; set; }

    [Option("jobs", MetaValue = "N", HelpText = "How many files to work on at once (default: the number of processors).")]
    public int? Jobs { get; set; }
}

/// <summary>Options of the verbs that run rules over a codebase.</summary>
public abstract class RunOptions : LoadOptions
{
    [Value(0, MetaName = "PATH", HelpText = "A solution, a project, a directory or a file.")]
    public string? Path { get; set; }

    [Value(1, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    [Option("rules", MetaValue = "a,b", HelpText = "Only these rules; a bare name means both languages ('rules' lists them).")]
    public string? Rules { get; set; }

    [ListOption]
    [Option("include", MetaValue = "GLOB", HelpText = "Only files whose name in the diff matches; may be given again.")]
    public string? Include { get; set; }

    [ListOption]
    [Option("exclude", MetaValue = "GLOB", HelpText = "No files whose name in the diff matches; may be given again.")]
    public string? Exclude { get; set; }

    [Option("since", MetaValue = "REV", HelpText = "Only functions changed since a git revision (status: the way from there).")]
    public string? Since { get; set; }

    [Option("shard", MetaValue = "I/N", HelpText = "Only part I of N, to split the work over several runs.")]
    public string? Shard { get; set; }

    [Option("sarif", MetaValue = "FILE", HelpText = "Also write the findings as SARIF 2.1.0.")]
    public string? Sarif { get; set; }

    [Option("json", MetaValue = "FILE", HelpText = "Also write everything as JSON.")]
    public string? Json { get; set; }

    [Option("baseline", MetaValue = "FILE", HelpText = "Leave out the findings listed in this file.")]
    public string? Baseline { get; set; }

    [Option("write-baseline", MetaValue = "FILE", HelpText = "Write the findings of this run as a baseline.")]
    public string? WriteBaseline { get; set; }
}

/// <summary>
/// Options of the verbs that rewrite. Each of them knows all, so that one that is of no use there is told what to use
/// instead; its help does not list those.
/// </summary>
public abstract class RewriteOptions : RunOptions
{
    [Option("undecided", HelpText = "Also show rewrites that could not be proved, as a patch of its own behind the proved one.")]
    public virtual bool Undecided { get; set; }

    [Option("partial", HelpText = "Also convert some jumps of a label, or some releases of a resource, where not all can be converted.")]
    public bool Partial { get; set; }

    [Option("verify", MetaValue = "CMD", HelpText = "Run a command that builds and tests on the result, and leave out what makes it fail.")]
    public virtual string? Verify { get; set; }

    [Option("verify-timeout", MetaValue = "SECONDS", Default = 1800, HelpText = "How many seconds the command of --verify may take.")]
    public virtual int VerifyTimeout { get; set; }

    [Option("exit-code", HelpText = "Exit with 1 when there is something to change.")]
    public bool GateOnChange { get; set; }

    [Option("force", HelpText = "Write even to files with uncommitted changes.")]
    public virtual bool Force { get; set; }
}

/// <summary>Options of the verbs that show what they would change.</summary>
public abstract class ShowChangesOptions : RewriteOptions
{
    [Option("verify", Hidden = true)]
    public override string? Verify { get; set; }

    [Option("verify-timeout", Default = 1800, Hidden = true)]
    public override int VerifyTimeout { get; set; }

    [Option("force", Hidden = true)]
    public override bool Force { get; set; }
}

/// <summary>Options of the verbs that hand out or make changes.</summary>
public abstract class MakeChangesOptions : RewriteOptions
{
    [Option("undecided", Hidden = true)]
    public override bool Undecided { get; set; }
}

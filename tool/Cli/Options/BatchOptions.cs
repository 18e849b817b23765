using CommandLine;

namespace MigrateCleanup.Cli.Options;

/// <summary>What the patches of a series are grouped by.</summary>
public enum Grouping
{
    Directory,
    Project,
    Owner,
}

/// <summary>Which forge a remote belongs to.</summary>
public enum ForgeKind
{
    /// <summary>What the remote's address says.</summary>
    Auto,
    GitHub,
    GitLab,

    /// <summary>Branches are pushed, and nothing else is done.</summary>
    None,
}

[Verb("batch", HelpText = "Write small patches, one rule each, as mails for git am or as branches.")]
public sealed class BatchOptions : MakeChangesOptions
{
    [Option("out", MetaValue = "DIR", HelpText = "The directory for patches, cover letter, pull-request texts and manifest.json.")]
    public string? Out { get; set; }

    [Option("by", MetaValue = "PART", Default = Grouping.Directory, HelpText = "What a patch may span:")]
    public Grouping By { get; set; }

    [Option("max-lines", MetaValue = "N", Default = 200, HelpText = "No patch adds and removes more lines than this, but for a single function.")]
    public int MaxLines { get; set; }

    [Option("max-files", MetaValue = "N", Default = 10, HelpText = "No patch touches more files than this.")]
    public int MaxFiles { get; set; }

    [Option("branches", HelpText = "Make a git branch of each patch instead of a mail; neither your branch nor your files are touched.")]
    public bool Branches { get; set; }

    [Option("push", MetaValue = "REMOTE", HelpText = "Make branches, push them, and open merge or pull requests (GITHUB_TOKEN for GitHub).")]
    public string? Push { get; set; }

    [Option("open", MetaValue = "N", HelpText = "With --push: no more than N at a time are open; run again to go on.")]
    public int? Open { get; set; }

    [Option("target", MetaValue = "BRANCH", HelpText = "The branch that requests ask to be merged into (default: the remote's own).")]
    public string? TargetBranch { get; set; }

    [Option("forge", MetaValue = "KIND", Default = ForgeKind.Auto, HelpText = "What the remote is:")]
    public ForgeKind Forge { get; set; }

    [Option("forge-timeout", MetaValue = "SECONDS", Default = 30, HelpText = "How many seconds a remote or forge that says nothing is waited for.")]
    public int ForgeTimeout { get; set; }

    [Option("forge-url", MetaValue = "URL", HelpText = "The address of GitHub's API, where the remote's address does not tell.")]
    public string? ForgeUrl { get; set; }
}

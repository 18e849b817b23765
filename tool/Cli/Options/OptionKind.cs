namespace MigrateCleanup.Cli.Options;

/// <summary>What an option belongs to, for its place in a help text.</summary>
public enum OptionKind
{
    /// <summary>The verb itself, and what it does to code.</summary>
    Own,

    /// <summary>All verbs that read code: which code, which rules, which files are written beside.</summary>
    Code,

    /// <summary>All verbs: what is said on stderr.</summary>
    Talk,
}

namespace MigrateCleanup.Cli.Git;

/// <summary>Revisions as users type them.</summary>
public static class Revision
{
    /// <summary>The commit that a revision names; <paramref name="option"/> is where the user typed it.</summary>
    /// <exception cref="Stop">There is no git, no repository or no such revision.</exception>
    public static string Commit(string revision, WorkTree tree, string option)
    {
        if (!tree.IsGit)
            throw Stop.Usage($"{option} {revision}: '{tree.Top}' is not in a git repository");

        var known = GitCommand.Run(tree.Top, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
            ?? throw Stop.Usage($"{option} {revision}: git is not installed");
        return known.Succeeded ? known.Output.Trim() : throw Stop.Usage($"{option} {revision}: git knows no such revision here");
    }
}

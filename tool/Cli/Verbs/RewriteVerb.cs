using MigrateCleanup.Cli.Options;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>What diff and apply have in common.</summary>
public static class RewriteVerb
{
    /// <summary>Says no to what is not possible, instead of doing something else in silence.</summary>
    public static void Check(RewriteOptions options)
    {
        if (options.Partial)
            throw Stop.Usage("--partial is not available for C#: every rule converts a function in whole");
    }
}

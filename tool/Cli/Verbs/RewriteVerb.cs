using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>What the verbs that rewrite have in common.</summary>
public static class RewriteVerb
{
    /// <summary>Says what an option cannot do here, instead of doing something else in silence.</summary>
    public static void Check(RewriteOptions options, Messages messages)
    {
        if (options.Partial)
            messages.Warning("--partial: every rule converts a function in whole or leaves it alone, so it makes no difference");
    }
}

using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Where a verb speaks: results on stdout, everything else on stderr.</summary>
public sealed record VerbContext(StandardOutput Output, Messages Messages);

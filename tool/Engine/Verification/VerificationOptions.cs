namespace MigrateCleanup.Engine.Verification;

/// <summary>What a rewrite is allowed, and how long verification may look.</summary>
public sealed record VerificationOptions
{
    /// <summary>Paths that only lack of memory takes may go, or end the program (<c>fail-fast</c>, <c>infallible</c>).</summary>
    public bool AllowOutOfMemoryRemoval { get; init; }

    /// <summary>How many steps of the product exploration are made before the answer is undecided. Steps, never time.</summary>
    public int Budget { get; init; } = 60_000;
}

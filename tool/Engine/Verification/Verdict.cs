using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

public enum VerdictKind
{
    Proved,
    Undecided,
    Refuted,
}

/// <summary>The differences that verification allows, each recorded where it was used (DESIGN, section 6).</summary>
public enum DifferenceKind
{
    DelayedRelease,
    ReleaseOrder,
    NullGuardDropped,
    DeadResultVariable,
    OutOfMemoryEdgeRemoved,
    LeakFixed,

    /// <summary>A release that would have failed for want of anything to release does nothing (beyond DESIGN's list).</summary>
    NothingReleased,
}

public sealed record Difference(DifferenceKind Kind, Origin At, string What);

/// <summary>
/// The outcome of holding a rewritten function against the original. A proof lists the allowed differences and the
/// facts it used; a refutation has the path that shows it; an undecided one says where it gave up and why.
/// </summary>
public sealed record Verdict(VerdictKind Kind, string Reason)
{
    public ImmutableArray<Difference> Differences { get; init; } = [];

    /// <summary>Facts from catalogues that the proof used, as sentences.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>For a refutation: the observable events up to the first difference, and the two that differ.</summary>
    public ImmutableArray<string> Counterexample { get; init; } = [];

    /// <summary>A proof that begins where another one ends, as one.</summary>
    public Verdict Behind(Verdict first) => this with
    {
        Differences = [.. first.Differences.Union(Differences)],
        Evidence = [.. first.Evidence.Union(Evidence).Order(StringComparer.Ordinal)],
    };
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>A way in which ownership goes wrong.</summary>
public enum IncidentKind
{
    /// <summary>The function returns, and the value is owned; nothing was thrown on the way.</summary>
    Leak,

    /// <summary>Something threw on the way, and the value is owned when control leaves the function.</summary>
    LeakByException,

    /// <summary>Another value is assigned over one that is owned.</summary>
    Overwritten,
    DoubleRelease,

    /// <summary>It is released behind a call that took it over for good.</summary>
    ReleaseOfOthers,
    UseAfterRelease,
    ReleaseUnset,
    Mismatch,
}

public enum PathPointKind
{
    Acquired,
    Branched,
    Threw,
    Released,
    GivenAway,
    Returned,

    /// <summary>Where it goes wrong.</summary>
    Ended,
}

/// <summary>A point that a reader needs to follow a path; the event, where it is one.</summary>
public sealed record PathPoint(PathPointKind Kind, Origin At, Event? Event = null)
{
    /// <summary>The way a branch went.</summary>
    public Edge? Edge { get; init; }
}

/// <summary>
/// An incident with the shortest path that shows it. No branch on the path contradicts another one, as far as
/// constants, copies and repeated conditions tell.
/// </summary>
public sealed record Incident(
    IncidentKind Kind, Owner Owner, Acquisition? Acquisition, Event? At, ImmutableArray<PathPoint> Path)
{
    /// <summary>Something unknown had seen the value before: it may have taken it.</summary>
    public bool WasLent { get; init; }

    /// <summary>On every path on which nothing throws, what was acquired is released.</summary>
    public bool IsReleasedOtherwise { get; init; }
}

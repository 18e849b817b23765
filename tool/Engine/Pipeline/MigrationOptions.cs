using System.Collections.Immutable;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>What to run, on what, and how hard to try.</summary>
public sealed record MigrationOptions
{
    /// <summary>The rewrite rules that are switched on, in their order.</summary>
    public ImmutableArray<Rule> Rewrites { get; init; } = [];

    public ImmutableArray<FindingRule> Findings { get; init; } = [];

    /// <summary>The rules by which checks for lack of memory are counted (<see cref="ManualWork"/>), whether they run or not.</summary>
    public ImmutableArray<Rule> Counted { get; init; } = [];

    public Catalogue Catalogue { get; init; } = Catalogue.Empty;

    public string Style { get; init; } = "";

    /// <summary>A part of a label's jumps, or of a resource's releases, may be converted without the rest.</summary>
    public bool TakesParts { get; init; }

    /// <summary>Which functions may be rewritten and shown; everything else is only known. Null takes all.</summary>
    public Func<FunctionReading, bool>? Selects { get; init; }

    /// <summary>How many files are worked on at once.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;
}

/// <summary>How far a run has come; <see cref="Done"/> of <see cref="Total"/> files in this phase.</summary>
public readonly record struct MigrationProgress(string Phase, int Done, int Total);

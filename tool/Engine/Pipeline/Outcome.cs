using System.Collections.Immutable;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Pipeline;

public enum FunctionState
{
    /// <summary>At least one rule rewrote it, and the result is proved.</summary>
    Converted,

    /// <summary>Something matched, and nothing could be rewritten; the reasons are in <see cref="FunctionOutcome.Refusals"/>.</summary>
    Refused,

    /// <summary>No rule matched anything in it.</summary>
    Clean,
}

/// <summary>A refusal at its place in the original file.</summary>
public sealed record RefusalOutcome(string RuleId, Refusal Refusal, LinePosition At);

/// <summary>A finding at its place in the original file.</summary>
public sealed record FindingOutcome(string RuleId, Finding Finding, LinePosition At, string Function);

/// <summary>
/// One rule's rewrite of one function: the function's text as the rule found it and left it, and what verification says of
/// that text against the original.
/// </summary>
public sealed record Step(string RuleId, string Before, string After, Verdict Verdict);

/// <summary>What became of one function.</summary>
public sealed record FunctionOutcome(string Name, TextSpan Span, LinePosition At, FunctionState State)
{
    public ImmutableArray<Step> Steps { get; init; } = [];

    public ImmutableArray<RefusalOutcome> Refusals { get; init; } = [];

    /// <summary>The verdict on the final text against the original; null when nothing was rewritten.</summary>
    public Verdict? Verdict { get; init; }
}

/// <summary>What became of one file.</summary>
public sealed record FileOutcome(string Path, string Before, string After)
{
    public ImmutableArray<FunctionOutcome> Functions { get; init; } = [];

    public ImmutableArray<FindingOutcome> Findings { get; init; } = [];

    public ImmutableArray<Unparsed> Unparsed { get; init; } = [];

    public ImmutableArray<Suppression> UnusedSuppressions { get; init; } = [];

    /// <summary>The file with its undecided rewrites too; equal to <see cref="After"/> when there are none.</summary>
    public string WithUndecided { get; init; } = After;

    /// <summary>Bugs of ours met in this file, caught and named; the rest of the run went on.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    /// <summary>What its functions do by hand, before and after.</summary>
    public ManualWork ManualBefore { get; init; }

    public ManualWork ManualAfter { get; init; }

    /// <summary>The file is not there yet; <see cref="Before"/> is empty.</summary>
    public bool IsNew => CreatedBy is not null;

    /// <summary>The rule whose rewrites first needed a file that is not there yet.</summary>
    public string? CreatedBy { get; init; }

    public bool IsChanged => !string.Equals(Before, After, StringComparison.Ordinal);
}

/// <summary>What a run came to. The counts add up: analysed is converted, refused and unparsed together.</summary>
public sealed record MigrationOutcome(ImmutableArray<FileOutcome> Files)
{
    public int Converted => Count(FunctionState.Converted);

    public int Refused => Count(FunctionState.Refused);

    public int Unparsed => Files.Sum(f => f.Unparsed.Length);

    public int Analysed => Converted + Refused + Unparsed;

    public int Findings => Files.Sum(f => f.Findings.Length);

    private int Count(FunctionState state) => Files.Sum(f => f.Functions.Count(o => o.State == state));
}

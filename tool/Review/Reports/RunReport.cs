using System.Collections.Immutable;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Review.Reports;

/// <summary>A stretch of a file, by the name that reports use for it.</summary>
public sealed record Location(string Path, LinePosition Start, LinePosition End);

/// <summary>One step of the path that shows a finding.</summary>
public sealed record ReportedStep(Location At, string Message);

/// <summary>A finding as reports show it.</summary>
public sealed record ReportedFinding(string RuleId, Severity Severity, Location At, string Function, string Message)
{
    public ImmutableArray<ReportedStep> Steps { get; init; } = [];

    /// <summary>The id of the rule whose rewrite cures it, if one does.</summary>
    public string? CuredBy { get; init; }

    /// <summary>Names the finding across runs: it stays while lines move (see <see cref="Fingerprints"/>).</summary>
    public string Fingerprint { get; init; } = "";
}

/// <summary>A reason why a rule left a function alone.</summary>
public sealed record ReportedRefusal(string RuleId, string Reason, string Message, Location At);

/// <summary>What became of one function; <see cref="Rules"/> are those that rewrote it.</summary>
public sealed record ReportedFunction(string Name, Location At, string State)
{
    public ImmutableArray<string> Rules { get; init; } = [];

    public ImmutableArray<ReportedRefusal> Refusals { get; init; } = [];

    /// <summary>The differences that its proof allowed, as sentences.</summary>
    public ImmutableArray<string> Differences { get; init; } = [];
}

/// <summary>Something that could not be read.</summary>
public sealed record ReportedProblem(Location At, string Message);

/// <summary>A rule that ran, for reports that list them.</summary>
public sealed record ReportedRule(string Id, string Title, string Help, bool IsFinding);

/// <summary>The counts of a run. Analysed is converted, refused and unparsed together.</summary>
public sealed record RunCounts(int Converted, int Refused, int Unparsed, int Findings)
{
    public int Analysed => Converted + Refused + Unparsed;

    public static RunCounts Zero { get; } = new(0, 0, 0, 0);

    /// <summary>The line that scripts read.</summary>
    public override string ToString() =>
        $"functions: {Analysed} analysed, {Converted} converted, {Refused} refused, {Unparsed} unparsed; findings: {Findings}";

    public static RunCounts operator +(RunCounts a, RunCounts b) =>
        new(a.Converted + b.Converted, a.Refused + b.Refused, a.Unparsed + b.Unparsed, a.Findings + b.Findings);
}

/// <summary>Everything a run came to, as reports show it. Paths are relative to one directory and use <c>/</c>.</summary>
public sealed record RunReport(string ToolVersion, RunCounts Counts)
{
    public ImmutableArray<ReportedRule> Rules { get; init; } = [];

    public ImmutableArray<ReportedFinding> Findings { get; init; } = [];

    public ImmutableArray<ReportedFunction> Functions { get; init; } = [];

    public ImmutableArray<ReportedProblem> Unparsed { get; init; } = [];

    public ImmutableArray<string> ChangedFiles { get; init; } = [];
}

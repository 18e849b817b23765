using System.Collections.Immutable;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Review.Reports;

/// <summary>A stretch of a file, by the name that reports use for it.</summary>
public sealed record Location(string Path, LinePosition Start, LinePosition End);

/// <summary>One step of the path that shows a finding.</summary>
public sealed record ReportedStep(Location At, string Message);

/// <summary>A piece of a file; its first line counts from one.</summary>
public sealed record ReportedSource(int FirstLine, string Text);

/// <summary>A finding as reports show it.</summary>
public sealed record ReportedFinding(string RuleId, Severity Severity, Location At, string Function, string Message)
{
    public ImmutableArray<ReportedStep> Steps { get; init; } = [];

    /// <summary>The id of the rule whose rewrite cures it, if one does.</summary>
    public string? CuredBy { get; init; }

    /// <summary>Names the finding across runs: it stays while lines move (see <see cref="Fingerprints"/>).</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The lines around its path.</summary>
    public ReportedSource? Source { get; init; }
}

/// <summary>A reason why a rule left a function alone, and what would make it do the work.</summary>
public sealed record ReportedRefusal(string RuleId, string Reason, string Message, Location At)
{
    public string Unblock { get; init; } = "";
}

/// <summary>What became of one function; <see cref="Rules"/> are those that rewrote it.</summary>
public sealed record ReportedFunction(string Name, Location At, string State)
{
    public ImmutableArray<string> Rules { get; init; } = [];

    public ImmutableArray<ReportedRefusal> Refusals { get; init; } = [];

    /// <summary>The differences that its proof allowed, as sentences.</summary>
    public ImmutableArray<string> Differences { get; init; } = [];
}

/// <summary>What one rule made of the text that the edit before it left.</summary>
public sealed record ReportedEdit(string RuleId, string After)
{
    public ImmutableArray<string> Differences { get; init; } = [];

    /// <summary>The facts that the proof used.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];
}

/// <summary>
/// Whole lines of a file that change together: a function, or, where <see cref="Function"/> is empty, what functions need
/// beside them. Lines count from one.
/// </summary>
public sealed record ReportedChange(string Path, string Function, int FirstLine, int FirstLineAfter, string Before)
{
    public const string Proved = "proved";

    public const string Undecided = "undecided";

    public ImmutableArray<ReportedEdit> Edits { get; init; } = [];

    /// <summary><see cref="Proved"/>, or, for a suggestion, <see cref="Undecided"/>.</summary>
    public string Verdict { get; init; } = Proved;

    public string After => Edits.IsEmpty ? Before : Edits[^1].After;
}

/// <summary>What a file's functions do by hand, before and after.</summary>
public sealed record ReportedFile(string Path, ManualWork Before, ManualWork After);

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
    /// <summary>What was looked at, by the name people know it by.</summary>
    public string Name { get; init; } = "";

    public ImmutableArray<ReportedRule> Rules { get; init; } = [];

    public ImmutableArray<ReportedFinding> Findings { get; init; } = [];

    public ImmutableArray<ReportedFunction> Functions { get; init; } = [];

    public ImmutableArray<ReportedProblem> Unparsed { get; init; } = [];

    public ImmutableArray<string> ChangedFiles { get; init; } = [];

    public ImmutableArray<ReportedChange> Changes { get; init; } = [];

    /// <summary>The files that do, or did, anything by hand.</summary>
    public ImmutableArray<ReportedFile> Files { get; init; } = [];

    /// <summary>The whole of several runs that each did a part of it; everything in the order of one run.</summary>
    public static RunReport Merged(IReadOnlyList<RunReport> parts) => new(
        parts[0].ToolVersion, parts.Aggregate(RunCounts.Zero, (sum, p) => sum + p.Counts))
    {
        Name = parts[0].Name,
        Rules = [.. parts.SelectMany(p => p.Rules).DistinctBy(r => r.Id)],
        Findings = [.. InOrder(parts.SelectMany(p => p.Findings), f => f.At.Path)],
        Functions = [.. InOrder(parts.SelectMany(p => p.Functions), f => f.At.Path)],
        Unparsed = [.. InOrder(parts.SelectMany(p => p.Unparsed), u => u.At.Path)],
        ChangedFiles = [.. parts.SelectMany(p => p.ChangedFiles).Distinct().Order(StringComparer.Ordinal)],
        Changes = [.. InOrder(parts.SelectMany(p => p.Changes), c => c.Path)],
        Files = [.. InOrder(parts.SelectMany(p => p.Files), f => f.Path)],
    };

    private static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> items, Func<T, string> path) => items.OrderBy(path, StringComparer.Ordinal);
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>What one rule wants to do to one function, and what verification says of it.</summary>
internal sealed class Proposal(IReadOnlyList<Decision> decisions, ImmutableArray<TextEdit> edits)
{
    public IReadOnlyList<Decision> Decisions { get; } = decisions;

    public ImmutableArray<TextEdit> Edits { get; } = edits;

    /// <summary>What other files need for it.</summary>
    public ImmutableArray<ElsewhereEdit> Elsewhere { get; init; } = [];

    public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>How often the rule wanted each thing of the function before.</summary>
    public required IReadOnlyDictionary<string, int> Wanted { get; init; }

    /// <summary>The first decision, with those that it needs: there is nothing less to try.</summary>
    public bool IsWhole { get; init; }

    public Verdict? Verdict { get; set; }

    public bool IsProved => Verdict is { Kind: VerdictKind.Proved };

    /// <summary>The compiler's new word about it, which outweighs a proof.</summary>
    public CompilerProblem? Problem { get; set; }
}

/// <summary>A function on its way through the rules.</summary>
internal sealed class FunctionWork(Assessment original)
{
    /// <summary>More sites of one rule in one function than any seen; the rest waits for the next run.</summary>
    private const int MostTries = 64;

    private readonly Dictionary<string, List<RefusalOutcome>> _refusals = [];
    private readonly HashSet<(int, string)> _banned = [];
    private readonly List<RefusalOutcome> _rejections = [];

    /// <summary>The rules that have nothing to rewrite in its present text.</summary>
    private readonly HashSet<Rule> _idle = [];

    /// <summary>What was not proved before: the same would not be when it is tried again.</summary>
    private readonly Dictionary<(Rule Rule, string Before, string After), Verdict> _unproved = [];

    public string Name => Original.Name;

    public FunctionReading Original { get; } = original.Reading;

    /// <summary>Its last reading. Behind edits elsewhere in the file it says the same of the function, at other places.</summary>
    public Assessment Current { get; private set; } = original;

    /// <summary>The text of its file has changed since it was read: <see cref="Current"/> is good neither for places nor to spell.</summary>
    public bool IsOutdated { get; private set; }

    /// <summary>It may read otherwise than when it was read, and <see cref="Span"/> may not be right; else it only moved.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Where it stands in the present text of its file.</summary>
    public TextSpan Span { get; private set; } = original.Primary.Span;

    public List<Step> Steps { get; } = [];

    public HashSet<Rule> Suppressed { get; } = [];

    public bool Matched { get; set; }

    /// <summary>What the original does by hand.</summary>
    public ManualWork Manual { get; set; }

    /// <summary>Some rule had a rewrite for it as it stood at first: it is read again whenever its file changes.</summary>
    public bool TakesPart { get; set; }

    /// <summary>Some rule has, or may have, a rewrite for it in this round.</summary>
    public bool IsActive { get; set; }

    /// <summary>Its decisions are tried one at a time, since together they were not proved.</summary>
    public bool OneByOne { get; set; }

    /// <summary>Its edits overlap those of another function; it is asked again behind that one.</summary>
    public bool Deferred { get; set; }

    public bool RemovesOutOfMemoryEdges { get; set; }

    public Proposal? Proposal { get; set; }

    public Verdict? Final { get; set; }

    /// <summary>The rewrite is sound, and not whole: see <see cref="ICodebase.Unfinished"/>.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>The text of the function as an undecided rewrite leaves it, and the text it was made from.</summary>
    public (string Before, string After)? Undecided { get; private set; }

    public int StepsAtRoundStart { get; set; }

    /// <summary>How many more proposals of the current rule are tried.</summary>
    public int TriesLeft { get; set; }

    /// <summary>The rule begins with it. What it wanted in vain before, it wants again, or it has got it on the way.</summary>
    public void StartRule(string ruleId)
    {
        _rejections.RemoveAll(r => r.RuleId == ruleId);
        TriesLeft = MostTries;
        OneByOne = false;
        Deferred = false;
        Proposal = null;
        _banned.Clear();
    }

    /// <summary>It was read again, from the present text of its file.</summary>
    public void Renew(Assessment assessment)
    {
        Current = assessment;
        Span = assessment.Primary.Span;
        IsOutdated = IsChanged = false;
    }

    /// <summary>The text of its file changes by edits: it moves, or is changed itself.</summary>
    public void Follow(IReadOnlyList<TextEdit> edits)
    {
        IsOutdated = true;
        if (edits.Any(e => e.Span.End >= Span.Start && e.Span.Start <= Span.End))
            Lose();

        Span = TextEdits.Follow(Span, edits);
    }

    /// <summary>The text of its file is another one, and nothing is known of how it came about.</summary>
    public void Lose()
    {
        IsOutdated = IsChanged = true;
        _idle.Clear();
    }

    /// <summary>Where something that its last reading speaks of stands in the present text of its file.</summary>
    public int PresentPlace(int position) => position - Current.Primary.Span.Start + Span.Start;

    /// <summary>The rule has no open decision on its present text.</summary>
    public void SetIdle(Rule rule) => _idle.Add(rule);

    public bool IsIdle(Rule rule) => _idle.Contains(rule);

    /// <summary>The verdict on a rewrite of the one text to the other, worked out unless it is known not to be proved.</summary>
    public Verdict VerdictOn(Rule rule, string before, string after, Func<Verdict> judge)
    {
        if (_unproved.TryGetValue((rule, before, after), out var known))
            return known;

        var verdict = judge();
        if (verdict.Kind != VerdictKind.Proved)
            _unproved.Add((rule, before, after), verdict);

        return verdict;
    }

    public bool IsBanned(Decision decision) => _banned.Contains(KeyOf(decision));

    public void Ban(string ruleId, Decision decision, Refusal refusal, FileWork file)
    {
        _banned.Add(KeyOf(decision));
        AddRejection(new RefusalOutcome(ruleId, refusal, OriginalPlace.Of(file, this, decision.At.Span.Start)));
    }

    public void SetRefusals(string ruleId, IEnumerable<(Refusal Refusal, LinePosition At)> refusals) =>
        _refusals[ruleId] = [.. refusals.Select(r => new RefusalOutcome(ruleId, r.Refusal, r.At))];

    /// <summary>Takes note that a proposal is not to be kept, and what to try next.</summary>
    public void Reject(
        string ruleId, Proposal proposal, FileWork file, IReadOnlyDictionary<string, Assessment> readings, string candidateText)
    {
        if (proposal.Decisions.Count > 1 && !proposal.IsWhole)
        {
            OneByOne = true;
            return;
        }

        var refusal = RefusalFor(proposal);
        Ban(ruleId, proposal.Decisions[0], refusal, file);
        if (refusal.Id == PipelineRefusals.Undecided.Id && Undecided is null && readings.TryGetValue(Name, out var after))
        {
            var before = Current.Primary.Span;
            var span = after.Primary.Span;
            Undecided = (file.Text.Substring(before.Start, before.Length), candidateText.Substring(span.Start, span.Length));
        }

        OneByOne = true;
    }

    private Refusal RefusalFor(Proposal proposal) => proposal switch
    {
        { Problem: { } problem } => Explained(PipelineRefusals.NewDiagnostic, $": {problem.Id} {problem.Message}"),
        { Verdict: not { } } => PipelineRefusals.Fault,
        _ when IsUnresolved => PipelineRefusals.Unresolved,
        { Verdict: { Kind: VerdictKind.Refuted } refuted } => Explained(PipelineRefusals.Refuted, $" ({string.Join("; ", [refuted.Reason, .. refuted.Counterexample])})"),
        { Verdict: var undecided } => Explained(PipelineRefusals.Undecided, $" ({undecided.Reason})"),
    };

    private static Refusal Explained(Refusal refusal, string why) => refusal with { Reason = refusal.Reason + why };

    /// <summary>In some view the function calls what has no name there.</summary>
    private bool IsUnresolved => Current.Reading.Views.Any(v => v.Graph.Events.Any(e => e is Call { Callee.IsUnresolved: true }));

    /// <summary>Takes note that a step, proved by itself, was taken back since the whole was not.</summary>
    public void Dropped(Step step, FileWork file)
    {
        var reason = Final?.Reason ?? PipelineRefusals.Fault.Reason;
        var refusal = IsUnfinished ? PipelineRefusals.Unfinished : PipelineRefusals.Undecided;
        refusal = refusal with { Reason = $"{refusal.Reason} ({reason})" };
        AddRejection(new RefusalOutcome(step.RuleId, refusal, OriginalPlace.Of(file, this, Span.Start)));
        Final = null;
    }

    public ImmutableArray<RefusalOutcome> Refusals() =>
        [.. _refusals.Values.SelectMany(r => r).Concat(_rejections).Distinct().OrderBy(r => r.At.Line).ThenBy(r => r.At.Column)];

    /// <summary>A decision is known again by its place inside the function, which earlier steps of the same rule shift little.</summary>
    private (int, string) KeyOf(Decision decision) =>
        (decision.At.Span.Start - Current.Primary.Span.Start, string.Join(' ', decision.Changes.Select(c => c.GetType().Name)));

    private void AddRejection(RefusalOutcome rejection)
    {
        if (!_rejections.Contains(rejection))
            _rejections.Add(rejection);
    }
}

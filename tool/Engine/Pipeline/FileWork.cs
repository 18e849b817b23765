using System.Collections.Immutable;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>A file on its way through the rules. One thread works on it at a time.</summary>
internal sealed class FileWork(string path, string text)
{
    private readonly List<string> _faults = [];
    private readonly HashSet<Suppression> _used = [];
    private LineMap? _lines;
    private LineMap? _currentLines;
    private string _text = text;

    public string Path { get; } = path;

    public string Original { get; } = text;

    public string Text
    {
        get => _text;
        set
        {
            if (!ReferenceEquals(_text, value))
                _currentLines = null;

            _text = value;
        }
    }

    public LineMap Lines => _lines ??= new LineMap(Original);

    public LineMap CurrentLines => _currentLines ??= new LineMap(Text);

    /// <summary>The functions for which some rule has a rewrite, until the file is at rest.</summary>
    public List<FunctionWork> Functions { get; } = [];

    /// <summary>What became of those with which the rules are through: at first those without a rewrite, all when the file is at rest.</summary>
    private readonly List<FunctionOutcome> _outcomes = [];

    /// <summary>Of a file at rest: what undecided rewrites would put for functions as they stand in its text.</summary>
    private ImmutableArray<TextEdit> _suggestions = [];

    public IEnumerable<FunctionWork> Active => Functions.Where(f => f.IsActive);

    public List<FindingOutcome> Findings { get; } = [];

    public List<Suppression> Suppressions { get; } = [];

    public ImmutableArray<Unparsed> Unparsed { get; set; } = [];

    /// <summary>What its functions do by hand in the original.</summary>
    public ManualWork Manual { get; set; }

    /// <summary>What is left of that.</summary>
    public ManualWork ManualLeft { get; private set; }

    /// <summary>Runs a piece of work; an exception is a fault of ours, recorded here, and costs no more than this piece.</summary>
    public void Guard(string what, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _faults.Add($"{what}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
        }
    }

    public bool IsSuppressed(FunctionReading function, string ruleId)
    {
        var covering = function.Suppressions.Where(s => s.Covers(ruleId)).ToList();
        _used.UnionWith(covering);
        return covering.Count > 0;
    }

    /// <summary>Takes note of a function that was surveyed. Of one that no rule would rewrite, no more than the refusals is kept.</summary>
    public void Add(FunctionWork work)
    {
        if (work.TakesPart)
            Functions.Add(work);
        else if (work.Matched)
            _outcomes.Add(OutcomeOf(work));
    }

    public void Use(IEnumerable<Suppression> suppressions) => _used.UnionWith(suppressions);

    /// <summary>What functions of other files ask for, with the proposals that need it.</summary>
    public List<(Proposal Asker, TextEdit Edit)> Asked { get; } = [];

    /// <summary>The edit meets none of those that are proposed already.</summary>
    public bool Takes(TextEdit edit) => TextEdits.Ordered(
        [edit, .. Functions.Select(w => w.Proposal).OfType<Proposal>().SelectMany(p => p.Edits), .. Asked.Select(a => a.Edit)]) is not null;

    /// <summary>The text with all proposals applied: those of its functions, and what those of other files ask for.</summary>
    public string Proposed()
    {
        var edits = EditsOf(_ => true);
        return edits.Count == 0 ? Text : TextEdits.Apply(Text, edits);
    }

    /// <summary>Takes the proved proposals into the text, and forgets all.</summary>
    /// <param name="proposed">The text with all of them.</param>
    public void Settle(string proposed)
    {
        var edits = EditsOf(p => p.IsProved);
        if (edits.Count > 0)
        {
            Text = edits.Count == EditsOf(_ => true).Count ? proposed : TextEdits.Apply(Text, edits);
            foreach (var work in Functions)
                work.Follow(edits);

            _suggestions = [.. _suggestions.Select(s => s with { Span = TextEdits.Follow(s.Span, edits) })];
        }

        Asked.Clear();
        foreach (var work in Functions)
            work.Proposal = null;
    }

    /// <summary>Takes edits beside its functions into the text.</summary>
    public void Tidy(IReadOnlyList<TextEdit> edits)
    {
        if (edits.Count == 0)
            return;

        Text = TextEdits.Apply(Text, edits);
        foreach (var work in Functions)
            work.Follow(edits);
    }

    public void Renew(IReadOnlyDictionary<string, Assessment> readings)
    {
        foreach (var work in Functions)
        {
            if (readings.TryGetValue(work.Name, out var reading))
                work.Renew(reading);
        }
    }

    private List<TextEdit> EditsOf(Func<Proposal, bool> of)
    {
        // Several functions may want the same line above all of them (an include, a declaration): it is written once.
        return Functions.Select(w => w.Proposal).OfType<Proposal>().Where(of).SelectMany(p => p.Edits)
            .Concat(Asked.Where(a => of(a.Asker)).Select(a => a.Edit))
            .Distinct()
            .ToList();
    }

    /// <summary>Lays a new compiler problem on the innermost function around it, or on all when it stands in none.</summary>
    public void Blame(CompilerProblem problem, IReadOnlyDictionary<string, FunctionReading> readings)
    {
        foreach (var work in Guilty(problem, w => w.Proposal is not null, w => readings.GetValueOrDefault(w.Name)?.Primary.Span))
        {
            work.Proposal!.Problem = problem;
            work.Proposal.Verdict = Problem(problem);
        }

        // What stands outside of functions was asked for by others.
        foreach (var (asker, _) in Asked.Where(a => !Functions.Any(w => readings.GetValueOrDefault(w.Name)?.Primary.Span.Contains(problem.Span) == true)))
        {
            asker.Problem = problem;
            asker.Verdict = Problem(problem);
        }
    }

    public void BlameFinal(CompilerProblem problem)
    {
        foreach (var work in Guilty(problem, w => w.Steps.Count > 0, w => w.Span))
            work.Final = Problem(problem);
    }

    /// <summary>What was said of the last step of a function, when the function still stands as that step left it.</summary>
    public Verdict? LastWord(FunctionWork work) =>
        work.Steps is [.., var last] && Holds(Text, work.Span, last.After) ? last.Verdict : null;

    public void BlameUnfinished(CompilerProblem problem)
    {
        foreach (var work in Guilty(problem, w => w.Steps.Count > 0, w => w.Span))
        {
            work.Final = new Verdict(VerdictKind.Undecided, problem.Message);
            work.IsUnfinished = true;
        }
    }

    /// <summary>Takes back the last step of each function whose final text is not proved. True when something was taken back.</summary>
    public bool DropUnprovedSteps()
    {
        var failing = Functions.Where(w => w.Steps.Count > 0 && w.Final is not { Kind: VerdictKind.Proved }).ToList();
        if (failing.Count == 0)
            return false;

        var edits = new List<TextEdit>();
        foreach (var work in failing)
        {
            var last = work.Steps[^1];
            var edit = new TextEdit(work.Span, last.Before);
            if (TextEdits.Ordered([.. edits, edit]) is null)
                continue;

            edits.Add(edit);
            work.Steps.RemoveAt(work.Steps.Count - 1);
            work.Dropped(last, this);
        }

        Text = TextEdits.Apply(Text, edits);
        foreach (var work in Functions)
            work.Lose();

        return true;
    }

    /// <summary>Ends a round: functions that no rule changed in it are settled. True when some may change again.</summary>
    public bool SettleRound()
    {
        foreach (var work in Functions)
        {
            work.IsActive = work.Steps.Count > work.StepsAtRoundStart;
            work.StepsAtRoundStart = work.Steps.Count;
        }

        return Active.Any();
    }

    public void CountAgain(Func<Assessment, ManualWork> count)
    {
        ManualLeft = Manual;
        foreach (var work in Functions.Where(w => w.Steps.Count > 0))
            ManualLeft += count(work.Current) - work.Manual;
    }

    /// <summary>
    /// All rules are through with the file: of its functions, which hold all that was read of them, no more is kept than
    /// what is told of them. Functions of other files may still ask for something.
    /// </summary>
    public void Rest()
    {
        _outcomes.AddRange(Functions.Select(OutcomeOf));
        _suggestions = [.. Functions.Select(Suggestion).OfType<TextEdit>()];
        Functions.Clear();
        (_lines, _currentLines) = (null, null);
    }

    public FileOutcome Outcome() => new(Path, Original, Text)
    {
        Functions = [.. _outcomes.OrderBy(f => f.Span.Start)],
        Findings = [.. Findings.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column).ThenBy(f => f.RuleId, StringComparer.Ordinal)],
        Unparsed = Unparsed,
        UnusedSuppressions = [.. Suppressions.Where(s => !_used.Contains(s))],
        WithUndecided = WithUndecided(),
        ManualBefore = Manual,
        ManualAfter = ManualLeft,
        Faults = [.. _faults],
    };

    private static Verdict Problem(CompilerProblem problem) =>
        new(VerdictKind.Undecided, $"the compiler would say {problem.Id}: {problem.Message}");

    /// <summary>Who is around the problem; else who cannot be read any more, or all.</summary>
    private List<FunctionWork> Guilty(
        CompilerProblem problem, Func<FunctionWork, bool> changed, Func<FunctionWork, TextSpan?> span)
    {
        var suspects = Functions.Where(changed).ToList();
        var around = suspects
            .Where(w => span(w)?.Contains(problem.Span) == true)
            .OrderBy(w => span(w)!.Value.Length)
            .Take(1)
            .ToList();
        if (around.Count > 0)
            return around;

        var lost = suspects.Where(w => span(w) is null).ToList();
        return lost.Count > 0 ? lost : suspects;
    }

    private FunctionOutcome OutcomeOf(FunctionWork work)
    {
        var state = work.Steps.Count > 0 ? FunctionState.Converted : FunctionState.Refused;
        return new FunctionOutcome(work.Name, work.Original.Primary.Span, Lines.At(work.Original.Primary.Span.Start), state)
        {
            Steps = [.. work.Steps],
            Refusals = work.Refusals(),
            Verdict = work.Final,
        };
    }

    private static bool Holds(string text, TextSpan span, string expected) =>
        span.End <= text.Length && text.AsSpan(span.Start, span.Length).SequenceEqual(expected);

    private string WithUndecided()
    {
        var edits = new List<TextEdit>();
        foreach (var edit in _suggestions.Where(e => TextEdits.Ordered([.. edits, e]) is not null))
            edits.Add(edit);

        return edits.Count == 0 ? Text : TextEdits.Apply(Text, edits);
    }

    private TextEdit? Suggestion(FunctionWork work) =>
        work.Undecided is { } undecided && Holds(Text, work.Span, undecided.Before)
            ? new TextEdit(work.Span, undecided.After)
            : null;
}

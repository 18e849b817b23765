using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>
/// Runs rules over a codebase to a fixed point. A survey reads every file once, collects findings and refusals, and
/// leaves the functions for which some rule has a rewrite. Those go through the rules in order, a batch of files at once
/// per rule, so that each rule costs one new snapshot per batch; what a rule did is read again and held against the
/// original before the next one sees it. At the end what was read of a function is given up: memory grows with the batch,
/// not with the codebase.
/// </summary>
/// <remarks>
/// Nothing leaves unverified: text reaches the outcome only through <see cref="Accept"/>, behind a proof in every view
/// and no new word of the compiler. The outcome does not depend on the number of jobs: files are independent, and
/// results are kept by index.
/// </remarks>
public sealed class Migration
{
    /// <summary>Rules feed each other (a scope empties a label, the label's jumps become returns); four rounds settle all seen so far.</summary>
    private const int MaxRounds = 4;

    private readonly ICodebase _original;
    private readonly MigrationOptions _options;
    private readonly IProgress<MigrationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, FileWork> _files = new(StringComparer.Ordinal);

    /// <summary>Per file that is not there yet, the rule that first needed it.</summary>
    private readonly Dictionary<string, string> _creators = new(StringComparer.Ordinal);
    private ICodebase _current;

    /// <summary>How many files are through with all, and how many are worked on.</summary>
    private int _finished, _batch;

    private Migration(
        ICodebase codebase, MigrationOptions options, IProgress<MigrationProgress>? progress, CancellationToken cancellation)
    {
        _original = _current = codebase;
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Runs the rules. Faults inside a file are recorded with it and do not end the run.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled; nothing has been written anywhere.</exception>
    public static MigrationOutcome Run(
        ICodebase codebase,
        MigrationOptions options,
        IProgress<MigrationProgress>? progress = null,
        CancellationToken cancellation = default) =>
        new Migration(codebase, options, progress, cancellation).Run();

    private MigrationOutcome Run()
    {
        foreach (var path in _original.Paths)
            _files.Add(path, new FileWork(path, _original.TextOf(path)));

        foreach (var batch in _original.Paths.Chunk(_original.BatchSize))
        {
            Run([.. batch.Select(p => _files[p])]);
            _finished += batch.Length;
        }

        var created = _current.NewFiles.Where(f => _creators.ContainsKey(f.Path)).Select(f => new FileOutcome(f.Path, "", f.Text) { CreatedBy = _creators[f.Path] });
        return new MigrationOutcome([.. _files.Values.Select(f => f.Outcome()).Concat(created).OrderBy(f => f.Path, StringComparer.Ordinal)]);
    }

    private void Run(FileWork[] batch)
    {
        _batch = batch.Length;
        InParallel("Reading", batch.Length, i => Survey(batch[i]));
        var active = batch.Where(f => f.Active.Any()).ToList();
        for (var round = 0; round < MaxRounds && active.Count > 0; round++)
        {
            foreach (var rule in _options.Rewrites)
            {
                Apply(rule, active);
                foreach (var file in _current.NewFiles)
                    _creators.TryAdd(file.Path, IdOf(rule.Info));
            }

            active.RemoveAll(f => !f.SettleRound());
        }

        Conclude(batch.Where(f => f.Text != f.Original).ToList());
        foreach (var file in batch)
        {
            file.Guard("counting", () => file.CountAgain(a => ManualWork.Of(a, _options.Counted)));
            file.Rest();
            _original.Forget(file.Path);
            _current.Forget(file.Path);
        }
    }

    private string IdOf(RuleInfo rule) => $"{_original.Language}/{rule.Name}";

    private Assessment Assessed(FunctionReading reading) => new(reading, FactsOf);

    private Facts FactsOf(Function function) => new(function, _options.Catalogue, _options.Style) { TakesParts = _options.TakesParts };

    /// <summary>Reads a file for the first time: findings, refusals, and which functions have something to rewrite.</summary>
    private void Survey(FileWork file)
    {
        file.Guard("reading", () =>
        {
            var reading = _original.Read(file.Path);
            file.Unparsed = reading.Unparsed;
            file.Suppressions.AddRange(reading.Idle);
            foreach (var function in reading.Functions)
                file.Guard(function.Name, () => Survey(file, function));
        });
        if (file.Functions.Count == 0)
            _original.Forget(file.Path);

        // Functions of batches before this one may have asked for something.
        if (file.Text != file.Original)
            file.Functions.ForEach(w => w.Lose());
    }

    private void Survey(FileWork file, FunctionReading reading)
    {
        file.Suppressions.AddRange(reading.Suppressions);
        if (_options.Selects?.Invoke(reading) == false)
        {
            file.Use(reading.Suppressions);
            return;
        }

        var assessment = Assessed(reading);
        var work = new FunctionWork(assessment) { Manual = ManualWork.Of(assessment, _options.Counted) };
        file.Manual += work.Manual;
        foreach (var rule in _options.Findings)
        {
            foreach (var finding in rule.Find(reading.Primary, assessment.Facts))
            {
                if (!file.IsSuppressed(reading, IdOf(rule.Info)))
                    file.Findings.Add(new FindingOutcome(IdOf(rule.Info), finding, file.Lines.At(finding.At.Span.Start), reading.Name));
            }
        }

        foreach (var rule in _options.Rewrites)
        {
            var decisions = assessment.Of(rule);
            if (decisions.Count == 0)
                continue;

            work.Matched = true;
            if (file.IsSuppressed(reading, IdOf(rule.Info)))
            {
                work.Suppressed.Add(rule);
                work.SetRefusals(IdOf(rule.Info), [(PipelineRefusals.Suppressed, file.Lines.At(decisions[0].At.Span.Start))]);
                continue;
            }

            work.SetRefusals(IdOf(rule.Info), Refused(decisions, d => file.Lines.At(d.At.Span.Start)));
            work.TakesPart |= decisions.Any(d => d.Refusal is null);
        }

        work.IsActive = work.TakesPart;
        assessment.DropFacts();
        file.Add(work);
    }

    private static IEnumerable<(Refusal, LinePosition)> Refused(IEnumerable<Decision> decisions, Func<Decision, LinePosition> place) =>
        from decision in decisions
        where decision.Refusal is not null
        select (decision.Refusal, place(decision));

    /// <summary>
    /// One rule over all active files. A function's decisions are tried together; when that is not proved, one by one,
    /// so that one doubtful site does not cost the others.
    /// </summary>
    private void Apply(Rule rule, List<FileWork> files)
    {
        var pending = files.SelectMany(f => f.Active.Where(w => !w.Suppressed.Contains(rule))).ToHashSet();
        foreach (var work in pending)
            work.StartRule(IdOf(rule.Info));

        while (pending.Count > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            InParallel(rule.Info.Title, files.Count, i => Propose(rule, files[i], pending));
            pending.RemoveWhere(w => w.Proposal is null && !w.Deferred);
            var proposing = files.Where(f => f.Functions.Any(w => w.Proposal is not null)).ToList();
            if (proposing.Count == 0)
                return;

            Reconcile(proposing);
            Judge(rule, [.. proposing.Union(Ask(proposing))]);
            pending.RemoveWhere(w => w is { Deferred: false, OneByOne: false });
        }
    }

    private void Propose(Rule rule, FileWork file, HashSet<FunctionWork> pending)
    {
        var asked = new List<FunctionWork>();
        foreach (var work in file.Functions.Where(pending.Contains))
        {
            work.Proposal = null;
            work.Deferred = false;
            if (work.IsIdle(rule))
                continue;

            // One that only moved is read again where there is something to rewrite.
            var rests = false;
            if (work is { IsOutdated: true, IsChanged: false })
                file.Guard($"{IdOf(rule.Info)} in {work.Name}", () => rests = IsAtRest(rule, file, work));

            if (!rests)
                asked.Add(work);
        }

        BringUpToDate(file, asked.Where(w => w.IsOutdated));
        var taken = new List<TextEdit>();
        foreach (var work in asked.Where(w => !w.IsOutdated))
        {
            file.Guard($"{IdOf(rule.Info)} in {work.Name}", () =>
            {
                if (ProposalFor(rule, file, work) is not { } proposal)
                    return;

                if (TextEdits.Ordered([.. taken, .. proposal.Edits]) is null)
                {
                    work.Deferred = true;
                    return;
                }

                taken.AddRange(proposal.Edits);
                work.Proposal = proposal;
            });
        }
    }

    /// <summary>Reads functions again that were read from another text of their file.</summary>
    private void BringUpToDate(FileWork file, IEnumerable<FunctionWork> works)
    {
        var outdated = works.ToList();
        if (outdated.Count > 0)
            file.Guard("reading", () => file.Renew(Readings(_current, file, outdated)));
    }

    /// <summary>Of proposals that declare one name in different ways, the first is tried; the others are asked for again behind it.</summary>
    private static void Reconcile(List<FileWork> proposing)
    {
        var meanings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var work in proposing.SelectMany(f => f.Functions).Where(w => w.Proposal is { Claims.IsEmpty: false }))
        {
            var claims = work.Proposal!.Claims;
            if (claims.Any(c => meanings.TryGetValue(c.Name, out var meaning) && meaning != c.Meaning))
            {
                work.Proposal = null;
                work.Deferred = true;
                continue;
            }

            foreach (var claim in claims)
                meanings[claim.Name] = claim.Meaning;
        }
    }

    /// <summary>Tells files what proposals of others ask of them. What meets another edit there is asked for again behind that one.</summary>
    private List<FileWork> Ask(List<FileWork> proposing)
    {
        var asked = new HashSet<FileWork>();
        foreach (var work in proposing.SelectMany(f => f.Functions).Where(w => w.Proposal is { Elsewhere.IsEmpty: false }))
        {
            var proposal = work.Proposal!;
            var edits = proposal.Elsewhere.Select(e => (File: _files.GetValueOrDefault(e.Path), e.Edit)).ToList();
            if (edits.Any(e => e.File?.Takes(e.Edit) != true))
            {
                work.Proposal = null;
                work.Deferred = true;
                continue;
            }

            foreach (var (file, edit) in edits)
            {
                file!.Asked.Add((proposal, edit));
                asked.Add(file);
            }
        }

        return [.. asked.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    /// <summary>Takes note of what the rule refuses; whether there is nothing that it would rewrite.</summary>
    private bool IsAtRest(Rule rule, FileWork file, FunctionWork work)
    {
        var decisions = work.Current.Of(rule);
        work.SetRefusals(IdOf(rule.Info), Refused(decisions, d => OriginalPlace.Of(file, work, work.PresentPlace(d.At.Span.Start))));
        if (decisions.Any(d => d.Refusal is null))
            return false;

        work.SetIdle(rule);
        return true;
    }

    private Proposal? ProposalFor(Rule rule, FileWork file, FunctionWork work)
    {
        if (work.TriesLeft-- == 0)
            return null;

        if (IsAtRest(rule, file, work))
            return null;

        var decisions = work.Current.Of(rule);
        var id = IdOf(rule.Info);
        var open = decisions.Where(d => d.Refusal is null && !work.IsBanned(d)).ToList();
        while (open.Count > 0)
        {
            var tried = work.OneByOne ? open[0].With(open) : open;
            if (tried is null)
            {
                work.Ban(id, open[0], PipelineRefusals.Depends, file);
                open.RemoveAt(0);
                continue;
            }

            var spelling = Spelled(rule, work.Current, tried);
            if (spelling.Refusal is null && TextEdits.Ordered(spelling.Edits) is { IsEmpty: false } edits)
                return new Proposal(tried, edits) { Wanted = Wanted(decisions), IsWhole = work.OneByOne, Elsewhere = spelling.Elsewhere, Claims = spelling.Claims };

            if (work.OneByOne || tried.Count == 1)
            {
                work.Ban(id, tried[0], spelling.Refusal ?? PipelineRefusals.Unspelled, file);
                open.RemoveAt(0);
            }
            else
            {
                work.OneByOne = true;
            }
        }

        return null;
    }

    /// <summary>The edits in the text of every view: what one view hides, another decides on.</summary>
    private Spelling Spelled(Rule rule, Assessment function, IReadOnlyList<Decision> tried)
    {
        var spelling = _current.Spell(function.Reading, [.. tried.SelectMany(d => d.Changes)]);
        var subjects = tried.Select(d => d.Subject).ToHashSet(StringComparer.Ordinal);
        foreach (var view in function.Reading.Alternatives)
        {
            ImmutableArray<Change> changes = [.. function.In(view, rule).Where(d => subjects.Contains(d.Subject)).SelectMany(d => d.Changes)];
            if (spelling.Refusal is not null || changes.IsEmpty)
                continue;

            var other = _current.Spell(function.Reading.As(view), changes);
            spelling = other.Refusal is null ? spelling with { Edits = [.. spelling.Edits.Union(other.Edits)] } : other;
        }

        return spelling;
    }

    /// <summary>Reads what a rule proposes, verifies each function, and keeps the proved ones.</summary>
    private void Judge(Rule rule, List<FileWork> files)
    {
        var proposed = files.Select(f => f.Proposed()).ToList();
        var candidate = Snapshot(_current, files.Zip(proposed));
        var changed = files.Select(f => f.Path).ToList();
        var readings = new ImmutableDictionary<string, Assessment>[files.Count];
        InParallel("Verifying", files.Count, i =>
        {
            var file = files[i];
            var proposing = file.Functions.Where(w => w.Proposal is not null).ToList();
            readings[i] = Readings(candidate, file, proposing);
            foreach (var work in proposing)
            {
                file.Guard($"verification of {work.Name}", () =>
                    work.Proposal!.Verdict = readings[i].TryGetValue(work.Name, out var after)
                        ? work.VerdictOn(rule, TextOf(file.Text, work.Current), TextOf(proposed[i], after), () => VerdictOn(rule, work, after))
                        : PipelineRefusals.Lost);
            }
        });

        foreach (var problem in candidate.NewProblems(_current, changed))
        {
            if (changed.IndexOf(problem.Path) is >= 0 and var index)
                files[index].Blame(problem, readings[index].ToDictionary(r => r.Key, r => r.Value.Reading));
        }

        var id = IdOf(rule.Info);
        for (var i = 0; i < files.Count; i++)
        {
            Accept(id, rule, files[i], readings[i], proposed[i]);
            files[i].Settle(proposed[i]);
        }

        // What was read of a text that stays as it was tried is good for the next snapshot, too.
        var kept = Enumerable.Range(0, files.Count).Where(i => files[i].Text == proposed[i]).ToList();
        _current = kept.Count == files.Count ? candidate : Snapshot(_current, files.Select(f => (f, f.Text)), candidate);
        foreach (var i in kept)
            files[i].Renew(readings[i]);
    }

    private static void Accept(string id, Rule rule, FileWork file, ImmutableDictionary<string, Assessment> readings, string candidateText)
    {
        foreach (var work in file.Functions.Where(w => w.Proposal is not null).ToList())
        {
            var proposal = work.Proposal!;
            if (proposal.IsProved)
            {
                var before = TextOf(file.Text, work.Current);
                var after = TextOf(candidateText, readings[work.Name]);
                work.Steps.Add(new Step(id, before, after, proposal.Verdict!));
                work.RemovesOutOfMemoryEdges |= rule.RemovesOutOfMemoryEdges;
                continue;
            }

            work.Reject(id, proposal, file, readings, candidateText);
        }
    }

    /// <summary>
    /// A step is held against the original. Where that is too much to decide at once, it is held against the step before it:
    /// proofs compose. So what a second run would prove, the first one has proved.
    /// </summary>
    private Verdict VerdictOn(Rule rule, FunctionWork work, Assessment after)
    {
        if (!Settles(rule, work, after))
            return PipelineRefusals.Unsettled;

        var whole = Verify(work.Original, after.Reading, rule.RemovesOutOfMemoryEdges || work.RemovesOutOfMemoryEdges);
        return whole.Kind == VerdictKind.Undecided && work.Steps is [.., var last]
            && Verify(work.Current.Reading, after.Reading, rule.RemovesOutOfMemoryEdges) is { Kind: VerdictKind.Proved } step
                ? step.Behind(last.Verdict)
                : whole;
    }

    /// <summary>Behind a rewrite, its rule wants less of what it just did: so every run ends, and a second one finds nothing.</summary>
    private static bool Settles(Rule rule, FunctionWork work, Assessment after)
    {
        var wanted = work.Proposal!.Wanted;
        var still = Wanted(after.Of(rule));
        return work.Proposal.Decisions.All(d => still.GetValueOrDefault(d.Subject) < wanted.GetValueOrDefault(d.Subject));
    }

    /// <summary>How often each thing is wanted that is not refused.</summary>
    private static Dictionary<string, int> Wanted(IEnumerable<Decision> decisions) =>
        decisions.Where(d => d.Refusal is null).CountBy(d => d.Subject).ToDictionary(StringComparer.Ordinal);

    private Verdict Verify(FunctionReading before, FunctionReading after, bool allowOutOfMemoryRemoval)
    {
        if (before.Views.Length != after.Views.Length)
            return PipelineRefusals.Lost;

        var options = new VerificationOptions { AllowOutOfMemoryRemoval = allowOutOfMemoryRemoval };
        Verdict? worst = null;
        for (var i = 0; i < before.Views.Length; i++)
        {
            var verdict = Verifier.Verify(before.Views[i], after.Views[i], _options.Catalogue, options);
            if (worst is null || verdict.Kind > worst.Kind)
                worst = verdict;
        }

        return worst!;
    }

    private ImmutableDictionary<string, Assessment> Readings(ICodebase codebase, FileWork file, List<FunctionWork> works)
    {
        if (works.Count == 0)
            return [];

        var reading = codebase.Read(file.Path, works.Select(w => w.Name).ToHashSet(StringComparer.Ordinal));
        return reading.Functions.ToImmutableDictionary(f => f.Name, Assessed);
    }

    private static ICodebase Snapshot(ICodebase codebase, IEnumerable<(FileWork File, string Text)> files, ICodebase? read = null)
    {
        var texts = files.Where(f => f.Text != codebase.TextOf(f.File.Path)).ToDictionary(f => f.File.Path, f => f.Text);
        return texts.Count == 0 ? codebase : codebase.With(texts, read);
    }

    /// <summary>
    /// The last word: the final text against the original, function by function. Each step was held against the original
    /// already; where the compiler says something new, or a rewrite is not whole, the longest prefix of the steps stays.
    /// </summary>
    private void Conclude(List<FileWork> files)
    {
        var open = files;
        while (open.Count > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            var works = open;
            InParallel("Checking the whole", works.Count, i => works[i].Guard("final verification", () =>
            {
                BringUpToDate(works[i], works[i].Functions.Where(w => w.IsChanged && (w.Steps.Count > 0 || w.Undecided is not null)));
                foreach (var work in works[i].Functions.Where(w => w.Steps.Count > 0))
                    work.Final = works[i].LastWord(work) ?? Verify(work.Original, work.Current.Reading, work.RemovesOutOfMemoryEdges);
            }));

            var paths = open.Select(f => f.Path).ToList();
            foreach (var problem in _current.NewProblems(_original, paths))
                open.FirstOrDefault(f => f.Path == problem.Path)?.BlameFinal(problem);

            if (!_options.TakesParts)
            {
                foreach (var problem in _current.Unfinished(_original, paths))
                    open.First(f => f.Path == problem.Path).BlameUnfinished(problem);
            }

            open = open.Where(f => f.DropUnprovedSteps()).ToList();
            _current = Snapshot(_current, open.Select(f => (f, f.Text)));
        }

        var changed = files.Where(f => f.Text != f.Original).ToList();
        InParallel("Tidying", changed.Count, i => changed[i].Guard("tidying", () => changed[i].Tidy(_current.Leftovers(_original, changed[i].Path))));
        _current = Snapshot(_current, changed.Select(f => (f, f.Text)));
    }

    private void InParallel(string phase, int count, Action<int> body)
    {
        var done = 0;
        Report(0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _options.Jobs), CancellationToken = _cancellation };
        Parallel.For(0, count, options, i =>
        {
            body(i);
            Report(Interlocked.Increment(ref done));
        });

        // A phase goes over the files of its batch; what is shown goes over all files.
        void Report(int done) =>
            _progress?.Report(new MigrationProgress(phase, _finished + (int)((long)_batch * done / Math.Max(1, count)), _files.Count));
    }

    private static string TextOf(string text, Assessment function)
    {
        var span = function.Primary.Span;
        return text.Substring(span.Start, span.Length);
    }
}

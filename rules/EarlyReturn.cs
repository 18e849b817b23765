using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules;

/// <summary>Turns a jump to a label that only returns into a return.</summary>
/// <remarks>
/// A jump may become a return when nothing observable lies between its label and the exit, and the value returned there
/// is known at the jump, or can be read in place. A label with work of its own (a log line, an unlock) keeps its jumps. A
/// jump that only leaves a loop, or goes on with it, is no match: nothing is cleaned up there.
/// All jumps of a label convert or none do: a label that still releases while some of its jumps are gone reads worse
/// than before; with <c>--partial</c>, those go for which the label has nothing to do. Where nothing comes to the label
/// any more it goes, and so does a result variable that nobody reads.
/// </remarks>
public sealed class EarlyReturn : Rule<EarlyReturn.Site>
{
    public static readonly Refusal LabelWorks =
        new("label-works", "the label does more than return", "let scope do what the label does");

    public static readonly Refusal LabelledBreak =
        new("labelled-break", "the label cleans up, and the function goes on behind it: the jump leaves a loop or skips a part");

    public static readonly Refusal Retries =
        new("retries", "the label is jumped to from below: it repeats the work");

    public static readonly Refusal ComputedGoto =
        new("computed-goto", "the jump leads to whichever label its value is the address of");

    public static readonly Refusal MacroJumps =
        new("macro-jumps", "a macro may jump to the label", "write the jump out, or let the macro return");

    public static readonly Refusal ValueVaries =
        new("value-varies", "the value returned at the label may change between the jump and the label");

    public override RuleInfo Info { get; } =
        new("early-return", "Return early instead of jumping to the end");

    public override IReadOnlyList<Refusal> Refusals { get; } = [LabelWorks, LabelledBreak, Retries, ComputedGoto, MacroJumps, ValueVaries];

    /// <summary>Labels that return one result, with the jumps to them; or one label that cannot be done without.</summary>
    public sealed record Site(ImmutableArray<LabelExit> Exits, Refusal? Refusal)
    {
        /// <summary>A jump to nobody knows which label.</summary>
        public Origin? Computed { get; init; }
    }

    protected override Origin At(Site site) => site.Computed ?? site.Exits.SelectMany(e => e.Jumps).MinBy(j => j.Origin.Span)!.Origin;

    protected override IEnumerable<Site> Match(Function function, Facts facts)
    {
        var returning = new List<LabelExit>();
        var macros = function.Graph.Events.OfType<OpaqueMacro>().SelectMany(m => m.Labels).ToHashSet();
        foreach (var label in function.Labels.Distinct())
        {
            var jumps = function.JumpsTo(label).ToImmutableArray();
            if (jumps.IsEmpty)
                continue;

            var exit = new LabelExit(label, jumps, Tail.Of(label.Block, function));
            if (exit.Tail is null && !jumps.Any(j => IsBelow(j, label)) && IsNoCleanup(exit, facts))
                continue;

            var refusal = RefusalOf(exit, macros, facts);
            if (refusal is null)
                returning.Add(exit);
            else if (refusal == LabelWorks && facts.TakesParts && PartOf(label, jumps, facts) is { } part)
                yield return new Site([part], null);
            else
                yield return new Site([exit], refusal);
        }

        foreach (var computed in function.Graph.Blocks.Where(IsComputed))
            yield return new Site([], ComputedGoto) { Computed = computed.Branch!.Origin };

        foreach (var group in returning.GroupBy(e => (object?)e.Tail!.Result ?? e.Tail.Return))
            yield return new Site([.. group], null);
    }

    private static bool IsComputed(Block block) => block.Successors.Any(e => e is { Kind: EdgeKind.Case, Case: AddressOf });

    protected override Refusal? Refuse(Site site, Facts facts) => site.Refusal;

    protected override IEnumerable<Change> Rewrite(Site site, Facts facts) =>
        new ReturnEarly(facts.Function, site.Exits).Changes();

    private static Refusal? RefusalOf(LabelExit exit, HashSet<Label> reachedByMacros, Facts facts)
    {
        if (exit.Jumps.Any(j => IsBelow(j, exit.Label)))
            return Retries;

        if (exit.Tail is null)
            return new LabelWork(exit.Label, facts).LeadsOn ? LabelledBreak : LabelWorks;

        if (reachedByMacros.Contains(exit.Label))
            return MacroJumps;

        return exit.Jumps.Any(j => MayChange(exit, j)) ? ValueVaries : null;
    }

    /// <summary>The jumps to a label that could as well return, where the label has to stay for others.</summary>
    private static LabelExit? PartOf(Label label, ImmutableArray<Jump> jumps, Facts facts)
    {
        var tails = jumps.Select(j => (Jump: j, Tail: PassedLabel.TailOf(j, facts))).Where(j => j.Tail is not null).ToList();
        return tails.Count == 0 ? null : new LabelExit(label, [.. tails.Select(t => t.Jump)], tails[0].Tail) { IsPart = true };
    }

    /// <summary>A labelled break or continue is no way to clean up: nobody asked for it to go.</summary>
    private static bool IsNoCleanup(LabelExit exit, Facts facts)
    {
        var work = new LabelWork(exit.Label, facts);
        return (work.LeadsOn || work.IsBehindLoop(exit.Jumps)) && !work.CleansUp();
    }

    private static bool IsBelow(Jump jump, Label label) =>
        jump.Origin.Span.Start > label.Origin.Span.Start
        && Paths.Reaches(Point.StartOf(label.Block), Point.EndOf(jump.From));

    /// <summary>Clean-up that runs between the jump and the label may change what the label returns.</summary>
    private static bool MayChange(LabelExit exit, Jump jump)
    {
        if (exit.Tail!.Return?.Value is not { } value)
            return false;

        var way = LabelExit.WayOf(jump).SelectMany(b => b.Events).Where(e => e is not (ScopeEnter or ScopeExit)).ToList();
        if (way.Count == 0)
            return false;

        var read = Access.Reads(value).ToList();
        var isPrivate = exit.Tail.Loads.IsEmpty && read.All(l => Locals.IsPrivate(l) && !l.IsTemporary) && !Access.ReadsMemory(value);
        return !isPrivate || way.SelectMany(e => Access.Writes(e)).Any(w => read.Contains(w.Local));
    }
}

/// <summary>A label that leads to the exit, and every jump to it.</summary>
public sealed record LabelExit(Label Label, ImmutableArray<Jump> Jumps, Tail? Tail)
{
    /// <summary>Only these jumps come to the end by this way; the label and what it does stay for the others.</summary>
    public bool IsPart { get; init; }

    /// <summary>The clean-up blocks between a jump and its label.</summary>
    public static IReadOnlyCollection<Block> WayOf(Jump jump)
    {
        var way = new HashSet<Block>();
        var pending = new Stack<Block>(Next(jump.From));
        while (pending.TryPop(out var block))
        {
            if (block != jump.Label.Block && way.Add(block))
            {
                foreach (var next in Next(block))
                    pending.Push(next);
            }
        }

        return way;
    }

    private static IEnumerable<Block> Next(Block block) =>
        block.OrdinarySuccessors.Select(e => e.To);
}

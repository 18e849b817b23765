using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;

namespace MigrateCleanup.Rules;

/// <summary>Stops handling lack of memory: the program ends at once instead.</summary>
/// <remarks>
/// A check of an allocator that itself throws or aborts can only go one way, and goes. Behind an allocator that hands
/// out null, and does so for lack of memory only, the failing side ends the program. Handlers of out-of-memory
/// exceptions go. Labels and statements that only those paths reached go too. Only memory: a null that may mean
/// something else (not found, end of file) stays.
/// </remarks>
public sealed class FailFast : Rule<FailFast.Site>
{
    public static readonly Refusal NotMemory =
        new("not-memory", "the failure may mean something else than lack of memory", "say in the configuration's pairs that the call fails only so (onFailure)");

    public static readonly Refusal Retries =
        new("retries", "the handler asks for less and tries again: the program gets by without the memory");

    public override RuleInfo Info { get; } =
        new("fail-fast", "Fail fast when memory runs out");

    public override IReadOnlyList<Refusal> Refusals { get; } = [NotMemory, Retries];

    public override bool RemovesOutOfMemoryEdges => true;

    /// <summary>A check of an allocation, or the test of a handler for exceptions of this kind.</summary>
    public abstract record Check(Branch Branch, Edge Failure);

    /// <summary>The allocator never hands out the empty value.</summary>
    public sealed record NeverFails(Branch Branch, Edge Failure) : Check(Branch, Failure);

    /// <summary>The allocator hands out the empty value when there is no memory.</summary>
    public sealed record Fails(Branch Branch, Edge Failure) : Check(Branch, Failure);

    /// <summary>A handler's test. <see cref="IsTakenElsewhere"/>: without the handler, another one would take the exception.</summary>
    public sealed record Handler(Branch Branch, Edge Failure, bool IsTakenElsewhere) : Check(Branch, Failure);

    /// <summary>All checks of one function that go, or one that may mean something else.</summary>
    public sealed record Site(ImmutableArray<Check> Checks, Refusal? Refusal);

    protected override Origin At(Site site) => site.Checks.MinBy(c => c.Branch.Origin.Span)!.Branch.Origin;

    protected override IEnumerable<Site> Match(Function function, Facts facts)
    {
        var going = new List<Check>();
        foreach (var block in function.Graph.Blocks)
        {
            if (CheckIn(block, facts) is not { } check)
                continue;

            if (check.Refusal is { } refusal)
                yield return new Site([check.Check], refusal);
            else
                going.Add(check.Check);
        }

        // A piece of a finally stands on several ways: where one of them may come with the value still empty, it stays.
        going.RemoveAll(c => function.Graph.Blocks.Any(b =>
            b.Branch is { } branch && branch.Origin == c.Branch.Origin && going.TrueForAll(g => !ReferenceEquals(g.Branch, branch))));
        if (going.Count > 0)
            yield return new Site([.. going], null);
    }

    protected override Refusal? Refuse(Site site, Facts facts) => site.Refusal;

    protected override IEnumerable<Change> Rewrite(Site site, Facts facts)
    {
        foreach (var check in site.Checks.DistinctBy(c => c.Branch.Origin))
        {
            yield return check switch
            {
                NeverFails => new RemoveCheck(check.Branch, check.Failure.Kind == EdgeKind.False),
                Fails => new Engine.Rules.FailFast(check.Branch, check.Failure.Kind == EdgeKind.True),
                Handler { IsTakenElsewhere: true } => new Engine.Rules.FailFast(check.Branch, true),
                _ => new RemoveHandler(check.Branch.Origin),
            };
        }

        foreach (var change in Unreached.Without(facts.Function, site.Checks.Select(c => c.Failure).ToHashSet()))
            yield return change;
    }

    private static (Check Check, Refusal? Refusal)? CheckIn(Block block, Facts facts)
    {
        if (block.Branch is not { IsImplied: false } branch)
            return null;

        if (HandledType(block, branch.Condition, facts) is { } type)
        {
            if (!facts.Catalogue.IsOutOfMemory(type) || EdgeOf(block, EdgeKind.True) is not { } handled || EndsProgram(handled.To))
                return null;

            // Who only passes it on keeps it from another handler.
            var handler = new Handler(branch, handled, IsTakenElsewhere(block, facts));
            return handler.IsTakenElsewhere && PassesOn(handled.To, facts)
                ? null
                : (handler, Misreports(block, facts) ? NotMemory : TriesAgain(block, handled.To, facts) ? Retries : null);
        }

        if (ToldBy(block, branch, facts) is { } told)
            return EndsProgram(told.To) ? null : (new Fails(branch, told), null);

        if (Tested(branch.Condition) is not { } tested
            || EdgeOf(block, tested.EmptyWhen ? EdgeKind.True : EdgeKind.False) is not { } failure
            || AllocatorOf(tested.Local, Point.EndOf(block), facts) is not { } allocator)
        {
            return null;
        }

        return allocator.OnFailure switch
        {
            FailureMode.Throws or FailureMode.Aborts => (new NeverFails(branch, failure), null),
            FailureMode.Empty when !EndsProgram(failure.To) => (new Fails(branch, failure), null),
            FailureMode.Unknown when SaysOutOfMemory(failure.To, facts) => (new Fails(branch, failure), NotMemory),
            _ => null,
        };
    }

    /// <summary>The local whose emptiness a condition tests.</summary>
    private static (Local Local, bool EmptyWhen)? Tested(Expression condition) => condition switch
    {
        Operation { Operator: "==", Operands: [Read { Place: Local local }, Constant { Value: null, Symbol: null }] } => (local, true),
        Operation { Operator: "==", Operands: [Constant { Value: null, Symbol: null }, Read { Place: Local local }] } => (local, true),
        Operation { Operator: "!=", Operands: [Read { Place: Local local }, Constant { Value: null, Symbol: null }] } => (local, false),
        Operation { Operator: "!=", Operands: [Constant { Value: null, Symbol: null }, Read { Place: Local local }] } => (local, false),
        Operation { Operator: "!", Operands: [var operand] } when Tested(operand) is { } inner => (inner.Local, !inner.EmptyWhen),
        Operation { Operator: "!", Operands: [Read { Place: Local local }] } => (local, true),
        _ => null,
    };

    /// <summary>
    /// An allocator that puts memory out through an argument says by a negative number that there was none, and the condition
    /// asks for that.
    /// </summary>
    private static Edge? ToldBy(Block block, Branch branch, Facts facts)
    {
        if (Access.Reads(branch.Condition).ToList() is not [var said]
            || CallThatSays(said, Point.EndOf(block), facts) is not { } call
            || facts.Catalogue.EffectsOf(call).FirstOrDefault(e => e is { Kind: EffectKind.Acquire, Subject.IsResult: false, Resource.Kind: ResourceKind.Memory, Acquirer.OnFailure: FailureMode.Empty })
                is not { } effect
            || effect.Subject.Index >= call.Arguments.Length || call.Arguments[effect.Subject.Index].Target is not Local)
        {
            return null;
        }

        var failing = Holds(branch.Condition, -1);
        return failing is not null && Holds(branch.Condition, 0) == !failing && Holds(branch.Condition, 1) == !failing
            && EdgeOf(block, failing == true ? EdgeKind.True : EdgeKind.False) is { } failure
            && EdgeOf(block, failing == true ? EdgeKind.False : EdgeKind.True) is { } success
            && (said.IsTemporary || !facts.Liveness.IsLiveAt(Point.StartOf(success.To), said))
            ? failure
            : null;
    }

    /// <summary>The call whose result a local holds there, if it is one call's alone.</summary>
    private static Call? CallThatSays(Local said, Point at, Facts facts) =>
        !Locals.IsPrivate(said) ? null : facts.ReachingDefinitions.At(at, said).Select(d => d.At).ToList() switch
        {
            [Call call] when call.Result == said => call,
            [Store { Value: Read { Place: Local source } } store] when source.IsTemporary => CallThatSays(source, facts.Graph.Before(store), facts),
            _ => null,
        };

    /// <summary>Whether a condition on one number holds for this one; null where that is not known.</summary>
    private static bool? Holds(Expression condition, long number) => condition switch
    {
        Operation { Operator: "!", Operands: [var operand] } => !Holds(operand, number),
        Operation { Operator: var @operator, Operands: [Read, Constant { Value: long bound }] } => Compare(@operator, number, bound),
        Operation { Operator: var @operator, Operands: [Constant { Value: long bound }, Read] } => Compare(@operator, bound, number),
        Operation { Operator: var @operator, Operands: [Read, Constant { Value: null, Symbol: null }] } => Compare(@operator, number, 0),
        Read => number != 0,
        _ => null,
    };

    private static bool? Compare(string @operator, long left, long right) => @operator switch
    {
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        "==" => left == right,
        "!=" => left != right,
        _ => null,
    };

    /// <summary>The type of exceptions that a handler takes, if the condition is a handler's test of the exception in flight.</summary>
    private static string? HandledType(Block block, Expression condition, Facts facts)
    {
        if (condition is not Operation { Operands: [Read { Place: Local { IsTemporary: true } raised }] } test
            || !test.Operator.StartsWith("is ", StringComparison.Ordinal))
        {
            return null;
        }

        return facts.ReachingDefinitions.At(Point.EndOf(block), raised).All(d => d.At is Load { IsImplied: true, Source: Implicit })
            ? test.Operator["is ".Length..]
            : null;
    }

    /// <summary>The allocation of memory whose result a local certainly holds.</summary>
    private static Acquirer? AllocatorOf(Local local, Point at, Facts facts)
    {
        if (!Locals.IsPrivate(local))
            return null;

        var writes = facts.ReachingDefinitions.At(at, local).Select(d => d.At).ToList();
        return writes switch
        {
            [Call call] when call.Result == local =>
                facts.Catalogue.EffectsOf(call)
                    .FirstOrDefault(e => e is { Kind: EffectKind.Acquire, Subject.IsResult: true, Resource.Kind: ResourceKind.Memory })?.Acquirer,
            [Store { Value: var value } store] when SourceOf(value) is { } source && source != local =>
                AllocatorOf(source, facts.Graph.Before(store), facts),
            _ => null,
        };
    }

    private static Local? SourceOf(Expression value) => value switch
    {
        Read { Place: Local local } => local,
        Operation { Operator: ['(', ..], Operands: [var operand] } => SourceOf(operand),
        _ => null,
    };

    /// <summary>What a handler of out-of-memory guards includes calls that report other things so.</summary>
    private static bool Misreports(Block handler, Facts facts) =>
        GuardedBy(handler).SelectMany(b => b.Events).OfType<Call>().Any(c => facts.Catalogue.MisreportsMemory(c.Callee));

    /// <summary>The handler changes what the guarded statements work on, and leads back to them.</summary>
    private static bool TriesAgain(Block test, Block handler, Facts facts)
    {
        var guarded = GuardedBy(test);
        var read = guarded.SelectMany(b => b.Events).SelectMany(e => Access.Reads(e)).ToHashSet();
        return facts.Graph.Blocks.Any(b => facts.Dominates(handler, b) && b.Events.Any(e => Access.Writes(e).Any(w => read.Contains(w.Local))))
            && guarded.Any(b => Paths.Reaches(Point.StartOf(handler), Point.StartOf(b)));
    }

    /// <summary>The blocks whose exceptions come to a handler's test, past the tests of those before it.</summary>
    private static HashSet<Block> GuardedBy(Block handler)
    {
        var guarded = new HashSet<Block>();
        var tests = new HashSet<Block>();
        var pending = new Stack<Block>();
        pending.Push(handler);
        while (pending.TryPop(out var block))
        {
            if (!tests.Add(block))
                continue;

            foreach (var edge in block.Predecessors)
            {
                if (edge.Kind == EdgeKind.Exceptional)
                    guarded.Add(edge.From);
                else
                    pending.Push(edge.From);
            }
        }

        return guarded;
    }

    /// <summary>
    /// Behind a handler's test that fails, the function may still go on normally: another handler takes it, or one of
    /// whose type nothing is known.
    /// </summary>
    private static bool IsTakenElsewhere(Block test, Facts facts)
    {
        var seen = new HashSet<Block>();
        var pending = new Stack<Block>();
        pending.Push(EdgeOf(test, EdgeKind.False)!.To);
        while (pending.TryPop(out var block))
        {
            if (block == facts.Graph.Exit)
                return true;

            if (!seen.Add(block))
                continue;

            var handled = block.Branch is { } branch ? HandledType(block, branch.Condition, facts) : null;
            var isOther = handled is not null && !facts.Catalogue.TakesOutOfMemory(handled);

            // One for other exceptions may take this one as well, as far as can be told, and work before it raises it again.
            if (handled is not null && !isOther && !PassesOn(EdgeOf(block, EdgeKind.True)!.To, facts))
                return true;

            foreach (var edge in block.Successors.Where(e => !isOther || e.Kind != EdgeKind.True))
                pending.Push(edge.To);
        }

        return false;
    }

    private static bool PassesOn(Block start, Facts facts) => start.Events.FirstOrDefault(facts.IsObservable) is Throw { Value: null };

    private static bool EndsProgram(Block start) => start.Events.OfType<Call>().FirstOrDefault() is { NeverReturns: true };

    /// <summary>The failing side itself says that memory ran out.</summary>
    private static bool SaysOutOfMemory(Block start, Facts facts) =>
        start.Events.OfType<Call>().Any(c => c.Callee.Constructs is { } type && facts.Catalogue.IsOutOfMemory(type));

    private static Edge? EdgeOf(Block block, EdgeKind kind) => block.Successors.FirstOrDefault(e => e.Kind == kind);
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Rules.Jumps;
using MigrateCleanup.Rules.Scopes;

namespace MigrateCleanup.Rules;

/// <summary>Holds a lock by scope instead of entering and leaving it by hand.</summary>
/// <remarks>
/// A lock that is entered once and left on every way out is held by a scope instead, which also leaves it when
/// something throws. Where the language has no scope for the kind of lock, the exit comes into a <c>finally</c>. A lock
/// that some path keeps, that is entered with a timeout, or whose object changes in between, stays by hand.
/// </remarks>
public sealed class ScopedLock : Rule<ScopedLock.Site>
{
    public static readonly Refusal Unpaired =
        new("unpaired", "on some path the lock stays held, or is left without having been entered", "enter and leave it in the same function");

    public static readonly Refusal Nested =
        new("nested", "the lock is entered again while it is held");

    public static readonly Refusal LockChanges =
        new("lock-changes", "another object may be left than was entered", "keep the lock object in a variable of its own");

    public static readonly Refusal FlagUsed =
        new("flag-used", "whether the lock was taken decides something else as well");

    public static readonly Refusal Overlaps =
        new("overlaps", "another lock is entered while this one is held, and left behind it", "leave the locks in the reverse order");

    public static readonly Refusal NothingThrows =
        new("nothing-throws", "the lock is left in one place, and nothing may throw before: a finally would add nothing");

    public override RuleInfo Info { get; } =
        new("scoped-lock", "Hold a lock by scope");

    public override IReadOnlyList<Refusal> Refusals { get; } = [Unpaired, Nested, LockChanges, FlagUsed, Overlaps, NothingThrows, ScopedCleanup.ObservableAfterRelease];

    /// <summary>A call that enters, and those that leave the same lock behind it.</summary>
    public sealed record Site(Call Enter, Expression Subject, Resource Resource, ImmutableArray<Call> Exits)
    {
        public required Releaser Releaser { get; init; }

        /// <summary>The local that says whether the lock was taken.</summary>
        public Local? Flag { get; init; }

        /// <summary>The same lock entered elsewhere.</summary>
        public ImmutableArray<Call> Others { get; init; } = [];

        /// <summary>It is entered while it is held already.</summary>
        public bool IsWithin { get; init; }

        /// <summary>It is left in one place whatever happens: nothing before may throw.</summary>
        public bool CannotFail { get; init; }

        /// <summary>Of this lock and another one, neither is held only while the other is.</summary>
        public bool Crosses { get; init; }
    }

    protected override Origin At(Site site) => site.Enter.Origin;

    protected override IEnumerable<Site> Match(Function function, Facts facts) => SitesIn(facts);

    /// <summary>Every lock that a call of the function enters, and another one leaves.</summary>
    internal static IEnumerable<Site> SitesIn(Facts facts)
    {
        var calls = facts.Graph.Events.OfType<Call>().Where(c => !c.IsImplied).ToList();
        var enters = calls.SelectMany(c => Locking(c, EffectKind.Acquire, facts)).ToList();
        var exits = calls.SelectMany(c => Locking(c, EffectKind.Release, facts)).ToList();
        foreach (var group in enters.GroupBy(e => e.Call.Origin))
        {
            var enter = group.First();
            var same = exits.Where(e => e.Effect.Resource == enter.Effect.Resource && e.Subject.Equals(enter.Subject)).ToList();
            // What lies behind an exit leaves what was entered again.
            var reached = HeldFrom(enter.Call, same, facts).Stops;
            var texts = same.Where(e => reached.Contains(e.Call)).Select(e => e.Call.Origin).ToHashSet();
            var own = same.Where(e => texts.Contains(e.Call.Origin)).ToList();
            if (own.Count == 0 || !enter.Effect.Resource!.Scoped.TryGetValue(facts.Style, out var form))
                continue;

            var others = enters
                .Where(e => e.Effect.Resource == enter.Effect.Resource && e.Subject.Equals(enter.Subject) && e.Call.Origin != enter.Call.Origin)
                .Select(e => e.Call)
                .ToImmutableArray();
            var site = new Site(enter.Call, enter.Subject, enter.Effect.Resource, [.. own.Select(e => e.Call)])
            {
                Releaser = own[0].Effect.Releaser!,
                Flag = FlagOf(enter.Call, facts),
                Others = others,
                IsWithin = others.Any(o => HeldFrom(o, same, facts).Passed.Contains(enter.Call)),
                Crosses = CrossesAnother(enter, same, enters, exits, facts),
            };
            if (form != TryFinally)
                yield return site;
            else if (!Finallies.AreInFinally(site.Exits, facts))
                yield return site with { CannotFail = site.Exits.Length == 1 && !HeldFrom(site.Enter, own, facts).Passed.Any(e => e.MayThrow) };
        }
    }

    protected override Refusal? Refuse(Site site, Facts facts)
    {
        var held = HeldLock.Of(site, facts);
        if (site.IsWithin || site.Others.Any(held.MayBeHeldBefore))
            return Nested;

        if (held.MayBeHeldAtExit || site.Exits.Any(held.MayBeFreeBefore))
            return Unpaired;

        if (site.Crosses)
            return Overlaps;

        if (held.Region.SelectMany(StoredBy).Any(p => Names(site.Subject, p)) || MayBeAnother(site))
            return LockChanges;

        if (site.Flag is { } flag && IsUsedElsewhere(flag, site, facts))
            return FlagUsed;

        if (GoesOnWithoutLock(site, facts))
            return ScopedCleanup.ObservableAfterRelease;

        return site.CannotFail ? NothingThrows : null;
    }

    protected override IEnumerable<Change> Rewrite(Site site, Facts facts)
    {
        var around = ReachesBlockEnd(site, [], facts) ? [] : Around(site, facts);
        var reachesEnd = ReachesBlockEnd(site, around, facts);
        yield return new HoldLock(site.Enter, site.Exits, site.Resource, site.Releaser)
        {
            Flag = site.Flag,
            Extent = reachesEnd ? ScopeExtent.Block : ScopeExtent.LastRelease,
        };
        if (!reachesEnd)
            yield break;

        foreach (var change in WaitingValue.ReturnedAtOnce([.. site.Exits, .. around], null, facts))
            yield return change;
    }

    private const string TryFinally = "try-finally";

    /// <summary>What may run from a call that enters on, up to one of those that leave.</summary>
    private static ForwardSearch HeldFrom(
        Call enter, List<(Call Call, Effect Effect, Expression Subject)> exits, Facts facts, bool exceptional = true) =>
        new(facts.Graph.After(enter), e => exits.Exists(x => x.Call == e), exceptional);

    /// <summary>
    /// Scopes end in the reverse order of their beginning. Locks that are left in the order in which they were entered would
    /// be left in another, or one of them would need a scope around a part of the other's.
    /// </summary>
    private static bool CrossesAnother(
        (Call Call, Effect Effect, Expression Subject) enter,
        List<(Call Call, Effect Effect, Expression Subject)> own,
        List<(Call Call, Effect Effect, Expression Subject)> enters,
        List<(Call Call, Effect Effect, Expression Subject)> exits,
        Facts facts)
    {
        if (enters.Count < 2)
            return false;

        // Where something throws, a scope inside of the other one's ends first, whatever the function did.
        var held = HeldFrom(enter.Call, own, facts, exceptional: false).Passed.ToHashSet();
        var inside = enters.Where(e => held.Contains(e.Call) && !IsSame(e, enter)).ToList();
        return exits.Exists(x => held.Contains(x.Call) && !IsSame(x, enter) && enters.Exists(e => IsSame(e, x)) && !inside.Exists(e => IsSame(e, x)))
            || inside.Exists(e => exits.Where(x => IsSame(x, e)).ToList() is { Count: > 0 } left
                && HeldFrom(e.Call, left, facts, exceptional: false).Passed.Any(p => own.Exists(o => o.Call == p)));

        static bool IsSame((Call Call, Effect Effect, Expression Subject) a, (Call Call, Effect Effect, Expression Subject) b) =>
            a.Effect.Resource == b.Effect.Resource && a.Subject.Equals(b.Subject);
    }

    private static IEnumerable<(Call Call, Effect Effect, Expression Subject)> Locking(Call call, EffectKind kind, Facts facts)
    {
        foreach (var effect in facts.Catalogue.EffectsOf(call))
        {
            if (effect.Kind != kind || effect.Resource is not { Kind: ResourceKind.Lock } || effect.Subject.IsResult)
                continue;

            // What is given nothing works on the one thing of its kind.
            if (call.Arguments.IsEmpty)
                yield return (call, effect, new AddressOf(new Global(effect.Resource.Name)));
            else if (effect.Subject.Index < call.Arguments.Length)
                yield return (call, effect, Unconverted(call.Arguments[effect.Subject.Index].Value));
        }
    }

    private static Expression Unconverted(Expression expression)
    {
        while (expression is Operation { Operator: ['(', ..], Operands: [var operand] })
            expression = operand;

        return expression;
    }

    /// <summary>The local that is set right behind the call that enters, by the same piece of text.</summary>
    private static Local? FlagOf(Call enter, Facts facts) =>
        facts.Graph.After(enter).Event is Store { Target: Local { Kind: LocalKind.Variable } flag, Value: Constant { Value: true } } store
        && enter.Origin.Span.Contains(store.Origin.Span)
            ? flag
            : null;

    /// <summary>
    /// Others may put another lock into the place, while this one is waited for or held, and the scope gives back what was
    /// entered. Where nothing throws, leaving a lock that was not entered is undefined, so it is the same one.
    /// </summary>
    private static bool MayBeAnother(Site site) => site.Enter.MayThrow && Access.ReadsMemory(site.Subject);

    private static IEnumerable<Place> StoredBy(Event @event) => @event switch
    {
        Store store => [store.Target],
        Call call => call.Arguments.Where(a => a is { Passing: not Passing.Value, Target: not null }).Select(a => a.Target!),
        _ => [],
    };

    private static bool Names(Expression expression, Place place) => expression switch
    {
        Read read => read.Place.Equals(place) || ReachedBy(read.Place, place),
        AddressOf address => ReachedBy(address.Place, place),
        Operation operation => operation.Operands.Any(o => Names(o, place)),
        _ => false,
    };

    /// <summary>On the way to the one place the value of the other is needed.</summary>
    private static bool ReachedBy(Place reached, Place place) => reached switch
    {
        Field field => Names(field.Base, place),
        Element element => Names(element.Base, place) || Names(element.Index, place),
        Member member => ReachedBy(member.Of, place),
        _ => false,
    };

    private static bool IsUsedElsewhere(Local flag, Site site, Facts facts)
    {
        if (flag.IsAliased || facts.Graph.Events.Any(e => Access.Reads(e).Contains(flag)))
            return true;

        var guards = new SideExits(e => e is Call call && site.Exits.Contains(call), facts);
        return facts.Graph.Blocks.Any(b =>
            b.Branch is { } branch && Access.Reads(branch.Condition).Contains(flag) && guards.SideOf(b) is null);
    }

    /// <summary>
    /// Behind an exit that is not the last one something is done without the lock, by hand or where an inner scope ends, that is
    /// not done behind the last one: it would come to be done under the lock.
    /// </summary>
    private static bool GoesOnWithoutLock(Site site, Facts facts) =>
        EarlierExits.Behind(site.Exits, e => e == site.Enter, facts).Any(e =>
            facts.IsObservable(e) && !site.Exits.Contains(e) && !OnlyFrees(e, facts) && !IsOfOuterScope(e, site));

    /// <summary>
    /// What a scope does at its end for a variable that was declared before the lock is entered: a guard that is declared
    /// behind it ends before.
    /// </summary>
    private static bool IsOfOuterScope(Event @event, Site site) => @event is Call { IsImplied: true, Arguments: [var argument, ..] }
        && (argument.Local ?? argument.Target as Local) is { IsScoped: true, Declaration.Span: var declared }
        && declared.End <= site.Enter.Origin.Span.Start;

    private static bool OnlyFrees(Event @event, Facts facts) =>
        @event is Call call && facts.Catalogue.EffectsOf(call).Any(e => e is { Kind: EffectKind.Release, Releaser.IsSilent: true });

    /// <summary>
    /// Nothing behind the exits is seen by others, and nothing is looked at that others may change once the lock is left, but for
    /// what is returned: with the lock still held, that is as it was left.
    /// </summary>
    private static bool ReachesBlockEnd(Site site, IReadOnlyCollection<Call> around, Facts facts)
    {
        foreach (var exit in site.Exits)
        {
            var search = new ForwardSearch(facts.Graph.After(exit), e => e is ScopeExit, exceptional: false);
            if (search.Passed.Any(e =>
                !around.Contains(e) && (facts.IsObservable(e) || (e is not EvaluateReturn && Access.ReadsMemory(e))) && !IsOfOuterScope(e, site)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// What leaves the locks around this one, where they are held to the end of their block: behind it, scopes leave them in this
    /// order, too.
    /// </summary>
    private List<Call> Around(Site site, Facts facts)
    {
        var left = new List<Call>();
        foreach (var outer in Match(facts.Function, facts).Where(s => s.Enter != site.Enter && s.Enter.Origin.Span.Start < site.Enter.Origin.Span.Start))
        {
            var held = HeldLock.Of(outer, facts);
            if (held.MayBeHeldBefore(site.Enter) && Refuse(outer, facts) is null && ReachesBlockEnd(outer, Around(outer, facts), facts))
                left.AddRange(outer.Exits);
        }

        return left;
    }
}

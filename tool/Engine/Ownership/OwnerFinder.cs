using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>Finds the owners of a function, and lays the labels acquire, release, transfer and borrow over its events.</summary>
internal sealed class OwnerFinder
{
    private readonly Facts _facts;
    private readonly ILookup<Local, Definition> _definitions;

    /// <summary>By the number of the definition.</summary>
    private readonly IReadOnlyList<Source>?[] _sources;

    /// <summary>By the number of the event; of calls only.</summary>
    private readonly IReadOnlyList<Effect>?[] _effects;

    /// <summary>Per local, its uses in the order of the graph; what is done with a copy in a temporary is done with it.</summary>
    private readonly Dictionary<Local, List<(Event Event, Use Use)>> _uses = [];

    private OwnerFinder(Facts facts)
    {
        _facts = facts;
        _definitions = facts.ReachingDefinitions.OfLocal;
        _sources = new IReadOnlyList<Source>?[facts.ReachingDefinitions.All.Length];
        _effects = new IReadOnlyList<Effect>?[facts.Graph.Events.Length];
        CollectUses();
    }

    private enum SourceKind
    {
        Acquired,
        Produced,
        Constant,
        Unset,
        HandedIn,
        Local,
        Memory,
        Other,
    }

    public static IEnumerable<OwnerSteps> Find(Facts facts)
    {
        if (facts.Catalogue.Resources.Count == 0)
            yield break;

        var finder = new OwnerFinder(facts);
        foreach (var local in Locals.Of(facts.Function))
        {
            foreach (var resource in finder.ResourcesOf(local))
                yield return finder.StepsOf(local, resource);
        }
    }

    private void CollectUses()
    {
        foreach (var @event in _facts.Graph.Events)
        {
            foreach (var use in ValueUses.Of(@event))
            {
                AddUse(use.Local, @event, use);
                if (!use.Local.IsTemporary)
                    continue;

                foreach (var copy in _facts.Constants.CopiesAt(_facts.Graph.Before(@event), use.Local))
                {
                    if (!copy.IsTemporary)
                        AddUse(copy, @event, use);
                }
            }
        }
    }

    private void AddUse(Local local, Event @event, Use use)
    {
        if (!_uses.TryGetValue(local, out var uses))
            _uses.Add(local, uses = []);

        uses.Add((@event, use));
    }

    /// <summary>The resources that a local may own: those it acquires, else the one it is released as.</summary>
    private List<Resource> ResourcesOf(Local local)
    {
        if (local.Kind is not (LocalKind.Variable or LocalKind.Parameter or LocalKind.Temporary) || local.IsStatic)
            return [];

        var uses = _uses.GetValueOrDefault(local) ?? [];
        if (local.IsTemporary && uses.Exists(u => u.Event is Store { Target: Local } || IsGivenBack(u.Event, u.Use)))
            return [];

        var acquired = new List<Resource>();
        foreach (var definition in _definitions[local])
        {
            foreach (var source in SourcesOf(definition))
                Add(acquired, source.Resource);
        }

        if (local.IsTemporary)
            return acquired;

        var released = new List<Resource>();
        foreach (var (@event, use) in uses)
        {
            foreach (var release in ReleasesBy(@event, use))
                Add(released, release.Resource);
        }

        if (acquired.Count > 0 && released.Find(r => acquired.TrueForAll(a => a == r || TakesOver(r, a)) && acquired.Exists(a => a != r)) is { } taking)
            return [taking];

        return acquired.Count > 0 ? acquired : [.. released.Take(1)];
    }

    private static void Add(List<Resource> resources, Resource? resource)
    {
        if (resource is { Kind: not ResourceKind.Lock } && !resources.Contains(resource))
            resources.Add(resource);
    }

    /// <summary>What was acquired as the one is rightly released as the other: raw memory made a thing of, a thing that is counted.</summary>
    private static bool TakesOver(Resource released, Resource acquired) =>
        released != acquired
        && ((acquired.IsRaw && !released.IsRaw) || (released.Kind == ResourceKind.Reference && !acquired.IsRaw));

    private OwnerSteps StepsOf(Local local, Resource resource)
    {
        var uses = _uses.GetValueOrDefault(local) ?? [];
        var released = uses
            .Where(u => ReleasesBy(u.Event, u.Use).Any(r => r.Resource!.Kind != ResourceKind.Lock))
            .SelectMany(u => _facts.ReachingDefinitions.Before(u.Event, local))
            .ToHashSet();

        // Who is given the variable by reference, and after whom it is released, has put there what is released. A structure
        // may have been there before, and a method works on its receiver.
        var handedOut = _definitions[local]
            .Where(d => d.At is Call call && call.Result != local && released.Contains(d) && !Assigns(call, local)
                && !local.IsValueType && !(call.HasReceiver && call.Arguments[0].Target == local)
                && !uses.Any(u => u.Event == call && ReleasesBy(call, u.Use).Any()))
            .Select(d => d.At!)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var definitions = _definitions[local]
            .Select(d => (At: d.At, Step: Defined(d, resource, released.Contains(d))))
            .ToList();
        var steps = new OwnerSteps(
            _facts.Graph,
            local,
            resource,
            definitions.FirstOrDefault(d => d.At is null).Step ?? new Step(StepKind.Define) { States = OwnershipState.Unset });
        foreach (var (@event, use) in uses)
        {
            if (StepFor(@event, use, local, resource) is { } step)
                steps.Add(@event, step is { Transfer: TransferKind.ByReference } && handedOut.Contains(@event) ? step with { Kind = StepKind.Use } : step);
        }

        // An event uses the old value before it assigns the new one.
        foreach (var (at, step) in definitions)
        {
            if (at is not null && !IsItself(at, local) && (Assigns(at, local) || handedOut.Contains(at)))
                steps.Add(at, step);
        }

        steps.Acquisitions.AddRange(definitions.Select(d => d.Step.Acquisition).OfType<Acquisition>());
        return steps;
    }

    private IReadOnlyList<Effect> EffectsOf(Call call) => _effects[call.Number] ??= _facts.Catalogue.EffectsOf(call);

    private IReadOnlyList<Effect> ReleasesBy(Event @event, Use use)
    {
        if (use.Kind is not (UseKind.Argument or UseKind.Reference) || @event is not Call call)
            return [];

        List<Effect>? releases = null;
        var effects = EffectsOf(call);
        for (var i = 0; i < effects.Count; i++)
        {
            if (effects[i].Kind == EffectKind.Release && effects[i].Subject.Index == use.Argument)
                (releases ??= []).Add(effects[i]);
        }

        return releases ?? [];
    }

    private Step? StepFor(Event @event, Use use, Local local, Resource resource)
    {
        switch (@event, use.Kind)
        {
            case (Call call, UseKind.Argument or UseKind.Reference):
                return StepFor(call, use, resource);

            case (Call call, UseKind.Inside):
                return MayKeep(call, use.Argument) ? new Step(StepKind.Lend) { Transfer = TransferKind.Passed } : new Step(StepKind.Use);

            case (Store store, UseKind.Stored) when IsTaken(store, local, resource):
                return Moved(TransferKind.Taken);

            case (Store store, UseKind.Stored):
                return StepFor(store, local);

            case (_, UseKind.Returned):
                return Moved(TransferKind.Returned);

            case (_, UseKind.Thrown):
                return Moved(TransferKind.Thrown);

            case (_, UseKind.ShownToMacro):
                return new Step(StepKind.Lend) { Transfer = TransferKind.Passed };

            case (_, UseKind.InMacro):
                return new Step(StepKind.Lose) { Transfer = TransferKind.InMacro };

            case (_, UseKind.Mixed):
                return new Step(StepKind.Lend) { Transfer = TransferKind.Copied };

            default:
                return new Step(StepKind.Use);
        }
    }

    /// <summary>Nothing says that the call only looks at what it is given there, or releases it.</summary>
    private bool MayKeep(Call call, int argument) =>
        !call.IsPure && !_facts.Catalogue.IsHarmless(call.Callee)
        && !EffectsOf(call).Any(e => e.Kind is EffectKind.Borrow or EffectKind.Release or EffectKind.Acquire && e.Subject.Index == argument);

    /// <summary>The call gives the value back as its result, and somebody takes it.</summary>
    private bool IsGivenBack(Event @event, Use use) =>
        use.Kind == UseKind.Argument && @event is Call { Result: not null } call && _facts.Catalogue.GivesBack(call.Callee) == use.Argument;

    /// <summary>The variable gets back what it gave: <c>line = strip(line)</c> changes nothing of who owns what.</summary>
    private bool ComesBack(Call call, Use use) =>
        IsGivenBack(call, use) && _uses.TryGetValue(call.Result!, out var uses)
        && uses is [{ Event: var next, Use: var nextUse }]
        && (next is Call other ? ComesBack(other, nextUse with { Local = use.Local }) : IsItself(next, use.Local));

    private bool IsItself(Event at, Local local) =>
        at is Store { Target: Local target, Value: var value } && target == local
        && ValueUses.Stripped(value) is Read { Place: Local { IsTemporary: true } temporary } && IsItself(temporary, at, local);

    private bool IsItself(Local temporary, Event at, Local local) =>
        _facts.ReachingDefinitions.Before(at, temporary).ToList() is [{ At: Call call }]
        && _facts.Catalogue.GivesBack(call.Callee) is { } index && index < call.Arguments.Length
        && ValueUses.Stripped(call.Arguments[index].Value) is Read { Place: Local given }
        && (given == local || (given.IsTemporary && IsItself(given, call, local)));

    private Step? StepFor(Call call, Use use, Resource resource)
    {
        var effects = EffectsOf(call);
        var releases = ReleasesBy(call, use).Where(r => r.Resource!.Kind != ResourceKind.Lock).ToList();
        if (releases.Count > 0)
        {
            var fitting = releases.Find(r => r.Resource == resource);
            return fitting is not null
                ? new Step(StepKind.Release) { Releaser = fitting.Releaser }
                : new Step(StepKind.Mismatch) { Releaser = releases[0].Releaser };
        }

        if (effects.Any(e => (e.Kind == EffectKind.Consume && e.Subject.Index == use.Argument)
                || e.Acquirer?.Consumes.Contains(use.Argument) == true))
        {
            return new Step(StepKind.Consume)
            {
                Transfer = TransferKind.Consumed,
                IsForGood = effects.Any(e => e is { Kind: EffectKind.Consume, IsForGood: true } && e.Subject.Index == use.Argument),
                MayBeLoan = effects.Any(e => e is { Kind: EffectKind.Consume, IsForGood: false } && e.Subject.Index == use.Argument),
            };
        }

        if (ComesBack(call, use))
            return new Step(StepKind.Use);

        if (IsGivenBack(call, use))
            return new Step(StepKind.Lend) { Transfer = TransferKind.Copied };

        var isReceiver = call.HasReceiver && use.Argument == 0;

        // Who only looks at a pointer that it is shown by its address has a copy of it all the same: memcpy(to, &p, sizeof(p)).
        if (use is { Kind: UseKind.Reference, Local.IsValueType: false } && !isReceiver && call.Arguments[use.Argument].Passing == Passing.Reference
            && effects.Any(e => e.Kind == EffectKind.Borrow && e.Subject.Index == use.Argument))
        {
            return new Step(StepKind.Lend) { Transfer = TransferKind.Copied };
        }

        if (call.IsPure || _facts.Catalogue.IsHarmless(call.Callee)
            || effects.Any(e => e.Kind == EffectKind.Borrow && e.Subject.Index == use.Argument))
        {
            return new Step(StepKind.Use);
        }

        if (use.Kind == UseKind.Reference)
        {
            // Who hands out by reference does not look at what was there.
            if (call.Arguments[use.Argument].Passing == Passing.Out
                || effects.Any(e => e.Kind == EffectKind.Acquire && e.Subject.Index == use.Argument))
            {
                return null;
            }

            // A structure whose address is known elsewhere stays the one it is, whatever is done to it.
            return isReceiver || use.Local is { IsValueType: true, IsAliased: true }
                ? new Step(StepKind.Use)
                : new Step(StepKind.Lose) { Transfer = TransferKind.ByReference };
        }

        if (isReceiver && call.Result is { } part && _facts.Catalogue.GivesPart(call.Callee) && IsTaken(part, []))
            return new Step(StepKind.Lend) { Transfer = TransferKind.Passed };

        // A method works on its receiver, and leaves it to its owner; who is told of its events may keep it.
        return isReceiver && !call.Callee.IsEventAccessor
            ? new Step(StepKind.Use) { NeedsSomething = call.MayThrow && resource.Empty.Equals(Constant.Null) && !use.Local.IsValueType }
            : new Step(StepKind.Lend) { Transfer = TransferKind.Passed };
    }

    /// <summary>Somebody releases it, or may keep it: <c>using (var s = response.GetResponseStream())</c>.</summary>
    private bool IsTaken(Local part, HashSet<Local> seen) =>
        seen.Add(part) && _uses.TryGetValue(part, out var uses) && uses.Exists(u => u switch
        {
            { Event: Store { Target: Local copy }, Use.Kind: UseKind.Stored } => IsTaken(copy, seen),
            { Event: Call call, Use: var use } when ReleasesBy(call, use).Any() => true,
            { Event: Call { Result: { } wrapper } call, Use: var use } when EffectsOf(call).Any(e => e.Acquirer?.Consumes.Contains(use.Argument) == true) =>
                IsTaken(wrapper, seen),
            { Event: Call call, Use: { Kind: UseKind.Argument } use } => !(call.HasReceiver && use.Argument == 0) && MayKeep(call, use.Argument),
            { Use.Kind: UseKind.Stored or UseKind.Returned or UseKind.Inside } => true,
            _ => false,
        });

    private Step? StepFor(Store store, Local local) => store.Target switch
    {
        // A choice between values comes out as one temporary: which of them it is, is not followed.
        Local { IsTemporary: true } chosen when !local.IsTemporary && _definitions[chosen].Skip(1).Any() =>
            new Step(StepKind.Lend) { Transfer = TransferKind.Copied },
        Local target when target == local || (target.IsTemporary && !local.IsTemporary) => null,
        Local { Kind: LocalKind.ReferenceParameter } => Moved(TransferKind.OutParameter),
        Local or { Root: { Kind: LocalKind.Variable, IsAliased: false } } => new Step(StepKind.Lend) { Transfer = TransferKind.Copied },
        _ => Moved(TransferKind.Stored),
    };

    /// <summary>The value goes into a temporary, and the local is emptied right behind.</summary>
    private bool IsTaken(Store store, Local local, Resource resource) =>
        store.Target is Local { IsTemporary: true } && !local.IsTemporary
        && _facts.Graph.After(store).Event is Store { Target: Local emptied, Value: Constant value }
        && emptied == local && ValueSet.AreSame(value, resource.Empty);

    private static Step Moved(TransferKind kind) => new(StepKind.Move) { Transfer = kind };

    /// <summary>Whether the event gives the local a value of which something is known.</summary>
    private bool Assigns(Event @event, Local local) => @event switch
    {
        ScopeEnter => true,
        Call call when ArgumentFor(call, local) is var index and >= 0 =>
            call.Arguments[index].Passing == Passing.Out || AcquiredBy(call, new Operand(index)).Count > 0,
        _ => Access.Writes(@event).Any(w => w.Local == local && w.IsWhole),
    };

    private Step Defined(Definition definition, Resource resource, bool isReleased)
    {
        var states = OwnershipState.None;
        Acquisition? acquisition = null;
        foreach (var source in SourcesOf(definition))
        {
            var (added, kind) = StatesOf(source, resource, isReleased);
            states |= source.IsTried ? added | OwnershipState.Empty
                : source.IsNonNull && resource.Empty.Equals(Constant.Null) ? added & ~OwnershipState.Empty
                : added;
            if (kind is not { } acquired || acquisition?.Kind > acquired)
                continue;

            // The least certain of several sources speaks for all of them.
            acquisition = new Acquisition(definition.At, acquired, source.Call, source.Acquirer) 
            {
                IsReleased = isReleased,
                MayBeNothing = source.IsTried || source.Call?.MayGiveNull == true,
                Operand = source.Call is { } call && ArgumentFor(call, definition.Local) is var index and >= 0 && call == definition.At ? new Operand(index) : Operand.Result,
            };
        }

        return new Step(StepKind.Define) { States = states, Acquisition = acquisition };
    }

    private static (OwnershipState States, AcquisitionKind? Kind) StatesOf(Source source, Resource resource, bool isReleased)
    {
        const OwnershipState maybeEmpty = OwnershipState.Owned | OwnershipState.Empty;
        const OwnershipState foreign = OwnershipState.Borrowed | OwnershipState.Empty;
        switch (source.Kind)
        {
            case SourceKind.Acquired when source.Resource == resource || TakesOver(resource, source.Resource!):
                var fails = !source.IsNonNull && source.Acquirer!.OnFailure is (FailureMode.Unknown or FailureMode.Empty);
                return (fails ? maybeEmpty : OwnershipState.Owned, AcquisitionKind.Catalogued);

            case SourceKind.Produced when isReleased:
                return (source.IsNonNull ? OwnershipState.Owned : maybeEmpty, AcquisitionKind.Witnessed);

            case SourceKind.HandedIn when isReleased:
                return (maybeEmpty, AcquisitionKind.HandedIn);

            case SourceKind.Memory when isReleased:
                return (maybeEmpty, AcquisitionKind.FromMemory);

            case SourceKind.Local when isReleased:
                return (maybeEmpty, AcquisitionKind.FromLocal);

            case SourceKind.Constant when EmptyValue.Is(source.Constant!, resource):
                return (OwnershipState.Empty, null);

            case SourceKind.Unset:
                return (OwnershipState.Unset, null);

            case SourceKind.Constant:
                return (OwnershipState.Borrowed, null);

            default:
                return (foreign, null);
        }
    }

    private IReadOnlyList<Source> SourcesOf(Definition definition)
    {
        if (_sources[definition.Index] is { } known)
            return known;

        // Set first, so that temporaries that feed each other around a loop come to an end.
        var sources = new List<Source>();
        _sources[definition.Index] = sources;
        var traced = Traced(definition);
        if (traced.Count > 1)
            sources.AddRange(traced.Distinct());
        else
            sources.AddRange(traced);

        return sources;
    }

    private IReadOnlyList<Source> Traced(Definition definition)
    {
        var local = definition.Local;
        switch (definition.At)
        {
            case null when definition.Local.Kind == LocalKind.Parameter:
                return definition.Local.IsNeverNull ? [new Source(SourceKind.HandedIn) { IsNonNull = true }] : Source.HandedIn;

            case null or ScopeEnter when definition.IsUnset:
                return Source.Unset;

            case Call call when call.Result == local:
                var acquired = AcquiredBy(call, Operand.Result);
                return acquired.Count > 0 ? acquired : Given(call);

            case Call call when ArgumentFor(call, local) is var index and >= 0:
                var handedOut = AcquiredBy(call, new Operand(index));
                return handedOut.Count > 0 ? handedOut
                    : [new Source(local.IsValueType && call.Arguments[index].Passing != Passing.Out ? SourceKind.Other : SourceKind.Produced, call) { IsNonNull = call.NonNull.Contains(index) }];

            case Store { Target: Local } store:
                var stored = Traced(ValueUses.Stripped(store.Value), store);
                return store.IsNonNull || IsTried(store.Value)
                    ? [.. stored.Select(s => s with { IsNonNull = store.IsNonNull, IsTried = !store.IsNonNull })]
                    : stored;

            case Load load:
                return Traced(new Read(load.Source), load);

            default:
                return Source.Other;
        }
    }

    /// <summary>
    /// The result of a call that no catalogue has acquire: what a releaser gives back is nothing to release, and some give
    /// back what they were given.
    /// </summary>
    private IReadOnlyList<Source> Given(Call call)
    {
        if (_facts.Catalogue.GivesBack(call.Callee) is { } index && index < call.Arguments.Length)
            return Traced(ValueUses.Stripped(call.Arguments[index].Value), call);

        var effects = EffectsOf(call);
        for (var i = 0; i < effects.Count; i++)
        {
            if (effects[i] is { Kind: EffectKind.Release, Releaser: { } releaser, Resource: { Kind: not ResourceKind.Lock } resource })
                return releaser.GivesEmpty ? [new Source(SourceKind.Constant) { Constant = resource.Empty }] : Source.Other;
        }

        return [new Source(SourceKind.Produced, call) { IsNonNull = call.NonNull.Contains(Operand.Result.Index) }];
    }

    private static bool IsTried(Expression value) => value switch
    {
        Operation { Operator: ['a', 's', ' ', ..] } => true,
        Operation { Operator: ['(', ..], Operands: [var operand] } => IsTried(operand),
        _ => false,
    };

    private IReadOnlyList<Source> Traced(Expression value, Event at) => value switch
    {
        Constant constant => [new Source(SourceKind.Constant) { Constant = constant }],
        Read { Place: Local { IsTemporary: true } temporary } when IsStoredBefore(temporary, at) => Source.Memory,
        Read { Place: Local { IsTemporary: true } temporary } =>
            [.. _facts.ReachingDefinitions.Before(at, temporary).ToList().SelectMany(SourcesOf)],
        Read { Place: Local } => Source.Local,
        Read => Source.Memory,
        _ => Source.Other,
    };

    /// <summary>The value went into memory first: <c>p = x->field = make()</c> is a copy of what the structure owns.</summary>
    private bool IsStoredBefore(Local temporary, Event at) =>
        at is Store { Target: Local } && _uses.TryGetValue(temporary, out var uses)
        && uses.Exists(u => u is { Event: Store { Target: not Local } store, Use.Kind: UseKind.Stored }
            && store.Number < at.Number && _facts.Graph.BlockOf(store) == _facts.Graph.BlockOf(at));

    private List<Source> AcquiredBy(Call call, Operand subject)
    {
        var sources = new List<Source>();
        foreach (var effect in EffectsOf(call))
        {
            if (effect.Kind == EffectKind.Acquire && effect.Subject == subject)
                sources.Add(new Source(SourceKind.Acquired, call, effect.Resource, effect.Acquirer) { IsNonNull = effect.Resource!.Empty == Constant.Null && call.NonNull.Contains(subject.Index) });
        }

        return sources;
    }

    /// <summary>The argument through which a call assigns a local, or -1.</summary>
    private static int ArgumentFor(Call call, Local local)
    {
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Passing != Passing.Value && call.Arguments[i].Target == local)
                return i;
        }

        return -1;
    }

    /// <summary>Where a value comes from.</summary>
    private sealed record Source(SourceKind Kind, Call? Call = null, Resource? Resource = null, Acquirer? Acquirer = null)
    {
        public static IReadOnlyList<Source> HandedIn { get; } = [new(SourceKind.HandedIn)];

        public static IReadOnlyList<Source> Unset { get; } = [new(SourceKind.Unset)];

        public static IReadOnlyList<Source> Local { get; } = [new(SourceKind.Local)];

        public static IReadOnlyList<Source> Memory { get; } = [new(SourceKind.Memory)];

        public static IReadOnlyList<Source> Other { get; } = [new(SourceKind.Other)];

        public Constant? Constant { get; init; }

        public bool IsNonNull { get; init; }

        /// <summary>It comes through a conversion that gives null for things of another type.</summary>
        public bool IsTried { get; init; }
    }
}

using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>What one event does to one owner.</summary>
internal enum StepKind
{
    /// <summary>The local gets another value.</summary>
    Define,
    Release,

    /// <summary>Released with the releaser of another resource.</summary>
    Mismatch,

    /// <summary>Ownership leaves for certain.</summary>
    Move,

    /// <summary>Ownership leaves if the event completes; when it throws, that is not known.</summary>
    Consume,

    /// <summary>Something that is not known sees the value.</summary>
    Lend,

    /// <summary>The place itself is out of sight: it may be anything afterwards.</summary>
    Lose,

    /// <summary>The value is needed, and stays.</summary>
    Use,
}

/// <summary>A step; <see cref="States"/> are those after a definition.</summary>
internal sealed record Step(StepKind Kind)
{
    public OwnershipState States { get; init; }

    public Acquisition? Acquisition { get; init; }

    public Releaser? Releaser { get; init; }

    public TransferKind? Transfer { get; init; }

    /// <summary>What leaves is released by who has it then.</summary>
    public bool IsForGood { get; init; }

    /// <summary>Who has it may leave it to somebody else: a list frees its entries, or only itself.</summary>
    public bool MayBeLoan { get; init; }

    /// <summary>It only completes where there is something: a member was called on it.</summary>
    public bool NeedsSomething { get; init; }

    public OwnershipState After(OwnershipState before)
    {
        const OwnershipState owned = OwnershipState.Owned | OwnershipState.Lent;
        switch (Kind)
        {
            case StepKind.Define:
                return States;

            case StepKind.Release or StepKind.Mismatch when Releaser is { Clears: true }:
                return before == OwnershipState.None ? before : OwnershipState.Empty;

            case StepKind.Release or StepKind.Mismatch:
                var rest = before & OwnershipState.Empty;
                return before == rest ? rest : rest | OwnershipState.Released;

            case StepKind.Move or StepKind.Consume:
                return (before & owned) != 0 ? (before & ~owned) | OwnershipState.Moved : before;

            case StepKind.Lend:
                return (before & OwnershipState.Owned) != 0
                    ? (before & ~OwnershipState.Owned) | OwnershipState.Lent
                    : before;

            case StepKind.Lose:
                return before == OwnershipState.None ? before : OwnershipState.Unknown;

            default:
                return NeedsSomething && before != OwnershipState.Empty ? before & ~OwnershipState.Empty : before;
        }
    }

    public OwnershipState AfterThrow(OwnershipState before) => Kind switch
    {
        StepKind.Define or StepKind.Use => before,
        // Who throws has kept nothing.
        StepKind.Lend when Transfer == TransferKind.Passed => before,
        StepKind.Consume => (this with { Kind = StepKind.Lend }).After(before),
        _ => After(before),
    };
}

/// <summary>A local and a resource that it may own, with what each event does to it.</summary>
internal sealed class OwnerSteps(ControlFlowGraph graph, Local local, Resource resource, Step atEntry)
{
    /// <summary>By the number of the event.</summary>
    private readonly List<Step>?[] _steps = new List<Step>?[graph.Events.Length];

    private static readonly List<Step> s_none = [];

    public Local Local { get; } = local;

    public Resource Resource { get; } = resource;

    /// <summary>What the local holds when the function begins.</summary>
    public Step AtEntry { get; } = atEntry;

    /// <summary>The acquisitions, in the order of their definitions.</summary>
    public List<Acquisition> Acquisitions { get; } = [];

    public IReadOnlyList<Step> Of(Event @event) => _steps[@event.Number] ?? s_none;

    public OwnershipState After(OwnershipState before, Event @event)
    {
        foreach (var step in _steps[@event.Number] ?? s_none)
            before = step.After(before);

        return before;
    }

    public OwnershipState AfterThrow(OwnershipState before, Event @event)
    {
        foreach (var step in _steps[@event.Number] ?? s_none)
            before = step.AfterThrow(before);

        return before;
    }

    /// <summary>The same, but that what is stored away, or put into a collection, is taken to be lent; null when nothing is.</summary>
    public OwnerSteps? WithLoans()
    {
        if (!graph.Events.Any(e => Of(e).Any(IsStored)) || !graph.Events.Any(e => Of(e).Any(s => s.Kind == StepKind.Release)))
            return null;

        var lent = new OwnerSteps(graph, Local, Resource, AtEntry);
        lent.Acquisitions.AddRange(Acquisitions);
        foreach (var @event in graph.Events)
        {
            foreach (var step in Of(@event))
                lent.Add(@event, IsStored(step) ? step with { Kind = StepKind.Lend, Transfer = TransferKind.Copied } : step);
        }

        return lent;

        static bool IsStored(Step step) => step is { Kind: StepKind.Move, Transfer: TransferKind.Stored } or { Kind: StepKind.Consume, MayBeLoan: true };
    }

    public void Add(Event @event, Step step)
    {
        (_steps[@event.Number] ??= []).Add(step);
    }
}

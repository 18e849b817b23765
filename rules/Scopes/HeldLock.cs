using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Rules.Scopes;

/// <summary>
/// Where a lock that one call enters is held. A flag that says whether it was taken is followed along, since exits
/// are asked for under it.
/// </summary>
internal sealed class HeldLock
{
    private readonly Solution<States> _solution;
    private readonly Facts _facts;

    private HeldLock(Solution<States> solution, Facts facts)
    {
        _solution = solution;
        _facts = facts;
    }

    /// <summary>Held or not, and what the flag says: each combination is possible on its own.</summary>
    [Flags]
    private enum States
    {
        None = 0,
        Free = 1,
        FreeFlagged = 2,
        Held = 4,
        HeldFlagged = 8,
    }

    public bool MayBeHeldAtExit => (_solution.AtStart(_facts.Graph.Exit) & (States.Held | States.HeldFlagged)) != 0;

    /// <summary>Whatever way led there, it is held.</summary>
    public bool IsHeldBefore(Event @event) => MayBeHeldBefore(@event) && !MayBeFreeBefore(@event);

    /// <summary>The events that may run while it is held.</summary>
    public IEnumerable<Event> Region => _facts.Graph.Events.Where(MayBeHeldBefore);

    public static HeldLock Of(ScopedLock.Site site, Facts facts) =>
        new(Dataflow.Solve(new Problem(site), facts.Graph), facts);

    public bool MayBeHeldBefore(Event @event) => (_solution.Before(@event) & (States.Held | States.HeldFlagged)) != 0;

    public bool MayBeFreeBefore(Event @event) => (_solution.Before(@event) & (States.Free | States.FreeFlagged)) != 0;

    private sealed class Problem(ScopedLock.Site site) : DataflowProblem<States>
    {
        public override States Bottom => States.None;

        public override States Boundary => States.Free;

        public override States Join(States left, States right) => left | right;

        public override bool AreEqual(States left, States right) => left == right;

        public override States Transfer(States state, Event @event) => @event switch
        {
            Call call when IsEnter(call) => Moved(state, toHeld: true),
            Call call when site.Exits.Contains(call) => Moved(state, toHeld: false),
            Store { Target: Local local, Value: Constant { Value: bool value } } when local == site.Flag => Flagged(state, value),
            Store { Target: Local local } when local == site.Flag => Flagged(state, true) | Flagged(state, false),
            _ => state,
        };

        // Entering that throws has not entered; leaving that throws is taken to have left.
        public override States TransferThrow(States state, Event @event) =>
            @event is Call call && IsEnter(call) ? state : Transfer(state, @event);

        public override States TransferEdge(States state, Edge edge)
        {
            if (site.Flag is null || edge.From.Branch is not { } branch || edge.Kind is not (EdgeKind.True or EdgeKind.False))
                return state;

            var (condition, isTrue) = (branch.Condition, edge.Kind == EdgeKind.True);
            while (condition is Operation { Operator: "!", Operands: [var operand] })
                (condition, isTrue) = (operand, !isTrue);

            if (condition is not Read { Place: Local local } || local != site.Flag)
                return state;

            return state & (isTrue ? States.FreeFlagged | States.HeldFlagged : States.Free | States.Held);
        }

        private bool IsEnter(Call call) => call.Origin == site.Enter.Origin && call.Callee == site.Enter.Callee;

        private static States Moved(States state, bool toHeld)
        {
            var result = States.None;
            if ((state & (States.Free | States.Held)) != 0)
                result |= toHeld ? States.Held : States.Free;

            if ((state & (States.FreeFlagged | States.HeldFlagged)) != 0)
                result |= toHeld ? States.HeldFlagged : States.FreeFlagged;

            return result;
        }

        private static States Flagged(States state, bool value)
        {
            var result = States.None;
            if ((state & (States.Free | States.FreeFlagged)) != 0)
                result |= value ? States.FreeFlagged : States.Free;

            if ((state & (States.Held | States.HeldFlagged)) != 0)
                result |= value ? States.HeldFlagged : States.Held;

            return result;
        }
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>What the exploration comes to: a difference found, a doubt, or the record of what a proof allowed.</summary>
internal sealed partial class Exploration
{
    private Verdict Proved()
    {
        foreach (var local in _old.Locals)
        {
            if (local.Kind == LocalKind.Variable
                && !_new.Locals.Any(l => l.Name == local.Name && l.Kind == LocalKind.Variable)
                && _old.Graph.Events.Any(e => e is EvaluateReturn { Value: Read read } && read.Place.Equals(local))
                && _old.Graph.Events.Any(e => e is Store store && store.Target.Equals(local)))
                Record(DifferenceKind.DeadResultVariable, local.Declaration, $"the value of {local.Name} is known at each return");
        }

        return new Verdict(VerdictKind.Proved, "every path shows the same events")
        {
            Differences = [.. _differences.Values.OrderBy(d => d.At.Span.Start).ThenBy(d => d.Kind)],
            Evidence = [.. _evidence],
        };
    }

    private Verdict GaveUp(string reason) => _refuted ?? _undecided ?? new Verdict(VerdictKind.Undecided, reason);

    /// <summary>A path on which the two do different things. After a merge of states that may be for lack of knowledge only.</summary>
    private bool Differ(ProductState state, string reason, string old, string @new)
    {
        // A path followed on the guess that the other side releases as well is none where it does not.
        if (state.Owed.Any(o => o.IsSpeculative))
            return false;

        if (state.IsOutOfMemory && EndsForLackOfMemory(state))
        {
            Record(DifferenceKind.OutOfMemoryEdgeRemoved, OldOrigin(state), "only lack of memory leads here: " + reason);
            return false;
        }

        if (state.IsMerged || MayBeOneQuestion(state))
            return Doubt(state, reason);

        _refuted ??= new Verdict(VerdictKind.Refuted, reason)
        {
            Counterexample = [.. TraceOf(state), "before: " + old, "after: " + @new],
        };

        return false;
    }

    /// <summary>
    /// A place in memory was asked for in the same way at two times, with two answers. Where it was not changed in between,
    /// and only that is not known, there is no such path.
    /// </summary>
    private bool MayBeOneQuestion(ProductState state)
    {
        var asked = new Dictionary<string, (int Term, bool Holds)>(StringComparer.Ordinal);
        for (var i = 0; i < state.Facts.Conditions.Length; i++)
        {
            var (term, holds) = (state.Facts.Conditions[i], state.Facts.Holds[i]);
            if (!asked.TryAdd(_terms.TextOf(term), (term, holds)) && asked[_terms.TextOf(term)] is var before && before.Term != term && before.Holds != holds)
                return true;
        }

        return false;
    }

    /// <summary>The new function ends the program, or lets the exception go on, past what is done on the way out.</summary>
    private static bool EndsForLackOfMemory(ProductState state) =>
        state.New.Next is Call { NeverReturns: true }
        || ((state.New.IsAtUnwind || (state.New.HasRaised && !state.New.Body.ComesToExit(state.New.Block))) && !state.Owed.Any(o => o.IsOwedByNew));

    private Origin OldOrigin(ProductState state) => state.Old.Next?.Origin ?? _old.Function.Origin;

    private bool Doubt(ProductState state, string reason)
    {
        if (!state.Owed.Any(o => o.IsSpeculative))
        {
            // What is in doubt stays so, unless a difference is found soon.
            if (_undecided is null)
                _budget = Math.Min(_budget, _steps + (_options.Budget / 8));

            _undecided ??= new Verdict(VerdictKind.Undecided, reason)
            {
                Counterexample = [.. TraceOf(state)],
            };
        }

        return false;
    }

    private static ImmutableArray<string> TraceOf(ProductState state)
    {
        var steps = new List<string>();
        for (var step = state.Trace; step is not null; step = step.Previous)
            steps.Add(step.Text);

        steps.Reverse();
        return [.. steps];
    }

    private void Record(DifferenceKind kind, Origin at, string what) =>
        _differences.TryAdd((kind, at), new Difference(kind, at, what));

    private string Waiting(ProductState state, Side side, Prepared? prepared)
    {
        if (prepared is not null)
            return $"{prepared.Event.Callee}({string.Join(", ", prepared.Arguments.Select(_terms.TextOf))})";

        if (side.IsAtExit)
        {
            var value = side.Values[side.Body.ReturnSlot];
            return value == _terms.Nothing ? "returns" : "returns " + _terms.TextOf(value);
        }

        return side.IsAtUnwind
            ? "leaves with the exception " + _terms.TextOf(side.Values[side.Body.ExceptionSlot])
            : side.Next?.ToString() ?? "jumps";
    }

    private string TextOf(Event @event)
    {
        if (!_texts.TryGetValue(@event, out var text))
            _texts.Add(@event, text = @event is Call call ? $"{call.Callee}({string.Join(", ", call.Arguments)})" : @event.ToString()!);

        return text;
    }

    private readonly Dictionary<Event, string> _texts = [];
}

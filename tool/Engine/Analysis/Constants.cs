using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>
/// What value each local has at each point, as far as constants go: conditional constant propagation. A branch tells
/// both sides what its condition means (<c>x == null</c>, <c>ret &lt; 0</c>), for the local and for its copies; a side that
/// cannot be taken is not reached. Literals of <c>#if</c> keep one value along a path.
/// </summary>
public sealed class Constants
{
    private readonly Solution<State> _solution;

    internal State StateAt(Point point) => _solution.At(point);

    private Constants(Solution<State> solution)
    {
        _solution = solution;
    }

    /// <summary>The constants of a function, or of what is left of it without some of its edges.</summary>
    public static Constants Of(Function function, IReadOnlySet<Edge>? without = null) =>
        new(Dataflow.Solve(new Problem(Locals.Of(function), without), function.Graph));

    public bool IsReached(Point point) => _solution.At(point).IsReached;

    /// <summary>Whether some execution may take the edge.</summary>
    public bool IsTaken(Edge edge) => _solution.On(edge).IsReached;

    public ValueSet At(Point point, Local local) => _solution.At(point).Of(local);

    /// <summary>The value of an expression at a point; calls have no part in it, expressions are pure.</summary>
    public ValueSet At(Point point, Expression expression) => _solution.At(point).Of(expression);

    /// <summary>Whether two locals certainly hold one value, the one being a copy of the other.</summary>
    public bool AreCopies(Point point, Local left, Local right)
    {
        var state = _solution.At(point);
        return left == right || (state.IsReached && state.OriginOf(left) == state.OriginOf(right));
    }

    /// <summary>The locals that certainly hold the same value as this one there, itself among them.</summary>
    public IEnumerable<Local> CopiesAt(Point point, Local local)
    {
        var state = _solution.At(point);
        if (!state.IsReached)
            return [local];

        var origin = state.OriginOf(local);
        return [.. state.CopiesOf[origin] ?? [], origin];
    }

    /// <summary>The value a local has when the edge is taken.</summary>
    public ValueSet On(Edge edge, Local local) => _solution.On(edge).Of(local);

    /// <summary>
    /// Facts at one point: per local its values, the local it is a copy of (and the same read the other way), and the
    /// literals decided so far. What is not in a map may be anything.
    /// </summary>
    internal sealed record State(
        bool IsReached,
        LocalTable<ValueSet> Values,
        LocalTable<Local> Copies,
        LocalTable<Local[]> CopiesOf,
        ImmutableDictionary<string, bool> Literals)
    {
        public static State Unreached { get; } = new(false, LocalTable<ValueSet>.Empty, LocalTable<Local>.Empty, LocalTable<Local[]>.Empty, []);

        public static State Unknown { get; } = Unreached with { IsReached = true };

        public ValueSet Of(Local local) =>
            !IsReached ? ValueSet.None : Values[local] ?? ValueSet.Any;

        public ValueSet Of(Expression expression)
        {
            if (!IsReached)
                return ValueSet.None;

            return expression switch
            {
                Constant constant => ValueSet.Of(constant),
                Read { Place: Local local } => Of(local),
                AddressOf => ValueSet.Any.Without(Constant.Null),
                Operation { Operands: [var operand] } operation => Folding.Unary(operation.Operator, Of(operand)),
                Operation { Operands: [var left, var right] } operation =>
                    Folding.Binary(operation.Operator, Of(left), Of(right)),
                _ => ValueSet.Any,
            };
        }

        public State With(Local local, ValueSet value)
        {
            if (value.IsImpossible)
                return Unreached;

            var values = Values.With(local, value.Equals(ValueSet.Any) ? null : value);
            return ReferenceEquals(values, Values) ? this : this with { Values = values };
        }

        /// <summary>The local gets a new value: whatever was a copy of the old one is not one any more.</summary>
        public State Assigned(Local local, ValueSet value)
        {
            if (!IsReached)
                return this;

            var (copies, copiesOf) = (Copies, CopiesOf);
            foreach (var copy in copiesOf[local] ?? [])
                copies = copies.With(copy, null);

            copiesOf = copiesOf.With(local, null);
            if (copies[local] is { } origin)
            {
                Local[] others = [.. copiesOf[origin]!.Where(c => c != local)];
                copies = copies.With(local, null);
                copiesOf = copiesOf.With(origin, others.Length == 0 ? null : others);
            }

            return WithCopies(copies, copiesOf).With(local, value);
        }

        public State CopiedTo(Local local, Local source)
        {
            var state = Assigned(local, Of(source));
            var origin = state.OriginOf(source);
            if (origin == local || !state.IsReached)
                return state;

            return state.WithCopies(state.Copies.With(local, origin), state.CopiesOf.With(origin, [.. state.CopiesOf[origin] ?? [], local]));
        }

        /// <summary>More is known of a local, and so of every copy of the same value.</summary>
        public State Refined(Local local, Func<ValueSet, ValueSet> refine)
        {
            var origin = OriginOf(local);
            var state = With(origin, refine(Of(origin)));
            foreach (var copy in CopiesOf[origin] ?? [])
            {
                if (state.IsReached)
                    state = state.With(copy, refine(state.Of(copy)));
            }

            return state;
        }

        public Local OriginOf(Local local) => Copies[local] ?? local;

        private State WithCopies(LocalTable<Local> copies, LocalTable<Local[]> copiesOf) =>
            ReferenceEquals(copies, Copies) && ReferenceEquals(copiesOf, CopiesOf)
                ? this
                : new State(IsReached, Values, copies, copiesOf, Literals);
    }

    internal sealed class Problem(ImmutableArray<Local> locals, IReadOnlySet<Edge>? without = null) : DataflowProblem<State>
    {
        private readonly ImmutableArray<Local> _seenByOthers = [.. locals.Where(l => l.IsAliased || l.IsStatic)];

        public override State Bottom => State.Unreached;

        public override State Boundary => State.Unknown;

        public override State Join(State left, State right)
        {
            if (!left.IsReached || ReferenceEquals(left, right))
                return right;

            if (!right.IsReached)
                return left;

            var values = left.Values.Joined(right.Values, Join);
            var copies = left.Copies.Joined(right.Copies, Common);
            return new State(
                true,
                values,
                copies,
                ReferenceEquals(copies, left.Copies) ? left.CopiesOf : Inverted(copies),
                Common(left.Literals, right.Literals));
        }

        public override bool AreEqual(State left, State right) =>
            ReferenceEquals(left, right)
            || (left.IsReached == right.IsReached && left.Values.IsSame(right.Values, static (l, r) => l.Equals(r))
                && left.Copies.IsSame(right.Copies, static (_, _) => false) && Same(left.Literals, right.Literals));

        /// <summary>Nothing is known of what may be anything on either side.</summary>
        private static ValueSet? Join(ValueSet? left, ValueSet? right)
        {
            if (left is null || right is null)
                return null;

            var joined = left.Join(right);
            return joined.Equals(ValueSet.Any) ? null : joined.Equals(left) ? left : joined;
        }

        private static Local? Common(Local? left, Local? right) => left == right ? left : null;

        public override State Transfer(State state, Event @event)
        {
            if (!state.IsReached)
                return state;

            switch (@event)
            {
                case Store { Target: Local local } store when Locals.IsPrivate(local):
                    return store.Value is Read { Place: Local source } && Locals.IsPrivate(source)
                        ? state.CopiedTo(local, source)
                        : state.Assigned(local, state.Of(store.Value));

                case Store { Target: Local { Kind: LocalKind.ReferenceParameter, IsAliased: false } local } store:
                    return state.Assigned(local, state.Of(store.Value));

                case Load { Source: Local from } load when Locals.IsPrivate(from):
                    return state.CopiedTo(load.Result, from);
            }

            foreach (var write in Access.Writes(@event))
                state = state.Assigned(write.Local, ValueSet.Any);

            return Forgotten(state, @event);
        }

        public override State TransferThrow(State state, Event @event)
        {
            foreach (var write in Access.Writes(@event))
            {
                if (write.OnThrow)
                    state = state.Assigned(write.Local, ValueSet.Any);
            }

            return Forgotten(state, @event);
        }

        public override State TransferEdge(State state, Edge edge)
        {
            if (!state.IsReached)
                return state;

            if (without?.Contains(edge) == true)
                return Bottom;

            return edge.Kind switch
            {
                EdgeKind.True => Refinement.Assume(state, edge.From.Branch!.Condition, true),
                EdgeKind.False => Refinement.Assume(state, edge.From.Branch!.Condition, false),
                EdgeKind.Case => Cased(state, edge),
                EdgeKind.Conditional => Decided(state, edge.Literal!, edge.LiteralValue),
                _ => state,
            };
        }

        /// <summary>Code that is not seen here may have changed whatever others can reach.</summary>
        private State Forgotten(State state, Event @event)
        {
            if (!Access.RunsUnknownCode(@event))
                return state;

            foreach (var local in _seenByOthers)
                state = state.Assigned(local, ValueSet.Any);

            return state;
        }

        private static State Cased(State state, Edge edge)
        {
            var value = edge.From.Branch!.Condition;
            if (edge.Case is { } taken)
                return Refinement.Assume(state, new Operation("==", value, taken), true);

            foreach (var other in edge.From.Successors)
            {
                if (other.Case is { } not)
                    state = Refinement.Assume(state, new Operation("==", value, not), false);
            }

            return state;
        }

        private static State Decided(State state, string literal, bool value)
        {
            if (state.Literals.TryGetValue(literal, out var before))
                return before == value ? state : State.Unreached;

            return state with { Literals = state.Literals.Add(literal, value) };
        }

        private LocalTable<Local[]> Inverted(LocalTable<Local> copies)
        {
            var inverted = LocalTable<Local[]>.Empty;
            foreach (var local in locals)
            {
                if (copies[local] is { } origin)
                    inverted = inverted.With(origin, [.. inverted[origin] ?? [], local]);
            }

            return inverted;
        }

        private static ImmutableDictionary<TKey, TValue> Common<TKey, TValue>(
            ImmutableDictionary<TKey, TValue> left, ImmutableDictionary<TKey, TValue> right)
            where TKey : notnull
        {
            return ReferenceEquals(left, right)
                ? left
                : left.RemoveRange(left.Where(l => !right.Contains(l)).Select(l => l.Key));
        }

        private static bool Same<TKey, TValue>(
            ImmutableDictionary<TKey, TValue> left, ImmutableDictionary<TKey, TValue> right)
            where TKey : notnull
        {
            return ReferenceEquals(left, right)
                || (left.Count == right.Count
                    && left.All(l => right.TryGetValue(l.Key, out var value) && Equals(l.Value, value)));
        }
    }

    /// <summary>What taking one side of a condition says about the locals in it.</summary>
    internal static class Refinement
    {
        public static State Assume(State state, Expression condition, bool holds)
        {
            if (!state.IsReached)
                return state;

            var value = state.Of(condition);
            if (holds ? value.Is(new Constant(false)) : value.IsNot(new Constant(false)))
                return State.Unreached;

            switch (condition)
            {
                case Read { Place: Local local } when !local.IsAliased:
                    return state.Refined(local, v => holds ? v.Without(ZeroOf(local)) : v.Only(ZeroOf(local)));

                case Operation { Operator: "!", Operands: [var operand] }:
                    return Assume(state, operand, !holds);

                case Operation { Operands: [var left, var right] } comparison:
                    state = Compare(state, comparison.Operator, left, right, holds);
                    return Mirrored(comparison.Operator) is { } mirrored
                        ? Compare(state, mirrored, right, left, holds)
                        : state;

                default:
                    return state;
            }
        }

        /// <summary>Refines the left operand, where it is a local, by a known right one.</summary>
        private static State Compare(State state, string @operator, Expression left, Expression right, bool holds)
        {
            if (left is not Read { Place: Local { IsAliased: false } local } || !state.IsReached)
                return state;

            var against = state.Of(right);
            if (@operator is "==" or "!=")
            {
                var equal = @operator == "==" == holds;
                if (against.Constant is { } constant)
                    return state.Refined(local, v => equal ? v.Only(constant) : v.Without(constant));

                return state;
            }

            if (against.Constant is not { } bound || ValueSet.NumberOf(bound) is not { } number)
                return state;

            return state.Refined(
                local,
                v => v.Where(c => ValueSet.NumberOf(c) is not { } n || Folding.Compare(@operator, n, number) == holds)
                    .Within(SignsWhere(@operator, number, holds)));
        }

        /// <summary>The sides of zero on which <c>x OP bound</c> can have the given outcome, x a whole number.</summary>
        private static Signs SignsWhere(string @operator, long bound, bool holds)
        {
            var below = (@operator, holds) switch
            {
                ("<", true) or (">=", false) => bound - 1,
                ("<=", true) or (">", false) => bound,
                _ => (long?)null,
            };
            if (below is { } highest)
                return highest < 0 ? Signs.Negative : highest == 0 ? Signs.Negative | Signs.Zero : Signs.Any;

            var lowest = (@operator, holds) switch
            {
                (">", true) or ("<=", false) => bound + 1,
                (">=", true) or ("<", false) => bound,
                _ => long.MinValue,
            };
            return lowest > 0 ? Signs.Positive : lowest == 0 ? Signs.Positive | Signs.Zero : Signs.Any;
        }

        private static string? Mirrored(string @operator) => @operator switch
        {
            "==" or "!=" => @operator,
            "<" => ">",
            ">" => "<",
            "<=" => ">=",
            ">=" => "<=",
            _ => null,
        };

        /// <summary>How "nothing" is written for a local: a truth value, an address or a number.</summary>
        private static Constant ZeroOf(Local local) =>
            local.Type.Contains("bool", StringComparison.OrdinalIgnoreCase) ? new Constant(false)
            : local.Type.EndsWith('*') ? Constant.Null
            : new Constant(0L);
    }

    /// <summary>Operators over known values.</summary>
    private static class Folding
    {
        public static ValueSet Unary(string @operator, ValueSet operand)
        {
            switch (@operator)
            {
                case "!" when operand.IsNot(new Constant(false)):
                    return ValueSet.Of(new Constant(false));

                case "!" when operand.Is(new Constant(false)):
                    return ValueSet.Of(new Constant(true));

                // The most negative number of a narrower type has no counterpart; small ones do in every type.
                case "-" when operand.Constant is { } c && ValueSet.NumberOf(c) is { } n and > -100 and < 100:
                    return ValueSet.Of(new Constant(-n));

                // A conversion keeps what is nothing: null stays null, zero stays zero.
                case ['(', ..] when operand.Is(Constant.Null):
                    return operand;

                default:
                    return ValueSet.Any;
            }
        }

        public static ValueSet Binary(string @operator, ValueSet left, ValueSet right)
        {
            var outcome = @operator switch
            {
                "==" => AreEqual(left, right),
                "!=" => !AreEqual(left, right),
                "<" or "<=" or ">" or ">=" => AreOrdered(@operator, left, right),
                _ => null,
            };
            return outcome is { } known ? ValueSet.Of(new Constant(known)) : ValueSet.Any;
        }

        public static bool? Compare(string @operator, long left, long right) => @operator switch
        {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            _ => null,
        };

        private static bool? AreEqual(ValueSet left, ValueSet right)
        {
            if (right.Constant is { } constant)
                return left.Is(constant) ? true : left.IsNot(constant) ? false : null;

            if (left.Constant is { } other)
                return right.IsNot(other) ? false : null;

            return null;
        }

        private static bool? AreOrdered(string @operator, ValueSet left, ValueSet right)
        {
            if (right.Constant is not { } constant || ValueSet.NumberOf(constant) is not { } bound)
                return null;

            if (left.OneOf is { } some)
            {
                var outcomes = some
                    .Select(c => ValueSet.NumberOf(c) is { } n ? Compare(@operator, n, bound) : null)
                    .Distinct()
                    .ToList();
                return outcomes is [var only] ? only : null;
            }

            // Only the sides of zero are known: they decide comparisons around zero.
            return (@operator, left.Signs) switch
            {
                ("<", Signs.Negative) when bound >= 0 => true,
                ("<=", Signs.Negative) when bound >= -1 => true,
                (">", Signs.Negative) when bound >= -1 => false,
                (">=", Signs.Negative) when bound >= 0 => false,
                (">", Signs.Positive) when bound <= 0 => true,
                (">=", Signs.Positive) when bound <= 1 => true,
                ("<", Signs.Positive) when bound <= 1 => false,
                ("<=", Signs.Positive) when bound <= 0 => false,
                (">=", Signs.Zero | Signs.Positive) when bound <= 0 => true,
                ("<", Signs.Zero | Signs.Positive) when bound <= 0 => false,
                ("<=", Signs.Zero | Signs.Negative) when bound >= 0 => true,
                (">", Signs.Zero | Signs.Negative) when bound >= 0 => false,
                _ => null,
            };
        }
    }
}

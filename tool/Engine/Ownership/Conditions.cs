using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>How a condition came out on a path, and the locals that it was made from.</summary>
internal sealed record Decision(bool Holds, ImmutableArray<Local> Locals);

/// <summary>
/// Remembers how the conditions on a path came out. Temporaries are replaced by what they stand for, so that two calls
/// of one property are one condition; an assignment to a local forgets the conditions about it. Memory is taken to
/// keep its value, which is right for its purpose: of two equal tests, the second rarely goes another way.
/// </summary>
internal sealed class Conditions
{
    private const string CallPrefix = "?call ";
    private const string PropertyPrefix = "?property ";
    private const int MaxDepth = 12;

    private readonly Facts _facts;
    private readonly ILookup<Local, Definition> _definitions;
    private readonly Dictionary<Block, Condition> _ofBlock = [];

    public Conditions(Facts facts)
    {
        _facts = facts;
        _definitions = facts.ReachingDefinitions.All.Where(d => d.At is not null).ToLookup(d => d.Local);
    }

    /// <summary>What must have come out so, since there is no other way to a block.</summary>
    public ImmutableDictionary<Expression, Decision> DecidedBefore(Block block)
    {
        var decided = ImmutableDictionary<Expression, Decision>.Empty;
        var below = block;
        for (var above = _facts.Dominators.ImmediateDominator(block); above is not null; above = _facts.Dominators.ImmediateDominator(above))
        {
            var only = above.Successors
                .Where(e => e.Kind is EdgeKind.True or EdgeKind.False)
                .Where(e => e.To.Predecessors.Length == 1 && _facts.Dominates(e.To, below))
                .ToList();
            if (only.Count == 1 && Taken(decided, only[0]) is { } more)
                decided = more;

            below = above;
        }

        return decided;
    }

    /// <summary>What is known once an edge is taken; null when it cannot be, a condition having come out otherwise before.</summary>
    public ImmutableDictionary<Expression, Decision>? Taken(ImmutableDictionary<Expression, Decision> decided, Edge edge)
    {
        if (edge.From.Branch is null)
            return decided;

        if (edge.Kind == EdgeKind.Case)
        {
            var value = Of(edge.From);
            return edge.Case is { } one
                ? With(decided, Compared(value, one), holds: true)
                : edge.From.Successors.Where(e => e.Case is not null)
                    .Aggregate(decided, (known, other) => known is null ? null! : With(known, Compared(value, other.Case!), holds: false)!);
        }

        return edge.Kind is EdgeKind.True or EdgeKind.False
            ? With(decided, Of(edge.From), edge.Kind == EdgeKind.True != Of(edge.From).IsNegated)
            : decided;
    }

    private static Condition Compared(Condition value, Expression with) => value with { Expression = new Operation("==", value.Expression, with) };

    private static ImmutableDictionary<Expression, Decision>? With(ImmutableDictionary<Expression, Decision> decided, Condition condition, bool holds)
    {
        if (decided.TryGetValue(condition.Expression, out var before))
            return before.Holds == holds ? decided : null;

        if (holds && Equated(condition.Expression) is { } equated && decided.Any(d => d.Value.Holds && Contradicts(d.Key, equated)))
            return null;

        return decided.Add(condition.Expression, new Decision(holds, condition.Locals));
    }

    /// <summary>What is still known behind an event.</summary>
    public ImmutableDictionary<Expression, Decision> Without(ImmutableDictionary<Expression, Decision> decided, Event @event)
    {
        if (decided.IsEmpty)
            return decided;

        foreach (var write in Access.Writes(@event))
        {
            foreach (var (expression, decision) in decided)
            {
                if (decision.Locals.Contains(write.Local))
                    decided = decided.Remove(expression);
            }
        }

        return decided;
    }

    /// <summary>Whether the branch that the edge leaves asks the local for its state by a property.</summary>
    public bool Asks(Edge edge, Local local) =>
        edge.Kind is EdgeKind.True or EdgeKind.False or EdgeKind.Case && edge.From.Branch is not null
        && Asks(Of(edge.From).Expression, local);

    /// <summary>
    /// The branch compares the local's value with another that does not stand for nothing: <c>f != stdin</c>, <c>fd > 2</c>.
    /// Whether that side owns it is not known.
    /// </summary>
    public bool Compares(Edge edge, Local local, Resource resource) =>
        edge.Kind is EdgeKind.True or EdgeKind.False && edge.From.Branch is not null
        && Of(edge.From).Expression is Operation { Operator: "==" or "<" or ">", Operands: [var left, var right] }
        && (IsOther(left, right, local, resource) || IsOther(right, left, local, resource));

    private static bool IsOther(Expression value, Expression other, Local local, Resource resource) =>
        value is Read { Place: Local asked } && asked == local
        && !(other is Constant constant && (ValueSet.NumberOf(constant) is <= 0 || ValueSet.AreSame(constant, resource.Empty)));

    /// <summary>The edge is taken when a call says of the local's value that it stands for a failure.</summary>
    public bool SaysFailure(Edge edge, Local local)
    {
        if (edge.Kind is not (EdgeKind.True or EdgeKind.False) || edge.From.Branch is null)
            return false;

        var condition = Of(edge.From);
        return edge.Kind == EdgeKind.True != condition.IsNegated
            && condition.Expression is Operation { Operator: var name, Operands: [Read { Place: Local asked }, ..] } && asked == local
            && name is ['?', ..] && _facts.Catalogue.TellsFailure(name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>
    /// The edge is taken when a call that was given the answer passes it on that there is nothing: <c>if (!assert(p != NULL))</c>.
    /// </summary>
    public bool PassesOnEmptiness(Edge edge, Local local, Resource resource)
    {
        if (edge.Kind is not (EdgeKind.True or EdgeKind.False) || edge.From.Branch is null)
            return false;

        var condition = Of(edge.From);
        var (asked, isNegated) = condition.Expression is Operation { Operator: "==", Operands: [var answer, Constant none] } && ValueSet.NumberOf(none) == 0
            ? (answer, !condition.IsNegated)
            : (condition.Expression, condition.IsNegated);
        return asked is Operation { Operator: ['?', ..], Operands: var given }
            && given.Select(g => Nonempty(g, local, resource)).FirstOrDefault(g => g is not null) is { } saysSomething
            && (edge.Kind == EdgeKind.True != isNegated) != saysSomething;
    }

    /// <summary>Whether an expression is true of a local that holds something; null where it does not ask for that alone.</summary>
    private static bool? Nonempty(Expression expression, Local local, Resource resource) => expression switch
    {
        Operation { Operator: "!", Operands: [var operand] } => !Nonempty(operand, local, resource),
        Operation { Operator: "==" or "!=", Operands: [Read { Place: Local asked }, Constant empty] } comparison
            when asked == local && ValueSet.AreSame(empty, resource.Empty) => comparison.Operator == "!=",
        _ => null,
    };

    /// <summary>By the name of its own, or by that of a member it overrides and that tells of a failure.</summary>
    private string NameOf(Callee callee) => callee.Names.FirstOrDefault(_facts.Catalogue.TellsFailure) ?? callee.Name;

    /// <summary>The locals that a block's branch depends on, those behind temporaries included.</summary>
    public ImmutableArray<Local> LocalsOf(Block block) => Of(block).Locals;

    public static bool AreEqual(
        ImmutableDictionary<Expression, Decision> left, ImmutableDictionary<Expression, Decision> right)
    {
        return ReferenceEquals(left, right)
            || (left.Count == right.Count
                && left.All(l => right.TryGetValue(l.Key, out var other) && other.Holds == l.Value.Holds));
    }

    private static bool Asks(Expression expression, Local local) => expression switch
    {
        Operation { Operator: var name, Operands: [Read { Place: Local receiver }, ..] }
            when receiver == local && name.StartsWith(PropertyPrefix, StringComparison.Ordinal) => true,
        Operation operation => operation.Operands.Any(o => Asks(o, local)),
        _ => false,
    };

    private Condition Of(Block block)
    {
        if (!_ofBlock.TryGetValue(block, out var condition))
        {
            var locals = new HashSet<Local>();
            var expression = Resolved(block.Branch!.Condition, locals, MaxDepth);
            var negated = false;
            while (Opposite(expression) is { } opposite)
            {
                expression = opposite;
                negated = !negated;
            }

            _ofBlock.Add(block, condition = new Condition(expression, negated, [.. locals]));
        }

        return condition;
    }

    /// <summary>A value and the constant that it is compared with.</summary>
    private static (Expression Value, Constant Constant)? Equated(Expression condition) => condition switch
    {
        Operation { Operator: "==", Operands: [var value, Constant constant] } => (value, constant),
        Operation { Operator: "==", Operands: [Constant constant, var value] } => (value, constant),
        _ => null,
    };

    /// <summary>It said that the value is another constant: names that are asked for one behind the other are two values.</summary>
    private static bool Contradicts(Expression before, (Expression Value, Constant Constant) now) =>
        Equated(before) is { } then && then.Value.Equals(now.Value) && !ValueSet.AreSame(then.Constant, now.Constant);

    private static Expression? Opposite(Expression expression) => expression switch
    {
        Operation { Operator: "!", Operands: [var operand] } => operand,
        Operation { Operator: "!=" } operation => operation with { Operator = "==" },
        Operation { Operator: ">=" } operation => operation with { Operator = "<" },
        Operation { Operator: "<=" } operation => operation with { Operator = ">" },
        _ => null,
    };

    private Expression Resolved(Expression expression, HashSet<Local> locals, int depth)
    {
        switch (expression)
        {
            case Read { Place: Local local }:
                locals.Add(local);
                if (depth == 0 || !local.IsTemporary || _definitions[local].Take(2).ToList() is not [var only])
                    return expression;

                return only.At switch
                {
                    Store { Target: Local } store => Resolved(store.Value, locals, depth - 1),
                    Load load => Resolved(new Read(load.Source), locals, depth - 1),
                    Call call when call.Result == local => new Operation(
                        (call.Callee.IsPropertyRead ? PropertyPrefix : CallPrefix) + NameOf(call.Callee),
                        call.Arguments.Select(a => Resolved(a.Value, locals, depth - 1)).ToImmutableArray()),
                    _ => expression,
                };

            case Read { Place: Field field }:
                return new Read(field with { Base = Resolved(field.Base, locals, depth) });

            case Operation operation when depth > 0:
                return operation with { Operands = [.. operation.Operands.Select(o => Resolved(o, locals, depth - 1))] };

            default:
                locals.UnionWith(Access.Reads(expression));
                return expression;
        }
    }

    private sealed record Condition(Expression Expression, bool IsNegated, ImmutableArray<Local> Locals);
}

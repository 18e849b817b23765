using CsCheck;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using Xunit;
using static MigrateCleanup.Engine.Tests.Analysis.RandomFunctions;

namespace MigrateCleanup.Engine.Tests.Analysis;

/// <summary>The analyses against naive enumeration of paths.</summary>
public sealed class DataflowTests
{
    private const int Length = 11;

    [Fact]
    public void A_definition_reaches_exactly_where_some_walk_carries_it()
    {
        All.Sample(
            function =>
            {
                var reaching = ReachingDefinitions.Of(function);
                var walked = new HashSet<(Point, Definition)>();
                foreach (var walk in Walks(function.Graph, Length))
                {
                    var held = reaching.All.Where(d => d.At is null).ToHashSet();
                    foreach (var visit in walk)
                    {
                        walked.UnionWith(held.Select(d => (visit.At, d)));
                        Apply(held, visit, reaching.All);
                    }
                }

                foreach (var point in Points(function.Graph))
                {
                    foreach (var definition in reaching.All)
                    {
                        var reaches = reaching.At(point, definition.Local).Contains(definition);
                        if (reaches != walked.Contains((point, definition)) && !(reaches && IsFar(function.Graph)))
                            Assert.Fail($"{definition} at {point}: {reaches} in\n{GraphText.Of(function)}");
                    }
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_local_is_live_wherever_some_walk_reads_it_before_it_is_assigned()
    {
        All.Sample(
            function =>
            {
                var liveness = Liveness.Of(function);
                foreach (var walk in Walks(function.Graph, Length))
                {
                    for (var i = 0; i < walk.Count; i++)
                    {
                        foreach (var local in function.Locals)
                        {
                            if (IsReadFirst(walk, i, local) && !liveness.IsLiveAt(walk[i].At, local))
                                Assert.Fail($"{local} at {walk[i].At} in\n{GraphText.Of(function)}");
                        }
                    }
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_local_that_nothing_reads_is_never_live()
    {
        All.Sample(
            function =>
            {
                var liveness = Liveness.Of(function);
                var read = function.Graph.Events.SelectMany(e => Access.Reads(e))
                    .Concat(function.Graph.Blocks.Where(b => b.Branch is not null).SelectMany(b => Access.Reads(b.Branch!.Condition)))
                    .ToHashSet();
                foreach (var local in function.Locals.Where(l => !read.Contains(l)))
                    Assert.All(Points(function.Graph), p => Assert.False(liveness.IsLiveAt(p, local)));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Constants_hold_on_every_walk_that_can_be_taken()
    {
        All.Sample(
            function =>
            {
                var constants = Constants.Of(function);
                foreach (var walk in Walks(function.Graph, Length))
                {
                    for (var chosen = 0; chosen < 8; chosen++)
                        AssertHolds(function, constants, walk, chosen);
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void What_is_solved_is_a_fixed_point()
    {
        All.Sample(
            function =>
            {
                var problem = new Constants.Problem(Locals.Of(function));
                var solution = Dataflow.Solve(problem, function.Graph);
                foreach (var block in function.Graph.Blocks)
                {
                    var arriving = block.Predecessors.Aggregate(
                        block == function.Graph.Entry ? problem.Boundary : problem.Bottom,
                        (state, edge) => problem.Join(state, solution.On(edge)));
                    var start = solution.AtStart(block);
                    Assert.True(problem.AreEqual(start, problem.Join(start, arriving)));
                    for (var i = 0; i < block.Events.Length; i++)
                    {
                        Assert.True(problem.AreEqual(
                            solution.After(block.Events[i]), problem.Transfer(solution.Before(block.Events[i]), block.Events[i])));
                    }
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void The_same_function_gives_the_same_text_of_its_graph() =>
        All.Sample(f => Assert.Equal(GraphText.Of(f), GraphText.Of(f)), iter: 50, threads: 1);

    private static IEnumerable<Point> Points(ControlFlowGraph graph) =>
        from block in graph.Blocks
        from i in Enumerable.Range(0, block.Events.Length + 1)
        select new Point(block, i);

    /// <summary>A graph with more points than a walk has steps may hold facts that no enumerated walk shows.</summary>
    private static bool IsFar(ControlFlowGraph graph) => Points(graph).Count() * 2 > Length;

    private static void Apply(HashSet<Definition> held, Visit visit, IEnumerable<Definition> all)
    {
        if (visit.Event is not { } @event)
            return;

        foreach (var write in Access.Writes(@event))
        {
            if (visit.Throws && !write.OnThrow)
                continue;

            if (!visit.Throws)
                held.RemoveWhere(d => d.Local == write.Local);

            held.Add(all.Single(d => d.At == @event && d.Local == write.Local));
        }
    }

    private static bool IsReadFirst(List<Visit> walk, int start, Local local)
    {
        for (var i = start; i < walk.Count; i++)
        {
            var visit = walk[i];
            if (visit.Event is not { } @event)
            {
                if (visit.At.Block.Branch is { } branch && Access.Reads(branch.Condition).Contains(local))
                    return true;

                continue;
            }

            if (Access.Reads(@event).Contains(local))
                return true;

            if (!visit.Throws && Access.Writes(@event).Any(w => w.Local == local && w.IsWhole))
                return false;
        }

        return false;
    }

    /// <summary>Executes a walk up to the first branch that goes another way. What is not known is zero or seven, as the bits chosen say.</summary>
    private static void AssertHolds(Function function, Constants constants, List<Visit> walk, int chosen)
    {
        var values = new Dictionary<Local, long>();
        foreach (var local in function.Locals)
            values[local] = Unknown(local.Id);

        for (var i = 0; i < walk.Count; i++)
        {
            var visit = walk[i];
            if (!constants.IsReached(visit.At))
                Assert.Fail($"{visit.At} is reached in\n{GraphText.Of(function)}");

            foreach (var (local, value) in values)
            {
                if (constants.At(visit.At, local).IsNot(new Constant(value)))
                    Assert.Fail($"{local} = {value} at {visit.At} in\n{GraphText.Of(function)}");
            }

            if (visit.Event is { } @event)
                Assign(@event, visit.Throws, i);
            else if (i + 1 < walk.Count && Contradicts(values, visit.At.Block, walk[i + 1].At.Block))
                return;
        }

        long Unknown(int number) => (chosen >> (number % 3) & 1) * 7;

        void Assign(Event @event, bool throws, int number)
        {
            switch (@event)
            {
                case Store { Target: Local target, Value: Constant { Value: long constant } }:
                    values[target] = constant;
                    break;
                case Store { Target: Local target, Value: Read { Place: Local source } }:
                    values[target] = values[source];
                    break;
                default:
                    foreach (var write in Access.Writes(@event).Where(w => !throws || w.OnThrow))
                        values[write.Local] = Unknown(number);

                    break;
            }
        }
    }

    private static bool Contradicts(Dictionary<Local, long> values, Block from, Block to)
    {
        if (from.Branch?.Condition is not Operation { Operands: [Read { Place: Local tested }, ..] })
            return false;

        var taken = from.Successors.Single(e => e.Kind == (values[tested] == 0 ? EdgeKind.True : EdgeKind.False));
        return taken.To != to;
    }
}

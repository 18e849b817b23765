using CsCheck;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Tests.Flow;

namespace MigrateCleanup.Engine.Tests.Analysis;

/// <summary>Small functions with loops, dead ends, throws and calls, for properties.</summary>
internal static class RandomFunctions
{
    private const int Variables = 3;

    private static readonly Gen<(int Kind, int A, int B)> Event =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, Variables - 1], Gen.Int[0, Variables - 1], (k, a, b) => (k, a, b));

    private static readonly Gen<(int Kind, int First, int Second, int Tested)> Way =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, Variables - 1], (k, a, b, t) => (k, a, b, t));

    /// <summary>Up to five blocks of up to three events; each goes on to one or two others, or to the exit.</summary>
    public static Gen<Function> All { get; } =
        Gen.Select(Event.Array[0, 3].Array[1, 5], Way.Array[5], (blocks, ways) => Made(blocks, ways));

    private static Function Made((int Kind, int A, int B)[][] contents, (int Kind, int First, int Second, int Tested)[] ways)
    {
        var f = new Sketch();
        var locals = Enumerable.Range(0, Variables).Select(i => f.Local($"v{i}", "int")).ToArray();
        var blocks = contents.Select(_ => f.NewBlock()).ToArray();
        f.Go(f.Entry, blocks[0]);
        for (var i = 0; i < blocks.Length; i++)
        {
            foreach (var (kind, a, b) in contents[i])
                Add(f, blocks[i], kind, locals[a], locals[b]);

            var (way, first, second, tested) = ways[i];
            var one = blocks[first % blocks.Length];
            var other = blocks[second % blocks.Length];
            if (way == 0)
                f.Return(blocks[i], Sketch.Read(locals[tested]));
            else if (way is 1)
                f.Go(blocks[i], one);
            else
                f.If(blocks[i], Sketch.IsNull(locals[tested]), one, way == 2 ? f.Exit : other);

            if (way == 4)
                f.Flow.Connect(blocks[i], other, EdgeKind.Exceptional);
        }

        return f.Build();
    }

    private static void Add(Sketch f, Block block, int kind, Local a, Local b)
    {
        switch (kind)
        {
            case 0:
                f.Store(block, a, Sketch.Read(b));
                break;
            case 1:
                f.Store(block, a, Sketch.Value(0));
                break;
            case 2:
                f.Store(block, a, Sketch.Value(7));
                break;
            case 3:
                f.Call(block, a, "make", Sketch.Read(b));
                break;
            case 4:
                f.Try(block, a, "try", Sketch.Read(b));
                break;
            default:
                f.Add(
                    block,
                    new Call(
                        Origin.None, new Callee("fill"),
                        [new Argument(new AddressOf(a), Passing.Out, a)], null) { MayThrow = true });
                break;
        }
    }

    /// <summary>
    /// Every walk of at most so many steps, as the points it visits. A step that throws goes to the handler from the
    /// event that throws.
    /// </summary>
    public static IEnumerable<List<Visit>> Walks(ControlFlowGraph graph, int length)
    {
        var pending = new Stack<(Point At, List<Visit> Before)>();
        pending.Push((Point.StartOf(graph.Entry), []));
        while (pending.TryPop(out var top))
        {
            var (at, before) = top;
            if (at.Event is { } @event)
            {
                if (before.Count >= length)
                {
                    yield return before;
                    continue;
                }

                pending.Push((at.Next, [.. before, new Visit(at, @event, Throws: false)]));
                if (@event.MayThrow)
                {
                    foreach (var edge in at.Block.Successors.Where(e => e.Kind == EdgeKind.Exceptional))
                        pending.Push((Point.StartOf(edge.To), [.. before, new Visit(at, @event, Throws: true)]));
                }

                continue;
            }

            before = [.. before, new Visit(at, null, Throws: false)];
            var edges = at.Block.Successors.Where(e => e.Kind != EdgeKind.Exceptional).ToList();
            if (edges.Count == 0 || before.Count >= length)
                yield return before;
            else
                edges.ForEach(e => pending.Push((Point.StartOf(e.To), before)));
        }
    }

    /// <summary>A point on a walk; without an event it is a block's end.</summary>
    public readonly record struct Visit(Point At, Event? Event, bool Throws);
}

using MigrateCleanup.Engine.Flow;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Flow;

public sealed class GraphTextTests
{
    [Fact]
    public void A_function_that_cleans_up_at_a_label()
    {
        var f = new Sketch();
        var file = f.Local("file");
        var start = f.NewBlock();
        var work = f.NewBlock();
        var end = f.NewBlock();
        var cleanup = f.Label("cleanup", end);
        f.Go(f.Entry, start);
        f.Try(start, file, "open", Sketch.Value("a"));
        f.If(start, Sketch.IsNull(file), end, work);
        f.Call(work, null, "use", Sketch.Read(file));
        f.Goto(work, cleanup);
        f.Call(end, null, "close", Sketch.Read(file));
        f.Return(end);

        Assert.Equal(
            """
            entry
                -> B3
            exit
            unwind
            B3
              ! file = open("a")
                branch file == null
                true -> B5
                false -> B4
                throws -> unwind
            B4
                use(file)
                -> B5
            B5 cleanup:
                close(file)
                return
                -> exit

            """,
            GraphText.Of(f.Build()));
    }

    [Fact]
    public void Every_kind_of_edge_is_shown()
    {
        var f = new Sketch();
        var x = f.Local("x");
        var one = f.NewBlock();
        var other = f.NewBlock();
        f.Flow.Switch(f.Entry, Origin.None, Sketch.Read(x));
        f.Flow.ConnectCase(f.Entry, one, Sketch.Value(1));
        f.Flow.ConnectCase(f.Entry, other, null);
        f.Flow.ConnectConditional(one, f.Exit, "HAVE_X", true);
        f.Flow.ConnectConditional(one, other, "HAVE_X", false);
        f.Go(other, f.Exit);

        Assert.Equal(
            """
            entry
                branch x
                case 1 -> B3
                case default -> B4
            exit
            unwind
            B3
                #if HAVE_X -> exit
                #if !HAVE_X -> B4
            B4
                -> exit

            """,
            GraphText.Of(f.Build()));
    }

    [Fact]
    public void Nothing_follows_what_never_completes()
    {
        var f = new Sketch();
        f.Throw(f.Entry, Sketch.Value("e"));
        f.Call(f.Entry, null, "after");
        f.Go(f.Entry, f.Exit);
        var graph = f.Build().Graph;

        Assert.IsType<Throw>(Assert.Single(graph.Entry.Events));
        Assert.Equal(graph.Unwind, Assert.Single(graph.Entry.Successors).To);
    }

    [Fact]
    public void A_block_that_nothing_reaches_has_no_number()
    {
        var f = new Sketch();
        var lost = f.NewBlock();
        f.Go(lost, f.Exit);
        f.Go(f.Entry, f.Exit);
        var graph = f.Build().Graph;

        Assert.False(lost.IsReached);
        Assert.Equal(3, graph.Blocks.Length);
        Assert.Single(graph.Exit.Predecessors);
    }
}

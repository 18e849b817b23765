using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Tests.Flow;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Ownership;

public sealed class OwnershipStatesTests
{
    [Fact]
    public void What_is_released_on_some_path_is_owned_from_its_assignment()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var temporary = f.Flow.NewTemporary();
        var work = f.NewBlock();
        var done = f.NewBlock();
        var bad = f.NewBlock();
        f.Call(f.Entry, temporary, "make");
        f.Store(f.Entry, p, Sketch.Read(temporary));
        f.If(f.Entry, Sketch.IsNull(p), bad, work);
        f.Return(bad, Sketch.Value(-1));
        f.Call(work, null, "use", Sketch.Read(p));
        f.Go(work, done);
        f.Call(done, null, "free", Sketch.Read(p));
        f.Return(done, Sketch.Value(0));

        Assert.Equal(
            """
            p: memory
                acquire  entry  p = t1  # empty|owned
                lend     B3  use(p)  # lent
                release  B4  free(p)  # released
                exit: empty|released
                unwind: unreached

            """,
            OwnershipText.Of(Pairs.FactsOf(f.Build())));
    }

    [Fact]
    public void Every_way_out_is_a_transfer()
    {
        var f = new Sketch();
        var parameter = f.Parameter("box");
        var outParameter = f.Parameter("result", LocalKind.ReferenceParameter);
        var block = f.Entry;
        var locals = Enumerable.Range(0, 5).Select(i => f.Local($"p{i}")).ToList();
        foreach (var local in locals)
            f.Call(block, local, "xalloc");

        f.Store(block, new Field(Sketch.Read(parameter), "content"), Sketch.Read(locals[0]));
        f.Store(block, outParameter, Sketch.Read(locals[1]));
        f.Call(block, null, "give", Sketch.Read(locals[2]));
        f.Call(block, null, "look", Sketch.Read(locals[3]));
        f.Return(block, Sketch.Read(locals[4]));

        var ownership = Pairs.Of(f.Build());
        Assert.Equal(
            ["moved", "moved", "moved", "owned", "moved"],
            ownership.Owners.Select(o => OwnershipText.Of(ownership.AtExit(o))));
        Assert.Equal(
            [TransferKind.Stored, TransferKind.OutParameter, TransferKind.Consumed, TransferKind.Returned],
            ownership.Owners.SelectMany(o => o.Transfers).Select(t => t.Kind));
    }

    [Fact]
    public void A_store_of_nothing_behind_a_release_is_a_clearing_and_before_it_is_not()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var initial = f.Store(f.Entry, p, Constant.Null);
        f.Call(f.Entry, p, "xalloc");
        f.Call(f.Entry, null, "free", Sketch.Read(p));
        var clearing = f.Store(f.Entry, p, Constant.Null);
        f.Return(f.Entry);

        var owner = Assert.Single(Pairs.Of(f.Build()).Owners);
        Assert.Same(clearing, Assert.Single(owner.Clearings));
        Assert.Same(initial, Assert.Single(owner.Empties));
    }

    [Fact]
    public void A_call_that_throws_has_not_assigned_its_result()
    {
        var f = new Sketch();
        var p = f.Local("p");
        f.Store(f.Entry, p, Constant.Null);
        f.Try(f.Entry, p, "xalloc");
        f.Call(f.Entry, null, "free", Sketch.Read(p));
        f.Return(f.Entry);

        var ownership = Pairs.Of(f.Build());
        var owner = Assert.Single(ownership.Owners);
        Assert.Equal(OwnershipState.Empty, ownership.AtUnwind(owner));
        Assert.Equal(OwnershipState.Released, ownership.AtExit(owner));
    }

    [Fact]
    public void The_null_side_of_a_test_owns_nothing_also_when_a_copy_is_tested()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var temporary = f.Flow.NewTemporary();
        var release = f.NewBlock();
        var end = f.NewBlock();
        f.Call(f.Entry, p, "alloc");
        f.Store(f.Entry, temporary, Sketch.Read(p));
        f.If(f.Entry, Sketch.IsNull(temporary), end, release);
        f.Call(release, null, "free", Sketch.Read(temporary));
        f.Go(release, end);
        f.Return(end);

        var ownership = Pairs.Of(f.Build());
        var owner = Assert.Single(ownership.Owners);
        Assert.Equal(OwnershipState.Empty | OwnershipState.Released, ownership.AtExit(owner));
        Assert.Empty(ownership.Incidents(owner));
    }

    [Fact]
    public void A_flag_that_says_whether_to_release_is_followed_along_each_path()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var ok = f.Local("ok", "bool");
        var given = f.NewBlock();
        var end = f.NewBlock();
        var release = f.NewBlock();
        var exit = f.NewBlock();
        f.Store(f.Entry, ok, Sketch.Value(false));
        f.If(f.Entry, Sketch.Read(f.Parameter("wanted")), given, end);
        f.Call(given, p, "xalloc");
        f.Store(given, ok, Sketch.Value(true));
        f.Go(given, end);
        f.If(end, Sketch.Read(ok), release, exit);
        f.Call(release, null, "free", Sketch.Read(p));
        f.Go(release, exit);
        f.Return(exit);

        var ownership = Pairs.Of(f.Build());
        Assert.Empty(ownership.Incidents(Assert.Single(ownership.Owners)));
    }

    [Fact]
    public void Incidents_have_the_shortest_path()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var early = f.NewBlock();
        var late = f.NewBlock();
        f.Call(f.Entry, p, "xalloc");
        f.If(f.Entry, Sketch.Read(f.Parameter("bad")), early, late);
        f.Return(early);
        f.Call(late, null, "free", Sketch.Read(p));
        f.Call(late, null, "look", Sketch.Read(p));
        f.Call(late, null, "free", Sketch.Read(p));
        f.Return(late);

        var ownership = Pairs.Of(f.Build());
        var incidents = ownership.Incidents(Assert.Single(ownership.Owners));
        Assert.Equal(
            [IncidentKind.Leak, IncidentKind.UseAfterRelease, IncidentKind.DoubleRelease],
            incidents.Select(i => i.Kind));
        Assert.Equal(
            [PathPointKind.Acquired, PathPointKind.Branched, PathPointKind.Returned],
            incidents[0].Path.Select(s => s.Kind));
    }
}

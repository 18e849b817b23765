using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Tests.Flow;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Ownership;

/// <summary>What C brings into a graph, written by hand: the analyses must understand it before a front-end makes it.</summary>
public sealed class CGraphsTests
{
    [Fact]
    public void The_cleanup_attribute_releases_at_scope_exit()
    {
        var f = new Sketch();
        var scope = f.NewScope();
        var p = f.Scoped("p", scope);
        var bad = f.NewBlock();
        var good = f.NewBlock();
        f.Add(f.Entry, new ScopeEnter(Origin.None, scope));
        f.Store(f.Entry, p, Constant.Null);
        f.If(f.Entry, Sketch.Read(f.Parameter("early")), bad, good);
        f.Call(good, p, "alloc");
        foreach (var block in new[] { bad, good })
        {
            f.Add(block, new EvaluateReturn(Origin.None, Sketch.Value(0)));
            f.Implied(block, "free", Sketch.Read(p));
            f.Add(block, new ScopeExit(Origin.None, scope));
            f.Go(block, f.Exit);
        }

        Assert.Equal(
            """
            p: memory
                empty    entry  p = null  # empty
                release  B3  implied free(p)  # empty
                acquire  B4  p = alloc()  # empty|owned
                release  B4  implied free(p)  # empty|released
                exit: empty|released
                unwind: unreached

            """,
            OwnershipText.Of(Pairs.FactsOf(f.Build())));
    }

    [Fact]
    public void A_stolen_pointer_is_moved_before_the_scope_ends()
    {
        var f = new Sketch();
        var scope = f.NewScope();
        var p = f.Scoped("p", scope);
        var stolen = f.Flow.NewTemporary();
        f.Add(f.Entry, new ScopeEnter(Origin.None, scope));
        f.Call(f.Entry, p, "xalloc");
        f.Store(f.Entry, stolen, Sketch.Read(p));
        var cleared = f.Store(f.Entry, p, Constant.Null);
        f.Add(f.Entry, new EvaluateReturn(Origin.None, Sketch.Read(stolen)));
        f.Implied(f.Entry, "free", Sketch.Read(p));
        f.Add(f.Entry, new ScopeExit(Origin.None, scope));
        f.Go(f.Entry, f.Exit);

        var ownership = Pairs.Of(f.Build());
        var owner = Assert.Single(ownership.Owners);
        Assert.Equal(OwnershipState.Empty, ownership.AtExit(owner));
        Assert.Same(cleared, Assert.Single(owner.Clearings));
    }

    [Fact]
    public void The_error_number_is_evaluated_before_a_close_at_scope_exit()
    {
        var f = new Sketch();
        var scope = f.NewScope();
        var fd = f.Scoped("fd", scope);
        var bad = f.NewBlock();
        var good = f.NewBlock();
        f.Add(f.Entry, new ScopeEnter(Origin.None, scope));
        f.Call(f.Entry, fd, "open");
        f.If(f.Entry, Sketch.IsNegative(fd), bad, good);
        var failed = f.Add(bad, new EvaluateReturn(Origin.None, new Operation("-", Sketch.Read(Implicit.Errno))));
        f.Add(good, new EvaluateReturn(Origin.None, Sketch.Value(0)));
        Call? last = null;
        foreach (var block in new[] { bad, good })
        {
            last = f.Implied(block, "close", Sketch.Read(fd));
            f.Add(block, new ScopeExit(Origin.None, scope));
            f.Go(block, f.Exit);
        }

        var function = f.Build();
        var facts = Pairs.FactsOf(function);
        var owner = Assert.Single(facts.Ownership.Owners);
        Assert.Equal(OwnershipState.Empty, facts.Ownership.Before(failed, owner));
        Assert.Equal(OwnershipState.Released, facts.Ownership.After(last!, owner));
        Assert.True(facts.PostDominates(function.Graph.After(failed).Event!, failed));
    }

    [Fact]
    public void A_literal_of_a_conditional_has_one_value_along_a_path()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var with = f.NewBlock();
        var between = f.NewBlock();
        var release = f.NewBlock();
        var end = f.NewBlock();
        f.Flow.ConnectConditional(f.Entry, with, "HAVE_X", true);
        f.Flow.ConnectConditional(f.Entry, between, "HAVE_X", false);
        f.Call(with, p, "xalloc");
        f.Go(with, between);
        f.Flow.ConnectConditional(between, release, "HAVE_X", true);
        f.Flow.ConnectConditional(between, end, "HAVE_X", false);
        f.Call(release, null, "free", Sketch.Read(p));
        f.Go(release, end);
        f.Return(end);

        var ownership = Pairs.Of(f.Build());
        Assert.Empty(ownership.Incidents(Assert.Single(ownership.Owners)));
    }

    [Fact]
    public void An_opaque_macro_may_have_done_anything_to_what_it_names()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var q = f.Local("q");
        f.Call(f.Entry, p, "xalloc");
        f.Call(f.Entry, q, "xalloc");
        f.Add(f.Entry, new OpaqueMacro(Origin.None, "CHECK(p)", [p]));
        f.Return(f.Entry);

        var ownership = Pairs.Of(f.Build());
        Assert.Equal(["unknown", "owned"], ownership.Owners.Select(o => OwnershipText.Of(ownership.AtExit(o))));
    }

    [Fact]
    public void A_macro_that_may_jump_leads_to_every_label_and_the_exit()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var work = f.NewBlock();
        var end = f.NewBlock();
        f.Label("out", end);
        f.Call(f.Entry, p, "xalloc");
        f.Add(f.Entry, new OpaqueMacro(Origin.None, "RETURN_IF_BAD(x)", []) { MayJump = true });
        f.Go(f.Entry, work);
        f.Go(f.Entry, end);
        f.Go(f.Entry, f.Exit);
        f.Go(work, end);
        var release = f.Call(end, null, "free", Sketch.Read(p));
        f.Return(end);

        var facts = Pairs.FactsOf(f.Build());
        var owner = Assert.Single(facts.Ownership.Owners);
        Assert.Equal(OwnershipState.Owned | OwnershipState.Released, facts.Ownership.AtExit(owner));
        Assert.False(facts.PostDominates(release, facts.Graph.Entry.Events[0]));
    }

    [Fact]
    public void A_computed_goto_leads_to_each_of_its_labels()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var one = f.NewBlock();
        var other = f.NewBlock();
        f.Call(f.Entry, p, "xalloc");
        f.Flow.Switch(f.Entry, Origin.None, Sketch.Read(f.Parameter("target")));
        f.Flow.ConnectCase(f.Entry, one, new AddressOf(new Global("one")));
        f.Flow.ConnectCase(f.Entry, other, new AddressOf(new Global("other")));
        f.Call(one, null, "free", Sketch.Read(p));
        f.Return(one);
        f.Return(other);

        var ownership = Pairs.Of(f.Build());
        var incident = Assert.Single(ownership.Incidents(Assert.Single(ownership.Owners)));
        Assert.Equal(IncidentKind.Leak, incident.Kind);
    }

    [Fact]
    public void A_chain_of_conditions_tells_each_side_what_holds()
    {
        // if (p && n > 0) free(p); else the path without p owns nothing, the one with p leaks.
        var f = new Sketch();
        var p = f.Local("p", "char *");
        var n = f.Parameter("n");
        var second = f.NewBlock();
        var both = f.NewBlock();
        var neither = f.NewBlock();
        f.Call(f.Entry, p, "alloc");
        f.If(f.Entry, Sketch.Read(p), second, neither);
        f.If(second, new Operation(">", Sketch.Read(n), Sketch.Value(0)), both, neither);
        f.Call(both, null, "free", Sketch.Read(p));
        f.Return(both);
        f.Return(neither);

        var facts = Pairs.FactsOf(f.Build());
        var owner = Assert.Single(facts.Ownership.Owners);
        Assert.Equal(OwnershipState.Owned, facts.Ownership.At(Point.StartOf(second), owner));
        Assert.Equal(OwnershipState.Owned | OwnershipState.Empty, facts.Ownership.At(Point.StartOf(neither), owner));
        Assert.Equal(Signs.Positive, facts.ValueAt(Point.StartOf(both), n).Signs);
    }

    [Fact]
    public void A_release_that_clears_leaves_nothing_to_release_again()
    {
        var f = new Sketch();
        var p = f.Local("p");
        f.Call(f.Entry, p, "xalloc");
        f.Add(
            f.Entry,
            new Call(
                Origin.None, new Callee("clear"), [new Argument(new AddressOf(p), Passing.Reference, p)], null));
        f.Call(f.Entry, null, "free", Sketch.Read(p));
        f.Return(f.Entry);

        var ownership = Pairs.Of(f.Build());
        var owner = Assert.Single(ownership.Owners);
        Assert.Equal(OwnershipState.Empty, ownership.AtExit(owner));
        Assert.Empty(ownership.Incidents(owner));
    }

    [Fact]
    public void Cascaded_labels_release_what_had_been_acquired_when_the_jump_left()
    {
        var f = new Sketch();
        var a = f.Local("a");
        var b = f.Local("b");
        var haveA = f.NewBlock();
        var haveBoth = f.NewBlock();
        var errB = f.NewBlock();
        var errA = f.NewBlock();
        var end = f.NewBlock();
        f.Call(f.Entry, a, "alloc");
        f.If(f.Entry, Sketch.IsNull(a), end, haveA);
        f.Call(haveA, b, "alloc");
        f.If(haveA, Sketch.IsNull(b), errA, haveBoth);
        f.Call(haveBoth, null, "look", Sketch.Read(b));
        f.Go(haveBoth, errB);
        f.Call(errB, null, "free", Sketch.Read(b));
        f.Go(errB, errA);
        f.Call(errA, null, "free", Sketch.Read(a));
        f.Go(errA, end);
        f.Return(end);

        Assert.Equal(
            """
            a: memory
                acquire  entry  a = alloc()  # empty|owned
                release  B6  free(a)  # released
                exit: empty|released
                unwind: unreached
            b: memory
                acquire  B3  b = alloc()  # empty|owned
                release  B5  free(b)  # released
                exit: unset|empty|released
                unwind: unreached

            """,
            OwnershipText.Of(Pairs.FactsOf(f.Build())));
    }

    [Fact]
    public void A_jump_before_the_first_assignment_releases_what_has_no_value()
    {
        var f = new Sketch();
        var p = f.Local("p");
        var good = f.NewBlock();
        var end = f.NewBlock();
        f.If(f.Entry, Sketch.Read(f.Parameter("bad")), end, good);
        f.Call(good, p, "alloc");
        f.Go(good, end);
        f.Call(end, null, "free", Sketch.Read(p));
        f.Return(end);

        var ownership = Pairs.Of(f.Build());
        var incident = Assert.Single(ownership.Incidents(Assert.Single(ownership.Owners)));
        Assert.Equal(IncidentKind.ReleaseUnset, incident.Kind);
    }

    [Fact]
    public void A_releaser_of_another_resource_does_not_fit()
    {
        var f = new Sketch();
        var p = f.Local("p");
        f.Call(f.Entry, p, "xalloc");
        f.Call(f.Entry, null, "close", Sketch.Read(p));
        f.Return(f.Entry);

        var ownership = Pairs.Of(f.Build());
        var incident = Assert.Single(ownership.Incidents(Assert.Single(ownership.Owners)));
        Assert.Equal(IncidentKind.Mismatch, incident.Kind);
    }

    [Fact]
    public void A_wrapper_that_consumes_owns_what_it_wraps()
    {
        var f = new Sketch();
        var fd = f.Local("fd");
        var stream = f.Local("stream");
        f.Call(f.Entry, fd, "open");
        f.Call(f.Entry, stream, "wrap", Sketch.Read(fd));
        f.Call(f.Entry, null, "close", Sketch.Read(stream));
        f.Return(f.Entry);

        var ownership = Pairs.Of(f.Build());
        Assert.Equal(
            ["empty|moved", "empty|released"],
            ownership.Owners.Select(o => OwnershipText.Of(ownership.AtExit(o))));
    }
}

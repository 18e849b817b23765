using Xunit;

namespace MigrateCleanup.Differential.Tests.Traces;

/// <summary>A comparison that finds no difference anywhere would prove nothing.</summary>
public sealed class TraceTests
{
    private const string Before = "# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\nnote 2\n= 3\nleaked 2\n";

    [Theory]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\nnote 2\n= 4\nleaked 2\n", "instead of '= 3' comes '= 4'")]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\n= 3\nleaked 2\n", "instead of 'note 2' comes '= 3'")]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\nnote 2\n- 0\n= 3\nleaked 2\n", "0 is released at another place")]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\nnote 2\n= 3\nleaked 2\n", "0 is not released any more")]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\nnote 2\n= 3\nleaked 2\nleaked 3\n", "leaked 3")]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\n- 5\nnote 2\n= 3\nleaked 2\n", "5 is released, and was not leaked before")]
    public void Differences_are_told(string after, string difference) =>
        Assert.Equal(difference, One(Before).DifferenceTo(One(after)));

    [Theory]
    [InlineData(Before)]
    [InlineData("# f 0\nstep 1 1\nnew 0\nnew 1\nuse 0\n- 1 of 0\n- 0\nnote 2\n- 2\n= 3\n")]
    public void What_is_allowed_is_no_difference(string after) => Assert.Null(One(Before).DifferenceTo(One(after)));

    [Fact]
    public void Faults_are_unsound() => Assert.False(One("# f 0\n! use of freed 1\n").IsSound);

    private static Trace One(string text) => Assert.Single(Trace.Parse(text));
}

using CsCheck;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Analysis;

public sealed class ValueSetTests
{
    private static readonly Constant[] Some =
    [
        new(-1L), new(0L), new(1L), new(5L), new("text"), Constant.Null, new(true), new(null, "UNKNOWN"), new(5L, "FIVE"),
    ];

    private static readonly Gen<Constant> AnyConstant = Gen.Int[0, Some.Length - 1].Select(i => Some[i]);

    private static readonly Gen<ValueSet> AnySet = Gen.Select(
        AnyConstant.Array[0, 3], AnyConstant.Array[0, 3], Gen.Int[0, 7], Gen.Bool,
        (constants, not, signs, known) =>
        {
            var set = known && constants.Length > 0
                ? constants.Select(ValueSet.Of).Aggregate((a, b) => a.Join(b))
                : ValueSet.Any.Within((Signs)signs);
            return not.Aggregate(set, (s, c) => s.Without(c));
        });

    [Fact]
    public void Join_is_commutative_associative_and_idempotent()
    {
        Gen.Select(AnySet, AnySet, AnySet).Sample(
            (a, b, c) =>
            {
                Assert.Equal(a.Join(b), b.Join(a));
                Assert.Equal(a.Join(b).Join(c), a.Join(b.Join(c)));
                Assert.Equal(a, a.Join(a));
                Assert.Equal(a, a.Join(ValueSet.None));
            },
            iter: 20_000);
    }

    [Fact]
    public void Join_holds_whatever_one_side_holds()
    {
        Gen.Select(AnySet, AnySet, AnyConstant).Sample(
            (a, b, c) =>
            {
                if (a.Join(b).IsNot(c))
                    Assert.True((a.IsImpossible || a.IsNot(c)) && (b.IsImpossible || b.IsNot(c)), $"{a}, {b}, {c}");
            },
            iter: 20_000);
    }

    [Fact]
    public void A_test_splits_a_set_in_two()
    {
        Gen.Select(AnySet, AnyConstant).Sample(
            (a, c) =>
            {
                var joined = a.Only(c).Join(a.Without(c));
                foreach (var other in Some)
                {
                    if (!a.IsImpossible && joined.IsNot(other))
                        Assert.True(a.IsNot(other), $"{a} split by {c} has lost {other}");
                }
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("<", 0, true, Signs.Negative)]
    [InlineData("<", 0, false, Signs.Zero | Signs.Positive)]
    [InlineData(">", 0, true, Signs.Positive)]
    [InlineData(">=", 1, true, Signs.Positive)]
    [InlineData("!=", 0, true, Signs.Negative | Signs.Positive)]
    public void A_comparison_tells_the_sides_of_zero(string @operator, long bound, bool holds, Signs expected)
    {
        var flow = new FlowBuilder();
        var x = flow.NewLocal("x", "int");
        var yes = flow.NewBlock();
        var no = flow.NewBlock();
        flow.Branch(flow.Entry, Origin.None, new Operation(@operator, new Read(x), new Constant(bound)), yes, no);
        flow.Connect(yes, flow.Exit);
        flow.Connect(no, flow.Exit);
        var function = new Function { Name = "f", Path = "f", Origin = Origin.None, Graph = flow.Build(), Locals = [x] };

        Assert.Equal(expected, Constants.Of(function).At(Point.StartOf(holds ? yes : no), x).Signs);
    }
}

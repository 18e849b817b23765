using MigrateCleanup.Engine.Verification;
using Xunit;
using Xunit.Abstractions;

namespace MigrateCleanup.Engine.Tests.Verification;

public sealed class VerifierTests(ITestOutputHelper output)
{
    public static TheoryData<string> Right => [.. VerificationCase.In("right.md").Select(c => c.Name)];

    public static TheoryData<string> Wrong => [.. VerificationCase.In("wrong.md").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Right))]
    public void Right_rewrites_are_proved(string name)
    {
        var @case = VerificationCase.In("right.md").Single(c => c.Name == name);
        var verdict = @case.Verdict;
        Assert.True(verdict.Kind == VerdictKind.Proved, Explained(verdict));
        Assert.Equal(@case.Allowed.Order(), verdict.Differences.Select(d => d.Kind.ToString()).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_rewrites_are_refuted(string name)
    {
        var @case = VerificationCase.In("wrong.md").Single(c => c.Name == name);
        var verdict = @case.Verdict;
        Assert.True(verdict.Kind == VerdictKind.Refuted, Explained(verdict));
        Assert.NotEmpty(verdict.Counterexample);
    }

    [Fact]
    public void Doubtful_rewrites_are_not_proved() =>
        Assert.All(VerificationCase.In("doubtful.md"), c => Assert.True(c.Verdict.Kind != VerdictKind.Proved, c.Name));

    [Fact]
    public void Both_rates_are_measured()
    {
        var right = VerificationCase.In("right.md").Select(c => c.Verdict.Kind).ToList();
        var wrong = VerificationCase.In("wrong.md").Select(c => c.Verdict.Kind).ToList();
        output.WriteLine($"right rewrites: {right.Count}, proved {right.Count(k => k == VerdictKind.Proved)}");
        output.WriteLine($"wrong rewrites: {wrong.Count}, refuted {wrong.Count(k => k == VerdictKind.Refuted)}, proved {wrong.Count(k => k == VerdictKind.Proved)}");
        Assert.True(right.Count >= 30 && wrong.Count >= 30, "a suite went missing");
        Assert.DoesNotContain(VerdictKind.Proved, wrong);
    }

    [Fact]
    public void Every_function_is_equal_to_itself()
    {
        foreach (var @case in VerificationCase.In("right.md").Concat(VerificationCase.In("wrong.md")))
        {
            foreach (var text in new[] { @case.Before, @case.After })
            {
                var verdict = (@case with { Before = text, After = text }).Verdict;
                Assert.True(verdict.Kind == VerdictKind.Proved, $"{@case.Name}: {Explained(verdict)}");
                Assert.Empty(verdict.Differences);
            }
        }
    }

    [Fact]
    public void What_is_written_alike_behind_a_change_costs_nothing()
    {
        var tail = string.Concat(Enumerable.Range(0, 60).Select(i => $"n{i} = f(b)\nif n{i} == 0 goto l{i}\ng(n{i})\nl{i}:\n"));
        var verdict = Verifier.Verify(
            Listing.Parse("param a\nparam b\nx := a\ng(x)\n" + tail + "return b\n"),
            Listing.Parse("param a\nparam b\ng(a)\n" + tail + "return b\n"),
            new SmallWorld(),
            new VerificationOptions { Budget = 50 });
        Assert.True(verdict.Kind == VerdictKind.Proved, Explained(verdict));
    }

    [Fact]
    public void Whoever_runs_out_of_steps_has_refuted_nothing()
    {
        foreach (var @case in VerificationCase.In("right.md"))
        {
            for (var budget = 1; budget < 60; budget++)
            {
                var verdict = Verifier.Verify(
                    Listing.Parse(@case.Before),
                    Listing.Parse(@case.After),
                    new SmallWorld(),
                    new VerificationOptions { AllowOutOfMemoryRemoval = @case.OutOfMemory, Budget = budget });
                Assert.True(verdict.Kind != VerdictKind.Refuted, $"{@case.Name}, {budget} steps: {Explained(verdict)}");
            }
        }
    }

    private static string Explained(Verdict verdict) =>
        $"{verdict.Kind}: {verdict.Reason}\n{string.Join('\n', verdict.Counterexample)}";
}

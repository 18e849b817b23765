using MigrateCleanup.Engine.Verification;
using Xunit;
using Xunit.Abstractions;

namespace MigrateCleanup.CSharp.Tests.Verification;

public sealed class VerifierTests(ITestOutputHelper output)
{
    public static TheoryData<string> Right => [.. VerificationCase.In("right.md").Select(c => c.Name)];

    public static TheoryData<string> Wrong => [.. VerificationCase.In("wrong.md").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Right))]
    public void Right_rewrites_are_proved(string name)
    {
        var verdict = VerificationCase.In("right.md").Single(c => c.Name == name).Verdict();
        Assert.True(verdict.Kind == VerdictKind.Proved, Explained(verdict));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_rewrites_are_refuted(string name)
    {
        var @case = VerificationCase.In("wrong.md").Single(c => c.Name == name);
        var verdict = @case.Verdict();
        Assert.True(verdict.Kind == @case.Wrong, Explained(verdict));
        Assert.NotEmpty(verdict.Counterexample);
    }

    [Fact]
    public void Both_rates_are_measured()
    {
        var right = VerificationCase.In("right.md").Select(c => c.Verdict().Kind).ToList();
        var wrong = VerificationCase.In("wrong.md").Select(c => c.Verdict().Kind).ToList();
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
                var function = @case.Read(text);
                var verdict = @case.Verify(function, function);
                Assert.True(verdict.Kind == VerdictKind.Proved, $"{@case.Name}: {Explained(verdict)}");
                Assert.Empty(verdict.Differences);
            }
        }
    }

    private static string Explained(Verdict verdict) =>
        $"{verdict.Kind}: {verdict.Reason}\n{string.Join('\n', verdict.Counterexample)}";
}

using MigrateCleanup.Differential.Tests.C;
using MigrateCleanup.Differential.Tests.CSharp;
using MigrateCleanup.Differential.Tests.Traces;
using Xunit;
using Xunit.Abstractions;

namespace MigrateCleanup.Differential.Tests;

/// <summary>
/// Generated functions are migrated, compiled, and run before and after with every call made to fail in turn: what can be seen of
/// them must be the same. <c>DIFFERENTIAL_SEEDS=1000-1100</c> tries other seeds.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int FunctionsPerSeed = 100;

    [Fact]
    public void FunctionsInGLibsIdiomDoTheSame() => CheckC(CWorld.GLib);

    [Fact]
    public void FunctionsWithTheAttributeDoTheSame() => CheckC(CWorld.Attribute);

    [Fact]
    public void MethodsOfCSharpDoTheSame() => Check(CSharpWorld.Compare);

    private void CheckC(CWorld world)
    {
        if (CWorld.HasCompiler)
            Check(world.Compare);
    }

    private void Check(Func<int, int, Comparison> compare)
    {
        var all = Seeds().Select(seed => compare(seed, FunctionsPerSeed)).ToList();
        output.WriteLine($"{all.Count * FunctionsPerSeed} functions, {all.Sum(c => c.Converted.Length)} converted, {all.Sum(c => c.Compared)} runs of these compared");
        var differences = all.SelectMany(c => c.Differences).ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} of {all.Sum(c => c.Converted.Length)} converted functions differ\n\n{string.Join("\n\n", differences.Take(12))}");

        // A migration that does nothing does nothing wrong.
        Assert.InRange(all.Sum(c => c.Converted.Length), all.Count * FunctionsPerSeed / 4, int.MaxValue);
        Assert.True(all.Sum(c => c.Compared) > all.Count * 100);
    }

    private static IEnumerable<int> Seeds()
    {
        var range = (Environment.GetEnvironmentVariable("DIFFERENTIAL_SEEDS") ?? "1-3").Split('-');
        return Enumerable.Range(int.Parse(range[0]), int.Parse(range[^1]) - int.Parse(range[0]) + 1);
    }
}

using MigrateCleanup.Review.Steps;

namespace MigrateCleanup.Cli.Tests.Review;

public sealed class FileStepsTests
{
    private const string Before = "#include <a.h>\n\n    int f() { one; }\nmiddle\n    int g() { two; }\nend\n";

    [Fact]
    public void FunctionsAreStretchesOfWholeLines()
    {
        var after = Before.Replace("one", "1", StringComparison.Ordinal).Replace("two", "2", StringComparison.Ordinal);
        var stretches = FileSteps.Of(Before, after, [Function("f", "int f() { one; }", "int f() { 1; }"), Function("g", "int g() { two; }", "int g() { 2; }")]);
        Assert.Equal(["    int f() { one; }\n", "    int g() { two; }\n"], stretches.Select(s => s.Before));
        Assert.Equal(after, FileSteps.Applied(Before, stretches));
    }

    [Fact]
    public void WhatOneRuleDidInSeveralGoesIsOneStep()
    {
        var stretches = FileSteps.Of(Before, Before.Replace("one", "3", StringComparison.Ordinal),
            [new SteppedFunction("f", 20, 16, [new RuleStep("a", "int f() { one; }", "int f() { 1; }"), new RuleStep("a", "int f() { 1; }", "int f() { 2; }"), new RuleStep("b", "int f() { 2; }", "int f() { 3; }")])]);
        Assert.Equal(["a", "b"], stretches.Single().Steps.Select(s => s.RuleId));
    }

    [Fact]
    public void WhatFunctionsNeedBesideThemIsAStretchOfItsOwn()
    {
        var after = Before.Replace("<a.h>\n", "<a.h>\n#include <b.h>\n", StringComparison.Ordinal).Replace("two", "2", StringComparison.Ordinal);
        var stretches = FileSteps.Of(Before, after, [Function("g", "int g() { two; }", "int g() { 2; }")]);
        Assert.Equal([true, false], stretches.Select(s => s.IsOutside));
        Assert.Equal("#include <b.h>\n", stretches[0].After);
        Assert.Equal(after, FileSteps.Applied(Before, stretches));
    }

    [Fact]
    public void AFunctionInsideAnotherChangesWithIt()
    {
        const string outer = "int f() { int g() { two; } one; }";
        var functions = new[]
        {
            new SteppedFunction("f", 0, outer.Length, [new RuleStep("a", outer, "int f() { int g() { two; } 1; }"), new RuleStep("b", "int f() { int g() { 2; } 1; }", "int f() { int g() { 2; } 11; }")]),
            new SteppedFunction("g", 10, 16, [new RuleStep("a", "int g() { two; }", "int g() { 2; }")]),
        };
        var stretches = FileSteps.Of(outer, "int f() { int g() { 2; } 11; }", functions);
        Assert.Equal("int f() { int g() { 2; } 11; }", stretches.Single().After);
        Assert.Equal(["a", "b"], stretches[0].Steps.Select(s => s.RuleId));
    }

    [Fact]
    public void StepsThatDoNotFitGiveTheWholeFile()
    {
        var stretches = FileSteps.Of(Before, "all new\n", [new SteppedFunction("f", 20, 16, [new RuleStep("a", "never there", "int f() { 1; }")])]);
        Assert.Equal("all new\n", FileSteps.Applied(Before, stretches));
        Assert.Single(stretches);
    }

    private static SteppedFunction Function(string name, string before, string after) =>
        new(name, Before.IndexOf(before, StringComparison.Ordinal), before.Length, [new RuleStep("a", before, after)]);
}

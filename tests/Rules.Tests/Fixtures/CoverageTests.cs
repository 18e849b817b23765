using Xunit;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>Nothing goes without an example: not a rule, not a refusal, not a known hazard.</summary>
public sealed class CoverageTests
{
    private static readonly string[] OfSeveralRules = ["hazards", "together"];

    [Fact]
    public void Each_fixture_is_named_for_a_rule() => Assert.Empty(
        FixtureFiles.Names("cs").Except(Catalog.Rewrites.Select(r => r.Info.Name)).Except(Catalog.Findings.Select(r => r.Info.Name)).Except(OfSeveralRules));

    [Fact]
    public void Headings_are_unique_in_their_file_and_each_snippet_is_code() => Assert.All(FixtureFiles.Names("cs"), name =>
    {
        var sections = FixtureFiles.Read("cs", name).Sections;
        Assert.Equal(sections.Length, sections.DistinctBy(s => s.Heading).Count());
        Assert.All(sections, s => Assert.Equal("cs", s.Snippet?.Language));
        Assert.All(sections, s => Assert.All(s.Blocks, b => Assert.Contains(b.Kind, new[] { "", "after", "check", "pairs" })));
    });

    [Fact]
    public void Rules_of_the_assembly_are_in_the_catalog()
    {
        var types = typeof(Catalog).Assembly.GetTypes().Where(t =>
            !t.IsAbstract && (t.IsAssignableTo(typeof(Engine.Rules.Rule)) || t.IsAssignableTo(typeof(Engine.Rules.FindingRule))));
        Assert.Empty(types.Except(Catalog.Rewrites.Select(r => r.GetType())).Except(Catalog.Findings.Select(r => r.GetType())));
    }
}

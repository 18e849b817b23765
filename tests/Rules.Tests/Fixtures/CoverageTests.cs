using Xunit;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>Nothing goes without an example: not a rule, not a refusal, not a known hazard.</summary>
public sealed class CoverageTests
{
    private static readonly string[] OfSeveralRules = ["hazards", "together"];

    /// <summary>Hazards that no snippet of C can show, and where they are met instead.</summary>
    private static readonly Dictionary<int, string> OfOtherKindsThanC = new()
    {
        [12] = "value types that are copied: C#",
        [13] = "a Dispose that a wrapper calls: C#",
        [22] = "finally, iterators, asynchronous functions, lambdas: C#",
        [23] = "exceptions: C#",
        [30] = "layouts: every fixture is run in two more",
        [31] = "several configurations of one file: sections with symbols",
        [33] = "files that do not parse: the tests of the command line",
        [34] = "what is changed that nobody asked for: the laws of every fixture, and the tests of the command line",
        [35] = "patches carry their evidence: the tests of the reports",
    };

    /// <summary>Hazards that no snippet of C# can show, and where they are met instead.</summary>
    private static readonly Dictionary<int, string> OfOtherKinds = new()
    {
        [6] = "stealing, which C# has no word for: ownership leaves by assignment, and is refused",
        [10] = "reference counts of GLib; C# counts references of COM only",
        [20] = "macros",
        [33] = "files that do not parse: the tests of the command line",
        [34] = "what is changed that nobody asked for: the laws of every fixture, and the tests of the command line",
        [35] = "patches carry their evidence: the tests of the reports",
    };

    [Theory]
    [InlineData("c")]
    [InlineData("cs")]
    public void Each_fixture_is_named_for_a_rule(string language) => Assert.Empty(
        FixtureFiles.Names(language).Except(Catalog.Rewrites.Select(r => r.Info.Name)).Except(Catalog.Findings.Select(r => r.Info.Name)).Except(OfSeveralRules));

    [Theory]
    [InlineData("c")]
    [InlineData("cs")]
    public void Headings_are_unique_in_their_file_and_each_snippet_is_code(string language) => Assert.All(FixtureFiles.Names(language), name =>
    {
        var sections = FixtureFiles.Read(language, name).Sections;
        Assert.Equal(sections.Length, sections.DistinctBy(s => s.Heading).Count());
        Assert.All(sections, s => Assert.Equal(language, s.Snippet?.Language));
        Assert.All(sections, s => Assert.All(s.Blocks, b => Assert.Contains(b.Kind, new[] { "", "after", "check", "pairs" })));
    });

    [Fact]
    public void Rules_of_the_assembly_are_in_the_catalog()
    {
        var types = typeof(Catalog).Assembly.GetTypes().Where(t =>
            !t.IsAbstract && (t.IsAssignableTo(typeof(Engine.Rules.Rule)) || t.IsAssignableTo(typeof(Engine.Rules.FindingRule))));
        Assert.Empty(types.Except(Catalog.Rewrites.Select(r => r.GetType())).Except(Catalog.Findings.Select(r => r.GetType())));
    }

    [Fact]
    public void Each_hazard_that_concerns_this_language_has_a_section()
    {
        Assert.Equal([], Enumerable.Range(1, 36).Except(OfOtherKinds.Keys).Except(AllSections("cs").SelectMany(s => s.Hazards)));
        Assert.Equal([], Enumerable.Range(1, 36).Except(OfOtherKindsThanC.Keys).Except(AllSections("c").SelectMany(s => s.Hazards)));
    }

    /// <summary>An empty folder, or a heading that is no longer one, must not pass.</summary>
    [Fact]
    public void So_many_sections_were_found()
    {
        Assert.True(AllSections("cs").Count() >= 130, $"{AllSections("cs").Count()} sections");
        Assert.True(AllSections("c").Count() >= 130, $"{AllSections("c").Count()} sections");
    }

    private static IEnumerable<FixtureSection> AllSections(string language) =>
        FixtureFiles.Names(language).SelectMany(name => FixtureFiles.Read(language, name).Sections);
}

using Xunit;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>
/// A rewrite is as right inside of another statement as it is at the top of a function: what the C# fixtures show is put
/// into scopes, locks, tries, loops and branches, where the laws hold as well, and nearly all of it is still rewritten.
/// </summary>
public sealed class SurroundingTests
{
    public static TheoryData<string> Names() => [.. Surrounding.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatHoldsAloneHoldsInside(string name)
    {
        const double MostlyStill = 0.9;
        var surrounding = Surrounding.All.Single(s => s.Name == name);
        var (inside, still) = (0, 0);
        var left = new List<string>();
        foreach (var rule in FixtureFiles.Names("cs"))
        {
            foreach (var section in FixtureFiles.Read("cs", rule).Sections.Where(IsPlain))
            {
                var alone = MarkedText.Parse(section.Snippet!.Text).Text;
                var text = surrounding.Around(alone);
                if (text == alone || HasErrors(section, text))
                    continue;

                // What cannot be decided there is missed, and no more; what is refuted is a fault.
                var run = FixtureRun.Of(rule, section, text);
                var isDecided = !run.Marked.Marks.Any(m => m.Name == "undecided");
                if (isDecided)
                    FixtureTests.Laws(rule, section, text, run);

                inside++;
                if (isDecided && run.After != text)
                    still++;
                else
                    left.Add($"{rule}: {section.Heading}");
            }
        }

        Assert.True(still >= MostlyStill * inside, $"{still} of {inside} are rewritten; not these:\n{string.Join('\n', left)}");
    }

    /// <summary>It is rewritten alone, in one configuration, whole.</summary>
    private static bool IsPlain(FixtureSection section) =>
        !section.IsKnownGap && section.Of("after") is not null && section.Snippet!.Options.Keys.All(k => k is "rules" or "lang");

    /// <summary>Some statements cannot be put into some others.</summary>
    private static bool HasErrors(FixtureSection section, string text) =>
        FixtureRun.SnippetOf(section.Snippet!, text).Diagnostics(text).Any(d => d.StartsWith("Error", StringComparison.Ordinal));
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Verification;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>
/// Every section of every fixture: what is said and what is written is what stands there, and the laws that hold
/// for every rewrite. The format is described in <c>fixtures/README.md</c>.
/// </summary>
public sealed class FixtureTests
{
    private const string Missed = "missed";

    // Outside of known gaps the program is never at a loss about what it did itself.
    private static readonly string[] Faults = ["refuted", "undecided", "fault", "new-diagnostic"];

    public static TheoryData<string, string, string> Sections()
    {
        var sections = new TheoryData<string, string, string>();
        foreach (var language in FixtureFiles.Languages)
        {
            foreach (var name in FixtureFiles.Names(language))
            {
                foreach (var section in FixtureFiles.Read(language, name).Sections)
                    sections.Add(language, name, section.Heading);
            }
        }

        return sections;
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Section(string language, string rule, string heading)
    {
        var section = FixtureFiles.Read(language, rule).Sections.Single(s => s.Heading == heading);
        var expected = MarkedText.Parse(section.Snippet!.Text);
        var run = FixtureRun.Of(rule, section, expected.Text);

        Laws(rule, section, expected.Text, run);
        Compare(language, rule, section, expected, run);
        OtherLayouts(rule, section, expected.Text, run);
    }

    /// <summary>What is expected, against what was seen; or, when told to accept it, what was seen becomes what is expected.</summary>
    private static void Compare(string language, string rule, FixtureSection section, MarkedText expected, FixtureRun run)
    {
        var after = run.After == expected.Text ? null : run.After;
        var check = section.Of("check") is not null || Catalog.Findings.Any(r => r.Info.Name == rule) ? run.Findings : "";
        var marked = run.Marked.ToString();
        // What is missed is not said; everything else in the section is, until the gap is closed.
        var missed = expected.Marks.Where(m => m.Name == Missed);
        marked = MarkedText.Of(run.Marked.Text, run.Marked.Marks.Concat(missed)).ToString();
        Assert.True(section.IsKnownGap || !missed.Any(), "what is missed stands below \"Known gaps\"");

        if (FixtureFiles.Accepts)
        {
            FixtureWriter.Accept(language, rule, section.Heading, marked, after, check);
            return;
        }

        // The rewrite first: it is what people want to know.
        var wanted = section.Of("after")?.Text ?? expected.Text;
        Assert.True(wanted == run.After, $"expected:\n{Shown(wanted)}\nactual:\n{Shown(run.After)}\nsaid:\n{marked}");
        Same(section.Of("check")?.Text ?? "", check);
        Same(expected.ToString(), marked);
    }

    /// <summary>What holds for every rewrite, whatever it is.</summary>
    internal static void Laws(string rule, FixtureSection section, string text, FixtureRun run)
    {
        var snippet = FixtureRun.SnippetOf(section.Snippet!, text);
        None("faults", run.Outcome.Faults);
        None("unparsed", run.Outcome.Unparsed);
        if (!section.IsKnownGap)
            None("rewrites that were not proved", run.Marked.Marks.Where(m => Faults.Contains(m.Name)).Select(m => m.Name));

        var before = snippet.Diagnostics(text);
        None("errors in the snippet", before.Where(d => d.StartsWith("Error", StringComparison.Ordinal)));
        None("new diagnostics in\n" + run.After, snippet.Diagnostics(run.After).Except(before));

        if (!section.Snippet!.Options.ContainsKey("loses"))
            None("lost comments", LostComments(snippet, text, run.After));

        Assert.All(run.Outcome.Functions.Where(f => f.Steps.Length > 0), f =>
        {
            Assert.Equal(FunctionState.Converted, f.State);
            Assert.Equal(VerdictKind.Proved, f.Verdict!.Kind);
        });

        Same(run.After, FixtureRun.Of(rule, section, run.After).After);
    }

    /// <summary>Line ends and indentation are the file's own: the same text in another layout comes out in that layout.</summary>
    private static void OtherLayouts(string rule, FixtureSection section, string text, FixtureRun run)
    {
        Same(Windows(run.After), FixtureRun.Of(rule, section, Windows(text)).After);
        Same(Tabs(run.After), FixtureRun.Of(rule, section, Tabs(text)).After);
    }

    /// <summary>Shows both texts in full, which the difference alone would not.</summary>
    private static void Same(string expected, string actual) =>
        Assert.True(expected == actual, $"expected:\n{Shown(expected)}\nactual:\n{Shown(actual)}");

    private static void None(string what, IEnumerable<object> items)
    {
        var list = items.ToList();
        Assert.True(list.Count == 0, $"{what}:\n{string.Join('\n', list)}");
    }

    private static string Shown(string text) =>
        text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    private static string Windows(string text) => text.ReplaceLineEndings("\r\n");

    private static string Tabs(string text) => string.Join('\n', text.Split('\n').Select(line =>
    {
        var spaces = line.Length - line.TrimStart(' ').Length;
        return new string('\t', spaces / 4) + new string(' ', spaces % 4) + line[spaces..];
    }));

    /// <summary>Comments that are gone. One that trails the declaration of a removed variable may go with it.</summary>
    private static ImmutableArray<string> LostComments(ISnippet snippet, string before, string after)
    {
        var left = snippet.Comments(after).Select(c => c.Text).ToList();
        return [.. snippet.Comments(before).Where(c => !left.Remove(c.Text) && !c.TrailsDeclaration).Select(c => c.Text)];
    }
}

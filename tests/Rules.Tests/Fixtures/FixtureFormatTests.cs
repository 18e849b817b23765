using Xunit;

namespace MigrateCleanup.Rules.Tests.Fixtures;

public sealed class FixtureFormatTests
{
    [Fact]
    public void Reads_sections_blocks_and_options()
    {
        var fixture = Fixture.Parse("""
            # Do it
            What it does.

            ## One {hazard 3, 14}
            Why.

            ```cs rules=a,b lang=7.3
            x();
            ```

            ```cs after
            y();
            ```

            ## Known gaps
            ### Two
            ~~~~json pairs
            # no heading
            ~~~~
            ## Three
            ```cs
            ```
            """);

        Assert.Equal(("Do it", "What it does."), (fixture.Title, fixture.Prose));
        Assert.Equal(["One", "Two", "Three"], fixture.Sections.Select(s => s.Heading));
        Assert.Equal([false, true, false], fixture.Sections.Select(s => s.IsKnownGap));
        var one = fixture.Sections[0];
        Assert.Equal("Why.", one.Prose);
        Assert.Equal([3, 14], one.Hazards.AsEnumerable());
        Assert.Equal(("x();\n", "a,b", "7.3"), (one.Snippet!.Text, one.Snippet.Options["rules"], one.Snippet.Options["lang"]));
        Assert.Equal((7, 8), one.Snippet.Lines);
        Assert.Equal("y();\n", one.Of("after")!.Text);
        Assert.Equal("# no heading\n", fixture.Sections[1].Of("pairs")!.Text);
    }

    [Fact]
    public void Marks_are_taken_out_and_put_back()
    {
        const string Text = "    first();\n//  ^^^^^ a\n//  ^^^^^^^^ b-c\n\n    last();\n//       ^^ d\n";
        var marked = MarkedText.Parse(Text);

        Assert.Equal("    first();\n\n    last();\n", marked.Text);
        Assert.Equal(["first", "first();", ");"], marked.Marks.Select(m => marked.Text.Substring(m.Span.Start, m.Span.Length)));
        Assert.Equal(Text, marked.ToString());
        Assert.Equal(Text, MarkedText.Of(marked.Text, marked.Marks).ToString());
    }
}

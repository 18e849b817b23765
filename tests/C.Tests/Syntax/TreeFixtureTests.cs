using System.Text;
using System.Text.RegularExpressions;
using MigrateCleanup.C.Syntax;
using Xunit;

namespace MigrateCleanup.C.Tests.Syntax;

/// <summary>
/// Trees as text, in <c>fixtures/c-syntax/*.md</c>: a section with a <c>c</c> block, a file, and a <c>tree</c> block,
/// what is read in it. <c>UPDATE_FIXTURES=1</c> writes the second.
/// </summary>
public sealed partial class TreeFixtureTests
{
    public static TheoryData<string, int> Files => new()
    {
        { "declarations", 10 },
        { "statements", 6 },
        { "expressions", 6 },
        { "macros", 8 },
        { "conditionals", 10 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void TreesAreAsWritten(string name, int fewestSections)
    {
        var path = Path.Combine(Repository.Folder, "fixtures", "c-syntax", name + ".md");
        var sections = 0;
        var wrong = new StringBuilder();
        var updated = Section().Replace(File.ReadAllText(path), match =>
        {
            sections++;
            var tree = CParser.Parse("file.c", match.Groups["code"].Value, SyntaxNames.None);
            Laws.Hold(tree);
            var actual = TreeText.Of(tree);
            if (actual != match.Groups["tree"].Value)
                wrong.Append(match.Groups["title"].Value).Append('\n').Append(actual);

            return $"## {match.Groups["title"].Value}\n{match.Groups["prose"].Value}```c\n{match.Groups["code"].Value}```\n\n```tree\n{actual}```\n";
        });

        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            File.WriteAllText(path, updated);
            wrong.Clear();
        }

        Assert.True(sections >= fewestSections, $"only {sections} sections found");
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [GeneratedRegex(@"^## (?<title>.*)\n(?<prose>(?:(?!```|## ).*\n)*)```c\n(?<code>(?:(?!```).*\n)*)```\n(?:\n*```tree\n(?<tree>(?:(?!```).*\n)*)```\n)?", RegexOptions.Multiline)]
    private static partial Regex Section();
}

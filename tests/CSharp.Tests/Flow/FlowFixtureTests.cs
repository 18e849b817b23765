using System.Text;
using System.Text.RegularExpressions;
using MigrateCleanup.Engine.Flow;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Flow;

/// <summary>
/// Graphs as text, in <c>fixtures/flow/*.md</c>: a section with a <c>cs</c> block, members of a class, and a
/// <c>flow</c> block, their graphs in text order. <c>UPDATE_FIXTURES=1</c> writes the second.
/// </summary>
public sealed partial class FlowFixtureTests
{
    private const int FewestSections = 15;

    private static readonly string Folder = FindFolder();

    [Fact]
    public void GraphsAreAsWritten()
    {
        var sections = 0;
        var wrong = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Folder, "cs.md").Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            var updated = Section().Replace(text, match =>
            {
                sections++;
                var actual = GraphsOf(match.Groups["code"].Value);
                if (actual != match.Groups["flow"].Value)
                    wrong.Append(Path.GetFileName(file)).Append(": ").Append(match.Groups["title"].Value).Append('\n').Append(actual);

                return $"## {match.Groups["title"].Value}\n{match.Groups["prose"].Value}```cs\n{match.Groups["code"].Value}```\n\n```flow\n{actual}```\n";
            });

            if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
            {
                File.WriteAllText(file, updated);
                wrong.Clear();
            }
        }

        Assert.True(sections >= FewestSections, $"only {sections} sections found");
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static string GraphsOf(string members)
    {
        var reading = Snippets.ReadAll(Snippets.AsFile(members));
        var text = new StringBuilder();
        foreach (var unparsed in reading.Unparsed)
            text.Append("unparsed: ").Append(unparsed.Reason).Append('\n');

        foreach (var function in reading.Functions)
        {
            if (reading.Functions.Length > 1)
                text.Append("# ").Append(function.Name).Append('\n');

            text.Append(GraphText.Of(function.Primary));
        }

        return text.ToString();
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MigrateCleanup.sln")))
                return Path.Combine(folder.FullName, "fixtures", "flow");
        }

        throw new DirectoryNotFoundException("the repository's top was not found");
    }

    [GeneratedRegex(@"^## (?<title>.*)\n(?<prose>(?:(?!```|## ).*\n)*)```cs\n(?<code>(?:(?!```).*\n)*)```\n(?:\n*```flow\n(?<flow>(?:(?!```).*\n)*)```\n)?", RegexOptions.Multiline)]
    private static partial Regex Section();
}

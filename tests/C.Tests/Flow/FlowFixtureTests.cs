using System.Text;
using System.Text.RegularExpressions;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Flow;

/// <summary>
/// Graphs as text, in <c>fixtures/flow/c.md</c>: a section with a <c>c</c> block, functions of a file, and a
/// <c>flow</c> block, their graphs in text order. <c>UPDATE_FIXTURES=1</c> writes the second.
/// </summary>
public sealed partial class FlowFixtureTests
{
    private const int FewestSections = 12;

    private static readonly string File = FindFile();

    [Fact]
    public void GraphsAreAsWritten()
    {
        var sections = 0;
        var wrong = new StringBuilder();
        var updated = Section().Replace(System.IO.File.ReadAllText(File), match =>
        {
            sections++;
            var actual = GraphsOf(match.Groups["code"].Value);
            if (actual != match.Groups["flow"].Value)
                wrong.Append(match.Groups["title"].Value).Append('\n').Append(actual);

            return $"## {match.Groups["title"].Value}\n{match.Groups["prose"].Value}```c\n{match.Groups["code"].Value}```\n\n```flow\n{actual}```\n";
        });

        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            System.IO.File.WriteAllText(File, updated);
            wrong.Clear();
        }

        Assert.True(sections >= FewestSections, $"only {sections} sections found");
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static string GraphsOf(string code)
    {
        var codebase = CCodebase.Create(
            new Dictionary<string, string> { ["file.c"] = code }, _ => true, new CSettings(StyleSet.Shipped(Catalog.Styles), Catalog.Catalogues("c"), Catalog.ReleaserWords));
        var names = CParser(code);
        var reading = codebase.Read("file.c", names);
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

    private static HashSet<string> CParser(string code) =>
        [.. MigrateCleanup.C.Syntax.CParser.Parse("file.c", code, MigrateCleanup.C.Syntax.SyntaxNames.None).Functions.Select(f => f.Name)];

    private static string FindFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "MigrateCleanup.sln")))
                return Path.Combine(folder.FullName, "fixtures", "flow", "c.md");
        }

        throw new DirectoryNotFoundException("the repository's top was not found");
    }

    [GeneratedRegex(@"^## (?<title>.*)\n(?<prose>(?:(?!```|## ).*\n)*)```c\n(?<code>(?:(?!```).*\n)*)```\n(?:\n*```flow\n(?<flow>(?:(?!```).*\n)*)```\n)?", RegexOptions.Multiline)]
    private static partial Regex Section();
}

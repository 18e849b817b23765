using System.Text.RegularExpressions;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>A statement of C# that the bodies of a snippet's functions are put into.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Before">The lines before the body.</param>
/// <param name="After">The lines behind it.</param>
/// <param name="EndsAnywhere">Control may come behind it: a function that returns something would have to return something there.</param>
public sealed partial record Surrounding(string Name, string[] Before, string[] After, bool EndsAnywhere = false)
{
    public static IReadOnlyList<Surrounding> All { get; } =
    [
        new("using", ["using (var around = new MemoryStream())", "{"], ["}"]),
        new("lock", ["lock (typeof(string))", "{"], ["}"]),
        new("try-catch", ["try", "{"], ["}", "catch (InvalidOperationException caught)", "{", "    Console.WriteLine(caught.Message);", "    throw;", "}"]),
        new("try-finally", ["try", "{"], ["}", "finally", "{", "    Console.WriteLine();", "}"]),
        new("loop", ["foreach (var turn in new[] { 1, 2 })", "{"], ["}"], EndsAnywhere: true),
        new("branch", ["if (Environment.TickCount > 5)", "{"], ["}"], EndsAnywhere: true),
    ];

    /// <summary>The snippet with every body in it that can be; the same text when there is none.</summary>
    public string Around(string snippet)
    {
        var lines = snippet.Split('\n').ToList();
        for (var open = lines.Count - 1; open > 0; open--)
        {
            if (lines[open] != "{" || !Head().IsMatch(lines[open - 1]) || (EndsAnywhere && !lines[open - 1].Contains("void ", StringComparison.Ordinal)))
                continue;

            var close = lines.IndexOf("}", open);
            var body = lines[(open + 1)..close].Select(l => l.Length == 0 || l[0] == '#' ? l : "    " + l);
            List<string> around = [.. Before.Select(Indented), .. body, .. After.Select(Indented)];
            lines.RemoveRange(open + 1, close - open - 1);
            lines.InsertRange(open + 1, around);
        }

        return string.Join('\n', lines);

        static string Indented(string line) => "    " + line;
    }

    /// <summary>What stands before the body of a function that stands by itself.</summary>
    [GeneratedRegex(@"^\w.*\)$")]
    private static partial Regex Head();
}

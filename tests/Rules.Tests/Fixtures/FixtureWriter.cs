namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>Writes what the program did into a fixture, in place of what was expected.</summary>
internal static class FixtureWriter
{
    public static void Accept(string language, string name, string heading, string marked, string? after, string check)
    {
        var path = FixtureFiles.PathOf(language, name);
        var lines = File.ReadAllText(path).Split('\n').ToList();
        Replace("check", check.Length > 0 ? check : null);
        Replace("after", after);
        Replace("", marked);
        File.WriteAllText(path, string.Join('\n', lines));

        void Replace(string kind, string? text)
        {
            var section = Fixture.Parse(string.Join('\n', lines)).Sections.Single(s => s.Heading == heading);
            var content = text?.TrimEnd('\n').Split('\n') ?? [];
            if (section.Of(kind) is { } block)
            {
                var (first, end) = block.Lines;
                lines.RemoveRange(first, end - first);
                if (text is not null)
                    lines.InsertRange(first, content);
                else
                    RemoveFences(first);
            }
            else if (text is not null)
            {
                var behind = kind == "check" && section.Of("after") is { } rewritten ? rewritten : section.Snippet!;
                lines.InsertRange(behind.Lines.End + 1, ["", kind == "check" ? "```text check" : $"```{language} after", .. content, "```"]);
            }
        }

        // The opening fence stands before the place, the closing one at it, with an empty line in front of both.
        void RemoveFences(int at)
        {
            lines.RemoveRange(at - 1, 2);
            if (at >= 2 && lines[at - 2].Length == 0)
                lines.RemoveAt(at - 2);
        }
    }
}

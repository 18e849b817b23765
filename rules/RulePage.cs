using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Rules;

/// <summary>A section of a fixture as a page shows it: what is written, what becomes of it, what is found in it.</summary>
public sealed record RuleExample(string Heading, string Prose, string Before, string? After, string? Check);

/// <summary>
/// What there is to say about a rule in one language, assembled from its documentation, its refusals and its fixture.
/// The command line, SARIF help texts and the documentation all show this.
/// </summary>
public sealed partial record RulePage(string Id, string Title, string Summary, string Remarks)
{
    /// <summary>Whether it rewrites; otherwise it finds.</summary>
    public bool Rewrites { get; init; }

    public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>The first section of its fixture; null when the rule has no fixture in this language.</summary>
    public RuleExample? Example { get; init; }

    /// <summary>The pages of a language's rules, in the order in which they run.</summary>
    public static ImmutableArray<RulePage> All(string language) =>
    [
        .. Catalog.Rewrites.Where(r => Catalog.IsFor(language, r.Info)).Select(r => Of(language, r.GetType(), r.Info) with { Rewrites = true, Refusals = [.. r.Refusals] }),
        .. Catalog.Findings.Where(r => Catalog.IsFor(language, r.Info)).Select(r => Of(language, r.GetType(), r.Info)),
    ];

    private static RulePage Of(string language, Type type, RuleInfo info)
    {
        var (summary, remarks) = Documentation(Catalog.TextOf($"rules/{type.Name}.cs") ?? "", type.Name);
        var fixture = Catalog.TextOf($"fixtures/{language}/{info.Name}.md");
        return new RulePage($"{language}/{info.Name}", info.Title, summary, remarks)
        {
            Example = fixture is null ? null : ExampleOf(Fixture.Parse(fixture)),
        };
    }

    private static RuleExample? ExampleOf(Fixture fixture) => (
        from section in fixture.Sections
        where section.Snippet is not null
        let before = MarkedText.Parse(section.Snippet!.Text).Text
        select new RuleExample(
            section.Heading, section.Prose, before, section.Of("after")?.Text, section.Of("check")?.Text)).FirstOrDefault();

    /// <summary>The documentation comment in front of a class, as plain paragraphs.</summary>
    private static (string Summary, string Remarks) Documentation(string source, string type)
    {
        var declaration = Regex.Match(
            source, $@"(?<doc>(?:^///.*\r?\n)+)(?:^\[.*\r?\n)*^public sealed (?:partial )?class {type}\b", RegexOptions.Multiline);
        var text = Regex.Replace(declaration.Groups["doc"].Value, @"^///[ ]?", "", RegexOptions.Multiline);
        return (Element("summary"), Element("remarks"));

        string Element(string name) =>
            Plain(Regex.Match(text, $"<{name}>(?<inner>.*?)</{name}>", RegexOptions.Singleline).Groups["inner"].Value);
    }

    private static string Plain(string xml)
    {
        var text = Reference().Replace(xml, m => m.Groups["name"].Value.Split('.')[^1]);
        text = Code().Replace(text, m => $"`{m.Groups["code"].Value}`");
        var paragraphs = Paragraph().Split(text).Select(p => Tag().Replace(p, ""))
            .Select(p => string.Join(' ', p.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Where(p => p.Length > 0);
        return string.Join("\n\n", paragraphs).Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"<(?:see|paramref|seealso) (?:cref|langword|name)=""(?<name>[^""]+)"" ?/>")]
    private static partial Regex Reference();

    [GeneratedRegex("<c>(?<code>.*?)</c>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"</?para>|(?:\r?\n){2,}")]
    private static partial Regex Paragraph();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}

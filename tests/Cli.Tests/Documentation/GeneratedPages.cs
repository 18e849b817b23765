using System.Text;
using System.Text.Json;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Tests.Documentation;

/// <summary>The pages of <c>docs</c> that are made of the program: rules, commands, configuration.</summary>
public static class GeneratedPages
{
    private const string Note = "<!-- Generated; UPDATE_FIXTURES=1 dotnet test writes it anew. -->\n\n";

    /// <summary>Every page by its name below <c>docs</c>.</summary>
    public static IEnumerable<(string Name, string Text)> All()
    {
        var pages = RuleSelection.Languages.SelectMany(l => RulePage.All(l)).ToList();
        yield return ("rules/README.md", Index(pages));
        foreach (var rule in pages.GroupBy(p => NameOf(p.Id)))
            yield return ($"rules/{rule.Key}.md", Rule([.. rule]));

        yield return ("commands.md", Commands());
        yield return ("configuration.md", Configuration());
    }

    private static string NameOf(string id) => id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string Index(IEnumerable<RulePage> pages)
    {
        var text = new StringBuilder($"{Note}# Rules\n\nIn the order in which they run.\n\n| rule | | what it does |\n|---|---|---|\n");
        foreach (var rule in pages.GroupBy(p => NameOf(p.Id)))
        {
            var ids = string.Join(", ", rule.Select(p => $"`{p.Id}`").Order(StringComparer.Ordinal));
            text.Append($"| [{rule.Key}]({rule.Key}.md) | {(rule.First().Rewrites ? "rewrite" : "finding")} | {rule.First().Title} ({ids}) |\n");
        }

        return text.ToString();
    }

    private static string Rule(IReadOnlyList<RulePage> languages)
    {
        var page = languages[0];
        var text = new StringBuilder($"{Note}# {page.Title}\n\n");
        text.Append($"{(page.Rewrites ? "A rewrite" : "A finding")}: {string.Join(", ", languages.Select(l => $"`{l.Id}`").Order(StringComparer.Ordinal))}.\n\n");
        foreach (var part in new[] { page.Summary, page.Remarks }.Where(p => p.Length > 0))
            text.Append(part).Append("\n\n");

        foreach (var language in languages.OrderBy(l => l.Id, StringComparer.Ordinal))
            AppendExample(text, language);

        if (!page.Refusals.IsEmpty)
        {
            text.Append("## Left alone\n\n| reason | because | what would unblock it |\n|---|---|---|\n");
            foreach (var refusal in page.Refusals)
                text.Append($"| `{refusal.Id}` | {Cell(refusal.Reason)} | {Cell(refusal.Unblock)} |\n");

            text.Append('\n');
        }

        text.Append($"A comment `migrate-cleanup: off({page.Id})` on a function switches it off there.\n");
        return text.ToString();
    }

    private static void AppendExample(StringBuilder text, RulePage page)
    {
        if (page.Example is not { } example)
            return;

        var language = page.Id.Split('/')[0];
        text.Append($"## In {(language == "cs" ? "C#" : "C")}: {example.Heading}\n\n");
        if (example.Prose.Length > 0)
            text.Append(example.Prose).Append("\n\n");

        AppendCode(text, null, language, example.Before);
        AppendCode(text, "becomes", language, example.After);
        AppendCode(text, "It says", "", example.Check);
        text.Append($"More of it, from the common case to the strange one, is in [its fixture](../../fixtures/{page.Id}.md).\n\n");
    }

    private static void AppendCode(StringBuilder text, string? heading, string language, string? code)
    {
        if (code is null)
            return;

        text.Append(heading is null ? "" : heading + "\n\n").Append($"```{language}\n").Append(code.TrimEnd()).Append("\n```\n\n");
    }

    private static string Commands()
    {
        var text = new StringBuilder($"{Note}# Commands\n");
        var verbs = CommandLineReader.VerbHelp.ToList();
        foreach (var verb in verbs)
        {
            text.Append($"\n## {verb.Name}\n\n{verb.Help}\n\n```\n{verb.Usage}\n```\n");
            AppendOptions(text, verb.Options.Where(o => o.Kind == OptionKind.Own));
        }

        text.Append("\n## Which code, and what else to write\n\nOptions of diff, apply, check, report, batch and status; show has those of `--config`, `--style`, `--no-msbuild` and `--jobs`.\n");
        AppendOptions(text, verbs[0].Options.Where(o => o.Kind == OptionKind.Code));
        text.Append("\n## What is said\n\nOptions of all.\n");
        AppendOptions(text, verbs[0].Options.Where(o => o.Kind == OptionKind.Talk));
        return text.ToString();
    }

    private static void AppendOptions(StringBuilder text, IEnumerable<CommandLineReader.OptionHelp> options)
    {
        var rows = options.Select(o => $"| `{o.Label}` | {Cell(o.Explanation)} |\n").ToList();
        if (rows.Count > 0)
            text.Append("\n| option | |\n|---|---|\n").Append(string.Concat(rows));
    }

    private static string Configuration()
    {
        var text = new StringBuilder(Note);
        foreach (var name in new[] { "configuration", "catalogue", "style" })
        {
            if (Catalog.TextOf($"schemas/{name}.schema.json") is not { } schema)
                continue;

            using var document = JsonDocument.Parse(schema);
            var root = document.RootElement;
            text.Append($"# {Text(root, "title")}\n\n");
            if (Text(root, "description") is { Length: > 0 } description)
                text.Append(description).Append("\n\n");

            AppendProperties(text, root);
            if (root.TryGetProperty("definitions", out var definitions))
            {
                foreach (var definition in definitions.EnumerateObject())
                    AppendDefinition(text, definition);
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void AppendDefinition(StringBuilder text, JsonProperty definition)
    {
        var value = definition.Value;
        var objects = value.TryGetProperty("properties", out _) ? [value]
            : value.TryGetProperty("anyOf", out var any) ? any.EnumerateArray().Where(a => a.TryGetProperty("properties", out _)).ToList() : [];
        if (objects.Count == 0)
            return;

        text.Append($"## {definition.Name}\n\n");
        if (Text(value, "description") is { Length: > 0 } description)
            text.Append(description).Append("\n\n");

        foreach (var item in objects)
            AppendProperties(text, item);
    }

    private static void AppendProperties(StringBuilder text, JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties))
            return;

        text.Append("| member | value | |\n|---|---|---|\n");
        foreach (var property in properties.EnumerateObject().Where(p => p.Name != "$schema"))
        {
            var about = Text(property.Value, "description");
            var otherwise = property.Value.TryGetProperty("default", out var value) ? $" Default: `{value.GetRawText()}`." : "";
            text.Append($"| `{property.Name}` | {Cell(KindOf(property.Value))} | {Cell(about + otherwise)} |\n");
        }

        text.Append('\n');
    }

    private static string KindOf(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return reference.GetString()!.Split('/')[^1];

        if (schema.TryGetProperty("enum", out var values))
            return string.Join(", ", values.EnumerateArray().Select(v => $"`{v.GetRawText()}`"));

        if (schema.TryGetProperty("const", out var constant))
            return $"`{constant.GetRawText()}`";

        if (schema.TryGetProperty("anyOf", out var any))
            return string.Join(" or ", any.EnumerateArray().Select(KindOf).Distinct());

        if (!schema.TryGetProperty("type", out var type))
            return "";

        var kind = type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(t => t.GetString())) : type.GetString()!;
        return kind == "array" && schema.TryGetProperty("items", out var items) ? $"list of {KindOf(items)}" : kind;
    }

    private static string Text(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}

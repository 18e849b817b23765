using System.Text;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Lists the rules, or prints the page of one.</summary>
public static class RulesVerb
{
    private const int Width = 90;

    public static ExitCode Execute(RulesOptions options, VerbContext context)
    {
        if (options.Surplus.FirstOrDefault() is { } surplus)
            throw Stop.Usage($"one rule is expected, and '{surplus}' is one more");

        context.Output.Write(options.Id is { } id ? Pages(id) : List());
        return ExitCode.Done;
    }

    private static string List()
    {
        var pages = AllPages().ToList();
        var width = pages.Select(p => p.Id.Length).DefaultIfEmpty(0).Max();
        return string.Concat(pages.Select(p => $"{p.Id.PadRight(width)}  {(p.Rewrites ? "rewrite" : "finding")}  {p.Title}\n"));
    }

    private static string Pages(string name)
    {
        var pages = AllPages().Where(p => p.Id == name || p.Id.EndsWith("/" + name, StringComparison.Ordinal)).ToList();
        return pages.Count == 0
            ? throw RuleSelection.Unknown(name)
            : string.Join("\n", pages.Select(TextOf));
    }

    private static IEnumerable<RulePage> AllPages() => RuleSelection.Languages.SelectMany(language => RulePage.All(language));

    /// <summary>A rule's page, as people read it on a terminal.</summary>
    private static string TextOf(RulePage page)
    {
        var text = new StringBuilder();
        text.Append(page.Id).Append(": ").Append(page.Title).Append('\n');
        foreach (var paragraph in $"{page.Summary}\n\n{page.Remarks}".Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            text.Append('\n').Append(Wrapped(paragraph, ""));

        if (page.Example is { } example)
        {
            AppendCode(text, example.After is null ? example.Heading : $"Before ({example.Heading})", example.Before);
            AppendCode(text, "After", example.After);
            AppendCode(text, "It says", example.Check);
        }

        if (!page.Refusals.IsEmpty)
        {
            text.Append("\nIt leaves code alone, and says so by these names, where\n\n");
            foreach (var refusal in page.Refusals)
                text.Append($"  {refusal.Id}\n").Append(Wrapped(refusal.Reason + (refusal.Unblock.Length > 0 ? $" ({refusal.Unblock})" : ""), "      "));
        }

        return text.ToString();
    }

    private static void AppendCode(StringBuilder text, string heading, string? code)
    {
        if (code is null)
            return;

        text.Append('\n').Append(heading).Append(":\n\n");
        foreach (var line in code.TrimEnd().Split('\n'))
            text.Append(("    " + line).TrimEnd()).Append('\n');
    }

    private static string Wrapped(string paragraph, string indentation)
    {
        var text = new StringBuilder();
        var line = indentation;
        foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indentation.Length && line.Length + word.Length + 1 > Width)
            {
                text.Append(line).Append('\n');
                line = indentation;
            }

            line += line.Length > indentation.Length ? " " + word : word;
        }

        return text.Append(line).Append('\n').ToString();
    }
}

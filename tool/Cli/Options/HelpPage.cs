using System.Text;

namespace MigrateCleanup.Cli.Options;

/// <summary>What <c>--help</c> prints: how a verb is used, its own options first, then those of all verbs that read code.</summary>
public static class HelpPage
{
    private const int Width = 100;
    private const int LongestLabel = 24;

    /// <summary>All verbs.</summary>
    public static string Overview(string command, string version, IEnumerable<CommandLineReader.VerbHelpText> verbs)
    {
        var text = new StringBuilder($"{command} {version}: turns clean-up by hand into clean-up by scope, and proves it\n\n");
        text.Append($"usage: {command} VERB PATH [OPTIONS]\n\n");
        foreach (var verb in verbs)
            AppendItem(text, verb.Name, verb.Help, 12);

        text.Append($"\n'{command} VERB --help' explains a verb. In a codebase for the first time: '{command} init .'.\n");
        return text.ToString();
    }

    /// <summary>One verb.</summary>
    public static string Of(CommandLineReader.VerbHelpText verb)
    {
        var text = new StringBuilder();
        AppendWrapped(text, verb.Help, 0, 0);
        text.Append($"\n\n{verb.Usage}\n");
        foreach (var (kind, heading) in new[] { (OptionKind.Own, "Options:"), (OptionKind.Code, "Which code, and what else to write:"), (OptionKind.Talk, "What is said:") })
        {
            var options = verb.Options.Where(o => o.Kind == kind).ToList();
            if (options.Count == 0)
                continue;

            text.Append($"\n{heading}\n");
            foreach (var option in options)
                AppendItem(text, option.Label, option.Explanation, LongestLabel);
        }

        return text.ToString();
    }

    private static void AppendItem(StringBuilder text, string label, string help, int column)
    {
        text.Append("  ").Append(label);
        if (label.Length + 2 > column)
            text.Append('\n').Append(' ', column + 2);
        else
            text.Append(' ', column - label.Length);

        AppendWrapped(text, help, column + 2, column + 2);
        text.Append('\n');
    }

    private static void AppendWrapped(StringBuilder text, string words, int column, int indent)
    {
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > indent && column + word.Length + 1 > Width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }

            if (column > indent)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }
    }
}

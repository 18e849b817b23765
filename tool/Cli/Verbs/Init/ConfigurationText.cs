using System.Text;
using System.Text.Json;

namespace MigrateCleanup.Cli.Verbs.Init;

/// <summary>A configuration with comments that say why it is as it is.</summary>
public static class ConfigurationText
{
    public static string Of(Survey survey)
    {
        var text = new StringBuilder();
        text.Append("// Configuration of migrate-cleanup. Options on the command line weigh more.\n{\n");
        AppendStyle(text, survey);
        text.Append("  // Without this every rule runs ('migrate-cleanup rules' lists them).\n");
        text.Append("  // \"rules\": [\"scoped-cleanup\", \"scoped-lock\", \"early-return\"],\n\n");
        AppendExclude(text, survey);
        AppendPairs(text, survey);
        return text.Append("}\n").ToString();
    }

    private static void AppendStyle(StringBuilder text, Survey survey)
    {
        if (survey.CFiles == 0)
            return;

        text.Append("  // How scoped clean-up is spelled in C, by what the code uses already:\n");
        foreach (var (sign, evidence) in survey.Signs)
            text.Append($"  //   {sign}: {evidence}\n");

        if (survey.Chosen is { } title)
            text.Append($"  //   nothing that speaks for a style, so one that works anywhere: {title}\n");

        if (survey.Style is { } style)
            text.Append($"  \"style\": {Quoted(style)},\n\n");
    }

    private static void AppendExclude(StringBuilder text, Survey survey)
    {
        if (survey.Foreign.IsEmpty)
        {
            text.Append("  // Globs of files to leave alone.\n  // \"exclude\": [\"third_party/**\"],\n\n");
            return;
        }

        text.Append("  // These look like code of others.\n");
        text.Append($"  \"exclude\": [{string.Join(", ", survey.Foreign.Select(f => Quoted(f + "/**")))}],\n\n");
    }

    private static void AppendPairs(StringBuilder text, Survey survey)
    {
        text.Append("  // Functions of your own that acquire and release, beside those that are known already.\n");
        if (survey.Pairs.IsEmpty)
        {
            text.Append("  // \"pairs\": [{ \"name\": \"session\", \"acquire\": [\"open_session\"], \"release\": [\"close_session\"] }],\n");
            return;
        }

        text.Append("  \"pairs\": [\n");
        foreach (var pair in survey.Pairs)
        {
            text.Append($"    // {pair.Count} variables go from {Plain(pair.Acquire)} to {Plain(pair.Release)}, one of them at {Plain(pair.File)}:{pair.Line}"
                + (pair.IsClear ? "\n" : "; not enough to be sure, so look first\n"));
            text.Append($"    {(pair.IsClear ? "" : "// ")}{{ {(pair.Resource is { } name ? $"\"name\": {Quoted(name)}, " : "")}\"acquire\": [{Quoted(pair.Acquire)}]{(pair.Resource is null ? $", \"release\": [{Quoted(pair.Release)}]" : "")} }},\n");
        }

        text.Append("  ],\n");
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>Text of others in a comment: it may not end the line.</summary>
    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c)]);
}

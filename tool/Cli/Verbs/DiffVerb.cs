using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Shows what would change. Nothing is written.</summary>
public static class DiffVerb
{
    private const string SuggestionsHeading =
        "\nSuggestions: verification could not decide whether these keep the behaviour. They apply behind the changes above.\n\n";

    public static ExitCode Execute(DiffOptions options, VerbContext context)
    {
        if (options.Verify is not null)
            throw Stop.Usage("--verify runs on changed files: use it with apply or batch");

        var run = Run.Execute(options, context.Messages, rewrites: true);
        var report = RunReports.Of(run);
        var diff = FileDiffs.Write(run, f => f.Before, f => f.After, context.Messages);
        var suggestions = options.Undecided ? FileDiffs.Write(run, f => f.After, f => f.WithUndecided, context.Messages) : "";
        Print(diff, suggestions, options, context.Output);
        return RunEnding.Conclude(
            run, report, options, context.Messages, options.GateOnChange && diff.Length > 0 ? ExitCode.Found : ExitCode.Done);
    }

    private static void Print(string diff, string suggestions, DiffOptions options, StandardOutput output)
    {
        var text = suggestions.Length == 0 ? diff : diff + SuggestionsHeading + suggestions;
        if (output.IsTerminal && Colours.Wanted(options))
            text = DiffColouring.Coloured(text);

        output.Write(FileDiffs.Bytes(text));
    }
}

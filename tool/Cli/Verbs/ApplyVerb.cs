using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Engine.Pipeline;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Changes the files in place, each in one step.</summary>
public static class ApplyVerb
{
    private const int NamesShown = 3;

    public static ExitCode Execute(ApplyOptions options, VerbContext context)
    {
        if (options.Undecided)
            throw Stop.Usage("--undecided only shows suggestions: use it with diff; apply writes what is proved");

        var run = Run.Prepare(options, context.Messages, rewrites: true);
        var command = options.Verify is null ? null : UserCommand.Of(options, run.Tree.Top, context.Messages);
        run.Migrate();
        var report = RunReports.Of(run);
        var changed = run.Outcome.Files.Where(f => f.IsChanged).ToList();
        if (!options.Force && Uncommitted.Among(run.Tree, [.. changed.Select(f => run.Tree.NameOf(f.Path))]) is { Count: > 0 } dirty)
        {
            context.Messages.Error(
                $"migrate-cleanup: uncommitted changes in {Listed(dirty)}: commit or stash them, or use --force; nothing was written");
            return RunEnding.Conclude(run, report, options, context.Messages, ExitCode.Usage);
        }

        var changes = changed.Select(f => ChangeOf(f, run, context.Messages)).OfType<PendingChange>().ToList();
        var allWritten = changes.Count == changed.Count;
        var written = command is not null
            ? new VerifiedWriting(command, context.Messages).Write(changes)
            : PendingChange.WriteAll(changes, context.Messages);
        allWritten &= written.Failed.Count == 0;
        if (!context.Messages.IsQuiet && changed.Count > 0)
            context.Messages.Warning($"{written.Kept.Count} of {changed.Count} files changed");

        var asked = !allWritten ? ExitCode.Failed : options.GateOnChange && written.Kept.Count > 0 ? ExitCode.Found : ExitCode.Done;
        return RunEnding.Conclude(run, report, options, context.Messages, asked);
    }

    private static PendingChange? ChangeOf(FileOutcome file, Run run, Messages messages)
    {
        var name = DisplayName.FromCurrentDirectory(file.Path);
        if (run.Files.Read(file.Path) is { } source && source.TryEncode(file.After, out var bytes))
            return new PendingChange(file.Path, name, source.Bytes, bytes) { IsNew = file.IsNew };

        messages.Error($"{name}: cannot be written: the change needs characters that the file's encoding has not");
        return null;
    }

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");
}

using System.Text;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Cli.Writing;
using MigrateCleanup.Review.Series;

namespace MigrateCleanup.Cli.Verbs.Init;

/// <summary>Looks at a codebase, says what it sees, and writes a configuration that says why.</summary>
public static class InitVerb
{
    public static ExitCode Execute(InitOptions options, VerbContext context)
    {
        if (options.Surplus.FirstOrDefault() is { } surplus)
            throw Stop.Usage($"one PATH is expected, and '{surplus}' is one more");

        var target = Target.Of(options.Path ?? throw Run.PathIsMissing());
        var path = Path.Combine(target.Directory, ProjectConfiguration.FileName);
        var name = DisplayName.FromCurrentDirectory(path);
        if (File.Exists(path) && !options.Force)
            throw Stop.Usage($"{name}: there is a configuration; --force writes a new one over it");

        var tree = WorkTree.Around(target.Directory);
        var survey = Survey.Of(target, tree, context.Messages);
        if (survey.CSharpFiles + survey.CFiles == 0)
            throw Stop.Failed($"{DisplayName.FromCurrentDirectory(target.Path)}: no C# or C files here");

        try
        {
            WholeFile.Write(path, Encoding.UTF8.GetBytes(ConfigurationText.Of(survey)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed($"{name}: cannot be written: {SourceFiles.WriteReason(e)}");
        }

        context.Output.Write(Explanation(survey, tree, name, options.Path));
        return ExitCode.Done;
    }

    private static string Explanation(Survey survey, WorkTree tree, string name, string given)
    {
        var text = new StringBuilder();
        text.Append($"looked at   {survey.CSharpFiles} C# files, {survey.CFiles} C files\n");
        if (survey.CFiles > 0)
        {
            text.Append($"style       {survey.Style}{(survey.Chosen is { } title ? $", which works anywhere, as the code shows none: {title}" : "")}\n");
            foreach (var (style, evidence) in survey.Signs)
                text.Append($"            {style}: {evidence}\n");
        }

        foreach (var (pair, i) in survey.Pairs.Select((p, i) => (p, i)))
            text.Append($"{(i == 0 ? "pairs" : ""),-12}{pair.Acquire} .. {pair.Release}: {pair.Count} variables{(pair.IsClear ? "" : " (left for you to decide)")}\n");

        foreach (var (directory, i) in survey.Foreign.Select((d, i) => (d, i)))
            text.Append($"{(i == 0 ? "left out" : ""),-12}{directory}\n");

        if (MannerOf(tree) is { } manner)
            text.Append($"subjects    like '{manner.Subject("Return early", "area")}'{(manner.IsSignedOff ? ", signed off" : "")}\n");

        text.Append($"\n{name} is written. Next:\n\n  migrate-cleanup status {given}\n  migrate-cleanup diff {given}\n  migrate-cleanup batch {given} --out patches --verify \"the command that builds and tests\"\n");
        return text.ToString();
    }

    private static LogManner? MannerOf(WorkTree tree)
    {
        try
        {
            return Repository.Of(tree)?.Manner;
        }
        catch (Stop)
        {
            // Without a commit, or without git, there is no manner to follow.
            return null;
        }
    }
}

using System.Text;
using MigrateCleanup.Cli.Configuration;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Rules;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>Prints what a shell needs to complete verbs and options; it is made of the same classes that read them.</summary>
public static class CompletionVerb
{
    private const string Command = "migrate-cleanup";

    public static ExitCode Execute(CompletionOptions options, VerbContext context)
    {
        if (options.Surplus.FirstOrDefault() is { } surplus)
            throw Stop.Usage($"one shell is expected, and '{surplus}' is one more");

        context.Output.Write(options.Shell switch
        {
            "bash" => Bash(),
            "zsh" => $"autoload -U +X bashcompinit && bashcompinit\n{Bash()}",
            "fish" => Fish(),
            null => throw Stop.Usage("the shell is missing: bash, zsh or fish"),
            var other => throw Stop.Usage($"unknown shell '{other}'; there are bash, zsh and fish"),
        });
        return ExitCode.Done;
    }

    /// <summary>What stands in the place of PATH, for the verbs that take words there.</summary>
    private static IEnumerable<(string Verb, IEnumerable<string> Words)> Arguments() =>
    [
        ("rules", RuleSelection.Languages.SelectMany(l => RulePage.All(l)).Select(p => p.Id)),
        ("show", ["flow", "ownership", "tree"]),
        ("completion", ["bash", "zsh", "fish"]),
        ("help", CommandLineReader.VerbHelp.Select(v => v.Name)),
    ];

    private static IEnumerable<(string Option, IEnumerable<string> Words)> Values() =>
        CommandLineReader.VerbHelp.SelectMany(v => v.Options).Where(o => !o.Values.IsEmpty).DistinctBy(o => o.Name)
            .Select(o => (o.Name, o.Values.AsEnumerable()))
            .Append(("style", Run.StylesOf(ProjectConfiguration.Empty).Styles.Select(s => s.Name)));

    private static string Bash()
    {
        var text = new StringBuilder("_migrate_cleanup() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n");
        text.Append("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n")
            .Append($"        COMPREPLY=($(compgen -W \"{string.Join(' ', CommandLineReader.VerbHelp.Select(v => v.Name))}\" -- \"$word\"))\n        return\n    fi\n");
        text.Append("    case \"$before\" in\n");
        foreach (var (option, values) in Values())
            text.Append($"        --{option}) COMPREPLY=($(compgen -W \"{string.Join(' ', values)}\" -- \"$word\")); return ;;\n");

        text.Append("    esac\n    case \"$COMP_CWORD ${COMP_WORDS[1]}\" in\n");
        foreach (var (verb, words) in Arguments())
            text.Append($"        '2 {verb}') COMPREPLY=($(compgen -W \"{string.Join(' ', words)}\" -- \"$word\")); return ;;\n");

        text.Append("    esac\n    case \"$word\" in\n        -*) ;;\n        *) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n    esac\n    case \"${COMP_WORDS[1]}\" in\n");
        foreach (var verb in CommandLineReader.VerbHelp)
            text.Append($"        {verb.Name}) COMPREPLY=($(compgen -W \"{string.Join(' ', verb.Options.Select(o => "--" + o.Name))}\" -- \"$word\")) ;;\n");

        return text.Append($"    esac\n}}\ncomplete -o filenames -F _migrate_cleanup {Command}\n").ToString();
    }

    private static string Fish()
    {
        var text = new StringBuilder();
        var values = Values().ToDictionary(v => v.Option, v => v.Words, StringComparer.Ordinal);
        foreach (var (verb, words) in Arguments())
            text.Append($"complete -c {Command} -n '__fish_seen_subcommand_from {verb}' -f -a {Quoted(string.Join(' ', words))}\n");

        foreach (var verb in CommandLineReader.VerbHelp)
        {
            text.Append($"complete -c {Command} -n __fish_use_subcommand -f -a {verb.Name} -d {Quoted(verb.Help)}\n");
            foreach (var option in verb.Options)
            {
                text.Append($"complete -c {Command} -n '__fish_seen_subcommand_from {verb.Name}' -l {option.Name}{(option.TakesValue ? " -r" : "")}"
                    + $"{(values.TryGetValue(option.Name, out var words) ? $" -f -a {Quoted(string.Join(' ', words))}" : "")} -d {Quoted(option.Help)}\n");
            }
        }

        return text.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

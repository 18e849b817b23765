using System.Text;
using MigrateCleanup.Cli.Options;

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

    private static string Bash()
    {
        var text = new StringBuilder("_migrate_cleanup() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n");
        text.Append("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n")
            .Append($"        COMPREPLY=($(compgen -W \"{string.Join(' ', CommandLineReader.VerbHelp.Select(v => v.Name))}\" -- \"$word\"))\n        return\n    fi\n");
        text.Append("    case \"$before\" in\n");
        foreach (var (option, values) in CommandLineReader.VerbHelp.SelectMany(v => v.Options).Where(o => !o.Values.IsEmpty).Select(o => (o.Name, o.Values)).DistinctBy(o => o.Name))
            text.Append($"        --{option}) COMPREPLY=($(compgen -W \"{string.Join(' ', values)}\" -- \"$word\")); return ;;\n");

        text.Append("    esac\n    case \"$word\" in\n        -*) ;;\n        *) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n    esac\n    case \"${COMP_WORDS[1]}\" in\n");
        foreach (var verb in CommandLineReader.VerbHelp)
            text.Append($"        {verb.Name}) COMPREPLY=($(compgen -W \"{string.Join(' ', verb.Options.Select(o => "--" + o.Name))}\" -- \"$word\")) ;;\n");

        return text.Append($"    esac\n}}\ncomplete -o filenames -F _migrate_cleanup {Command}\n").ToString();
    }

    private static string Fish()
    {
        var text = new StringBuilder();
        foreach (var verb in CommandLineReader.VerbHelp)
        {
            text.Append($"complete -c {Command} -n __fish_use_subcommand -f -a {verb.Name} -d {Quoted(verb.Help)}\n");
            foreach (var option in verb.Options)
            {
                text.Append($"complete -c {Command} -n '__fish_seen_subcommand_from {verb.Name}' -l {option.Name}{(option.TakesValue ? " -r" : "")}"
                    + $"{(option.Values.IsEmpty ? "" : $" -f -a {Quoted(string.Join(' ', option.Values))}")} -d {Quoted(option.Help)}\n");
            }
        }

        return text.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

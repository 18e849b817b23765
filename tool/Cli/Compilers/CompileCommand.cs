using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MigrateCleanup.Cli.Compilers;

/// <summary>How a project compiles one file: the compiler, and the arguments that say what the file means.</summary>
public sealed partial record CompileCommand(string File, string Directory, string Compiler, ImmutableArray<string> Arguments)
{
    /// <summary>Options with a value of their own that only say where something is written.</summary>
    private static readonly string[] Outputs = ["-o", "-MF", "-MT", "-MQ", "-MJ", "--serialize-diagnostics", "-dumpbase", "-dumpdir"];

    /// <summary>Options that ask for something else than compiling.</summary>
    private static readonly string[] Actions = ["-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG", "-pipe", "-save-temps", "-v", "-###"];

    private static readonly string[] Wrappers = ["ccache", "sccache", "distcc", "icecc", "libtool"];

    /// <summary>The command without its outputs; null when what it calls is no compiler that is understood.</summary>
    public static CompileCommand? Of(string directory, string file, IReadOnlyList<string> words)
    {
        var at = 0;
        while (at < words.Count && Wrappers.Contains(Path.GetFileName(words[at])))
            at++;

        if (at == words.Count || !CompilerName().IsMatch(Path.GetFileName(words[at])))
            return null;

        var full = Path.GetFullPath(Path.Combine(directory, file));
        var kept = ImmutableArray.CreateBuilder<string>();
        for (var i = at + 1; i < words.Count; i++)
        {
            var word = words[i];
            if (Outputs.Contains(word))
                i++;
            else if (!Actions.Contains(word) && !IsOutput(word) && !IsInput(word, directory, full))
                kept.Add(word);
        }

        return new CompileCommand(full, directory, words[at], kept.ToImmutable());
    }

    /// <summary>Directories whose headers are found by name, in order, with the option that names each.</summary>
    public IEnumerable<(string Option, string Path)> IncludeDirectories
    {
        get
        {
            for (var i = 0; i < Arguments.Length; i++)
            {
                foreach (var option in new[] { "-iquote", "-isystem", "-idirafter", "-I" })
                {
                    if (!Arguments[i].StartsWith(option, StringComparison.Ordinal))
                        continue;

                    var path = Arguments[i].Length > option.Length ? Arguments[i][option.Length..] : i + 1 < Arguments.Length ? Arguments[i + 1] : "";
                    if (path.Length > 0)
                        yield return (option, Path.GetFullPath(Path.Combine(Directory, path)));

                    break;
                }
            }
        }
    }

    private static bool IsOutput(string word) =>
        word.StartsWith("-o", StringComparison.Ordinal) && word.Length > 2 && !word.StartsWith("-ob", StringComparison.Ordinal)
        || word.StartsWith("-Wp,-M", StringComparison.Ordinal) || word.StartsWith("-save-temps=", StringComparison.Ordinal);

    private static bool IsInput(string word, string directory, string full) =>
        !word.StartsWith('-') && word.EndsWith(Path.GetFileName(full), StringComparison.Ordinal)
        && Path.GetFullPath(Path.Combine(directory, word)) == full;

    [GeneratedRegex(@"^(?:[\w.+-]+-)?(?:gcc|clang|cc|c99|c11|c17)(?:-\d+(?:\.\d+)*)?(?:\.exe)?$")]
    private static partial Regex CompilerName();
}

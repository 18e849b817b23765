using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using MigrateCleanup.Cli.Writing;

namespace MigrateCleanup.Cli.Git;

/// <summary>Runs git. Its answers are taken with <c>-z</c>, so that no name needs unquoting.</summary>
public static class GitCommand
{
    /// <summary>Those of <c>git rev-parse --local-env-vars</c> that name a place.</summary>
    private static readonly string[] LocalVariables =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",
    ];

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public bool Succeeded => ExitCode == 0;

        /// <summary>What git says is wrong, in one line.</summary>
        public string Reason => Error.Split('\n').Select(l => l.Trim()).FirstOrDefault(l =>
            l.StartsWith("fatal: ", StringComparison.Ordinal) || l.StartsWith("error: ", StringComparison.Ordinal) || l.StartsWith("remote: ", StringComparison.Ordinal) || l.StartsWith("! ", StringComparison.Ordinal))
            ?? Error.Trim().Split('\n')[0];
    }

    /// <summary>What git answers to a question that cannot fail in a sound repository.</summary>
    /// <exception cref="Stop">It did fail.</exception>
    public static string Answer(WorkTree tree, params string[] arguments) => Answer(tree.Top, null, null, arguments);

    /// <exception cref="Stop">It failed.</exception>
    public static string Answer(string directory, byte[]? input, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var result = Run(directory, input, environment, arguments);
        return result is { Succeeded: true }
            ? result.Output
            : throw Stop.Usage($"git {arguments[0]} failed: {result?.Reason ?? "git is not installed"}");
    }

    /// <summary>The result; null when there is no git.</summary>
    public static Result? Run(string directory, params string[] arguments) => Run(directory, null, null, arguments);

    /// <summary>Runs git with bytes to read and variables of its own.</summary>
    public static Result? Run(
        string directory, byte[]? input, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // Asking must not write: git would else refresh its index on the way. Nor may it wait for a person.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        ForgetCaller(start);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        try
        {
            using var process = Interruption.Start(start);
            try
            {
                var error = process.StandardError.ReadToEndAsync();
                var output = process.StandardOutput.ReadToEndAsync();
                Feed(process, input);
                process.WaitForExit();
                return new Result(process.ExitCode, output.Result, error.Result);
            }
            finally
            {
                Interruption.Forget(process);
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// A hook is called with variables that tie git to the hook's own repository and index. What is started here works
    /// in a directory of its own choosing.
    /// </summary>
    public static void ForgetCaller(ProcessStartInfo start)
    {
        foreach (var name in LocalVariables)
            start.Environment.Remove(name);
    }

    private static void Feed(Process process, byte[]? input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // git ended before it had read everything; its exit code says why.
        }
    }
}

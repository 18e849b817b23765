using System.ComponentModel;
using System.Diagnostics;

namespace MigrateCleanup.Cli.Git;

/// <summary>Runs git. Its answers are taken with <c>-z</c>, so that no name needs unquoting.</summary>
public static class GitCommand
{
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <summary>What git answers to a question that cannot fail in a sound repository.</summary>
    /// <exception cref="Stop">It did fail.</exception>
    public static string Answer(WorkTree tree, params string[] arguments)
    {
        var result = Run(tree.Top, arguments);
        return result is { Succeeded: true }
            ? result.Output
            : throw Stop.Usage($"git {arguments[0]} failed: {result?.Error.Trim().Split('\n')[0] ?? "git is not installed"}");
    }

    /// <summary>The result; null when there is no git.</summary>
    public static Result? Run(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // Asking must not write: git would else refresh its index on the way.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Result(process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

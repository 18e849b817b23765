using System.ComponentModel;
using System.Diagnostics;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Writing;

/// <summary>The user's own command of <c>--verify</c>, run by the shell.</summary>
public sealed class UserCommand(string command, string directory, TimeSpan? timeout, Messages messages)
{
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    /// <summary>How the last run that did not pass ended, for a message.</summary>
    public string Ending { get; private set; } = "fails";

    public override string ToString() => $"'{command}'";

    /// <summary>Runs it; whether it is content. It is given no longer than its time.</summary>
    /// <exception cref="Stop">There is no shell to run it.</exception>
    public bool Passes()
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", command])
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.WorkingDirectory = directory;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var process = Interruption.Start(start);
            try
            {
                return Run(process);
            }
            finally
            {
                Interruption.Forget(process);
            }
        }
        catch (Win32Exception e)
        {
            throw Stop.Usage($"--verify: {this} cannot be run: {e.Message}");
        }
    }

    /// <summary>What the command prints is its own affair, and never mixed with ours unless details are asked for.</summary>
    private bool Run(Process process)
    {
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(timeout ?? Timeout.InfiniteTimeSpan))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Ending = $"does not end within {timeout!.Value.TotalSeconds:0} seconds (--verify-timeout)";
            return false;
        }

        process.WaitForExit();
        if (process.ExitCode == 0)
            return true;

        Ending = process.ExitCode switch
        {
            NotFound => "is not there, or runs something that is not (exit code 127)",
            NotExecutable => "cannot be executed (exit code 126)",
            var code => $"fails (exit code {code})",
        };
        return false;
    }

    private void Say(string? line)
    {
        if (line is not null)
            messages.Detail($"--verify: {line}");
    }
}

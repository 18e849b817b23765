using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Writing;

/// <summary>The user's own command of <c>--verify</c>, run by the shell.</summary>
public sealed partial class UserCommand(string command, string directory, TimeSpan timeout, Messages messages)
{
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    /// <summary>Of one line, as much as a message takes.</summary>
    private const int MostTold = 200;

    /// <summary>The system takes no longer times; it is some weeks.</summary>
    private const int LongestSeconds = int.MaxValue / 1000;

    /// <summary>How long output is waited for when the command has ended: one that it left behind may hold it open.</summary>
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>The first line of the last run that speaks of an error.</summary>
    private string? _telling;

    /// <summary>How the last run that did not pass ended, for a message.</summary>
    public string Ending { get; private set; } = "fails";

    /// <summary>The command that the options name.</summary>
    /// <exception cref="Stop">The time they give it is none.</exception>
    public static UserCommand Of(RewriteOptions options, string directory, Messages messages) => options.VerifyTimeout < 1
        ? throw Stop.Usage($"--verify-timeout {options.VerifyTimeout}: must be 1 or more")
        : new UserCommand(options.Verify!, directory, TimeSpan.FromSeconds(Math.Min(options.VerifyTimeout, LongestSeconds)), messages);

    public override string ToString() => $"'{command}'";

    /// <summary>Runs it; whether it is content. It is given no longer than its time.</summary>
    /// <exception cref="Stop">There is no shell to run it.</exception>
    public bool Passes()
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", command])
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.WorkingDirectory = directory;
        GitCommand.ForgetCaller(start);
        var leftBehind = new LeftBehind();
        leftBehind.Mark(start);

        // Nodes that a build leaves for the next one would outlive this command, or be taken away from somebody else's build.
        start.Environment.TryAdd("MSBUILDDISABLENODEREUSE", "1");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var process = Interruption.Start(start);
            Action lastAct = leftBehind.End;
            Interruption.Remember(lastAct);
            try
            {
                return Run(process, leftBehind);
            }
            finally
            {
                Interruption.Forget(lastAct);
                Interruption.Forget(process);
            }
        }
        catch (Win32Exception e)
        {
            throw Stop.Usage($"--verify: {this} cannot be run: {e.Message}");
        }
    }

    /// <summary>What the command prints is its own affair, and never mixed with ours unless details are asked for.</summary>
    private bool Run(Process process, LeftBehind leftBehind)
    {
        _telling = null;
        process.StandardInput.Close();
        var (output, error) = (new TaskCompletionSource(), new TaskCompletionSource());
        process.OutputDataReceived += (_, line) => Say(line.Data, output);
        process.ErrorDataReceived += (_, line) => Say(line.Data, error);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var hasEnded = process.WaitForExit(timeout);
        if (!hasEnded)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(OutputPatience);
        }

        leftBehind.End();
        Task.WaitAll([output.Task, error.Task], OutputPatience);
        if (!hasEnded)
        {
            Ending = $"does not end within {timeout.TotalSeconds:0} seconds (--verify-timeout)";
            return false;
        }

        if (process.ExitCode == 0)
            return true;

        Ending = process.ExitCode switch
        {
            NotFound => "is not there, or runs something that is not (exit code 127)",
            NotExecutable => "cannot be executed (exit code 126)",
            var code => $"fails (exit code {code})",
        };
        if (_telling is not null)
            Ending += $": {_telling}";

        return false;
    }

    private void Say(string? line, TaskCompletionSource end)
    {
        if (line is null)
        {
            end.TrySetResult();
            return;
        }

        messages.Detail($"--verify: {line}");
        var plain = Escape().Replace(line, "");
        lock (_gate)
        {
            if (_telling is null && ErrorLine().IsMatch(plain))
                _telling = Told(plain);
        }
    }

    /// <summary>A line without the place that the command ran in, which is nobody's.</summary>
    private string Told(string line)
    {
        var text = line.Replace(directory + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Trim();
        return text.Length > MostTold ? text[..MostTold] + "..." : text;
    }

    /// <summary>How compilers and test runners mark the line that says what is wrong.</summary>
    [GeneratedRegex(@"\berror\b[ :]|^\s*Failed\s+\S|^FAIL\b|^not ok\b|\bAssertion\b", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}

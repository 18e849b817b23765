namespace MigrateCleanup.Cli;

/// <summary>Ends the command with one clear line for the user. It is an outcome, not a bug: no stack trace is ever shown for it.</summary>
public sealed class Stop(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code { get; } = code;

    public static Stop Usage(string message) => new(ExitCode.Usage, message);

    public static Stop Failed(string message) => new(ExitCode.Failed, message);
}

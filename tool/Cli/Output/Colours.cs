using MigrateCleanup.Cli.Options;

namespace MigrateCleanup.Cli.Output;

public static class Colours
{
    /// <summary>Whether the user and the terminal put up with colours; whether there is a terminal is another question.</summary>
    public static bool Wanted(CommonOptions options) =>
        !options.NoColor
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";
}

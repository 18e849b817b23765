namespace MigrateCleanup.Cli.Options;

/// <summary>
/// Marks an option that may be given several times. Its values reach the property as lines of one string: the parser's
/// own sequences would take the arguments behind them too.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListOptionAttribute : Attribute
{
    public const char Separator = '\n';

    public static IReadOnlyList<string> Values(string? joined) =>
        joined?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
}

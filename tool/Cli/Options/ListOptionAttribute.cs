namespace MigrateCleanup.Cli.Options;

/// <summary>
/// Marks an option that may be given several times. Its values reach the property joined into one string: the
/// parser's own sequences would take the arguments behind them too. It takes no line end inside a value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListOptionAttribute : Attribute
{
    public const char Separator = '\u001f';

    public static IReadOnlyList<string> Values(string? joined) =>
        joined?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
}

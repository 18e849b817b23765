using System.Reflection;
using CommandLine;

namespace MigrateCleanup.Cli.Options;

/// <summary>
/// Arguments as the parser understands them best: every option that has a value as one argument <c>--name=value</c>,
/// list options gathered into one. This is where a switch with a value, and an option without its value, are noticed.
/// </summary>
internal static class ArgumentList
{
    public static string[] Normalised(Type verb, string[] arguments)
    {
        var options = verb.GetProperties()
            .Select(p => (Property: p, Option: p.GetCustomAttribute<OptionAttribute>()))
            .Where(o => o.Option is not null)
            .ToDictionary(o => o.Option!.LongName, o => o.Property, StringComparer.Ordinal);
        var lists = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var result = new List<string> { arguments[0] };
        var rest = new List<string>();
        for (var i = 1; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                rest = [.. arguments[i..]];
                break;
            }

            var (name, value) = Split(argument);
            if (name is null || !options.TryGetValue(name, out var property))
            {
                result.Add(argument);
                continue;
            }

            if (property.PropertyType == typeof(bool))
            {
                if (value is not null)
                    throw Stop.Usage($"option '--{name}' takes no value");

                result.Add(argument);
                continue;
            }

            if (value is null)
            {
                if (i + 1 == arguments.Length || (arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
                    throw Stop.Usage($"option '--{name}' needs a value");

                value = arguments[++i];
            }

            if (value.Length == 0)
                throw Stop.Usage($"option '--{name}' needs a value that is not empty");

            if (property.GetCustomAttribute<ListOptionAttribute>() is null)
                result.Add($"--{name}={value}");
            else if (lists.TryGetValue(name, out var values))
                values.Add(value);
            else
                lists.Add(name, [value]);
        }

        result.AddRange(lists.Select(l => $"--{l.Key}={string.Join(ListOptionAttribute.Separator, l.Value)}"));
        return [.. result, .. rest];
    }

    private static (string? Name, string? Value) Split(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return (null, null);

        var equals = argument.IndexOf('=');
        return equals < 0 ? (argument[2..], null) : (argument[2..equals], argument[(equals + 1)..]);
    }
}

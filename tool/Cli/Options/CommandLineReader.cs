using System.Collections.Immutable;
using System.Reflection;
using CommandLine;

namespace MigrateCleanup.Cli.Options;

/// <summary>
/// Turns arguments into the options of a verb, a help text, or one line that says what is wrong. A new verb is one
/// more class in <see cref="VerbTypes"/>.
/// </summary>
public static class CommandLineReader
{
    private const string Name = "migrate-cleanup";

    private static readonly Type[] VerbTypes =
        [
            typeof(DiffOptions), typeof(ApplyOptions), typeof(CheckOptions), typeof(ReportOptions), typeof(BatchOptions), typeof(StatusOptions), typeof(RulesOptions),
            typeof(ShowOptions), typeof(InitOptions), typeof(CompletionOptions),
        ];

    /// <summary>An option as people and shells are told of it; <see cref="Values"/> are the words it takes, when it takes words.</summary>
    public sealed record OptionHelp(string Name, string Help, OptionKind Kind, string? Value, ImmutableArray<string> Values)
    {
        public bool TakesValue => Value is not null;

        /// <summary>What it has when it is not given.</summary>
        public string? Default { get; init; }

        public string Label => $"--{Name}{(Value is null ? "" : " " + Value)}";

        public string Explanation =>
            $"{(Values.IsEmpty && Default is not null ? Help.TrimEnd('.') : Help)}{(Values.IsEmpty ? "" : $" {string.Join(", ", Values)}")}{(Default is null ? "" : $" (default: {Default})")}"
            + (Values.IsEmpty && Default is null ? "" : ".");
    }

    public sealed record VerbHelpText(string Name, string Help, ImmutableArray<OptionHelp> Options)
    {
        public string Usage => CommandLineReader.Usage(Name);
    }

    /// <summary>All verbs with their options.</summary>
    public static IEnumerable<VerbHelpText> VerbHelp =>
        from type in VerbTypes
        let verb = type.GetCustomAttribute<VerbAttribute>()!
        select new VerbHelpText(verb.Name, verb.HelpText,
        [
            .. from property in type.GetProperties()
               let option = property.GetCustomAttribute<OptionAttribute>()
               where option is { Hidden: false }
               select HelpOf(property, option),
        ]);

    private static OptionHelp HelpOf(PropertyInfo property, OptionAttribute option) => new(
        option.LongName,
        option.HelpText,
        property.DeclaringType == typeof(CommonOptions) ? OptionKind.Talk
            : property.DeclaringType == typeof(LoadOptions) || property.DeclaringType == typeof(RunOptions) ? OptionKind.Code
            : OptionKind.Own,
        property.PropertyType == typeof(bool) ? null : option.MetaValue,
        property.PropertyType.IsEnum ? [.. Enum.GetNames(property.PropertyType).Select(n => n.ToLowerInvariant())] : [])
    {
        Default = option.Default?.ToString()?.ToLowerInvariant(),
    };

    /// <summary>What the arguments ask for: options of a verb, or a text to print.</summary>
    public sealed record Request(CommonOptions? Options, string? Text);

    /// <exception cref="Stop">The arguments are wrong.</exception>
    public static Request Read(string[] arguments)
    {
        if (arguments is [])
            throw Stop.Usage($"no verb; one of {Verbs()} is needed ('{Name} --help' explains them)");

        if (arguments[0] is "--help" or "-h" or "help")
        {
            if (arguments.Length > 1 && VerbOf(arguments[1]) is null && !arguments[1].StartsWith('-'))
                throw UnknownVerb(arguments[1]);

            return new Request(null, Help(arguments.Length > 1 && VerbOf(arguments[1]) is not null ? arguments[1] : null));
        }

        if (arguments[0] is "--version" or "version")
            return new Request(null, Version + "\n");

        if (arguments[0].StartsWith('-'))
            throw Stop.Usage($"the verb comes first, before '{arguments[0]}'; one of {Verbs()}");

        var verb = VerbOf(arguments[0]) ?? throw UnknownVerb(arguments[0]);
        if (arguments.Skip(1).TakeWhile(a => a != "--").Any(a => a is "--help" or "-h"))
            return new Request(null, Help(arguments[0]));

        var result = Parse(ArgumentList.Normalised(verb, arguments));
        return result.Tag == ParserResultType.Parsed
            ? new Request((CommonOptions)result.Value, null)
            : throw Stop.Usage(Explanation(result.Errors.First(), arguments[0]));
    }

    public static string Version { get; } =
        typeof(CommandLineReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static ParserResult<object> Parse(string[] arguments)
    {
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.EnableDashDash = true;
            settings.CaseInsensitiveEnumValues = true;
            settings.AutoVersion = false;
        });
        return parser.ParseArguments(arguments, VerbTypes);
    }

    private static string Help(string? verb) => verb is null
        ? HelpPage.Overview(Name, Version, VerbHelp)
        : HelpPage.Of(VerbHelp.First(v => v.Name == verb));

    private static string Usage(string verb) => verb switch
    {
        "rules" => $"usage: {Name} rules [ID]",
        "completion" => $"usage: {Name} completion bash|zsh|fish",
        "init" => $"usage: {Name} init PATH [--force]",
        "report" => $"usage: {Name} report PATH --out DIR [OPTIONS]\n       {Name} report --merge DIR --merge DIR --out DIR",
        "batch" => $"usage: {Name} batch PATH --out DIR [OPTIONS]",
        "show" => $"usage: {Name} show flow|ownership|tree FILE[:FUNCTION]",
        _ => $"usage: {Name} {verb} PATH [OPTIONS]",
    };

    private static Type? VerbOf(string name) => VerbTypes.FirstOrDefault(t => NameOf(t) == name);

    private static string NameOf(Type verb) => verb.GetCustomAttribute<VerbAttribute>()!.Name;

    private static Stop UnknownVerb(string name)
    {
        var question = Nearest.Question(name, VerbTypes.Select(NameOf));
        return Stop.Usage($"unknown verb '{name}'{(question.Length > 0 ? question : $"; one of {Verbs()} is needed")}");
    }

    private static string Verbs() => string.Join(", ", VerbTypes.Select(NameOf));

    private static string Explanation(Error error, string verb) => error switch
    {
        UnknownOptionError unknown =>
            $"unknown option '{Dashed(unknown.Token)}' for '{verb}'{Nearest.Question(Dashed(unknown.Token), OptionsOf(verb))} ('{Name} {verb} --help' lists them)",
        MissingValueOptionError missing => $"option '--{missing.NameInfo.LongName}' needs a value",
        BadFormatConversionError bad when ValuesOf(bad.NameInfo.LongName, verb) is { } values => $"the value of '--{bad.NameInfo.LongName}' must be one of {values}",
        BadFormatConversionError bad => $"the value of '{(bad.NameInfo.LongName.Length > 0 ? "--" + bad.NameInfo.LongName : verb)}' is not a number",
        RepeatedOptionError repeated => $"option '--{repeated.NameInfo.LongName}' is given twice",
        BadFormatTokenError bad => $"'{bad.Token}' is no option",
        _ => $"wrong arguments ({error.Tag}); '{Name} {verb} --help' explains them",
    };

    /// <summary>The words that an option takes, when it takes words.</summary>
    private static string? ValuesOf(string option, string verb) =>
        VerbOf(verb)!.GetProperties().FirstOrDefault(p => p.GetCustomAttribute<OptionAttribute>()?.LongName == option)?.PropertyType is { IsEnum: true } type
            ? string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))
            : null;

    private static IEnumerable<string> OptionsOf(string verb) => VerbHelp.First(v => v.Name == verb).Options.Select(o => Dashed(o.Name));

    private static string Dashed(string token) => token.Length == 1 ? "-" + token : "--" + token;
}

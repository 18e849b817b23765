using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Cli.Configuration;

/// <summary>
/// What <c>migrate-cleanup.json</c> says (<c>rules/schemas/configuration.schema.json</c>). Options on the command line
/// weigh more.
/// </summary>
public sealed record ProjectConfiguration
{
    public const string FileName = "migrate-cleanup.json";

    public static ProjectConfiguration Empty { get; } = new();

    public string? Style { get; init; }

    public ImmutableArray<string>? Rules { get; init; }

    public ImmutableArray<string> Include { get; init; } = [];

    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>What the user states of calls; it weighs more than the shipped catalogues.</summary>
    public ImmutableArray<CatalogueFacts> Pairs { get; init; } = [];

    /// <summary>The user's own styles of C.</summary>
    public ImmutableArray<Style> Styles { get; init; } = [];

    /// <summary>Reads the file that was named, or else the nearest one upwards from a directory.</summary>
    /// <exception cref="Stop">It cannot be read, or something in it is wrong.</exception>
    public static ProjectConfiguration Find(string? named, string directory)
    {
        if (named is not null)
            return Read(Path.GetFullPath(named), named);

        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            var path = Path.Combine(current, FileName);
            if (File.Exists(path))
                return Read(path, DisplayName.FromCurrentDirectory(path));
        }

        return Empty;
    }

    private static ProjectConfiguration Read(string path, string name)
    {
        string text;
        try
        {
            text = SourceFile.Read(path).Text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Usage($"{name}: cannot be read: {SourceFiles.Reason(e)}");
        }

        return Parse(name, text);
    }

    private static ProjectConfiguration Parse(string name, string text)
    {
        var source = JsonSource.Parse(name, text);
        var result = Empty;
        if (source.Root is { Kind: System.Text.Json.JsonValueKind.Object } root)
        {
            source.CheckMembers(root, "the configuration", "$schema", "style", "rules", "include", "exclude", "pairs", "styles");
            result = new ProjectConfiguration
            {
                Style = root["style"] is { } style ? source.StringOf(style, "style") : null,
                Rules = root["rules"] is { } rules ? source.StringsOf(rules, "rules") : null,
                Include = source.StringsOf(root["include"], "include"),
                Exclude = source.StringsOf(root["exclude"], "exclude"),
                Pairs = root["pairs"] is { } pairs ? CatalogueFile.ReadPairs(source, pairs) : [],
                Styles = root["styles"] is { } styles ? StyleFile.ReadAll(source, styles) : [],
            };
        }
        else if (source.Root is { } other)
        {
            source.Complain(other, $"the configuration must be an object, not {other.KindName}");
        }

        return source.Problems switch
        {
            [] => result,
            [var only] => throw Stop.Usage(only.ToString()),
            [var first, .. var rest] => throw Stop.Usage($"{first} (and {rest.Length} more)"),
        };
    }
}

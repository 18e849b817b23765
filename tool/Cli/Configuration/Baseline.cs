using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Cli.Configuration;

/// <summary>Findings that are known already and not to be shown again, by their fingerprints.</summary>
public sealed class Baseline
{
    /// <summary>How findings are named in the file; one without a version is of the first.</summary>
    private const int Version = 1;

    private readonly ImmutableHashSet<string> _fingerprints;

    private Baseline(ImmutableHashSet<string> fingerprints)
    {
        _fingerprints = fingerprints;
    }

    /// <exception cref="Stop">The file cannot be read, or is no baseline.</exception>
    public static Baseline Read(string? file)
    {
        if (file is null)
            return new Baseline([]);

        try
        {
            return Parse(file, SourceFile.Read(Path.GetFullPath(file)).Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Usage($"--baseline {file}: cannot be read: {SourceFiles.Reason(e)}");
        }
    }

    public bool Contains(ReportedFinding finding) => _fingerprints.Contains(finding.Fingerprint);

    /// <summary>A baseline of findings, one a line and in order, so that its own diffs are small.</summary>
    public static byte[] Write(IEnumerable<ReportedFinding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("fingerprint", finding.Fingerprint);
                json.WriteString("rule", finding.RuleId);
                json.WriteString("file", finding.At.Path);
                json.WriteString("function", finding.Function);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static Baseline Parse(string name, string text)
    {
        var source = JsonSource.Parse(name, text);
        var fingerprints = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (source.Root is not null && source.Root["findings"] is not { Kind: JsonValueKind.Array })
            source.Complain(source.Root, "a baseline is an object with a list of findings");

        if (source.Root?["version"] is { } version && version.Integer != Version)
            source.Complain(version, $"a baseline of another version ({version.Integer?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? version.KindName}); this program writes and reads version {Version}: write a new one with --write-baseline");

        foreach (var item in source.Root?["findings"]?.Items ?? [])
        {
            if (item["fingerprint"]?.Text is { } fingerprint)
                fingerprints.Add(fingerprint);
            else
                source.Complain(item, "a finding in a baseline needs a fingerprint");
        }

        return source.Problems is [var first, ..] ? throw Stop.Usage(first.ToString()) : new Baseline(fingerprints.ToImmutable());
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Review.Reports;

namespace MigrateCleanup.Review.Series;

/// <summary>A patch as the manifest lists it.</summary>
public sealed record ManifestPatch(string Id, string RuleId, string Group, string Subject)
{
    /// <summary>In the series, not shown to anybody yet.</summary>
    public const string Ready = "ready";

    /// <summary>Waits for patches it needs, or for its turn.</summary>
    public const string Waiting = "waiting";

    /// <summary>Pushed, or a pull request.</summary>
    public const string Open = "open";

    /// <summary>The base has it.</summary>
    public const string Merged = "merged";

    /// <summary>Verification by the user's command failed with it.</summary>
    public const string Dropped = "dropped";

    public string State { get; init; } = Ready;

    public string? Reason { get; init; }

    public string? File { get; init; }

    public string? PullRequestFile { get; init; }

    public string? Branch { get; init; }

    public string? Commit { get; init; }

    public string? PullRequest { get; init; }

    public int Added { get; init; }

    public int Removed { get; init; }

    public ImmutableArray<string> Owners { get; init; } = [];

    public ImmutableArray<string> Needs { get; init; } = [];

    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>What it changes, by names that hold across runs.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];
}

/// <summary>A series as the file <c>manifest.json</c> beside it describes it, for scripts and for the next run.</summary>
public sealed record Manifest(string Version, string? Base, ImmutableArray<ManifestPatch> Patches)
{
    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReport.Format))
        {
            json.WriteStartObject();
            json.WriteString("tool", "migrate-cleanup");
            json.WriteString("version", Version);
            json.WriteString("base", Base);
            json.WriteStartArray("patches");
            foreach (var patch in Patches)
                Write(json, patch);

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <exception cref="FormatException">It is no manifest.</exception>
    public static Manifest Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return new Manifest(
                root.GetProperty("version").GetString() ?? "",
                root.GetProperty("base").GetString(),
                [.. root.GetProperty("patches").EnumerateArray().Select(PatchOf)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static void Write(Utf8JsonWriter json, ManifestPatch patch)
    {
        json.WriteStartObject();
        json.WriteString("id", patch.Id);
        json.WriteString("rule", patch.RuleId);
        json.WriteString("group", patch.Group);
        json.WriteString("subject", patch.Subject);
        json.WriteString("state", patch.State);
        WriteIfSet(json, "reason", patch.Reason);
        WriteIfSet(json, "file", patch.File);
        WriteIfSet(json, "pullRequestText", patch.PullRequestFile);
        WriteIfSet(json, "branch", patch.Branch);
        WriteIfSet(json, "commit", patch.Commit);
        WriteIfSet(json, "pullRequest", patch.PullRequest);
        json.WriteNumber("added", patch.Added);
        json.WriteNumber("removed", patch.Removed);
        WriteTexts(json, "owners", patch.Owners);
        WriteTexts(json, "needs", patch.Needs);
        WriteTexts(json, "files", patch.Files);
        WriteTexts(json, "changes", patch.Changes);
        json.WriteEndObject();
    }

    private static ManifestPatch PatchOf(JsonElement patch) => new(
        Text(patch, "id") ?? "", Text(patch, "rule") ?? "", Text(patch, "group") ?? "", Text(patch, "subject") ?? "")
    {
        State = Text(patch, "state") ?? ManifestPatch.Ready,
        Reason = Text(patch, "reason"),
        File = Text(patch, "file"),
        PullRequestFile = Text(patch, "pullRequestText"),
        Branch = Text(patch, "branch"),
        Commit = Text(patch, "commit"),
        PullRequest = Text(patch, "pullRequest"),
        Changes = [.. patch.GetProperty("changes").EnumerateArray().Select(c => c.GetString() ?? "")],
    };

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);

        json.WriteEndArray();
    }
}

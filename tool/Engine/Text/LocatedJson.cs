using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace MigrateCleanup.Engine.Text;

/// <summary>Something wrong with a text that a person wrote, with its place.</summary>
public sealed record TextProblem(string Source, LinePosition At, string Message)
{
    public override string ToString() => $"{Source}:{At}: {Message}";
}

/// <summary>One member of a JSON object.</summary>
public sealed record JsonMember(string Name, int Position, LocatedJson Value);

/// <summary>
/// A JSON value that knows where it stands, so that a complaint about it can name line and column. Comments and
/// trailing commas are allowed, as people write them in configuration files.
/// </summary>
public sealed class LocatedJson
{
    private LocatedJson(JsonValueKind kind, int position)
    {
        Kind = kind;
        Position = position;
    }

    public JsonValueKind Kind { get; }

    /// <summary>The offset of its first byte in the text's UTF-8 form; <see cref="JsonSource"/> maps it to a line.</summary>
    public int Position { get; }

    /// <summary>The text of a string; null for everything else.</summary>
    public string? Text { get; private init; }

    /// <summary>The value of an integer that fits; null for everything else.</summary>
    public long? Integer { get; private init; }

    public ImmutableArray<LocatedJson> Items { get; private init; } = [];

    public ImmutableArray<JsonMember> Members { get; private init; } = [];

    public LocatedJson? this[string name] => Members.FirstOrDefault(m => m.Name == name)?.Value;

    /// <summary>How people call its kind.</summary>
    public string KindName => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    internal static LocatedJson Read(ref Utf8JsonReader reader)
    {
        var position = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = ImmutableArray.CreateBuilder<JsonMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var at = (int)reader.TokenStartIndex;
                    reader.Read();
                    members.Add(new JsonMember(name, at, Read(ref reader)));
                }

                return new LocatedJson(JsonValueKind.Object, position) { Members = members.ToImmutable() };

            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<LocatedJson>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader));

                return new LocatedJson(JsonValueKind.Array, position) { Items = items.ToImmutable() };

            case JsonTokenType.String:
                return new LocatedJson(JsonValueKind.String, position) { Text = reader.GetString() };

            case JsonTokenType.Number:
                return new LocatedJson(JsonValueKind.Number, position)
                {
                    Integer = reader.TryGetInt64(out var integer) ? integer : null,
                };

            case JsonTokenType.True:
                return new LocatedJson(JsonValueKind.True, position);

            case JsonTokenType.False:
                return new LocatedJson(JsonValueKind.False, position);

            default:
                return new LocatedJson(JsonValueKind.Null, position);
        }
    }
}

/// <summary>
/// A JSON text being read, and what was found wrong with it so far. Readers of a format complain here and go on, so
/// that one run shows every mistake.
/// </summary>
public sealed class JsonSource
{
    private readonly byte[] _bytes;
    private readonly LineMap _lines;
    private readonly List<TextProblem> _problems = [];

    private JsonSource(string name, string text)
    {
        Name = name;
        _bytes = Encoding.UTF8.GetBytes(text);
        _lines = new LineMap(text);
    }

    /// <summary>The file, as messages name it.</summary>
    public string Name { get; }

    /// <summary>The value; null when the text is not JSON, and then <see cref="Problems"/> says where it stops being so.</summary>
    public LocatedJson? Root { get; private set; }

    public ImmutableArray<TextProblem> Problems => [.. _problems];

    public static JsonSource Parse(string name, string text)
    {
        var source = new JsonSource(name, text.StartsWith('\uFEFF') ? text[1..] : text);
        source.ReadRoot();
        return source;
    }

    public void Complain(LocatedJson at, string message) => Complain(at.Position, message);

    public void Complain(int position, string message)
    {
        var offset = Encoding.UTF8.GetCharCount(_bytes, 0, Math.Clamp(position, 0, _bytes.Length));
        _problems.Add(new TextProblem(Name, _lines.At(offset), message));
    }

    /// <summary>Complains about members whose names the format does not know, and about names that stand twice.</summary>
    public void CheckMembers(LocatedJson value, string what, params ReadOnlySpan<string> known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Members)
        {
            if (!known.Contains(member.Name))
                Complain(member.Position, $"{what} has no '{member.Name}'; known: {string.Join(", ", known.ToArray())}");
            else if (!seen.Add(member.Name))
                Complain(member.Position, $"'{member.Name}' stands twice");
        }
    }

    /// <summary>The text of a string; null, with a complaint, for anything else.</summary>
    public string? StringOf(LocatedJson value, string what)
    {
        if (value.Text is { Length: > 0 } text)
            return text;

        Complain(value, $"{what} must be a string{(value.Text is null ? $", not {value.KindName}" : " that is not empty")}");
        return null;
    }

    public bool BooleanOf(LocatedJson? value, string what, bool otherwise = false)
    {
        if (value is null)
            return otherwise;

        if (value.Kind is JsonValueKind.True or JsonValueKind.False)
            return value.Kind == JsonValueKind.True;

        Complain(value, $"{what} must be true or false, not {value.KindName}");
        return otherwise;
    }

    /// <summary>The texts of a list of strings; what is not a string is complained about.</summary>
    public ImmutableArray<string> StringsOf(LocatedJson? value, string what)
    {
        if (value is null)
            return [];

        if (value.Kind == JsonValueKind.Array)
            return [.. value.Items.Select(i => StringOf(i, $"an item of {what}")).OfType<string>()];

        Complain(value, $"{what} must be a list of strings, not {value.KindName}");
        return [];
    }

    private void ReadRoot()
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(_bytes, options);
        try
        {
            reader.Read();
            Root = LocatedJson.Read(ref reader);

            // What follows the value is only looked at on the next read.
            reader.Read();
        }
        catch (JsonException e)
        {
            Root = null;
            var message = e.Message;
            var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            Complain(PositionOf(e), end < 0 ? message : message[..end]);
        }
    }

    private int PositionOf(JsonException e)
    {
        var position = 0;
        for (var line = 0L; line < (e.LineNumber ?? 0); line++)
        {
            var end = Array.IndexOf(_bytes, (byte)'\n', position);
            if (end < 0)
                break;

            position = end + 1;
        }

        return position + (int)(e.BytePositionInLine ?? 0);
    }
}

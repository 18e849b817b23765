using System.Globalization;
using System.Text;

namespace MigrateCleanup.Review.Series;

/// <summary>A person as git knows people.</summary>
public sealed record Person(string Name, string Email)
{
    public override string ToString() => $"{Name} <{Email}>";
}

/// <summary>
/// Writes a patch as <c>git am</c> takes it: a mail with the message, a summary of the files, and the diff. The diff is
/// bytes, one character each (Latin-1); everything else is text.
/// </summary>
public static class MailPatch
{
    /// <summary>What git writes in the first line of such a file, to be recognised by.</summary>
    private const string Separator = "Mon Sep 17 00:00:00 2001";

    private const int StatNameWidth = 50;
    private const int StatBarWidth = 24;

    public sealed record Content(string Subject, string Body, Person Author, DateTimeOffset Date)
    {
        public int Number { get; init; } = 1;

        public int Total { get; init; } = 1;
    }

    public static byte[] Write(Content content, IReadOnlyList<(string Path, int Added, int Removed)> files, string diff, string version)
    {
        var head = new StringBuilder(Head(content));
        AppendBody(head, content.Body);
        head.Append("---\n").Append(Stat(files)).Append('\n');
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. Encoding.Latin1.GetBytes(diff), .. Encoding.UTF8.GetBytes($"-- \n{version}\n\n")];
    }

    /// <summary>The lines of a mail above its body, with a blank line at their end.</summary>
    public static string Head(Content content) =>
        $"From {new string('0', 40)} {Separator}\n"
        + $"From: {Encoded(OneLine(content.Author.Name), "From: ".Length)} <{OneLine(content.Author.Email)}>\n"
        + $"Date: {content.Date.ToString("ddd, d MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)}{Offset(content.Date)}\n"
        + $"Subject: {Tagged(content)}\n"
        + "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n";

    /// <summary>How many lines each file gains and loses, with bars.</summary>
    public static string Stat(IReadOnlyList<(string Path, int Added, int Removed)> files)
    {
        var text = new StringBuilder();
        var most = Math.Max(1, files.Max(f => f.Added + f.Removed));
        var width = Math.Min(StatNameWidth, files.Max(f => Shown(f.Path).Length));
        foreach (var (path, added, removed) in files)
        {
            var scale = Math.Min(1.0, (double)StatBarWidth / most);
            var bar = new string('+', (int)Math.Ceiling(added * scale)) + new string('-', (int)Math.Ceiling(removed * scale));
            text.Append(CultureInfo.InvariantCulture, $" {Shown(path).PadRight(width)} | {added + removed,4} {bar}\n");
        }

        var (plus, minus) = (files.Sum(f => f.Added), files.Sum(f => f.Removed));
        return text.Append(CultureInfo.InvariantCulture, $" {Plural(files.Count, "file")} changed, {Plural(plus, "insertion")}(+), {Plural(minus, "deletion")}(-)\n").ToString();
    }

    private static string Shown(string path)
    {
        var name = Diffs.GitPath.Quoted("", path);
        return name.Length <= StatNameWidth ? name : "..." + name[^(StatNameWidth - 3)..];
    }

    private static string Plural(int count, string word) => count == 1 ? $"1 {word}" : string.Create(CultureInfo.InvariantCulture, $"{count} {word}s");

    /// <summary>A line that looks like the start of a mail, of a diff, or like the line above the summary would be taken for it.</summary>
    private static void AppendBody(StringBuilder head, string body)
    {
        foreach (var line in body.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            var mistaken = line.StartsWith("From ", StringComparison.Ordinal) || line.StartsWith("---", StringComparison.Ordinal)
                || line.StartsWith("diff -", StringComparison.Ordinal) || line.StartsWith("Index: ", StringComparison.Ordinal);
            head.Append(mistaken ? " " : "").Append(line).Append('\n');
        }
    }

    private static string Tagged(Content content)
    {
        var digits = content.Total.ToString(CultureInfo.InvariantCulture).Length;
        var tag = content.Total == 1
            ? "[PATCH]"
            : $"[PATCH {content.Number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}/{content.Total.ToString(CultureInfo.InvariantCulture)}]";
        return $"{tag} {Encoded(OneLine(content.Subject), $"Subject: {tag} ".Length)}";
    }

    private static string Offset(DateTimeOffset date) =>
        (date.Offset < TimeSpan.Zero ? "-" : "+") + date.Offset.ToString("hhmm", CultureInfo.InvariantCulture);

    /// <summary>Nothing of others may begin a header of its own.</summary>
    private static string OneLine(string text) => new([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)]);

    /// <summary>Text for a header (RFC 2047): as it is when plain, else in encoded words of at most 75 characters, folded.</summary>
    private static string Encoded(string text, int column)
    {
        if (text.All(char.IsAscii) && !text.Contains("=?", StringComparison.Ordinal))
            return text;

        const int longest = 75;
        const string begin = "=?UTF-8?q?";
        var result = new StringBuilder(begin);
        var length = column + begin.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            var piece = Quoted(rune);
            if (length + piece.Length + 2 > longest)
            {
                result.Append("?=\n ").Append(begin);
                length = 1 + begin.Length;
            }

            result.Append(piece);
            length += piece.Length;
        }

        return result.Append("?=").ToString();
    }

    private static string Quoted(Rune rune)
    {
        if (rune.Value == ' ')
            return "_";

        if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '/' or '.' or ',' or '!' or '*' or '+'))
            return ((char)rune.Value).ToString();

        Span<byte> bytes = stackalloc byte[4];
        var count = rune.EncodeToUtf8(bytes);
        return string.Concat(bytes[..count].ToArray().Select(b => $"={b:X2}"));
    }
}

using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Review.Diffs;

namespace MigrateCleanup.Cli.Verbs;

/// <summary>The diffs of a run. They are made on the bytes of the files, so that whatever the encoding, they apply.</summary>
public static class FileDiffs
{
    /// <summary>Attributes and a return type in front of a function's name take no more lines.</summary>
    private const int MostHeadLines = 4;

    /// <summary>The diff between two texts of each file, one character a byte.</summary>
    public static string Write(Run run, Func<FileOutcome, string> before, Func<FileOutcome, string> after, Messages messages)
    {
        var result = new StringBuilder();
        foreach (var file in run.Outcome.Files)
        {
            if (before(file) != after(file))
                result.Append(Write(run, file, before(file), after(file), messages));
        }

        return result.ToString();
    }

    public static byte[] Bytes(string diff) => Encoding.Latin1.GetBytes(diff);

    private static string Write(Run run, FileOutcome file, string before, string after, Messages messages)
    {
        var name = run.Tree.NameOf(file.Path);
        var source = run.Files.Read(file.Path);
        if (source is null || !source.TryEncode(before, out var old) || !source.TryEncode(after, out var @new))
        {
            messages.Error($"{name}: the change needs characters that the file's encoding has not; left out");
            return "";
        }

        return UnifiedDiff.Write(new FileChange(name, file.IsNew ? null : Encoding.Latin1.GetString(old), Encoding.Latin1.GetString(@new))
        {
            Headings = Headings(file),
        });
    }

    /// <summary>The line of each function that names it, or else its first one, names the hunks inside it.</summary>
    private static ImmutableArray<HunkHeading> Headings(FileOutcome file)
    {
        var lines = new LineMap(file.Before);
        var headings = ImmutableArray.CreateBuilder<HunkHeading>();
        foreach (var function in file.Functions)
        {
            var last = lines.At(function.Span.End).Line;
            var heads = Enumerable.Range(lines.At(function.Span.Start).Line, last - lines.At(function.Span.Start).Line + 1)
                .Select(line => (Line: line, Text: TextOf(file.Before, lines, line)))
                .Where(l => l.Text is not ([] or ['[', ..] or ['/', ..] or ['#', ..]))
                .Take(MostHeadLines)
                .ToList();
            if (heads.Count == 0)
                continue;

            // A return type often stands on a line of its own.
            var named = heads.Find(h => h.Text.Contains(function.Name + "(", StringComparison.Ordinal) || h.Text.Contains(function.Name + " (", StringComparison.Ordinal));
            headings.Add(new HunkHeading(heads[0].Line, last, named.Text ?? heads[0].Text));
        }

        return headings.ToImmutable();
    }

    private static string TextOf(string text, LineMap lines, int line)
    {
        var start = lines.StartOf(line);
        var end = line < lines.LineCount ? lines.StartOf(line + 1) : text.Length;
        var trimmed = text[start..end].Trim();
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(trimmed));
    }
}

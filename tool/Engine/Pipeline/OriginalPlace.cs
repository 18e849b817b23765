using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>Where something that stands in a function's rewritten text stood in the original: people read that file.</summary>
internal static class OriginalPlace
{
    /// <param name="file">The file, whose text may have been rewritten.</param>
    /// <param name="work">The function.</param>
    /// <param name="position">A position in the present text.</param>
    public static LinePosition Of(FileWork file, FunctionWork work, int position)
    {
        var place = file.CurrentLines.At(position);
        if (ReferenceEquals(file.Text, file.Original))
            return place;

        // The same line of text, the same number of times below the function's beginning: lines move, and most stay as they are.
        var (now, then) = (work.Current.Primary.Span, work.Original.Primary.Span);
        var text = LineAt(file.Text, file.CurrentLines, place.Line).Trim();
        var ordinal = 0;
        for (var line = file.CurrentLines.At(now.Start).Line; line < place.Line; line++)
            ordinal += LineAt(file.Text, file.CurrentLines, line).Trim().SequenceEqual(text) ? 1 : 0;

        var (top, bottom) = (file.Lines.At(then.Start).Line, file.Lines.At(then.End).Line);
        LinePosition? found = null;
        for (var line = top; line <= bottom; line++)
        {
            var original = LineAt(file.Original, file.Lines, line);
            if (!original.Trim().SequenceEqual(text))
                continue;

            found = new LinePosition(line, place.Column - Indentation(LineAt(file.Text, file.CurrentLines, place.Line)) + Indentation(original));
            if (ordinal-- == 0)
                break;
        }

        return found ?? file.Lines.At(then.Start);
    }

    private static ReadOnlySpan<char> LineAt(string text, LineMap lines, int line)
    {
        var start = lines.StartOf(line);
        return text.AsSpan(start, (line < lines.LineCount ? lines.StartOf(line + 1) : text.Length) - start);
    }

    private static int Indentation(ReadOnlySpan<char> line) => line.Length - line.TrimStart().Length;
}

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

        // The same line of text, among the lines that it stood among: lines move, and most stay as they are.
        var (now, then) = (work.Span, work.Original.Primary.Span);
        var (first, last) = (file.CurrentLines.At(now.Start).Line, file.CurrentLines.At(now.End).Line);
        var (top, bottom) = (file.Lines.At(then.Start).Line, file.Lines.At(then.End).Line);
        var (found, best) = (0, -1);
        for (var line = top; line <= bottom; line++)
        {
            if (!AreAlike(line, place.Line))
                continue;

            var score = Neighbours(line, -1) + Neighbours(line, 1);
            if (score > best)
                (found, best) = (line, score);
        }

        return found == 0
            ? file.Lines.At(then.Start)
            : new LinePosition(
                found,
                place.Column - Indentation(LineAt(file.Text, file.CurrentLines, place.Line)) + Indentation(LineAt(file.Original, file.Lines, found)));

        bool AreAlike(int original, int current) =>
            LineAt(file.Original, file.Lines, original).Trim().SequenceEqual(LineAt(file.Text, file.CurrentLines, current).Trim());

        int Neighbours(int line, int step)
        {
            var count = 0;
            while (count < Most)
            {
                var (original, current) = (line + (count + 1) * step, place.Line + (count + 1) * step);
                if (original < top || original > bottom || current < first || current > last || !AreAlike(original, current))
                    break;

                count++;
            }

            return count;
        }
    }

    /// <summary>As many lines around one tell it from others.</summary>
    private const int Most = 8;

    private static ReadOnlySpan<char> LineAt(string text, LineMap lines, int line)
    {
        var start = lines.StartOf(line);
        return text.AsSpan(start, (line < lines.LineCount ? lines.StartOf(line + 1) : text.Length) - start);
    }

    private static int Indentation(ReadOnlySpan<char> line) => line.Length - line.TrimStart().Length;
}

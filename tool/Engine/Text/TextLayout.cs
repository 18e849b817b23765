namespace MigrateCleanup.Engine.Text;

/// <summary>
/// How one text is laid out: its lines, its line endings, what a level of indentation is. Edits look here to match
/// the lines around them. What only a language can tell (which lines belong to a token, what opens a block) it adds.
/// Lines count from zero here.
/// </summary>
public abstract class TextLayout
{
    private readonly LineMap _lines;
    private readonly Lazy<string> _newLine;

    protected TextLayout(string text)
    {
        Text = text;
        _lines = new LineMap(text);
        _newLine = new Lazy<string>(MeasuredNewLine);
    }

    public string Text { get; }

    public int LineCount => _lines.LineCount;

    /// <summary>What the text adds for one more level: spaces or a tab.</summary>
    public abstract string IndentUnit { get; }

    public int LineOf(int position) => _lines.At(position).Line - 1;

    public int StartOf(int line) => _lines.StartOf(line + 1);

    /// <summary>Where the line ends, before its line ending.</summary>
    public int EndOf(int line)
    {
        var end = StartBehind(line);
        var start = StartOf(line);
        if (end > start && Text[end - 1] == '\n')
            end--;

        if (end > start && Text[end - 1] == '\r')
            end--;

        return end;
    }

    /// <summary>Where the next line starts; the end of the text behind the last line.</summary>
    public int StartBehind(int line) => line + 1 < LineCount ? StartOf(line + 1) : Text.Length;

    public string TextBetween(int start, int end) => Text[start..end];

    public string TextOf(TextSpan span) => Text.Substring(span.Start, span.Length);

    public bool IsBlank(int line) => IsBlankBetween(StartOf(line), EndOf(line));

    public bool IsBlankBetween(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (!char.IsWhiteSpace(Text[i]))
                return false;
        }

        return true;
    }

    /// <summary>Nothing but blanks stands before the position on its line.</summary>
    public bool StartsLine(int position) => IsBlankBetween(StartOf(LineOf(position)), position);

    /// <summary>Nothing but blanks stands behind the position on its line.</summary>
    public bool EndsLine(int position) => IsBlankBetween(position, EndOf(LineOf(position)));

    public bool IsOnOneLine(TextSpan span) => LineOf(span.Start) == LineOf(span.End);

    /// <summary>The blanks that a line starts with.</summary>
    public string IndentationOf(int line)
    {
        var start = StartOf(line);
        var end = start;
        while (end < EndOf(line) && char.IsWhiteSpace(Text[end]))
            end++;

        return TextBetween(start, end);
    }

    public string IndentationAt(int position) => IndentationOf(LineOf(position));

    /// <summary>The line ending of the line at a position; the text's usual one where that line has none.</summary>
    public string NewLineAt(int position)
    {
        var line = LineOf(position);
        return EndOf(line) == StartBehind(line) ? _newLine.Value : TextBetween(EndOf(line), StartBehind(line));
    }

    /// <summary>The line starts inside a token (a string over several lines): its blanks are text, not layout.</summary>
    public abstract bool StartsInsideToken(int line);

    /// <summary>The last thing on the line opens a block.</summary>
    public abstract bool OpensBlock(int line);

    /// <summary>The comments that lie in a span, in their order.</summary>
    public abstract IEnumerable<TextSpan> CommentSpans(TextSpan span);

    /// <summary>A preprocessor line, or text that one disables, stands inside the span.</summary>
    public abstract bool HasDirective(TextSpan span);

    /// <summary>The line of an <c>#if</c>, or of a branch or end of one, stands between the positions.</summary>
    public abstract bool HasCondition(int start, int end);

    public IEnumerable<string> Comments(TextSpan span) => CommentSpans(span).Select(TextOf);

    /// <summary>A blank line behind this one, where another line stood between them, looks odd.</summary>
    public virtual bool TakesNoBlankBehind(int line) => OpensBlock(line);

    /// <summary>The first thing on the line closes a block.</summary>
    public bool ClosesBlock(int line) => SkipBlanks(StartOf(line)) is var first && first < Text.Length && Text[first] == '}';

    /// <summary>The line begins a branch of an <c>#if</c>.</summary>
    public bool StartsBranch(int line) => Directive(line) is var word && (word.StartsWith("if") || word.StartsWith("el"));

    /// <summary>The line ends a branch of an <c>#if</c>.</summary>
    public bool EndsBranch(int line) => Directive(line) is var word && (word.StartsWith("el") || word.StartsWith("endif"));

    /// <summary>The line stands as deep as the code around it; a preprocessor line has a place of its own.</summary>
    public virtual bool IsIndented(int line) => SkipBlanks(StartOf(line)) is var first && (first == Text.Length || Text[first] != '#');

    /// <summary>What stands behind the <c>#</c> of a preprocessor line; empty for any other.</summary>
    protected ReadOnlySpan<char> Directive(int line)
    {
        var text = Text.AsSpan(StartOf(line), EndOf(line) - StartOf(line)).TrimStart();
        return text.StartsWith("#") && !StartsInsideToken(line) ? text[1..].TrimStart() : [];
    }

    /// <summary>Steps over blanks, not over line endings, to the right.</summary>
    public int SkipBlanks(int position)
    {
        while (position < Text.Length && Text[position] is ' ' or '\t' or '\f' or '\u00a0')
            position++;

        return position;
    }

    /// <summary>Steps over blanks, not over line endings, to the left.</summary>
    public int SkipBlanksBack(int position)
    {
        while (position > 0 && Text[position - 1] is ' ' or '\t' or '\f' or '\u00a0')
            position--;

        return position;
    }

    /// <summary>
    /// Takes a piece out, by whole lines where it can, and puts comments in its place, at this indentation, each on a
    /// line of its own. A comment behind the piece on its last line then stands alone on that line.
    /// </summary>
    public TextEdit Erased(TextSpan span, IReadOnlyCollection<string> comments, string indentation)
    {
        var starts = StartsLine(span.Start);
        var ends = EndsLine(span.End);
        var newLine = NewLineAt(span.Start);
        if (starts && ends)
        {
            var kept = string.Concat(comments.Select(c => indentation + c + newLine));
            return Replacing(StartOf(LineOf(span.Start)), StartBehind(LineOf(span.End)), kept);
        }

        if (starts)
        {
            var kept = string.Concat(comments.Select(c => c + newLine + indentation));
            return Replacing(span.Start, SkipBlanks(span.End), kept);
        }

        var below = string.Concat(comments.Select(c => newLine + indentation + c));
        return ends
            ? Replacing(SkipBlanksBack(span.Start), EndOf(LineOf(span.End)), below)
            : Replacing(span.Start, SkipBlanks(span.End), comments.Count == 0 ? "" : below + newLine + indentation);
    }

    private static TextEdit Replacing(int start, int end, string text) => new(TextSpan.FromBounds(start, end), text);

    private string MeasuredNewLine()
    {
        var usual = Enumerable.Range(0, LineCount)
            .Where(l => EndOf(l) < StartBehind(l))
            .CountBy(l => TextBetween(EndOf(l), StartBehind(l)), StringComparer.Ordinal)
            .ToList();
        return usual.Count == 0 ? "\n" : usual.MaxBy(c => c.Value).Key;
    }
}

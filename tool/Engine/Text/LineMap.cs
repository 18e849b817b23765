using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Text;

/// <summary>A place in a text as people count: both start at one; a column counts UTF-16 units.</summary>
public readonly record struct LinePosition(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>Maps positions to lines. Lines end at LF, CRLF or a lone CR. Building is linear, a query logarithmic.</summary>
public sealed class LineMap
{
    private readonly ImmutableArray<int> _starts;

    public LineMap(string text)
    {
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                starts.Add(i + 1);
        }

        _starts = starts.ToImmutable();
    }

    public int LineCount => _starts.Length;

    /// <summary>Where a line starts; <paramref name="line"/> counts from one.</summary>
    public int StartOf(int line) => _starts[line - 1];

    public LinePosition At(int position)
    {
        var index = _starts.BinarySearch(position);
        if (index < 0)
            index = ~index - 1;

        return new LinePosition(index + 1, position - _starts[index] + 1);
    }
}

using System.Text;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Lines that continue an expression are often aligned with an opening bracket above them. Where that bracket moves,
/// they move along; lines with an indentation of their own stay.
/// </summary>
internal static class Alignment
{
    /// <summary>
    /// What stands behind <paramref name="position"/> on its line moves by some columns; so do the lines up to
    /// <paramref name="end"/> that are aligned with it.
    /// </summary>
    public static void Shift(CLayout layout, Action<int, int, string, string> reindent, int position, int end, int columns)
    {
        if (columns == 0 || layout.LineOf(position) == layout.LineOf(end))
            return;

        // For each open bracket: the column of what stands behind it, and whether its line moves.
        var open = new Stack<(int Column, bool Moves)>();
        var start = layout.SkipBlanks(position);
        open.Push((layout.ColumnOf(start), true));
        var line = layout.LineOf(position);
        var moves = true;
        foreach (var token in layout.TokensIn(TextSpan.FromBounds(start, end)))
        {
            if (token.IsTrivia && token.Kind != Syntax.TokenKind.Comment)
                continue;

            var tokenLine = layout.LineOf(token.Start);
            if (tokenLine != line)
            {
                line = tokenLine;
                var (column, isMoved) = open.Peek();
                moves = isMoved && layout.StartsLine(token.Start) && layout.ColumnOf(token.Start) == column;
                if (moves)
                    Move(layout, reindent, line, columns);
            }

            if (token.Length != 1)
                continue;

            if (layout.Text[token.Start] is '(' or '[' or '{')
                open.Push((layout.ColumnOf(layout.SkipBlanks(token.End)), moves && !layout.EndsLine(token.End)));
            else if (layout.Text[token.Start] is ')' or ']' or '}' && open.Count > 1)
                open.Pop();
        }
    }

    /// <summary>The text of a span, its lines moved that are aligned with what stands at a position before it and comes to another column.</summary>
    public static string TextAt(CLayout layout, TextSpan span, int position, int column)
    {
        var moved = new List<TextEdit>();
        Shift(
            layout,
            (line, _, old, indentation) => moved.Add(new TextEdit(new TextSpan(layout.StartOf(line), old.Length), indentation)),
            position, span.End, column - layout.ColumnOf(position));
        var text = new StringBuilder();
        var from = span.Start;
        foreach (var edit in moved.Where(m => m.Span.Start >= span.Start))
        {
            text.Append(layout.TextBetween(from, edit.Span.Start)).Append(edit.NewText);
            from = edit.Span.End;
        }

        return text.Append(layout.TextBetween(from, span.End)).ToString();
    }

    private static void Move(CLayout layout, Action<int, int, string, string> reindent, int line, int columns)
    {
        var old = layout.IndentationOf(line);
        reindent(line, line, old, CLayout.BlanksLike(old, CLayout.Width(old) + columns));
    }
}

using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// How one file is laid out: its lines, its line endings, what a level of indentation is, and whether it puts braces
/// around single statements. Measured on the file itself, so that an edit looks like the lines around it.
/// </summary>
internal sealed class SourceLayout
{
    private static readonly ConditionalWeakTable<SyntaxTree, SourceLayout> Known = [];

    private readonly TextLineCollection _lines;
    private readonly Lazy<string> _indentUnit;
    private readonly Lazy<bool> _bareSingleStatements;
    private readonly Lazy<string> _newLine;

    private SourceLayout(SyntaxTree tree)
    {
        Root = tree.GetRoot();
        Text = tree.GetText();
        _lines = Text.Lines;
        _indentUnit = new Lazy<string>(MeasuredIndentUnit);
        _bareSingleStatements = new Lazy<bool>(MeasuredBareSingleStatements);
        _newLine = new Lazy<string>(MeasuredNewLine);
    }

    public SyntaxNode Root { get; }

    public SourceText Text { get; }

    public int LineCount => _lines.Count;

    /// <summary>What the file adds for one more level: spaces or a tab.</summary>
    public string IndentUnit => _indentUnit.Value;

    /// <summary>The file writes <c>if (x) return;</c> more often without braces than with them.</summary>
    public bool BareSingleStatements => _bareSingleStatements.Value;

    public static SourceLayout Of(SyntaxTree tree) => Known.GetValue(tree, static t => new SourceLayout(t));

    /// <summary>Lines count from zero here.</summary>
    public int LineOf(int position) => _lines.IndexOf(position);

    public int StartOf(int line) => _lines[line].Start;

    /// <summary>Where the line ends, before its line ending.</summary>
    public int EndOf(int line) => _lines[line].End;

    /// <summary>Where the next line starts; the end of the text behind the last line.</summary>
    public int StartBehind(int line) => _lines[line].EndIncludingLineBreak;

    public string TextBetween(int start, int end) => Text.ToString(TextSpan.FromBounds(start, end));

    public string TextOf(SyntaxNode node) => Text.ToString(node.Span);

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

    public bool IsOnOneLine(SyntaxNode node) => LineOf(node.SpanStart) == LineOf(node.Span.End);

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

    /// <summary>The line ending of the line at a position; the file's usual one where that line has none.</summary>
    public string NewLineAt(int position)
    {
        var line = _lines[LineOf(position)];
        return line.End == line.EndIncludingLineBreak
            ? _newLine.Value
            : TextBetween(line.End, line.EndIncludingLineBreak);
    }

    /// <summary>The line starts inside a token (a verbatim or raw string): its blanks are text, not layout.</summary>
    public bool StartsInsideToken(int line)
    {
        var start = StartOf(line);
        var token = Root.FindToken(start);
        return token.SpanStart < start && start < token.Span.End
            || token.Parent is InterpolatedStringExpressionSyntax { Span: var span } && span.Start < start && start < span.End;
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

    private string MeasuredIndentUnit()
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var block in Root.DescendantNodes().OfType<BlockSyntax>())
        {
            // A label often stands further out than the statements around it.
            if (block.Statements.FirstOrDefault(s => s is not LabeledStatementSyntax) is not { } first || !StartsLine(first.SpanStart))
                continue;

            var outer = IndentationAt(block.OpenBraceToken.SpanStart);
            var inner = IndentationAt(first.SpanStart);
            if (inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal))
            {
                var unit = inner[outer.Length..];
                units[unit] = units.GetValueOrDefault(unit) + 1;
            }
        }

        return units.Count == 0
            ? _lines.Any(l => l.Span.Length > 0 && Text[l.Start] == '\t') ? "\t" : "    "
            : units.OrderByDescending(u => u.Value).ThenBy(u => u.Key, StringComparer.Ordinal).First().Key;
    }

    private bool MeasuredBareSingleStatements()
    {
        var bare = 0;
        var braced = 0;
        foreach (var check in Root.DescendantNodes().OfType<IfStatementSyntax>())
        {
            if (check.Else is not null || check.Parent is ElseClauseSyntax)
                continue;

            if (check.Statement is BlockSyntax { Statements: [var only] } && IsOnOneLine(only))
                braced++;
            else if (check.Statement is not BlockSyntax && IsOnOneLine(check.Statement))
                bare++;
        }

        return bare > braced;
    }

    private string MeasuredNewLine()
    {
        var counts = _lines
            .Where(l => l.EndIncludingLineBreak > l.End)
            .CountBy(l => TextBetween(l.End, l.EndIncludingLineBreak), StringComparer.Ordinal)
            .ToList();
        return counts.Count == 0 ? "\n" : counts.MaxBy(c => c.Value).Key;
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// How one C file is laid out. Measured on its tokens, so that no function is parsed for it, and so that an edit looks
/// like the lines around it.
/// </summary>
internal sealed class CLayout : TextLayout
{
    private const int TabWidth = 8;

    private static readonly ConditionalWeakTable<SourceFileTree, CLayout> Known = [];

    private readonly ImmutableArray<Token> _tokens;
    private readonly Lazy<string> _indentUnit;
    private readonly Lazy<bool> _bareSingleStatements;

    private CLayout(SourceFileTree file)
        : base(file.Text)
    {
        _tokens = file.Tokens;
        Calls = new CallSpacing(file);
        _indentUnit = new Lazy<string>(MeasuredIndentUnit);
        _bareSingleStatements = new Lazy<bool>(MeasuredBareSingleStatements);
    }

    public override string IndentUnit => _indentUnit.Value;

    /// <summary>The file writes <c>if (x) return;</c> more often without braces than with them.</summary>
    public bool BareSingleStatements => _bareSingleStatements.Value;

    /// <summary>How it writes calls.</summary>
    public CallSpacing Calls { get; }

    public static CLayout Of(SourceFileTree file) => Known.GetValue(file, static f => new CLayout(f));

    public string TextOf(Node node) => TextOf(node.Span);

    public bool IsOnOneLine(Node node) => IsOnOneLine(node.Span);

    /// <summary>The tokens that start in a span.</summary>
    public IEnumerable<Token> TokensIn(TextSpan span)
    {
        for (var i = IndexAt(span.Start); i < _tokens.Length && _tokens[i].Start < span.End; i++)
        {
            if (_tokens[i].Start >= span.Start)
                yield return _tokens[i];
        }
    }

    /// <summary>A line of its own behind the one on which a span ends; the text brings its indentation.</summary>
    public TextEdit LineBehind(TextSpan span, string text) =>
        TextEdit.Insert(EndOf(LineOf(span.End)), NewLineAt(span.Start) + text);

    public override IEnumerable<TextSpan> CommentSpans(TextSpan span) =>
        TokensIn(span).Where(t => t.Kind == TokenKind.Comment && t.End <= span.End).Select(t => t.Span);

    public override bool HasDirective(TextSpan span) => TokensIn(span).Any(t => t.Kind == TokenKind.Directive);

    /// <summary>Every preprocessor line in the span belongs to an <c>#if</c>.</summary>
    public bool HasOnlyConditions(TextSpan span) =>
        TokensIn(span).Where(t => t.Kind == TokenKind.Directive).All(IsCondition);

    public override bool HasCondition(int start, int end) =>
        start < end && TokensIn(TextSpan.FromBounds(start, end)).Any(t => t.Kind == TokenKind.Directive && IsCondition(t));

    /// <summary>The first token behind a position that means something.</summary>
    public Token? TokenBehind(int position)
    {
        for (var i = IndexAt(position); i < _tokens.Length; i++)
        {
            if (_tokens[i].Start >= position && !_tokens[i].IsTrivia)
                return _tokens[i];
        }

        return null;
    }

    public string TextOf(Token token) => TextOf(token.Span);

    /// <summary>The column of a position, from zero, as people see it: a tab goes on to the next multiple of eight.</summary>
    public int ColumnOf(int position) => Width(TextBetween(StartOf(LineOf(position)), position));

    public static int Width(string text)
    {
        var column = 0;
        foreach (var c in text)
            column = c == '\t' ? (column / TabWidth + 1) * TabWidth : column + 1;

        return column;
    }

    /// <summary>Blanks as wide as this, with tabs where the model has tabs.</summary>
    public static string BlanksLike(string model, int width) => model.Contains('\t', StringComparison.Ordinal)
        ? new string('\t', width / TabWidth) + new string(' ', width % TabWidth)
        : new string(' ', Math.Max(0, width));

    public override bool StartsInsideToken(int line)
    {
        var start = StartOf(line);
        var index = IndexAt(start);
        return index < _tokens.Length && _tokens[index] is { Kind: TokenKind.String or TokenKind.Directive } token && token.Start < start;
    }

    public override bool OpensBlock(int line)
    {
        var last = TokensIn(TextSpan.FromBounds(StartOf(line), EndOf(line))).LastOrDefault(t => !t.IsTrivia);
        return last.Length == 1 && Text[last.Start] == '{';
    }

    public override bool TakesNoBlankBehind(int line) => OpensBlock(line) || IsLabel(line);

    /// <summary><c>name:</c>, alone on its line.</summary>
    private bool IsLabel(int line) =>
        TokensIn(TextSpan.FromBounds(StartOf(line), EndOf(line))).Where(t => !t.IsTrivia).ToList()
            is [{ Kind: TokenKind.Identifier }, { Length: 1 } colon] && Text[colon.Start] == ':';

    private bool IsCondition(Token directive)
    {
        var text = Text.AsSpan(directive.Start, directive.Length).TrimStart('#').TrimStart();
        return text.StartsWith("if") || text.StartsWith("el") || text.StartsWith("endif");
    }

    /// <summary>The token that holds a position.</summary>
    private int IndexAt(int position)
    {
        var (low, high) = (0, _tokens.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tokens[middle].End <= position)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private string MeasuredIndentUnit()
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var line = 0; line + 1 < LineCount; line++)
        {
            if (!OpensBlock(line) || IsBlank(line + 1))
                continue;

            var outer = IndentationOf(line);
            var inner = IndentationOf(line + 1);
            if (inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal))
            {
                var unit = inner[outer.Length..];
                units[unit] = units.GetValueOrDefault(unit) + 1;
            }
        }

        return units.Count == 0 ? "    " : units.OrderByDescending(u => u.Value).ThenBy(u => u.Key, StringComparer.Ordinal).First().Key;
    }

    private bool MeasuredBareSingleStatements()
    {
        var tokens = _tokens.Where(t => !t.IsTrivia && t.Kind != TokenKind.Directive).ToArray();
        var bare = 0;
        var braced = 0;
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            if (!Is(tokens[i], "if") || !Is(tokens[i + 1], "("))
                continue;

            var behind = Behind(tokens, i + 1);
            if (behind >= tokens.Length)
                break;

            var isBraced = Is(tokens[behind], "{");
            var end = isBraced ? behind + 1 : behind;
            while (end < tokens.Length && !IsAny(tokens[end], ";", "{", "}"))
                end++;

            if (end >= tokens.Length || !Is(tokens[end], ";"))
                continue;

            var next = isBraced ? end + 2 : end + 1;
            if ((isBraced && !(end + 1 < tokens.Length && Is(tokens[end + 1], "}"))) || (next < tokens.Length && Is(tokens[next], "else")))
                continue;

            if (isBraced)
                braced++;
            else
                bare++;
        }

        return bare > braced;
    }

    /// <summary>The index behind the parenthesis that closes the one at an index.</summary>
    private int Behind(Token[] tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Length; i++)
        {
            if (Is(tokens[i], "("))
                depth++;
            else if (Is(tokens[i], ")") && --depth == 0)
                return i + 1;
        }

        return tokens.Length;
    }

    private bool IsAny(Token token, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (Is(token, text))
                return true;
        }

        return false;
    }

    private bool Is(Token token, string text) => token.Length == text.Length && string.CompareOrdinal(Text, token.Start, text, 0, text.Length) == 0;
}

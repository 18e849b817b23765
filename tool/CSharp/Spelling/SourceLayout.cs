using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// How one C# file is laid out, and whether it puts braces around single statements. Measured on the file itself, so
/// that an edit looks like the lines around it.
/// </summary>
internal sealed class SourceLayout : TextLayout
{
    private static readonly ConditionalWeakTable<SyntaxTree, SourceLayout> Known = [];

    private readonly Lazy<string> _indentUnit;
    private readonly Lazy<bool> _bareSingleStatements;
    private readonly Lazy<string> _beforeParenthesis;
    private readonly Lazy<bool?> _ownLineBraces;

    private SourceLayout(SyntaxTree tree)
        : base(tree.GetText().ToString())
    {
        Root = tree.GetRoot();
        _indentUnit = new Lazy<string>(MeasuredIndentUnit);
        _bareSingleStatements = new Lazy<bool>(MeasuredBareSingleStatements);
        _beforeParenthesis = new Lazy<string>(MeasuredBeforeParenthesis);
        _ownLineBraces = new Lazy<bool?>(() => Braces.Majority(this, Root));
    }

    public SyntaxNode Root { get; }

    public override string IndentUnit => _indentUnit.Value;

    /// <summary>The file writes <c>if (x) return;</c> more often without braces than with them.</summary>
    public bool BareSingleStatements => _bareSingleStatements.Value;

    /// <summary>What stands between a keyword such as <c>if</c> and its parenthesis: a blank, or nothing.</summary>
    public string BeforeParenthesis => _beforeParenthesis.Value;

    /// <summary>Most blocks of the file open on a line of their own; null where there is no telling.</summary>
    public bool? OwnLineBraces => _ownLineBraces.Value;

    public static SourceLayout Of(SyntaxTree tree) => Known.GetValue(tree, static t => new SourceLayout(t));

    public string TextOf(SyntaxNode node) => TextBetween(node.SpanStart, node.Span.End);

    public bool IsOnOneLine(SyntaxNode node) => LineOf(node.SpanStart) == LineOf(node.Span.End);

    public override bool HasDirective(TextSpan span) =>
        Root.ContainsDirectives
        && Root.DescendantTrivia(span.ToCompiler()).Any(t =>
            span.Contains(t.SpanStart) && (t.IsDirective || t.IsKind(SyntaxKind.DisabledTextTrivia)));

    public override bool HasCondition(int start, int end) =>
        start < end
        && Root.ContainsDirectives
        && Root.DescendantTrivia(TextSpan.FromBounds(start, end).ToCompiler()).Any(t =>
            t.SpanStart >= start && t.GetStructure() is BranchingDirectiveTriviaSyntax or EndIfDirectiveTriviaSyntax);

    /// <summary>Every region that begins inside the span ends there as well.</summary>
    public bool HasWholeRegions(TextSpan span)
    {
        if (!Root.ContainsDirectives)
            return true;

        var depth = 0;
        foreach (var trivia in Root.DescendantTrivia(span.ToCompiler()).Where(t => span.Contains(t.SpanStart)))
        {
            depth += trivia.Kind() switch
            {
                SyntaxKind.RegionDirectiveTrivia => 1,
                SyntaxKind.EndRegionDirectiveTrivia => -1,
                _ => 0,
            };
            if (depth < 0)
                return false;
        }

        return depth == 0;
    }

    public override IEnumerable<TextSpan> CommentSpans(TextSpan span) =>
        from trivia in Root.DescendantTrivia(span.ToCompiler())
        where span.Contains(trivia.Span.ToEngine()) && IsComment(trivia)
        select trivia.Span.ToEngine();

    public static bool IsComment(SyntaxTrivia trivia) =>
        trivia.Kind() is SyntaxKind.SingleLineCommentTrivia
            or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia
            or SyntaxKind.MultiLineDocumentationCommentTrivia;

    public override bool StartsInsideToken(int line)
    {
        var start = StartOf(line);
        var token = Root.FindToken(start);
        return token.SpanStart < start && start < token.Span.End
            || token.Parent is InterpolatedStringExpressionSyntax { Span: var span } && span.Start < start && start < span.End;
    }

    /// <summary>The lines of a region are written like statements.</summary>
    public override bool IsIndented(int line) =>
        base.IsIndented(line) || (Directive(line) is var word && (word.StartsWith("region") || word.StartsWith("endregion")));

    public override bool OpensBlock(int line)
    {
        var token = Root.FindToken(SkipBlanks(StartOf(line)));
        while (token.GetNextToken() is var next && next.RawKind != 0 && next.SpanStart < EndOf(line))
            token = next;

        return token.IsKind(SyntaxKind.OpenBraceToken) && token.SpanStart >= StartOf(line) && token.SpanStart < EndOf(line);
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
            ? Enumerable.Range(0, LineCount).Any(l => EndOf(l) > StartOf(l) && Text[StartOf(l)] == '\t') ? "\t" : "    "
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

    private string MeasuredBeforeParenthesis()
    {
        var blank = 0;
        var none = 0;
        foreach (var statement in Root.DescendantNodes().OfType<StatementSyntax>())
        {
            if (statement is not (IfStatementSyntax or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
                or UsingStatementSyntax or LockStatementSyntax or SwitchStatementSyntax))
            {
                continue;
            }

            if (statement.GetFirstToken().HasTrailingTrivia)
                blank++;
            else
                none++;
        }

        return none > blank ? "" : " ";
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

using TextSpan = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>
/// Takes pieces out of a text by whole lines where it can. Comments inside a piece stay, each on a line of its own;
/// a comment behind it on its last line then stands alone on that line.
/// </summary>
internal static class TextEraser
{
    /// <summary>A preprocessor line, or text that one disables, stands inside the span.</summary>
    public static bool HasDirective(SourceLayout layout, TextSpan span) =>
        layout.Root.ContainsDirectives
        && layout.Root.DescendantTrivia(span).Any(t =>
            span.Contains(t.SpanStart) && (t.IsDirective || t.IsKind(SyntaxKind.DisabledTextTrivia)));

    /// <summary>The line of an <c>#if</c>, or of a branch or end of one, stands between the positions.</summary>
    public static bool HasCondition(SourceLayout layout, int start, int end) =>
        start < end
        && layout.Root.ContainsDirectives
        && layout.Root.DescendantTrivia(TextSpan.FromBounds(start, end)).Any(t =>
            t.SpanStart >= start && t.GetStructure() is BranchingDirectiveTriviaSyntax or EndIfDirectiveTriviaSyntax);

    public static IEnumerable<string> Comments(SourceLayout layout, TextSpan span) =>
        from trivia in layout.Root.DescendantTrivia(span)
        where span.Contains(trivia.Span) && IsComment(trivia)
        select layout.TextBetween(trivia.Span.Start, trivia.Span.End);

    public static bool IsComment(SyntaxTrivia trivia) =>
        trivia.Kind() is SyntaxKind.SingleLineCommentTrivia
            or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia
            or SyntaxKind.MultiLineDocumentationCommentTrivia;

    public static TextEdit Erase(SourceLayout layout, TextSpan span) =>
        Erase(layout, span, [.. Comments(layout, span)], layout.IndentationAt(span.Start));

    /// <summary>Erases the span and puts these comments in its place, at this indentation.</summary>
    public static TextEdit Erase(SourceLayout layout, TextSpan span, IReadOnlyCollection<string> comments, string indentation) =>
        layout.Erased(new(span.Start, span.Length), comments, indentation);
}

using System.Collections.Immutable;
using MigrateCleanup.CSharp.Spelling;
using MigrateCleanup.Engine.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>
/// Using directives that a file needed before its functions changed, and does not need any more: that of
/// <c>System.Threading</c> when <c>Monitor.Enter</c> has become <c>lock</c>.
/// </summary>
internal static class IdleUsings
{
    private const string Unneeded = "CS8019";

    /// <summary>The edits that take them out. A file with conditional code keeps all: what is not compiled here may need them.</summary>
    /// <param name="views">The file before and after, as each of its projects sees it.</param>
    public static ImmutableArray<TextEdit> In(IReadOnlyList<(CSharpCompilation Before, SyntaxTree Old, CSharpCompilation After, SyntaxTree New)> views)
    {
        var (_, old, _, tree) = views[0];
        if (old == tree || tree.GetRoot().DescendantNodes(descendIntoTrivia: true).Any(n => n is IfDirectiveTriviaSyntax) || !Names(old).Except(Names(tree)).Any())
            return [];

        HashSet<string>? idle = null;
        foreach (var view in views)
        {
            var now = IdleIn(view.After, view.New);
            if (now.Count > 0)
                now.ExceptWith(IdleIn(view.Before, view.Old));

            if (idle is null)
                idle = now;
            else
                idle.IntersectWith(now);

            if (idle.Count == 0)
                return [];
        }

        var layout = SourceLayout.Of(tree);
        return
        [
            .. from directive in tree.GetRoot().DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>()
               where directive.GlobalKeyword.RawKind == 0 && idle!.Contains(directive.ToString()) && StandsAlone(directive, layout)
               select TextEdit.Delete(LinesOf(directive, layout)),
        ];
    }

    private static HashSet<string> Names(SyntaxTree tree) =>
        [.. tree.GetRoot().DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText)];

    /// <summary>The directives that the compiler finds unneeded; it looks only where it reads comments, whose references count as well.</summary>
    private static HashSet<string> IdleIn(CSharpCompilation compilation, SyntaxTree tree)
    {
        if (tree.Options is CSharpParseOptions { DocumentationMode: DocumentationMode.None } options)
        {
            var read = CSharpSyntaxTree.ParseText(tree.GetText(), options.WithDocumentationMode(DocumentationMode.Parse), tree.FilePath);
            compilation = compilation.ReplaceSyntaxTree(tree, read);
            tree = read;
        }

        return
        [
            .. compilation.GetSemanticModel(tree).GetDiagnostics()
                .Where(d => d.Id == Unneeded)
                .Select(d => tree.GetRoot().FindNode(d.Location.SourceSpan).FirstAncestorOrSelf<UsingDirectiveSyntax>()?.ToString())
                .OfType<string>(),
        ];
    }

    private static bool StandsAlone(UsingDirectiveSyntax directive, SourceLayout layout) =>
        layout.StartsLine(directive.SpanStart) && layout.IsOnOneLine(directive)
        && !directive.GetTrailingTrivia().Any(SourceLayout.IsComment)
        && directive.GetLastToken().GetNextToken() is var next && (next.RawKind == 0 || layout.LineOf(next.SpanStart) > layout.LineOf(directive.SpanStart));

    /// <summary>Its line; where it was the only one, the blank line behind it as well.</summary>
    private static TextSpan LinesOf(UsingDirectiveSyntax directive, SourceLayout layout)
    {
        var line = layout.LineOf(directive.SpanStart);
        var end = layout.StartBehind(line);
        if ((line == 0 || layout.IsBlank(line - 1)) && end < directive.SyntaxTree.Length && layout.IsBlank(line + 1))
            end = layout.StartBehind(line + 1);

        return TextSpan.FromBounds(layout.StartOf(line), end);
    }
}

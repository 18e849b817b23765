using System.Collections.Immutable;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.Engine.Languages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>The suppressing comments of a file, and the functions they stand on.</summary>
internal sealed class SuppressionComments
{
    private const string Hint = "migrate-cleanup: off";

    private readonly ImmutableArray<Suppression> _all;

    private SuppressionComments(ImmutableArray<Suppression> all) => _all = all;

    public static SuppressionComments In(SyntaxTree tree)
    {
        if (!tree.GetText().ToString().Contains(Hint, StringComparison.Ordinal))
            return new SuppressionComments([]);

        var comments = tree.GetRoot().DescendantTrivia(descendIntoTrivia: true)
            .Where(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia)
            .Select(t => Suppression.Parse(t.ToString(), t.SpanStart))
            .OfType<Suppression>();
        return new SuppressionComments([.. comments]);
    }

    /// <summary>Those before the function among its comments, or inside it. A property's hold for its accessors.</summary>
    public ImmutableArray<Suppression> On(FunctionSyntax function)
    {
        if (_all.IsEmpty)
            return [];

        var from = function.Declaration is AccessorDeclarationSyntax { Parent.Parent: { } property } ? property.FullSpan.Start : function.Declaration.FullSpan.Start;
        return [.. _all.Where(s => s.Span.Start >= from && s.Span.End <= function.Declaration.FullSpan.End)];
    }

    public ImmutableArray<Suppression> NotOn(IEnumerable<Suppression> used) => _all.IsEmpty ? [] : [.. _all.Except(used)];
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>The bodies of methods and local functions, as they are written.</summary>
internal static class MethodBodies
{
    /// <summary>The block, or the expression behind the arrow; null where a method has neither, or is declared in several places.</summary>
    public static SyntaxNode? Of(IMethodSymbol method) => method.DeclaringSyntaxReferences is not [var reference]
        ? null
        : reference.GetSyntax() switch
        {
            MethodDeclarationSyntax declaration => declaration.Body ?? (SyntaxNode?)declaration.ExpressionBody?.Expression,
            LocalFunctionStatementSyntax declaration => declaration.Body ?? (SyntaxNode?)declaration.ExpressionBody?.Expression,
            _ => null,
        };

    /// <summary>All that belongs to the body itself, and not to a function in it.</summary>
    public static IEnumerable<SyntaxNode> Own(SyntaxNode body) =>
        body.DescendantNodes(n => n == body || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    /// <summary>What it returns: the expression that it is, or those of its own return statements, null for one without.</summary>
    public static IEnumerable<ExpressionSyntax?> Returned(SyntaxNode body) => body is ExpressionSyntax expression
        ? [expression]
        : Own(body).OfType<ReturnStatementSyntax>().Select(r => r.Expression);
}

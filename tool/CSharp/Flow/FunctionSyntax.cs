using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// A function as it stands in the text: its unique name, the whole definition, its body, and the member that the
/// compiler binds to get at it (for a lambda or local function, the member around it).
/// </summary>
internal sealed record FunctionSyntax(string Name, SyntaxNode Declaration, SyntaxNode Body, SyntaxNode Member)
{
    public bool IsNested => Declaration is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax;

    /// <summary>All functions of a tree that have a body, in text order.</summary>
    public static IReadOnlyList<FunctionSyntax> AllIn(SyntaxNode root)
    {
        var functions = new List<FunctionSyntax>();
        var byDeclaration = new Dictionary<SyntaxNode, FunctionSyntax>();
        var lambdas = new Dictionary<SyntaxNode, int>();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in root.DescendantNodesAndSelf(n => n is not (NameSyntax or AttributeListSyntax)))
        {
            if (BodyOf(node) is not { } body)
                continue;

            var outer = node is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax
                ? Enclosing(node, byDeclaration)
                : null;
            var member = outer?.Member ?? MemberOf(node);
            if (member is null)
                continue;

            var name = outer is null ? FunctionNames.Of(node, member) : FunctionNames.Nested(node, outer.Name, LambdaNumber(node, outer));
            var count = names[name] = names.GetValueOrDefault(name) + 1;
            var function = new FunctionSyntax(count == 1 ? name : $"{name} #{count}", node, body, member);
            functions.Add(function);
            byDeclaration.Add(node, function);
        }

        return functions;

        int LambdaNumber(SyntaxNode node, FunctionSyntax outer) =>
            node is LocalFunctionStatementSyntax ? 0 : lambdas[outer.Declaration] = lambdas.GetValueOrDefault(outer.Declaration) + 1;
    }

    /// <summary>The nodes of the body that belong to this function, not to a lambda or local function inside it.</summary>
    public IEnumerable<SyntaxNode> OwnNodes()
    {
        if (Body is CompilationUnitSyntax unit)
            return unit.Members.OfType<GlobalStatementSyntax>().SelectMany(s => Own(s));

        var own = Own(Body);
        return Declaration is ConstructorDeclarationSyntax { Initializer: { } initializer } ? own.Concat(Own(initializer)) : own;

        static IEnumerable<SyntaxNode> Own(SyntaxNode node) =>
            node.DescendantNodesAndSelf(n => n is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax));
    }

    private static SyntaxNode? BodyOf(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody,
        PropertyDeclarationSyntax property => property.ExpressionBody,
        IndexerDeclarationSyntax indexer => indexer.ExpressionBody,
        LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody,
        AnonymousFunctionExpressionSyntax lambda => lambda.Body,
        CompilationUnitSyntax unit when unit.Members.Any(SyntaxKind.GlobalStatement) => unit,
        _ => null,
    };

    private static FunctionSyntax? Enclosing(SyntaxNode node, Dictionary<SyntaxNode, FunctionSyntax> known)
    {
        for (var parent = node.Parent; parent is not null; parent = parent.Parent)
        {
            if (known.TryGetValue(parent, out var function))
            {
                // A type declared beside top-level statements is no part of them.
                return function.Declaration is CompilationUnitSyntax && node.FirstAncestorOrSelf<GlobalStatementSyntax>() is null
                    ? null
                    : function;
            }
        }

        return null;
    }

    /// <summary>
    /// The node whose operation holds the function's body: the declaration itself, or the initialiser, argument list
    /// or arrow around a lambda that stands outside every method.
    /// </summary>
    private static SyntaxNode? MemberOf(SyntaxNode node) => node switch
    {
        PropertyDeclarationSyntax property => property.ExpressionBody,
        IndexerDeclarationSyntax indexer => indexer.ExpressionBody,
        AnonymousFunctionExpressionSyntax => node.Ancestors().FirstOrDefault(n =>
            n is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } or PropertyDeclarationSyntax or ParameterSyntax }
                or PrimaryConstructorBaseTypeSyntax or MemberDeclarationSyntax) is (EqualsValueClauseSyntax or PrimaryConstructorBaseTypeSyntax) and var found
            ? found
            : null,
        LocalFunctionStatementSyntax => null,
        _ => node,
    };
}

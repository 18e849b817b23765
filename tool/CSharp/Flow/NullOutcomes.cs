using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Methods that are known to give null now and then: their declaration says so, or a body that may run returns it. Asked
/// only of methods that give something to be released, at once or in a task.
/// </summary>
/// <param name="equivalents">Who overrides and who carries out what.</param>
internal sealed class NullOutcomes(Equivalents equivalents)
{
    /// <summary>Calls behind calls are followed this far.</summary>
    private const int Depth = 2;

    /// <summary>By what is left to follow: a method that many others end in is read once for each depth.</summary>
    private readonly ImmutableArray<ConcurrentDictionary<IMethodSymbol, bool>> _known =
        [.. Enumerable.Range(0, Depth + 1).Select(_ => new ConcurrentDictionary<IMethodSymbol, bool>(SymbolEqualityComparer.Default))];

    public bool Shows(IMethodSymbol method) =>
        GivenBy(method) is { IsReferenceType: true } given && NonNullValues.IsReleasable(given) && Shows(method, Depth);

    /// <summary>What a call gives, or what awaiting it gives.</summary>
    private static ITypeSymbol? GivenBy(IMethodSymbol method) =>
        method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var result] } ? result : method.ReturnType;

    private bool Shows(IMethodSymbol method, int depth) => _known[depth].TryGetValue(method, out var known)
        ? known
        : _known[depth].GetOrAdd(method, IsShown(method, depth));

    private bool IsShown(IMethodSymbol method, int depth) =>
        GivenBy(method) is { NullableAnnotation: NullableAnnotation.Annotated }
        || (depth > 0 && (Returns(method, depth) || equivalents.OverridesOf(method).Concat(equivalents.ImplementationsOf(method)).Any(m => Returns(m, depth))));

    private bool Returns(IMethodSymbol method, int depth)
    {
        if (MethodBodies.Of(method) is not { } body)
            return false;

        var model = new Lazy<SemanticModel?>(() =>
            (method.ContainingAssembly as ISourceAssemblySymbol)?.Compilation.GetSemanticModel(body.SyntaxTree));
        return MethodBodies.Returned(body).OfType<ExpressionSyntax>().Any(v => MayBeNull(v, body as BlockSyntax, model, depth));
    }

    private bool MayBeNull(ExpressionSyntax value, BlockSyntax? body, Lazy<SemanticModel?> model, int depth) => value switch
    {
        ParenthesizedExpressionSyntax { Expression: var inner } => MayBeNull(inner, body, model, depth),
        CastExpressionSyntax { Expression: var inner } => MayBeNull(inner, body, model, depth),
        AwaitExpressionSyntax { Expression: var inner } => MayBeNull(inner, body, model, depth),
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.NullLiteralExpression) || literal.IsKind(SyntaxKind.DefaultLiteralExpression),
        DefaultExpressionSyntax or ConditionalAccessExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Right: var right } => MayBeNull(right, body, model, depth),
        ConditionalExpressionSyntax conditional =>
            MayBeNull(conditional.WhenTrue, body, model, depth) || MayBeNull(conditional.WhenFalse, body, model, depth),
        SwitchExpressionSyntax choice => choice.Arms.Any(a => MayBeNull(a.Expression, body, model, depth)),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "FromResult" } around } call =>
            around.Name.Identifier.ValueText == "FromResult"
                ? call.ArgumentList.Arguments is [var result] && MayBeNull(result.Expression, body, model, depth)
                : MayBeNull(around.Expression, body, model, depth),
        InvocationExpressionSyntax call => model.Value?.GetSymbolInfo(call).Symbol is IMethodSymbol called && Shows(called.OriginalDefinition, depth - 1),
        IdentifierNameSyntax name => body is not null && AssignedTo(name.Identifier.ValueText, body).Any(a => a is not IdentifierNameSyntax && MayBeNull(a, body, model, depth)),
        _ => false,
    };

    private static IEnumerable<ExpressionSyntax> AssignedTo(string name, BlockSyntax body) => body.DescendantNodes().Select(n => n switch
    {
        VariableDeclaratorSyntax declarator when declarator.Identifier.ValueText == name => declarator.Initializer?.Value,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } assignment when left.Identifier.ValueText == name => assignment.Right,
        _ => null,
    }).OfType<ExpressionSyntax>();
}

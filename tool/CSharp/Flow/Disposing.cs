using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Static functions of the codebase that release what they are given, known from their bodies. One does what a scope does
/// and no more; others release several, or keep what a release throws to themselves:
/// <code>
/// static void Release(IDisposable x) => x?.Dispose();
/// static void ReleaseQuietly(params IDisposable[] all) { foreach (var x in all) try { x?.Dispose(); } catch { } }
/// </code>
/// </summary>
internal static class Disposing
{
    /// <summary>A call of it is <c>Dispose</c> on its argument, or nothing on null.</summary>
    public static bool IsAll(IMethodSymbol method) =>
        method is { IsStatic: true, ReturnsVoid: true, IsAsync: false, Parameters: [{ RefKind: RefKind.None, IsParams: false, Type.IsReferenceType: true } parameter] }
        && NonNullValues.IsReleasable(parameter.Type)
        && MethodBodies.Of(method) switch
        {
            BlockSyntax { Statements: [var only] } => IsDisposal(only, parameter.Name),
            ExpressionSyntax expression => IsAskedDisposal(expression, parameter.Name),
            _ => false,
        };

    /// <summary>Every argument is released in its body, in whatever way.</summary>
    public static bool IsPart(IMethodSymbol method) => IsPart(method, depth: 3);

    private static bool IsPart(IMethodSymbol method, int depth) =>
        method is { IsStatic: true, Parameters.IsEmpty: false }
        && method.Parameters.All(p => p.RefKind == RefKind.None && (NonNullValues.IsReleasable(p.Type) || IsReleasable(ElementOf(p.Type))))
        && MethodBodies.Of(method) is { } body
        && method.Parameters.All(p => Ends(body, p.Name, method.ContainingType, depth));

    private static bool IsReleasable(ITypeSymbol? type) => type is not null && NonNullValues.IsReleasable(type);

    private static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { Name: "IEnumerable", TypeArguments: [var element] } => element,
        _ => null,
    };

    private static bool Ends(SyntaxNode body, string name, INamedTypeSymbol type, int depth) =>
        body.DescendantNodesAndSelf().Any(n => n switch
        {
            InvocationExpressionSyntax call => IsCalledOn(call, name) || (depth > 0 && HandsOn(call, name, type, depth)),
            ForEachStatementSyntax loop => IsName(loop.Expression, name) && Ends(loop.Statement, loop.Identifier.ValueText, type, depth),
            _ => false,
        });

    /// <summary>A neighbour of it is given the value, and releases it.</summary>
    private static bool HandsOn(InvocationExpressionSyntax call, string name, INamedTypeSymbol type, int depth) =>
        call.Expression is IdentifierNameSyntax called
        && call.ArgumentList.Arguments.Any(a => IsName(a.Expression, name))
        && type.GetMembers(called.Identifier.ValueText).OfType<IMethodSymbol>().Any(m => IsPart(m, depth - 1));

    /// <summary><c>x?.Dispose();</c> or <c>if (x != null) x.Dispose();</c></summary>
    private static bool IsDisposal(StatementSyntax statement, string name) => statement switch
    {
        ExpressionStatementSyntax only => IsAskedDisposal(only.Expression, name),
        IfStatementSyntax { Else: null, Condition: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test } guard =>
            IsName(test.Left, name) && test.Right.IsKind(SyntaxKind.NullLiteralExpression)
            && (guard.Statement is BlockSyntax { Statements: [var inner] } ? inner : guard.Statement) is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }
            && IsDispose(call, name),
        _ => false,
    };

    private static bool IsAskedDisposal(ExpressionSyntax expression, string name) =>
        expression is ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax call } && IsDispose(call, name);

    private static bool IsDispose(InvocationExpressionSyntax call, string name) =>
        IsCalledOn(call, name) && MemberOf(call) is { } member && member.Identifier.ValueText == nameof(IDisposable.Dispose) && call.ArgumentList.Arguments.Count == 0;

    private static bool IsCalledOn(InvocationExpressionSyntax call, string name) =>
        MemberOf(call) is { Identifier.ValueText: "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" }
        && IsName(
            call.Expression is MemberAccessExpressionSyntax access ? access.Expression : call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            name);

    private static SimpleNameSyntax? MemberOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => null,
    };

    private static bool IsName(ExpressionSyntax? expression, string name) => expression is IdentifierNameSyntax found && found.Identifier.ValueText == name;
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// What a method hands out and is never null: its declaration says so where nulls are annotated, or its body, which
/// returns new objects only, or what another such method hands out. What other types of the codebase override must show
/// it in each of them.
/// </summary>
/// <param name="equivalents">Who overrides what.</param>
internal sealed class NonNullOutcomes(Equivalents equivalents)
{
    /// <summary>Calls behind calls are followed this far.</summary>
    private const int Depth = 5;

    private readonly ConcurrentDictionary<IMethodSymbol, bool> _returning = new(SymbolEqualityComparer.Default);

    /// <summary>-1 for the result, or the parameter by which it goes out.</summary>
    public ImmutableArray<int> Of(IMethodSymbol method)
    {
        var outcomes = ImmutableArray.CreateBuilder<int>();
        if (ReturnsSomething(method, Depth))
            outcomes.Add(-1);

        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind == RefKind.Out && IsReference(parameter.Type)
                && ((parameter.NullableAnnotation == NullableAnnotation.NotAnnotated && !HasAttributes(parameter) && IsHeld(method)) || IsAssignedOnly(parameter, method)))
            {
                outcomes.Add(parameter.Ordinal);
            }
        }

        return outcomes.ToImmutable();
    }

    /// <summary>A type parameter may stand for a type of which null is a value.</summary>
    private static bool IsReference(ITypeSymbol type) => type is { IsReferenceType: true, TypeKind: not TypeKind.TypeParameter };

    /// <summary>The compiler warned whoever broke what the declaration says: annotations alone are no promise.</summary>
    public static bool IsHeld(IMethodSymbol method)
    {
        if (method.ContainingAssembly is not ISourceAssemblySymbol source)
            return true;

        return method.DeclaringSyntaxReferences is [var reference]
            && source.Compilation.GetSemanticModel(reference.SyntaxTree).GetNullableContext(reference.Span.Start).WarningsEnabled();
    }

    /// <summary>Attributes such as <c>MaybeNullWhen</c> take back what the type says.</summary>
    private static bool HasAttributes(IParameterSymbol parameter) => !parameter.GetAttributes().IsEmpty;

    private bool ReturnsSomething(IMethodSymbol method, int depth)
    {
        if (method.ReturnsVoid || !IsReference(method.ReturnType))
            return false;

        if (method.ReturnNullableAnnotation == NullableAnnotation.NotAnnotated && IsHeld(method))
            return true;

        if (depth == 0)
            return false;

        // Bodies are read for what can be released only: the others would cost more than they tell.
        var follows = NonNullValues.IsReleasable(method.ReturnType);
        if (!follows)
            return IsDecided(method) && Returns(method, 0);

        if (_returning.TryGetValue(method, out var known))
            return known;

        var returns = IsDecided(method)
            ? Returns(method, depth - 1)
            : equivalents.OverridesOf(method).ToList() is var overriding && (method.IsAbstract ? overriding.Count > 0 : Returns(method, depth - 1))
                && overriding.TrueForAll(o => o.IsAbstract || Returns(o, depth - 1));
        return depth == Depth ? _returning.GetOrAdd(method, returns) : returns;
    }

    /// <summary>The body that runs is this one.</summary>
    private static bool IsDecided(IMethodSymbol method) =>
        !method.IsAbstract && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType.IsSealed);

    private bool Returns(IMethodSymbol method, int depth)
    {
        if (BodyOf(method) is not { } body)
            return false;

        var values = MethodBodies.Returned(body).ToList();
        var model = new Lazy<SemanticModel?>(() =>
            depth > 0 && method.ContainingAssembly is ISourceAssemblySymbol source ? source.Compilation.GetSemanticModel(body.SyntaxTree) : null);
        return values.Count > 0 && values.All(v => IsNew(v, body, model, depth));
    }

    private bool IsAssignedOnly(IParameterSymbol parameter, IMethodSymbol method) =>
        IsDecided(method) && BodyOf(method) is BlockSyntax body && IsOnlyNew(parameter.Name, body, [], new(() => null), 0);

    /// <summary>The body of a method that runs for certain when it is called, and is no iterator or asynchronous one.</summary>
    private static SyntaxNode? BodyOf(IMethodSymbol method)
    {
        var body = method.IsAsync ? null : MethodBodies.Of(method);
        return body is null || MethodBodies.Own(body).Any(n => n is YieldStatementSyntax) ? null : body;
    }

    private bool IsNew(ExpressionSyntax? value, SyntaxNode body, Lazy<SemanticModel?> model, int depth)
    {
        while (value is ParenthesizedExpressionSyntax or CastExpressionSyntax)
            value = value is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : ((CastExpressionSyntax)value).Expression;

        return value switch
        {
            BaseObjectCreationExpressionSyntax or ThrowExpressionSyntax or ThisExpressionSyntax => true,
            ConditionalExpressionSyntax conditional => IsNew(conditional.WhenTrue, body, model, depth) && IsNew(conditional.WhenFalse, body, model, depth),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce => IsNew(coalesce.Right, body, model, depth),
            InvocationExpressionSyntax => model.Value?.GetSymbolInfo(value).Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary } called
                && ReturnsSomething(called.OriginalDefinition, depth),
            IdentifierNameSyntax name => DeclarationOf(name.Identifier.Text, body) is { } declared
                && IsOnlyNew(name.Identifier.Text, body, declared.Initializer is { } initializer ? [initializer.Value] : [], model, depth),
            _ => false,
        };
    }

    private static VariableDeclaratorSyntax? DeclarationOf(string name, SyntaxNode body) =>
        body.DescendantNodes().OfType<VariableDeclaratorSyntax>().Where(v => v.Identifier.Text == name).ToList() is [var only]
        && only.Parent?.Parent is LocalDeclarationStatementSyntax or UsingStatementSyntax
            ? only
            : null;

    /// <summary>Whatever is assigned to the variable, there or in a nested function, is a new object, and something is.</summary>
    private bool IsOnlyNew(string name, SyntaxNode body, IReadOnlyList<ExpressionSyntax> initial, Lazy<SemanticModel?> model, int depth)
    {
        var assigned = new List<ExpressionSyntax>(initial);
        foreach (var node in body.DescendantNodes())
        {
            switch (node)
            {
                case AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } assignment when left.Identifier.Text == name:
                    if (!assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
                        return false;

                    assigned.Add(assignment.Right);
                    break;

                case ArgumentSyntax { Expression: IdentifierNameSyntax passed } argument when passed.Identifier.Text == name && !argument.RefKindKeyword.IsKind(SyntaxKind.None):
                case RefExpressionSyntax { Expression: IdentifierNameSyntax referred } when referred.Identifier.Text == name:
                case TupleExpressionSyntax tuple when tuple.Parent is AssignmentExpressionSyntax deconstruction && deconstruction.Left == tuple:
                case PrefixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.AmpersandToken }:
                    return false;
            }
        }

        return assigned.Count > 0 && assigned.All(a => a is not IdentifierNameSyntax && IsNew(a, body, model, depth));
    }
}

using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>
/// Which arguments a method of the codebase only looks at, known from its body: it asks them for things, compares them, and
/// gives them only to others that do no more. Nothing of them is kept, given back or released.
/// <code>
/// static bool IsText(Stream s) => s.ReadByte() != 0;
/// </code>
/// </summary>
/// <param name="catalogue">What is known of calls without a body.</param>
/// <param name="nameOf">What such a call is named in the catalogue.</param>
internal sealed class LookingMethods(Catalogue catalogue, Func<IMethodSymbol, Callee> nameOf)
{
    /// <summary>Calls behind calls are followed this far.</summary>
    private const int Depth = 4;

    /// <summary>The arguments, the receiver counted as the first where there is one.</summary>
    public ImmutableArray<int> Of(IMethodSymbol method)
    {
        var first = method.IsStatic ? 0 : 1;
        return BodyOf(method) is null ? [] : [.. method.Parameters.Where(p => OnlyLooksAt(p, method, Depth)).Select(p => first + p.Ordinal)];
    }

    /// <summary>What runs for certain, and before the call comes back.</summary>
    private static SyntaxNode? BodyOf(IMethodSymbol method)
    {
        if (method is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsAsync: false, IsAbstract: false }
            || ((method.IsVirtual || method.IsOverride) && !method.IsSealed && !method.ContainingType.IsSealed)
            || method.Parameters.IsEmpty || GoesOn(method.ReturnType))
        {
            return null;
        }

        var body = MethodBodies.Of(method);
        return body is null || MethodBodies.Own(body).Any(n => n is YieldStatementSyntax) ? null : body;
    }

    private bool OnlyLooksAt(IParameterSymbol parameter, IMethodSymbol method, int depth)
    {
        if (depth == 0 || parameter is { RefKind: not RefKind.None } or { IsParams: true } || !MayOwn(parameter.Type)
            || BodyOf(method) is not { } body || method.ContainingAssembly is not ISourceAssemblySymbol source)
        {
            return false;
        }

        var model = new Lazy<SemanticModel>(() => source.Compilation.GetSemanticModel(body.SyntaxTree));
        return body.DescendantNodesAndSelf()
            .OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == parameter.Name)
            .All(n => IsLook(n, body, model, depth));
    }

    /// <summary>What was begun is still at work when the call comes back, or begins only then.</summary>
    private static bool GoesOn(ITypeSymbol type) =>
        type.Name is "Task" or "ValueTask" or "IAsyncResult" or "IAsyncEnumerable" or "IAsyncEnumerator" or "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable";

    /// <summary>Something that somebody releases: an object that has a <c>Dispose</c>, or an address.</summary>
    private static bool MayOwn(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_IntPtr || type is IPointerTypeSymbol || (type.IsReferenceType && NonNullValues.IsReleasable(type));

    private bool IsLook(ExpressionSyntax name, SyntaxNode body, Lazy<SemanticModel> model, int depth)
    {
        if (name.Ancestors().TakeWhile(a => a != body).Any(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            return false;

        while (name.Parent is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
            name = (ExpressionSyntax)name.Parent;

        return name.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Name == name || IsAsked(access, access.Name, model, depth),
            ConditionalAccessExpressionSyntax asked when asked.Expression == name =>
                asked.WhenNotNull.DescendantNodesAndSelf().OfType<MemberBindingExpressionSyntax>().FirstOrDefault() is { } binding
                && IsAsked(binding, binding.Name, model, depth),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } => true,
            IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax or UnaryPatternSyntax { Pattern: ConstantPatternSyntax } } => true,
            ElementAccessExpressionSyntax element => element.Expression == name,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } => true,
            ArgumentSyntax { RefKindKeyword.RawKind: 0, Parent: ArgumentListSyntax { Parent: ExpressionSyntax call } arguments } argument =>
                model.Value.GetSymbolInfo(call).Symbol is IMethodSymbol called
                && ParameterOf(argument, arguments, called) is { } given && IsLookedAt(given, called, depth),
            NameColonSyntax or NameEqualsSyntax or QualifiedNameSyntax or MemberBindingExpressionSyntax => true,
            _ => false,
        };
    }

    /// <summary>A call or property of it that does not end its use; one that is written as an extension is given it.</summary>
    private bool IsAsked(ExpressionSyntax access, SimpleNameSyntax member, Lazy<SemanticModel> model, int depth) =>
        model.Value.GetSymbolInfo(member).Symbol switch
        {
            IMethodSymbol { ReducedFrom: { } extension } => IsLookedAt(extension.Parameters[0], extension, depth),
            IMethodSymbol called => access.Parent is InvocationExpressionSyntax && !Ends(called) && !GoesOn(called.ReturnType),
            IPropertySymbol or IFieldSymbol => true,
            _ => false,
        };

    private bool Ends(IMethodSymbol called) =>
        called.Name is "Close" or "CloseAsync" || EffectsOf(called).Any(e => e.Subject.Index == 0 && e.Kind is EffectKind.Release or EffectKind.Close or EffectKind.Consume);

    private bool IsLookedAt(IParameterSymbol given, IMethodSymbol called, int depth)
    {
        var target = (called.ReducedFrom ?? called).OriginalDefinition;
        var parameter = called.ReducedFrom is not null && given.ContainingSymbol is IMethodSymbol { ReducedFrom: not null } ? target.Parameters[given.Ordinal + 1] : target.Parameters[given.Ordinal];
        if (!target.DeclaringSyntaxReferences.IsEmpty)
            return OnlyLooksAt(parameter, target, depth - 1);

        var index = parameter.Ordinal + (target.IsStatic || target.MethodKind == MethodKind.Constructor ? 0 : 1);
        var effects = EffectsOf(target).Where(e => !e.Subject.IsResult && e.Subject.Index == index).ToList();
        return effects.Count > 0
            ? effects.TrueForAll(e => e.Kind == EffectKind.Borrow)
            : target.MethodKind != MethodKind.Constructor && catalogue.IsHarmless(nameOf(target));
    }

    private IReadOnlyList<Effect> EffectsOf(IMethodSymbol method) => catalogue.EffectsOf(nameOf((method.ReducedFrom ?? method).OriginalDefinition));

    private static IParameterSymbol? ParameterOf(ArgumentSyntax argument, ArgumentListSyntax arguments, IMethodSymbol called) => argument.NameColon is { } named
        ? called.Parameters.FirstOrDefault(p => p.Name == named.Name.Identifier.ValueText)
        : called.Parameters.ElementAtOrDefault(arguments.Arguments.IndexOf(argument)) is { IsParams: false } found ? found : null;
}

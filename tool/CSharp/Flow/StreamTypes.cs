using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>Streams, readers and writers: what is of that kind is often made over another one, and holds nothing else.</summary>
internal static class StreamTypes
{
    /// <summary>A stream, a reader or a writer, or what derives from one.</summary>
    public static bool IsOne(ITypeSymbol? type) => Chain(type).Any(IsRoot);

    /// <summary>It holds nothing but memory, whether it is released or not.</summary>
    public static bool IsMemory(ITypeSymbol type) =>
        type is { Name: "MemoryStream" or "StringWriter" or "StringReader", ContainingNamespace: { Name: "IO", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>The call hands out a stream, and was given one: it may be made over that.</summary>
    public static bool MayWrapGiven(IMethodSymbol method, IEnumerable<ITypeSymbol?> given) => IsOne(method.ReturnType) && given.Any(IsOne);

    /// <summary>
    /// Whether a stream of the codebase's own holds nothing that must be released but what its constructor is given: that can
    /// be read from its fields.
    /// <code>
    /// class Counting : Stream { private readonly Stream _inner; public Counting(Stream inner) { _inner = inner; } ... }
    /// </code>
    /// </summary>
    public static bool HoldsGiven(INamedTypeSymbol type)
    {
        var own = Chain(type).TakeWhile(t => !t.DeclaringSyntaxReferences.IsEmpty).ToList();
        return own is [.., { BaseType: { } first }] && IsRoot(first)
            && own.SelectMany(t => t.GetMembers()).OfType<IFieldSymbol>().All(f => f.IsStatic || HoldsNothing(f.Type) || IsGiven(f, own));
    }

    private static IEnumerable<INamedTypeSymbol> Chain(ITypeSymbol? type)
    {
        for (var t = type as INamedTypeSymbol; t is not null; t = t.BaseType)
            yield return t;
    }

    private static bool IsRoot(INamedTypeSymbol type) =>
        type is { Name: "Stream" or "TextReader" or "TextWriter", ContainingNamespace: { Name: "IO", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>A number, a text, an array of such, or an object that nobody would release.</summary>
    private static bool HoldsNothing(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => HoldsNothing(array.ElementType),
        { TypeKind: TypeKind.Enum or TypeKind.Delegate } => true,
        { TypeKind: TypeKind.Error or TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.TypeParameter } => false,
        { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => false,
        _ when IsMemory(type) => true,
        _ => !NonNullValues.IsReleasable(type),
    };

    /// <summary>Wherever the field is assigned, it gets a parameter of a constructor, or nothing.</summary>
    private static bool IsGiven(IFieldSymbol field, IEnumerable<INamedTypeSymbol> types)
    {
        var name = (field.AssociatedSymbol ?? field).Name;
        return types.SelectMany(t => t.DeclaringSyntaxReferences).Select(r => r.GetSyntax()).All(part => part.DescendantNodes().All(node => node switch
        {
            AssignmentExpressionSyntax assignment when AssignedNames.Of(assignment.Left).Contains(name) => IsParameter(assignment.Right) || IsNothing(assignment.Right),
            ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument => !AssignedNames.Of(argument.Expression).Contains(name),
            VariableDeclaratorSyntax { Initializer.Value: var value, Parent.Parent: FieldDeclarationSyntax } declarator when declarator.Identifier.ValueText == name => IsNothing(value),
            PropertyDeclarationSyntax { Initializer.Value: var value } property when property.Identifier.ValueText == name => IsNothing(value),
            _ => true,
        }));
    }

    private static bool IsParameter(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax parenthesized => IsParameter(parenthesized.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Right: ThrowExpressionSyntax } checkedOnce => IsParameter(checkedOnce.Left),
        IdentifierNameSyntax name => name.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } constructor
            && constructor.ParameterList.Parameters.Any(p => p.Identifier.ValueText == name.Identifier.ValueText),
        _ => false,
    };

    private static bool IsNothing(ExpressionSyntax value) =>
        value.IsKind(SyntaxKind.NullLiteralExpression) || value.IsKind(SyntaxKind.DefaultLiteralExpression)
        || value is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed && IsNothing(suppressed.Operand);
}

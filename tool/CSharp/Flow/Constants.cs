using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

/// <summary>Values that the compiler knows.</summary>
internal static class Constants
{
    /// <summary>The constant that an operation is, if it is one.</summary>
    public static Constant? Of(IOperation operation, SymbolNames names)
    {
        switch (operation)
        {
            case { ConstantValue: { HasValue: true, Value: var value } }:
                return Normalised(value, operation.Type) with { Symbol = SymbolOf(operation, names) };

            case IDefaultValueOperation { Type: { TypeKind: not TypeKind.TypeParameter } }:
                return Constant.Null;

            case IFieldReferenceOperation { Field: { IsStatic: true, Name: "Zero" } field } when IsNativeInteger(field.ContainingType):
                return Constant.Null;

            // `new S()` of a struct without a constructor of its own is its default; `new IntPtr(-1)` is a number.
            case IObjectCreationOperation { Type.IsValueType: true, Initializer: null, Constructor: { } constructor } creation:
                if (constructor.IsImplicitlyDeclared && creation.Arguments.IsEmpty)
                    return Constant.Null;
                return IsNativeInteger(creation.Type) && creation.Arguments is [{ Value: var argument }] && Of(argument, names) is { } known
                    ? Normalised(known.Value, creation.Type)
                    : null;

            case IConversionOperation { Type: var type, Operand: var operand } conversion
                when IsPointerLike(type) && (conversion.OperatorMethod is null || IsNativeInteger(conversion.OperatorMethod.ContainingType)):
                return Of(operand, names) is { Value: null or long or ulong } pointer ? Normalised(pointer.Value, type) : null;

            default:
                return null;
        }
    }

    /// <summary><c>IntPtr</c>, <c>UIntPtr</c> and their keywords.</summary>
    public static bool IsNativeInteger(ITypeSymbol? type) =>
        type?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>Holds an address: converting one such type to another keeps the value.</summary>
    public static bool IsPointerLike(ITypeSymbol? type) =>
        IsNativeInteger(type) || type?.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer;

    /// <summary>
    /// A number, a truth value or a text, or a structure of the codebase's own of nothing else: of others, reference assemblies
    /// do not tell what they are made of.
    /// </summary>
    public static bool IsPlain(ITypeSymbol? type) => IsPlain(type, depth: 3);

    private static bool IsPlain(ITypeSymbol? type, int depth) => type switch
    {
        null => false,
        { SpecialType: SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Char or (>= SpecialType.System_SByte and <= SpecialType.System_Double) } => true,
        { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_DateTime } => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } => IsPlain(inner, depth),
        INamedTypeSymbol { TypeKind: TypeKind.Struct, IsRefLikeType: false, DeclaringSyntaxReferences.IsEmpty: false } structure =>
            depth > 0 && !NonNullValues.IsReleasable(structure)
            && structure.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic).All(f => !f.IsFixedSizeBuffer && IsPlain(f.Type, depth - 1)),
        _ => false,
    };

    /// <summary>The integers that a conversion to the type keeps as they are; null for every other type.</summary>
    public static (long Low, long High)? KeptBy(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_SByte => (sbyte.MinValue, sbyte.MaxValue),
        SpecialType.System_Byte => (byte.MinValue, byte.MaxValue),
        SpecialType.System_Int16 => (short.MinValue, short.MaxValue),
        SpecialType.System_UInt16 => (ushort.MinValue, ushort.MaxValue),
        SpecialType.System_Int32 or SpecialType.System_IntPtr => (int.MinValue, int.MaxValue),
        SpecialType.System_UInt32 or SpecialType.System_UIntPtr => (0, uint.MaxValue),
        SpecialType.System_Int64 => (long.MinValue, long.MaxValue),
        SpecialType.System_UInt64 => (0, long.MaxValue),
        _ => null,
    };

    private static Constant Normalised(object? value, ITypeSymbol? type) => value switch
    {
        null => Constant.Null,
        ulong large when large > long.MaxValue => new Constant(large),
        sbyte or byte or short or ushort or int or uint or long or ulong =>
            Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) is var number && number == 0 && IsPointerLike(type)
                ? Constant.Null
                : new Constant(number),
        float single => new Constant((double)single),
        _ => new Constant(value),
    };

    private static string? SymbolOf(IOperation operation, SymbolNames names) => operation switch
    {
        IFieldReferenceOperation { Field: { HasConstantValue: true } field } => names.Member(field),
        IConversionOperation { Operand: var operand } => SymbolOf(operand, names),
        _ => null,
    };
}

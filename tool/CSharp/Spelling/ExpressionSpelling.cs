using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Writes an expression of the graph as C#: as it stands in the text where it does, from its value otherwise.</summary>
internal static class ExpressionSpelling
{
    /// <summary>The text, or null where there is none that means the same.</summary>
    public static string? Of(Expression expression, ITypeSymbol? wanted, SpelledFunction function)
    {
        if (expression.Origin?.Syntax is ExpressionSyntax written && written.SyntaxTree == function.Tree)
            return ConvertsAlike(written, wanted, function) ? Written(written, function) : null;

        return expression switch
        {
            Constant constant => OfConstant(constant, wanted),
            Read { Place: Local { IsTemporary: false } local } => Names.Written(local.Name),
            _ => null,
        };
    }

    /// <summary>
    /// Returning the expression where <paramref name="wanted"/> is asked for gives the same value as first storing it in
    /// a variable of another type would: boxing an <c>int</c> is not boxing a <c>long</c>.
    /// </summary>
    public static bool ConvertsAlike(ExpressionSyntax expression, ITypeSymbol? wanted, SpelledFunction function)
    {
        if (wanted is null)
            return true;

        var info = function.Model.GetTypeInfo(expression);
        if (info.ConvertedType is null || SymbolEqualityComparer.Default.Equals(info.ConvertedType, wanted))
            return true;

        var conversion = function.Model.ClassifyConversion(expression, wanted);
        return conversion is { Exists: true, IsImplicit: true, IsBoxing: false, IsUserDefined: false, IsDynamic: false };
    }

    private static string Written(ExpressionSyntax written, SpelledFunction function) =>
        function.Layout.TextOf(written);

    private static string? OfConstant(Constant constant, ITypeSymbol? wanted)
    {
        if (constant.Symbol is { } symbol)
            return symbol.Split('.') is [.., var type, var member] ? $"{type}.{member}" : symbol;

        return constant.Value switch
        {
            null => Empty(wanted),
            bool b => b ? "true" : "false",
            _ when wanted is { TypeKind: TypeKind.Enum } => null,
            long l => l.ToString(CultureInfo.InvariantCulture),
            ulong u => u.ToString(CultureInfo.InvariantCulture) + "UL",
            string s => SymbolDisplay.FormatLiteral(s, quote: true),
            char c => SymbolDisplay.FormatLiteral(c, quote: true),
            _ => null,
        };
    }

    private static string Empty(ITypeSymbol? wanted) => wanted switch
    {
        { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => $"{wanted.Name}.Zero",
        { IsValueType: true } => "default",
        _ => "null",
    };
}

using System.Globalization;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Spelling;

/// <summary>Writes an expression of the graph as C: as it stands in the text where it does, from its value otherwise.</summary>
internal static class ExpressionSpelling
{
    /// <summary>The text, or null where there is none that means the same.</summary>
    public static string? Of(Expression expression, SpelledFunction function)
    {
        if (expression.Origin?.Syntax is ExpressionNode written)
            return OfWritten(written.Unwrapped, function);

        return expression switch
        {
            Constant { Symbol: { } symbol } => symbol,
            Constant { Value: null } => "NULL",
            Constant { Value: bool value } => OfBoolean(value, function),
            Constant { Value: long value } => value.ToString(CultureInfo.InvariantCulture),
            Constant { Value: ulong value } => value.ToString(CultureInfo.InvariantCulture) + "U",
            Read { Place: Local { IsTemporary: false } local } => local.Name,
            _ => null,
        };
    }

    /// <summary>Text of several lines comes to stand on one.</summary>
    private static string? OfWritten(ExpressionNode written, SpelledFunction function)
    {
        var text = function.Layout.TextOf(written);
        if (function.Layout.IsOnOneLine(written))
            return text;

        return function.Layout.HasDirective(written.Span) || function.Layout.Comments(written.Span).Any()
            ? null
            : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string OfBoolean(bool value, SpelledFunction function) => function.Node?.Specifiers.Type switch
    {
        "bool" or "_Bool" => value ? "true" : "false",
        "gboolean" => value ? "TRUE" : "FALSE",
        _ => value ? "1" : "0",
    };
}

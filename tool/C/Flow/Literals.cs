using System.Globalization;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Flow;

/// <summary>The values of literals.</summary>
internal static class Literals
{
    public static Expression ValueOf(LiteralNode literal) => literal.Kind switch
    {
        LiteralKind.Number => Number(literal.Text) is { } number ? number : new Operation("?" + literal.Text),
        LiteralKind.Character => Character(literal.Text) is { } value ? new Constant(value) : new Operation("?" + literal.Text),
        _ => new Constant(Unquoted(literal.Text)),
    };

    /// <summary>One plain literal without its quotes; several, or one with a prefix, as they are written.</summary>
    private static string Unquoted(string text) =>
        text is ['"', .., '"'] && text.AsSpan(1, text.Length - 2).IndexOf('"') < 0 ? text[1..^1] : text;

    private static Constant? Number(string text)
    {
        var digits = text.Replace("'", "", StringComparison.Ordinal);
        var isHexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!isHexadecimal && digits.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 || digits.AsSpan().IndexOfAny('p', 'P') >= 0)
        {
            return double.TryParse(digits.TrimEnd('f', 'F', 'l', 'L'), NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                ? new Constant(real)
                : null;
        }

        var number = digits.TrimEnd('u', 'U', 'l', 'L', 'z', 'Z');
        var (start, radix) = number switch
        {
            _ when isHexadecimal => (2, 16),
            ['0', 'b' or 'B', ..] => (2, 2),
            ['0', _, ..] => (1, 8),
            _ => (0, 10),
        };
        return Parsed(number.AsSpan(start), radix) is { } value
            ? new Constant(value <= long.MaxValue ? (long)value : (object)value)
            : null;
    }

    private static ulong? Parsed(ReadOnlySpan<char> digits, int radix)
    {
        if (digits.IsEmpty)
            return null;

        var value = 0UL;
        foreach (var digit in digits)
        {
            var worth = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (worth >= radix || value > (ulong.MaxValue - (ulong)worth) / (ulong)radix)
                return null;

            value = value * (ulong)radix + (ulong)worth;
        }

        return value;
    }

    private static long? Character(string text) => text switch
    {
        ['\'', '\\', var escape, '\''] => escape switch
        {
            'n' => 10,
            't' => 9,
            'r' => 13,
            '0' => 0,
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'v' => 11,
            'e' => 27,
            '\\' or '\'' or '"' or '?' => escape,
            _ => null,
        },
        ['\'', var plain and not '\\', '\''] when plain < 128 => plain,
        _ => null,
    };
}

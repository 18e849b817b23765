using System.Globalization;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>A constant of an enum; the value is null where it depends on more than the enum itself.</summary>
public sealed record EnumeratorFact(string Name, long? Value)
{
    /// <summary>The constants that a declaration defines.</summary>
    internal static IEnumerable<EnumeratorFact> In(SpecifiersNode specifiers)
    {
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        long? next = 0;
        foreach (var enumerator in specifiers.Enumerators)
        {
            var value = enumerator.Value is { } written ? ValueOf(written, known) : next;
            if (value is { } number)
                known[enumerator.Name] = number;

            yield return new EnumeratorFact(enumerator.Name, value);
            next = value + 1;
        }

        foreach (var inner in specifiers.Members.SelectMany(m => In(m.Specifiers)))
            yield return inner;
    }

    private static long? ValueOf(ExpressionNode expression, Dictionary<string, long> known) => expression.Unwrapped switch
    {
        LiteralNode { Kind: LiteralKind.Number, Text: var text } => Number(text),
        NameNode { Name: var name } => known.TryGetValue(name, out var value) ? value : null,
        UnaryNode { Operator: "-", Operand: var operand } => -ValueOf(operand, known),
        UnaryNode { Operator: "~", Operand: var operand } => ~ValueOf(operand, known),
        UnaryNode { Operator: "+", Operand: var operand } => ValueOf(operand, known),
        BinaryNode binary => Combined(binary.Operator, ValueOf(binary.Left, known), ValueOf(binary.Right, known)),
        _ => null,
    };

    private static long? Combined(string @operator, long? left, long? right) => @operator switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "|" => left | right,
        "&" => left & right,
        "<<" when right is >= 0 and < 63 => left << (int)right,
        ">>" when right is >= 0 and < 63 => left >> (int)right,
        _ => null,
    };

    private static long? Number(string text)
    {
        var digits = text.TrimEnd('u', 'U', 'l', 'L').Replace("'", "", StringComparison.Ordinal);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hexadecimal) ? hexadecimal : null;

        if (digits is ['0', _, ..])
        {
            return digits.AsSpan().ContainsAnyExceptInRange('0', '7') || digits.Length > 21 ? null : Convert.ToInt64(digits, 8);
        }

        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

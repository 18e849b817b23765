using System.Collections.Immutable;

namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// A pure expression: it has no effect, and evaluating it twice in one state gives one value. Whatever has an
/// effect (a call, an assignment inside an expression) is an event of its own before it, whose result is a
/// <see cref="Local"/> of kind <see cref="LocalKind.Temporary"/>. Equality ignores <see cref="Origin"/>.
/// </summary>
public abstract record Expression
{
    /// <summary>Where it is written, so that a language can copy its spelling; null when it stands nowhere.</summary>
    public Origin? Origin { get; init; }

    public virtual bool Equals(Expression? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();
}

/// <summary>
/// A literal or named constant. <see cref="Value"/> is null, bool, long, ulong, double, decimal, string or char;
/// integers of every width are long (ulong where too large). The null pointer, <c>NULL</c>, <c>IntPtr.Zero</c> and
/// <c>default</c> of a reference type are all <see cref="Null"/>. An unknown named constant (an enum member
/// without value, a macro) has its name as <see cref="Symbol"/>.
/// </summary>
public sealed record Constant(object? Value, string? Symbol = null) : Expression
{
    public static Constant Null { get; } = new((object?)null);

    public bool Equals(Constant? other) => other is not null && Equals(Value, other.Value) && Symbol == other.Symbol;

    public override int GetHashCode() => HashCode.Combine(Value, Symbol);

    public override string ToString() => Symbol ?? Value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        char c => $"'{c}'",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var other => other.ToString()!,
    };
}

/// <summary>The value a place holds.</summary>
public sealed record Read(Place Place) : Expression
{
    public bool Equals(Read? other) => other is not null && Place.Equals(other.Place);

    public override int GetHashCode() => Place.GetHashCode();

    public override string ToString() => Place.ToString();
}

/// <summary>The address of a place (<c>&amp;x</c>).</summary>
public sealed record AddressOf(Place Place) : Expression
{
    public bool Equals(AddressOf? other) => other is not null && Place.Equals(other.Place);

    public override int GetHashCode() => HashCode.Combine(Place, 1);

    public override string ToString() => $"&{Place}";
}

/// <summary>
/// A pure operator over operands. Operators are spelled as in C (<c>== != &lt; &lt;= + - * ! ~ - &amp; |</c>); a
/// conversion is <c>(T)</c>, a type test <c>is T</c>; what a front-end cannot name precisely is <c>?TEXT</c>:
/// equal text over equal operands is an equal value. <c>&amp;&amp;</c>, <c>||</c> and <c>?:</c> are branches, never operators.
/// </summary>
public sealed record Operation(string Operator, ImmutableArray<Expression> Operands) : Expression
{
    public Operation(string @operator, params Expression[] operands)
        : this(@operator, operands.ToImmutableArray())
    {
    }

    /// <summary>Its value holds its operands as they are (a tuple): where it goes, they go.</summary>
    public bool HoldsOperands { get; init; }

    /// <summary>For a conversion between integers: the numbers that it keeps as they are.</summary>
    public (long Low, long High)? Keeps { get; init; }

    public bool Equals(Operation? other) =>
        other is not null && Operator == other.Operator && Operands.AsSpan().SequenceEqual(other.Operands.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Operator);
        foreach (var operand in Operands)
            hash.Add(operand);

        return hash.ToHashCode();
    }

    public override string ToString() => Operands.Length switch
    {
        1 when char.IsLetterOrDigit(Operator[^1]) => $"{Operator} {Wrapped(Operands[0])}",
        1 => $"{Operator}{Wrapped(Operands[0])}",
        2 => $"{Wrapped(Operands[0])} {Operator} {Wrapped(Operands[1])}",
        _ => $"{Operator}({string.Join(", ", Operands)})",
    };

    private static string Wrapped(Expression operand) =>
        operand is Operation { Operands.Length: > 1 } ? $"({operand})" : operand.ToString();
}

using System.Globalization;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// The symbolic values of one verification, each stored once: two terms are equal exactly when their numbers are.
/// A term is a constant, a symbol (a value that is known by name alone), or an operator over terms. Making a term
/// folds what is the same in every language that feeds the graph; whatever depends on a type is left alone.
/// </summary>
internal sealed class Terms
{
    /// <summary>How deep a term may become before verification gives up on the function.</summary>
    public const int DepthLimit = 2_000;

    /// <summary>Begins the operator of what a harmless constructor makes: a value like no other.</summary>
    public const string MadeOperator = "made:";

    /// <summary>
    /// What stands in a place that others see, behind releases: what stood there before them, and a name for what they may
    /// have made of it.
    /// </summary>
    private const string ReleasedOperator = "behind-release";
    private const string LeftOperator = "behind-lock";

    private readonly List<Node> _nodes = [];
    private readonly Dictionary<long, int> _integers = [];
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _constants = new(StringComparer.Ordinal);
    private readonly List<int> _symbols = [];
    private readonly Dictionary<string, (long Low, long High)> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);

    /// <summary>The operations by their hash: the first of each chain, or -1.</summary>
    private int[] _operations = Chains(256);

    public Terms()
    {
        Null = Constant(Flow.Constant.Null);
        False = Constant(new Constant(false));
        True = Constant(new Constant(true));
        Zero = Constant(new Constant(0L));
        One = Constant(new Constant(1L));
        MinusOne = Constant(new Constant(-1L));
        Unset = Operation("unset");
        Nothing = Operation("nothing");
    }

    public int Null { get; }

    public int False { get; }

    public int True { get; }

    public int Zero { get; }

    public int One { get; }

    public int MinusOne { get; }

    /// <summary>What a local holds before anything is assigned to it.</summary>
    public int Unset { get; }

    /// <summary>No value: of a return without one, of a path without an exception.</summary>
    public int Nothing { get; }

    /// <summary>A term became deeper than <see cref="DepthLimit"/>.</summary>
    public bool IsTooDeep { get; private set; }

    public int Constant(Constant constant)
    {
        // An integer is the same whatever name it was written by; only a name without a value stands for itself.
        var value = constant.Value switch
        {
            int i => (long)i,
            uint u => (long)u,
            short s => (long)s,
            ushort s => (long)s,
            byte b => (long)b,
            sbyte b => (long)b,
            float f => (double)f,
            var other => other,
        };

        return value switch
        {
            long number => Known(_integers, number, value),
            string text => Known(_texts, text, value),
            null => Known(_constants, constant.Symbol is null ? "null" : "name:" + constant.Symbol, null, constant.Symbol),
            double d => Known(_constants, "double:" + BitConverter.DoubleToInt64Bits(d).ToString(CultureInfo.InvariantCulture), value),
            IFormattable f => Known(_constants, value.GetType().Name + ":" + f.ToString(null, CultureInfo.InvariantCulture), value),
            var other => Known(_constants, other.GetType().Name + ":" + other, value),
        };
    }

    private int Known<TKey>(Dictionary<TKey, int> constants, TKey key, object? value, string? symbol = null)
        where TKey : notnull
    {
        if (!constants.TryGetValue(key, out var term))
            constants.Add(key, term = Add(new Node(TermKind.Constant, symbol ?? "", value, [], 1)));

        return term;
    }

    public int Boolean(bool value) => value ? True : False;

    /// <summary>Takes note of the numbers that a conversion leaves as they are.</summary>
    public void Declare(string conversion, (long Low, long High) kept) => _kept[conversion] = kept;

    /// <summary>The symbol with this number.</summary>
    public int Symbol(int number)
    {
        while (_symbols.Count <= number)
        {
            var node = new Node(TermKind.Symbol, "", null, [], 1) { Number = _symbols.Count, HasSymbols = true };
            var symbol = Add(node);
            node.Symbols = NumberSet.Of(symbol);
            _symbols.Add(symbol);
        }

        return _symbols[number];
    }

    public int Operation(string @operator, params ReadOnlySpan<int> operands)
    {
        switch (@operator)
        {
            case ">":
                return Operation("<", operands[1], operands[0]);
            case ">=":
                return Operation("<=", operands[1], operands[0]);
            case "!=":
                return Operation("!", Operation("==", operands));
        }

        if (Folded(@operator, operands) is { } folded)
            return folded;

        var hash = HashOf(@operator, operands);
        for (var known = _operations[hash & (_operations.Length - 1)]; known >= 0; known = _nodes[known].Next)
        {
            var node = _nodes[known];
            if (node.Hash == hash && node.Operands.AsSpan().SequenceEqual(operands) && node.Operator == @operator)
                return known;
        }

        return Add(@operator, operands.ToArray(), hash);
    }

    private int Add(string @operator, int[] operands, int hash)
    {
        var depth = 1;
        var hasSymbols = false;
        var hasMade = @operator.StartsWith(MadeOperator, StringComparison.Ordinal);
        foreach (var operand in operands)
        {
            hasMade |= _nodes[operand].HasMade;
            depth = Math.Max(depth, _nodes[operand].Depth + 1);
            hasSymbols |= _nodes[operand].HasSymbols;
        }

        IsTooDeep |= depth > DepthLimit;
        if (_nodes.Count > _operations.Length)
            Rehash();

        ref var first = ref _operations[hash & (_operations.Length - 1)];
        return first = Add(new Node(TermKind.Operation, @operator, null, operands, depth) { HasSymbols = hasSymbols, HasMade = hasMade, Hash = hash, Next = first });
    }

    private void Rehash()
    {
        _operations = Chains(_operations.Length * 4);
        for (var term = 0; term < _nodes.Count; term++)
        {
            var node = _nodes[term];
            if (node.Kind != TermKind.Operation)
                continue;

            ref var first = ref _operations[node.Hash & (_operations.Length - 1)];
            (node.Next, first) = (first, term);
        }
    }

    private static int[] Chains(int count)
    {
        var chains = new int[count];
        Array.Fill(chains, -1);
        return chains;
    }

    /// <summary>Of the operator, its length and a few letters tell enough: those over the same operands are few.</summary>
    private static int HashOf(string @operator, ReadOnlySpan<int> operands)
    {
        var hash = (@operator.Length * 31) + (@operator[0] * 7) + (@operator[@operator.Length / 2] * 5) + @operator[^1];
        foreach (var operand in operands)
            hash = (hash * 31) + operand;

        return hash ^ (hash >>> 15);
    }

    /// <summary>Memory behind a lock that was left: others may have changed it, or not been quick enough.</summary>
    public int BehindLock(int memory, int name) => Operation(LeftOperator, memory, name);

    /// <summary>Memory as it was when a lock was left; nothing where it is not only that which lies behind.</summary>
    public int? BeforeLock(int memory) => OperatorOf(memory) == LeftOperator ? OperandsOf(memory)[0] : null;

    /// <summary>What a place holds behind a release that may have changed it; the name says which.</summary>
    public int BehindRelease(int content, int name) => Operation(ReleasedOperator, BeforeReleases(content), name);

    /// <summary>What the place held before all the releases that may have changed it.</summary>
    public int BeforeReleases(int content) => OperatorOf(content) == ReleasedOperator ? OperandsOf(content)[0] : content;

    public bool IsConstant(int term) => _nodes[term].Kind == TermKind.Constant;

    public bool IsSymbol(int term) => _nodes[term].Kind == TermKind.Symbol;

    public bool HasSymbols(int term) => _nodes[term].HasSymbols;

    /// <summary>The operator of an operation; empty for everything else.</summary>
    public string OperatorOf(int term) => _nodes[term] is { Kind: TermKind.Operation } node ? node.Operator : "";

    public ReadOnlySpan<int> OperandsOf(int term) => _nodes[term].Operands;

    /// <summary>The number of a symbol; -1 for everything else.</summary>
    public int NumberOf(int term) => _nodes[term].Number;

    /// <summary>How many terms there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The value of a constant that has one.</summary>
    public object? ValueOf(int term) => _nodes[term].Value;

    /// <summary>A whole number with which arithmetic is exact, whatever its width.</summary>
    public bool IsSmall(int term) => IsConstant(term) && ValueOf(term) is long and >= 0 and <= int.MaxValue;

    /// <summary>
    /// What a number is beside the constant of a sum: 2 beside the 1 of <c>x + 1</c> if it is 3. Null where the other is no such sum.
    /// </summary>
    public int? Less(int number, int sum) =>
        OperatorOf(sum) == "+" && OperandsOf(sum) is [_, var added] && IsSmall(added) && IsSmall(number) && (long)ValueOf(number)! >= (long)ValueOf(added)!
            ? Integer((long)ValueOf(number)! - (long)ValueOf(added)!)
            : null;

    /// <summary>A constant of which the value is known, null included.</summary>
    public bool HasValue(int term) => IsConstant(term) && (_nodes[term].Value is not null || term == Null);

    /// <summary>The term below conversions: what identifies a resource does not change with its static type.</summary>
    public int Unconverted(int term)
    {
        while (OperatorOf(term) is ['(', ..] && OperandsOf(term).Length == 1)
            term = OperandsOf(term)[0];

        return term;
    }

    /// <summary>The thing that a term stands for: a conversion that gives null for things of another type gives the same thing otherwise.</summary>
    public int Identity(int term)
    {
        while (OperatorOf(term) is ['(', ..] or ['a', 's', ' ', ..] && OperandsOf(term).Length == 1)
            term = OperandsOf(term)[0];

        return term;
    }

    /// <summary>It is the address of something, or a string: never null.</summary>
    public bool IsNeverNull(int term) =>
        OperatorOf(term) is "address" || IsMade(term) || _nodes[term] is { Kind: TermKind.Constant, Value: not (null or 0L) };

    /// <summary>Something in it is what a harmless constructor made.</summary>
    public bool HasMade(int term) => _nodes[term].HasMade;

    public bool IsMade(int term) => OperatorOf(term).StartsWith(MadeOperator, StringComparison.Ordinal);

    /// <summary>The symbols that a term is made of; worked out once for each.</summary>
    public NumberSet SymbolsOf(int term)
    {
        var node = _nodes[term];
        if (!node.HasSymbols)
            return NumberSet.Empty;

        if (node.Symbols is { } known)
            return known;

        var symbols = NumberSet.Empty;
        foreach (var operand in node.Operands)
            symbols = symbols.Union(SymbolsOf(operand));

        node.Symbols = symbols;
        return symbols;
    }

    /// <summary>Whether the one is a part of the other. Each part is looked at once, however many share it.</summary>
    public bool Contains(int term, int part)
    {
        if (term == part)
            return true;

        var pending = new Stack<int>();
        var seen = new HashSet<int>();
        pending.Push(term);
        while (pending.TryPop(out var next))
        {
            // What a term is made of was there before it.
            foreach (var operand in _nodes[next].Operands)
            {
                if (operand == part)
                    return true;

                if (operand > part && seen.Add(operand))
                    pending.Push(operand);
            }
        }

        return false;
    }

    /// <summary>The term with other terms in place of some; <paramref name="map"/> grows by what was worked out on the way.</summary>
    public int Substitute(int term, Substitution map)
    {
        if (map.TryGet(term, out var known))
            return known;

        var node = _nodes[term];
        if (node.Kind != TermKind.Operation)
            return term;

        int[]? changed = null;
        for (var i = 0; i < node.Operands.Length; i++)
        {
            var operand = Substitute(node.Operands[i], map);
            if (operand != node.Operands[i])
                (changed ??= [.. node.Operands])[i] = operand;
        }

        var result = changed is null ? term : Operation(node.Operator, changed);
        map.Set(term, result);
        return result;
    }

    /// <summary>The term with one other in place of another.</summary>
    public int Replace(int term, int replaced, int by)
    {
        _replacement.Clear();
        _replacement.Set(replaced, by);
        return Substitute(term, _replacement);
    }

    /// <summary>The number of a name that places and functions have in the program's text.</summary>
    public int KeyOf(string name)
    {
        if (!_keys.TryGetValue(name, out var key))
            _keys[name] = key = _keys.Count;

        return key;
    }

    private readonly Substitution _replacement = new();

    public int KeyCount => _keys.Count;

    /// <summary>The names that an expression must hold to come to this term, but for those a symbol stands for.</summary>
    public NumberSet KeysOf(int term)
    {
        var node = _nodes[term];
        if (node.Kind != TermKind.Operation)
            return NumberSet.Empty;

        if (node.Keys is { } known)
            return known;

        var keys = NumberSet.Empty;
        foreach (var operand in node.Operands)
            keys = keys.Union(KeysOf(operand));

        var colon = node.Operator.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && node.Operator[..colon] is "pure" or "made" or "field" or "member" or "get" or "with")
            keys = keys.With(KeyOf(node.Operator[(colon + 1)..]));
        else if (node.Operator is "global" or "implicit")
            keys = keys.With(KeyOf((string)_nodes[node.Operands[0]].Value!));

        node.Keys = keys;
        return keys;
    }

    public string TextOf(int term)
    {
        var node = _nodes[term];
        return node.Kind switch
        {
            TermKind.Constant => new Constant(node.Value, node.Operator is "" ? null : node.Operator).ToString(),
            TermKind.Symbol => "#" + node.Number,
            _ when node.Depth > 6 => node.Operator + "(...)",
            _ when node.Operands.Length == 0 => node.Operator,
            _ when node.Operator is "load" => TextOf(node.Operands[0]),
            _ => $"{node.Operator}({string.Join(", ", node.Operands.Select(TextOf))})",
        };
    }

    private int Add(Node node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    private int? Folded(string @operator, ReadOnlySpan<int> operands) => (@operator, operands.Length) switch
    {
        ("!", 1) => Negated(operands[0]),
        ("==", 2) => Equal(operands[0], operands[1]) is { } equal ? Boolean(equal) : Tried(operands) ?? Ordered(operands),
        ("<", 2) => Compared(operands) is { } c ? Boolean(c < 0) : null,
        ("<=", 2) => Compared(operands) is { } c ? Boolean(c <= 0) : null,
        ("+" or "-" or "*" or "&" or "|" or "^", 2) => Computed(@operator, operands),
        ("-", 1) => ValueOf(operands[0]) is long and > 0 and <= int.MaxValue ? Integer(-(long)ValueOf(operands[0])!) : null,
        (['(', ..], 1) => Converted(@operator, operands[0]),
        (['i', 's', ' ', ..], 1) => operands[0] == Null ? False : null,
        (ReleasedOperator, 2) => BeforeReleases(operands[1]) == operands[0] ? operands[1] : null,
        (['g', 'e', 't', ':', ..], 1) => Gotten(@operator, operands[0]),
        _ => null,
    };

    /// <summary>A conversion that gives null for things of another type has given null: a test of the type would have failed.</summary>
    private int? Tried(ReadOnlySpan<int> operands)
    {
        var tried = operands[1] == Null ? operands[0] : operands[0] == Null ? operands[1] : Null;
        return OperatorOf(tried) is ['a', 's', ' ', .. var type] ? Operation("!", Operation("is " + type, OperandsOf(tried)[0])) : null;
    }

    private int? Negated(int operand)
    {
        var node = _nodes[operand];
        return node switch
        {
            { Kind: TermKind.Constant, Value: bool b } => Boolean(!b),
            { Kind: TermKind.Constant, Value: long l } => Boolean(l == 0),
            _ when operand == Null => True,
            { Kind: TermKind.Operation, Operator: "!" } when IsTruth(node.Operands[0]) => node.Operands[0],
            _ => null,
        };
    }

    /// <summary>The term can only be true or false, in any language.</summary>
    public bool IsTruth(int term) => OperatorOf(term) is "==" or "<" or "<=" or "!" or ['i', 's', ' ', ..];

    private bool? Equal(int left, int right)
    {
        if (HasValue(left) && HasValue(right))
        {
            var (a, b) = (ValueOf(left), ValueOf(right));

            // Whether zero is the null pointer depends on the type compared.
            return (a is null && b is 0L) || (a is 0L && b is null)
                ? null
                : a is null || b is null || a.GetType() == b.GetType() ? Equals(a, b) : null;
        }

        if (left == right && (IsConstant(left) || OperatorOf(left) is "address"))
            return true;

        return (left == Null && IsNeverNull(right)) || (right == Null && IsNeverNull(left)) ? false : null;
    }

    /// <summary>Equality with the constant on the right.</summary>
    private int? Ordered(ReadOnlySpan<int> operands) =>
        IsConstant(operands[0]) && !IsConstant(operands[1]) ? Operation("==", operands[1], operands[0]) : null;

    private int? Compared(ReadOnlySpan<int> operands)
    {
        if (!IsConstant(operands[0]) || !IsConstant(operands[1]))
            return null;

        return (ValueOf(operands[0]), ValueOf(operands[1])) switch
        {
            (long a, long b) => a.CompareTo(b),
            (char a, char b) => a.CompareTo(b),
            _ => null,
        };
    }

    /// <summary>
    /// Arithmetic where neither width nor sign can matter: small operands, and a result that is not below zero unless
    /// both operands are.
    /// </summary>
    private int? Computed(string @operator, ReadOnlySpan<int> operands)
    {
        if (!IsConstant(operands[0]) || !IsConstant(operands[1])
            || ValueOf(operands[0]) is not long a || ValueOf(operands[1]) is not long b
            || Math.Abs(a) > int.MaxValue || Math.Abs(b) > int.MaxValue)
            return null;

        var value = @operator switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "&" => a & b,
            "|" => a | b,
            _ => a ^ b,
        };

        return value <= int.MaxValue && (value >= 0 || (a < 0 && b < 0 && value > int.MinValue)) ? Integer(value) : null;
    }

    private int Integer(long value) => Constant(new Constant(value));

    private int? Converted(string @operator, int operand)
    {
        if (operand == Null || operand == Unset)
            return operand;

        if (!IsConstant(operand) || ValueOf(operand) is not long value)
            return null;

        return _kept.TryGetValue(@operator, out var kept) && value >= kept.Low && value <= kept.High ? operand : null;
    }

    /// <summary>A field of a value that was built field by field.</summary>
    private int? Gotten(string @operator, int operand)
    {
        if (operand == Unset)
            return Unset;

        var node = _nodes[operand];
        return node.Kind == TermKind.Operation && node.Operator.StartsWith("with:", StringComparison.Ordinal)
            && node.Operator.AsSpan(5).SequenceEqual(@operator.AsSpan(4))
            ? node.Operands[1]
            : null;
    }

    private enum TermKind : byte
    {
        Constant,
        Symbol,
        Operation,
    }

    private sealed class Node(TermKind kind, string @operator, object? value, int[] operands, int depth)
    {
        public TermKind Kind { get; } = kind;

        public string Operator { get; } = @operator;

        public object? Value { get; } = value;

        public int[] Operands { get; } = operands;

        public int Depth { get; } = depth;

        public bool HasSymbols { get; init; }

        public bool HasMade { get; init; }

        /// <summary>A symbol's own.</summary>
        public int Number { get; init; } = -1;

        public int Hash { get; init; }

        /// <summary>The operation behind it in its chain.</summary>
        public int Next { get; set; } = -1;

        public NumberSet? Symbols { get; set; }

        public NumberSet? Keys { get; set; }
    }
}

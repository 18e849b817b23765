namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// What the conditions passed on a path say about terms. Both sides share it: a decision once taken holds for every
/// equal condition over equal values. Only what is true in every language is concluded; an order that does not hold
/// says nothing of its opposite, since a floating-point value may be neither.
/// </summary>
internal sealed class PathFacts
{
    private readonly Terms _terms;

    // Few on any path, and copied with every state: searched from end to end.
    private int[] _conditions;
    private bool[] _holds;
    private int _count;

    public PathFacts(Terms terms)
        : this(terms, [], [])
    {
    }

    private PathFacts(Terms terms, int[] conditions, bool[] holds)
    {
        _terms = terms;
        _conditions = conditions;
        _holds = holds;
        _count = conditions.Length;
    }

    /// <summary>The conditions of which something is known. A condition is never a negation.</summary>
    public ReadOnlySpan<int> Conditions => _conditions.AsSpan(0, _count);

    /// <summary>Whether each of <see cref="Conditions"/> holds.</summary>
    public ReadOnlySpan<bool> Holds => _holds.AsSpan(0, _count);

    public PathFacts Copy() => new(_terms, Conditions.ToArray(), Holds.ToArray());

    private bool TryGet(int condition, out bool holds)
    {
        var at = Conditions.IndexOf(condition);
        holds = at >= 0 && _holds[at];
        return at >= 0;
    }

    private void Set(int condition, bool holds)
    {
        var at = Conditions.IndexOf(condition);
        if (at < 0)
        {
            at = _count++;
            if (at == _conditions.Length)
            {
                Array.Resize(ref _conditions, Math.Max(4, at * 2));
                Array.Resize(ref _holds, Math.Max(4, at * 2));
            }

            _conditions[at] = condition;
        }

        _holds[at] = holds;
    }

    /// <summary>Whether the condition holds; null when the path does not say.</summary>
    public bool? Decide(int condition)
    {
        var (atom, isPositive) = Stripped(condition);
        return DecideAtom(atom) is { } value ? value == isPositive : null;
    }

    /// <summary>Takes the condition to hold, or not to; false when it cannot be by what is known.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="holds">Whether it is taken to hold.</param>
    /// <param name="known">What must now be put in place of what, if a value became known by it.</param>
    public bool Assume(int condition, bool holds, out (int Term, int Value)? known)
    {
        known = null;
        var (atom, isPositive) = Stripped(condition);
        var value = holds == isPositive;
        if (_terms.HasValue(atom))
            return true;

        // A constant of unknown value is one thing or the other, on both sides and whenever it is asked.
        Set(atom, value);
        if (!value || _terms.OperatorOf(atom) != "==")
            return true;

        var (left, right) = (_terms.OperandsOf(atom)[0], _terms.OperandsOf(atom)[1]);
        if (!IsExact(right) || _terms.IsConstant(left))
            return true;

        known = (left, right);
        return _terms.IsSymbol(left) || PutInFor(left, right, atom);
    }

    /// <summary>
    /// From now on the term is evaluated to the constant: what is known of it is known of that. False when that is known to
    /// be otherwise.
    /// </summary>
    private bool PutInFor(int term, int constant, int equality)
    {
        for (var i = 0; i < _count; i++)
        {
            var condition = _conditions[i];
            if (condition == equality || _terms.Replace(condition, term, constant) is var replaced && replaced == condition)
                continue;

            var holds = _holds[i];
            Drop(i--);
            if (!Record(replaced, holds))
                return false;
        }

        return true;
    }

    private void Drop(int at)
    {
        _count--;
        Array.Copy(_conditions, at + 1, _conditions, at, _count - at);
        Array.Copy(_holds, at + 1, _holds, at, _count - at);
    }

    /// <summary>The constant that a term is known to equal, or the term itself.</summary>
    public int Resolved(int term)
    {
        if (_count == 0 || _terms.IsConstant(term))
            return term;

        for (var i = 0; i < _count; i++)
        {
            if (_holds[i] && _terms.OperandsOf(_conditions[i]) is [var left, var right] && left == term
                && _terms.OperatorOf(_conditions[i]) == "==" && IsExact(right))
            {
                return right;
            }
        }

        return term;
    }

    /// <summary>Rewrites every fact; false when they then contradict each other.</summary>
    public bool Substitute(Substitution map)
    {
        var (conditions, holds) = (Conditions.ToArray(), Holds.ToArray());
        _count = 0;
        for (var i = 0; i < conditions.Length; i++)
        {
            if (!Record(_terms.Substitute(conditions[i], map), holds[i]))
                return false;
        }

        return true;
    }

    /// <summary>Gives the symbols other names, each one its own: nothing is learnt by that.</summary>
    public void Rename(Substitution names)
    {
        for (var i = 0; i < _count; i++)
            _conditions[i] = _terms.Substitute(_conditions[i], names);
    }

    public void Clear() => _count = 0;

    /// <summary>Adds a fact; false when it cannot be.</summary>
    public bool Record(int condition, bool holds)
    {
        if (Decide(condition) is { } known)
            return known == holds;

        var (atom, isPositive) = Stripped(condition);
        Set(atom, holds == isPositive);
        return true;
    }

    public void Keep(Func<int, bool> isKept)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (!isKept(_conditions[i]))
                continue;

            _conditions[kept] = _conditions[i];
            _holds[kept++] = _holds[i];
        }

        _count = kept;
    }

    /// <summary>Equal numbers, booleans and nulls cannot be told apart; equal texts and fractions can.</summary>
    private bool IsExact(int term) => _terms.IsConstant(term) && _terms.ValueOf(term) is not (string or double or decimal);

    private (int Atom, bool IsPositive) Stripped(int condition)
    {
        var isPositive = true;
        while (_terms.OperatorOf(condition) == "!")
        {
            condition = _terms.OperandsOf(condition)[0];
            isPositive = !isPositive;
        }

        return (condition, isPositive);
    }

    private bool? DecideAtom(int atom)
    {
        if (_terms.HasValue(atom))
        {
            return _terms.ValueOf(atom) switch
            {
                bool b => b,
                long l => l != 0,
                null => false,
                _ => null,
            };
        }

        if (TryGet(atom, out var known))
            return known;

        if (_count == 0 && _terms.OperatorOf(atom) is not "address")
            return null;

        return _terms.OperatorOf(atom) switch
        {
            "==" => DecideEqual(_terms.OperandsOf(atom)[0], _terms.OperandsOf(atom)[1]),
            "<" => DecideOrder(_terms.OperandsOf(atom)[0], _terms.OperandsOf(atom)[1], isStrict: true),
            "<=" => DecideOrder(_terms.OperandsOf(atom)[0], _terms.OperandsOf(atom)[1], isStrict: false),
            "address" => true,
            _ => DecideTruth(atom),
        };
    }

    private bool? DecideEqual(int left, int right)
    {
        if (TryGet(_terms.Operation("==", right, left), out var swapped))
            return swapped;

        if (DecideTruths(left, right) is { } compared)
            return compared;

        // A null test looks through the conversions of a reference.
        var plain = _terms.Unconverted(left);
        if (right == _terms.Null && plain != left && Decide(_terms.Operation("==", plain, right)) is { } unconverted)
            return unconverted;

        if (!_terms.IsConstant(right))
            return null;

        if (_terms.IsConstant(left))
            return AreTold(left, right) || AreTold(right, left) ? false : null;

        var isFalsy = right == _terms.Null || right == _terms.False || right == _terms.Zero;
        if (TryGet(left, out var truth) && (isFalsy || (!truth && _terms.HasValue(right))))
            return isFalsy && !truth;

        for (var i = 0; i < _count; i++)
        {
            var (atom, value) = (_conditions[i], _holds[i]);
            if (!value || _terms.OperandsOf(atom).Length != 2)
                continue;

            var operands = _terms.OperandsOf(atom);
            switch (_terms.OperatorOf(atom))
            {
                case "==" when operands[0] == left && AreDifferent(operands[1], right):
                case "<" when operands[0] == left && Compare(right, operands[1]) is >= 0:
                case "<" when operands[1] == left && Compare(right, operands[0]) is <= 0:
                case "<=" when operands[0] == left && Compare(right, operands[1]) is > 0:
                case "<=" when operands[1] == left && Compare(right, operands[0]) is < 0:
                    return false;
            }
        }

        return null;
    }

    /// <summary>
    /// Of two truths that were compared, one may be known by now, and is evaluated to what it is: <c>!!a == !!b</c>, once
    /// somebody has asked for <c>a</c>.
    /// </summary>
    private bool? DecideTruths(int left, int right)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_terms.OperatorOf(_conditions[i]) != "==" || _terms.OperandsOf(_conditions[i]) is not [var one, var other]
                || !(_terms.IsTruth(one) || _terms.IsTruth(other)))
            {
                continue;
            }

            var (now, then) = (Decided(one), Decided(other));
            if ((now != one || then != other) && ((now == Decided(left) && then == Decided(right)) || (now == Decided(right) && then == Decided(left))))
                return _holds[i];
        }

        return null;
    }

    /// <summary>What was said of the truth itself, without a conclusion.</summary>
    private int Decided(int term) =>
        _terms.IsTruth(term) && Stripped(term) is var (atom, isPositive) && TryGet(atom, out var holds) ? _terms.Boolean(holds == isPositive) : term;

    /// <summary>Orders against constants, concluded from orders against constants that are known to hold.</summary>
    private bool? DecideOrder(int left, int right, bool isStrict)
    {
        for (var i = 0; i < _count; i++)
        {
            var (atom, value) = (_conditions[i], _holds[i]);
            if (!value || _terms.OperatorOf(atom) is not ("<" or "<=" or "=="))
                continue;

            var isKnownStrict = _terms.OperatorOf(atom) == "<";
            var operands = _terms.OperandsOf(atom);
            var isEquality = _terms.OperatorOf(atom) == "==";

            // The term is below a constant: then below every greater one, and above none of those.
            if (operands[0] == left && Compare(operands[1], right) is { } below
                && (below < 0 || (below == 0 && (isKnownStrict || !isStrict))))
                return true;

            if (operands[0] == right && Compare(operands[1], left) is { } notAbove
                && (notAbove < 0 || (notAbove == 0 && (isKnownStrict || isStrict))))
                return false;

            // The term is above a constant: then above every smaller one, and below none of those.
            var (constant, term) = isEquality ? (operands[1], operands[0]) : (operands[0], operands[1]);
            if (term == right && Compare(constant, left) is { } above
                && (above > 0 || (above == 0 && (isKnownStrict || !isStrict))))
                return true;

            if (term == left && Compare(constant, right) is { } notBelow
                && (notBelow > 0 || (notBelow == 0 && (isKnownStrict || isStrict))))
                return false;
        }

        return null;
    }

    /// <summary>A value used as a condition.</summary>
    private bool? DecideTruth(int term)
    {
        if (TryGet(_terms.Operation("==", term, _terms.Null), out var isNull))
            return !isNull;

        if (TryGet(_terms.Operation("==", term, _terms.Zero), out var isZero))
            return !isZero;

        if (TryGet(_terms.Operation("==", term, _terms.False), out var isFalse))
            return !isFalse;

        return TryGet(_terms.Operation("==", term, _terms.True), out var isTrue) && isTrue ? true : null;
    }

    /// <summary>Two names of unknown value are told apart by a value that equals the one and not the other.</summary>
    private bool AreTold(int one, int other)
    {
        for (var i = 0; i < _count; i++)
        {
            var (atom, value) = (_conditions[i], _holds[i]);
            if (value && _terms.OperatorOf(atom) == "==" && _terms.OperandsOf(atom)[1] == one
                && TryGet(_terms.Operation("==", _terms.OperandsOf(atom)[0], other), out var isOther) && !isOther)
            {
                return true;
            }
        }

        return false;
    }

    private bool AreDifferent(int left, int right) =>
        _terms.HasValue(left) && _terms.HasValue(right) && left != right
        && _terms.ValueOf(left)?.GetType() == _terms.ValueOf(right)?.GetType();

    private int? Compare(int left, int right) =>
        _terms.IsConstant(left) && _terms.IsConstant(right) ? (_terms.ValueOf(left), _terms.ValueOf(right)) switch
        {
            (long a, long b) => a.CompareTo(b),
            (char a, char b) => a.CompareTo(b),
            _ => null,
        }
        : null;
}

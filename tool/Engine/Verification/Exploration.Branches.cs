using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Which way a path takes out of a block, and what is known of it from then on.</summary>
internal sealed partial class Exploration
{
    /// <summary>Goes on at the end of a block; where the condition is not known, the other ways are explored later.</summary>
    private bool Leave(ProductState state, Side side)
    {
        var block = side.Block;
        var isOld = side == state.Old;
        if (block.Branch is { } branch)
        {
            var condition = Evaluate(state, side, branch.Condition);
            if (_refuted is not null)
                return false;

            return block.Successors.Any(e => e.Kind == EdgeKind.Case)
                ? LeaveByCase(state, side, condition)
                : LeaveByTruth(state, side, condition);
        }

        foreach (var edge in block.Successors)
        {
            if (edge.Kind != EdgeKind.Conditional)
                continue;

            var literal = LiteralTerm(edge.Literal!);
            if (state.Facts.Decide(literal) is { } known)
            {
                if (known != edge.LiteralValue)
                    continue;
            }
            else
            {
                var other = state.Copy();
                if (Take(other, literal, !edge.LiteralValue))
                    _pending.Push(other);

                if (!Take(state, literal, edge.LiteralValue))
                    return false;
            }

            (isOld ? state.Old : state.New).Go(edge.To);
            return true;
        }

        var next = block.Successors.FirstOrDefault(e => e.Kind == EdgeKind.Normal);
        if (next is null)
            return false;

        side.Go(next.To);
        return true;
    }

    private int LiteralTerm(string literal) =>
        _terms.Operation(StateMemory.LiteralOperator, _terms.Constant(new Constant(literal)));

    private bool LeaveByTruth(ProductState state, Side side, int condition)
    {
        var isOld = side == state.Old;
        var whenTrue = side.Block.Successors.First(e => e.Kind == EdgeKind.True).To;
        var whenFalse = side.Block.Successors.First(e => e.Kind == EdgeKind.False).To;
        condition = AsEmptiness(state, condition);
        if (state.Facts.Decide(condition) is { } known)
        {
            side.Go(known ? whenTrue : whenFalse);
            return true;
        }

        if (whenTrue == whenFalse)
        {
            side.Go(whenTrue);
            return true;
        }

        if (!isOld && RefusesNothing(state, condition) is { } there)
        {
            if (!Take(state, condition, there))
                return false;

            side.Go(there ? whenTrue : whenFalse);
            return true;
        }

        var other = state.Copy();
        if (Take(other, condition, false))
        {
            (isOld ? other.Old : other.New).Go(whenFalse);
            _pending.Push(other);
        }

        if (!Take(state, condition, true))
            return false;

        side.Go(whenTrue);
        return true;
    }

    /// <summary>
    /// What a known call hands out is a thing, which is no negative number, or -1: every test of its sign asks for the empty
    /// value, which one function may write as <c>fd &lt; 0</c> and the other as <c>fd == -1</c>.
    /// </summary>
    private int AsEmptiness(ProductState state, int condition)
    {
        if (_terms.OperatorOf(condition) == "!")
            return _terms.Operation("!", AsEmptiness(state, _terms.OperandsOf(condition)[0]));

        if (_terms.OperatorOf(condition) is not ("<" or "<="))
            return condition;

        var (left, right) = (_terms.OperandsOf(condition)[0], _terms.OperandsOf(condition)[1]);
        var isStrict = _terms.OperatorOf(condition) == "<";
        if (right == (isStrict ? _terms.Zero : _terms.MinusOne) && IsThingOrMinusOne(state, left))
            return _terms.Operation("==", left, _terms.MinusOne);

        return left == (isStrict ? _terms.MinusOne : _terms.Zero) && IsThingOrMinusOne(state, right)
            ? _terms.Operation("!", _terms.Operation("==", right, _terms.MinusOne))
            : condition;
    }

    private bool IsThingOrMinusOne(ProductState state, int value) =>
        _terms.IsSymbol(value)
        && state.Things.TryGetValue(value, out var thing) && thing is { IsPlain: true, IsOther: false, Acquisitions.IsEmpty: false }
        && thing.Acquisitions.All(a => _acquisitions[a] is { Subject.IsResult: true, Effect.Resource.Empty.Value: -1L });

    private bool LeaveByCase(ProductState state, Side side, int value)
    {
        var isOld = side == state.Old;
        Block? otherwise = null;
        foreach (var edge in side.Block.Successors)
        {
            if (edge.Kind != EdgeKind.Case)
                continue;

            if (edge.Case is null)
            {
                otherwise = edge.To;
                continue;
            }

            var isEqual = _terms.Operation("==", value, Evaluate(state, side, edge.Case));
            switch (state.Facts.Decide(isEqual))
            {
                case true:
                    side.Go(edge.To);
                    return true;
                case false:
                    continue;
            }

            var taken = state.Copy();
            if (Take(taken, isEqual, true))
            {
                (isOld ? taken.Old : taken.New).Go(edge.To);
                _pending.Push(taken);
            }

            if (!Take(state, isEqual, false))
                return false;
        }

        if (otherwise is null)
            return false;

        side.Go(otherwise);
        return true;
    }

    /// <summary>Takes a condition to hold or not, and puts in what is known by that; false when it cannot be.</summary>
    private bool Take(ProductState state, int condition, bool holds)
    {
        if (holds && IsOfTwoKinds(state, condition))
            return false;

        NoteOutOfMemory(state, condition, holds);
        NoteTold(state, condition);
        NoteAnswer(state, condition, holds);
        if (!state.Facts.Assume(condition, holds, out var known))
            return false;

        if (known is not var (term, value))
            return true;

        _replaced.Clear();
        _replaced.Set(term, value);
        if (!_terms.IsSymbol(term))
        {
            // It may be evaluated again, and what is known of it says the same then.
            PutIn(state, _replaced);
            return AgreesWithStored(state);
        }

        _steps += state.Old.Values.Length / 16;
        state.Things.Remove(term);
        return Substitute(state, _replaced);
    }
}

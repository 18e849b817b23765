using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Whether there was anything to release on a path: a release of nothing closes no leak, and one that would have failed for
/// want of anything is missed by nobody.
/// </summary>
internal sealed partial class Exploration
{
    private const string NothingThere = "released, though there is nothing to release";

    private readonly Dictionary<(Call, string, bool), int> _answerNumbers = [];

    /// <summary>By acquisition that the old function releases: what paths with a release knew of the call's answers.</summary>
    private readonly Dictionary<int, HashSet<NumberSet>> _heard = [];

    private bool? _mindsEmpty;

    /// <summary>
    /// Whether a release that only the new function makes has something to release. A path may say that the value is
    /// the empty one, or say something that may mean just that: it compares the value with one that is not known (a
    /// field that holds the invalid handle), or asks a pure function about it.
    /// </summary>
    private bool IsSomething(ProductState state, Obligation owed, string text)
    {
        var resource = owed.Resource;
        var empty = _terms.Constant(resource.Empty);
        var facts = state.Facts.Copy();
        for (var i = 0; i < facts.Conditions.Length; i++)
        {
            var (atom, holds) = (facts.Conditions[i], facts.Holds[i]);
            // A pointer used as a condition.
            if (_terms.Identity(atom) == owed.Value)
            {
                if (!holds)
                    return Differ(state, NothingThere, "no such release", text);

                continue;
            }

            var operands = _terms.OperandsOf(atom);
            var index = IndexOf(operands, owed.Value);
            if (index < 0)
                continue;

            var other = operands.Length == 2 ? operands[1 - index] : _terms.Nothing;
            switch (_terms.OperatorOf(atom))
            {
                // Null means nothing everywhere; where nothing is a number, null (zero) is a thing like others.
                case "==" when other == empty:
                    if (holds)
                        return Differ(state, NothingThere, "no such release", text);

                    break;

                case "==" when !holds && (_terms.IsConstant(other) || IsNamed(other)):
                    break;

                // Descriptors: every negative number is nothing, and zero is not.
                case "<" or "<=" when resource.Empty.Value is long && _terms.IsConstant(other):
                    if (state.Facts.Decide(_terms.Operation("<", owed.Value, _terms.Zero)) == true)
                        return Differ(state, NothingThere, "no such release", text);

                    break;

                case "==" when holds && _terms.IsNeverNull(other) && resource.Empty == Constant.Null:
                    break;

                case ['i', 's', ' ', ..] when holds:
                    break;

                // Nothing converts to every type, as the thing itself does to its own.
                case "throws" when !holds:
                    break;

                default:
                    return Doubt(state, $"{text}: {_terms.TextOf(atom)} may mean that there is nothing to release");
            }
        }

        return true;
    }

    /// <summary>A scope of the new function releases with what minds the empty value.</summary>
    private bool MindsEmpty() => _mindsEmpty ??= _new.Graph.Events.Any(e =>
        e is Call { IsImplied: true } call && _catalogue.EffectsOf(call).Any(x => x is { Kind: EffectKind.Release, Releaser.IgnoresEmpty: false }));

    /// <summary>
    /// The path depends on the result of a call that may have handed something out through an argument: that is how such a
    /// call says whether it did.
    /// </summary>
    private void NoteAnswer(ProductState state, int condition, bool holds)
    {
        if (!MindsEmpty())
            return;

        while (_terms.OperatorOf(condition) == "!")
            (condition, holds) = (_terms.OperandsOf(condition)[0], !holds);

        foreach (var symbol in SymbolsOf(condition).Items)
        {
            if (!state.Things.TryGetValue(symbol, out var result))
                continue;

            foreach (var call in result.Acquisitions.Items.ToArray().Where(a => _acquisitions[a].Subject.IsResult).Select(a => _acquisitions[a].At))
            {
                var answer = AnswerNumber((call, Question(condition, symbol), holds));
                for (var i = 0; i < state.Things.OfNumber.Length; i++)
                {
                    if (state.Things.OfNumber[i] is { } thing && IsHandedOutBy(thing, call))
                        state.Things[_terms.Symbol(i)] = thing with { Answers = thing.Answers.With(answer) };
                }
            }
        }
    }

    /// <summary>What a condition asks about a value, whichever value that is.</summary>
    private string Question(int condition, int value) => condition == value
        ? ""
        : $"{_terms.OperatorOf(condition)} {string.Join(' ', _terms.OperandsOf(condition).ToArray().Select(o => o == value ? "it" : $"{o}"))}";

    private int AnswerNumber((Call, string, bool) answer)
    {
        if (!_answerNumbers.TryGetValue(answer, out var number))
            _answerNumbers.Add(answer, number = _answerNumbers.Count);

        return number;
    }

    private bool IsHandedOutBy(Provenance thing, Call call) =>
        thing.Acquisitions.Items.ToArray().Any(a => _acquisitions[a].At == call && !_acquisitions[a].Subject.IsResult);

    /// <summary>The old function releases it, knowing this of the calls that handed it out.</summary>
    private void NoteHeard(Provenance thing)
    {
        foreach (var acquisition in thing.Acquisitions.Items)
        {
            if (!_heard.TryGetValue(acquisition, out var known))
                _heard.Add(acquisition, known = []);

            known.Add(thing.Answers);
        }
    }

    /// <summary>A path on which the old function releases it knew no more of the calls that handed it out.</summary>
    private bool IsHeard(Provenance thing) => thing.Acquisitions.All(a =>
        _acquisitions[a].Subject.IsResult || (_heard.TryGetValue(a, out var known) && known.Any(thing.Answers.IsSupersetOf)));

    private bool MayBeNothing(ProductState state, Obligation owed) =>
        !owed.Releaser.IgnoresEmpty && state.Facts.Decide(_terms.Operation("==", owed.Value, _terms.Constant(owed.Resource.Empty))) != false;

    /// <summary>
    /// The new function asks whether there is anything to release where the old one is about to release it unasked. It
    /// takes for granted what a call of which nothing is known hands out: null would only make the release itself fail, and a
    /// scope does not. Answers how the question is answered where there is something; null where it is another question.
    /// </summary>
    private bool? RefusesNothing(ProductState state, int condition)
    {
        if (state.Old.Next is not Call { HasReceiver: true, MayThrow: true, IsImplied: false } call
            || call.Arguments[0].Passing != Passing.Value
            || Prepare(state, state.Old) is not { Release: { } release, Arguments: [var receiver, ..] }
            || !release.Resource!.Empty.Equals(Constant.Null))
        {
            return null;
        }

        var isNull = _terms.Operation("==", receiver, _terms.Null);
        if ((condition != isNull && condition != _terms.Operation("!", isNull)) || !IsTakenForGranted(state, receiver))
            return null;

        Record(DifferenceKind.NothingReleased, call.Origin, $"{TextOf(call)} does not fail for want of anything to release");
        return condition != isNull;
    }

    /// <summary>
    /// The old function is about to release nothing, unasked, while an exception leaves it: what that raises would take the
    /// exception's place. The new one lets the exception pass, and makes the releases behind it, if there are any.
    /// </summary>
    private bool OnlyHides(ProductState state, Prepared old)
    {
        if (old is not { Event: { HasReceiver: true, MayThrow: true, IsImplied: false } call, Release.Resource: { } resource, Arguments: [var receiver, ..] }
            || call.Arguments[0].Passing != Passing.Value
            || !resource.Empty.Equals(Constant.Null)
            || state.Facts.Decide(_terms.Operation("==", receiver, _terms.Null)) != true
            || !OnlyPassesOn(state.Old.Block.Handler)
            || !OnlyReleases(state.Old.Block, state.Old.Index + 1, []))
        {
            return false;
        }

        Record(DifferenceKind.NothingReleased, call.Origin, $"{TextOf(call)} does not hide the exception that leaves");
        return true;
    }

    /// <summary>What the old function raises under a handler leaves it: no handler asks what it is, and each raises it again.</summary>
    private bool OnlyPassesOn(Block? handler)
    {
        while (handler is not null && handler != _old.Graph.Unwind)
        {
            var seen = new HashSet<Block> { handler };
            var pending = new Stack<Block>([handler]);
            Block? raising = null;
            while (pending.TryPop(out var block))
            {
                if (block == _old.Graph.Exit || block.Events.Any(e => e is Throw { Value: not null } or Load { Source: Implicit }))
                    return false;

                if (block.Events.Any(e => e is Throw))
                {
                    raising = block;
                    continue;
                }

                foreach (var edge in block.OrdinarySuccessors.Where(e => seen.Add(e.To)))
                    pending.Push(edge.To);
            }

            handler = raising?.Handler;
            if (raising is null)
                return false;
        }

        return true;
    }

    /// <summary>From there on the old function releases, and then raises the exception in flight again, on every way.</summary>
    private bool OnlyReleases(Block block, int index, HashSet<Block> seen)
    {
        if (block == _old.Graph.Exit || block == _old.Graph.Unwind)
            return false;

        foreach (var @event in block.Events.Skip(index))
        {
            switch (@event)
            {
                case Throw { Value: null }:
                    return true;
                case ScopeExit or Store { Target: Local { IsAliased: false } }:
                case Call call when call.IsPure || _catalogue.EffectsOf(call).Any(e => e.Kind == EffectKind.Release):
                    break;
                default:
                    return false;
            }
        }

        return block.OrdinarySuccessors.All(e => !seen.Add(e.To) || OnlyReleases(e.To, 0, seen));
    }

    private bool IsTakenForGranted(ProductState state, int receiver) =>
        _terms.Unconverted(receiver) is var value && _terms.IsSymbol(value)
        && state.Things.TryGetValue(value, out var thing) && thing is { IsPlain: false, Acquisitions.IsEmpty: false }
        && thing.Acquisitions.Items.ToArray().All(a => _acquisitions[a] is { Effect: null, Subject.IsResult: true, At.MayGiveNull: false });

    /// <summary>A constant by another name: what it holds never changes.</summary>
    private bool IsNamed(int term) =>
        _terms.OperatorOf(term) == "load" && _terms.OperandsOf(term)[1] == _terms.Nothing
        && _terms.OperatorOf(_terms.OperandsOf(term)[0]) == "global";

    private int IndexOf(ReadOnlySpan<int> operands, int value)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            if (_terms.Identity(operands[i]) == value)
                return i;
        }

        return -1;
    }
}

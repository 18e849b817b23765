using System.Runtime.CompilerServices;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Expressions and places as terms, and assignments.</summary>
internal sealed partial class Exploration
{
    /// <summary>Others see what stands there.</summary>
    private static bool IsVisible(Side side, Place place) => place switch
    {
        Local local => side.Body.StorageOf(local) == Storage.Cell,
        Member member => IsVisible(side, member.Of),
        _ => true,
    };

    private int Evaluate(ProductState state, Side side, Expression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case Constant constant:
                return _terms.Constant(constant);

            case Read read:
                return state.Facts.Resolved(Content(state, side, read.Place));

            case AddressOf { Place: Element { Index: Constant { Value: 0L } } element }:
                return Evaluate(state, side, element.Base);

            case AddressOf address:
                return _terms.Operation("address", PlaceTerm(state, side, address.Place));

            case Operation operation:
                var operands = new int[operation.Operands.Length];
                for (var i = 0; i < operands.Length; i++)
                    operands[i] = Evaluate(state, side, operation.Operands[i]);

                if (operation.Keeps is { } kept)
                    _terms.Declare(operation.Operator, kept);

                var value = _terms.Operation(operation.Operator, operands);
                return operation.Operator is "==" or "!=" or "<" or "<=" or ">" or ">=" or "!" && state.Facts.Decide(value) is { } known
                    ? _terms.Boolean(known)
                    : state.Facts.Resolved(value);

            default:
                return _terms.Operation("?" + expression);
        }
    }

    private int Content(ProductState state, Side side, Place place)
    {
        switch (place)
        {
            case Local local when side.Body.StorageOf(local) != Storage.Cell:
                return side.Values[side.Body.IndexOf(local)];

            case Member member when !IsVisible(side, member):
                return _terms.Operation("get:" + member.Name, Content(state, side, member.Of));

            case Implicit { Name: "exception" }:
                return side.Values[side.Body.ExceptionSlot];
        }

        var term = PlaceTerm(state, side, place);
        if (side == state.New)
            CheckReach(state, term);

        return state.Stored.TryGet(side.Memory, term, out var stored)
            ? stored
            : _terms.Operation(
                IsReleased(state, side, term) ? "load released" : "load",
                term,
                place is Field { IsReadOnly: true } or Global { IsReadOnly: true } ? _terms.Nothing : side.Memory);
    }

    /// <summary>It lies in what this side has released: what is read there is not what was there before.</summary>
    private bool IsReleased(ProductState state, Side side, int place)
    {
        foreach (var symbol in SymbolsOf(place).Items)
        {
            if (state.Things.TryGetValue(symbol, out var thing)
                && (side == state.Old ? thing.ReleasedByOld : thing.ReleasedByNew) != Certainty.Never)
                return true;
        }

        return false;
    }

    /// <summary>The new function reads through what it alone has released.</summary>
    private void CheckReach(ProductState state, int term)
    {
        foreach (var owed in state.Owed)
        {
            if (!owed.IsOwedByNew && _terms.HasSymbols(owed.Value) && _terms.Contains(term, owed.Value))
                Differ(state, $"used after its release: {_terms.TextOf(term)}", "still to be released", TextOf(owed.At));
        }
    }

    private int PlaceTerm(ProductState state, Side side, Place place) => place switch
    {
        Local local => _terms.Operation(
            side.Body.StorageOf(local) == Storage.Cell ? "cell" : "local",
            _terms.Constant(new Constant(side.Body.KeyOf(side.Body.IndexOf(local))))),
        Global global => _terms.Operation("global", _terms.Constant(new Constant(global.Name))),
        Implicit @implicit => _terms.Operation("implicit", _terms.Constant(new Constant(@implicit.Name))),
        Field field => _terms.Operation("field:" + field.Name, Evaluate(state, side, field.Base)),
        Element element => _terms.Operation("element", Evaluate(state, side, element.Base), Evaluate(state, side, element.Index)),
        Member member => _terms.Operation("member:" + member.Name, PlaceTerm(state, side, member.Of)),
        _ => _terms.Operation("?" + place),
    };

    /// <summary>Assigns a place that nobody else sees, or whose change is matched already.</summary>
    private void Assign(ProductState state, Side side, Place place, int value)
    {
        switch (place)
        {
            case Local local when side.Body.StorageOf(local) != Storage.Cell:
                side.Values[side.Body.IndexOf(local)] = value;
                break;

            case Member member when !IsVisible(side, member):
                Assign(state, side, member.Of, _terms.Operation("with:" + member.Name, Content(state, side, member.Of), value));
                break;

            default:
                state.Stored.Set(side.Memory, PlaceTerm(state, side, place), value);
                break;
        }
    }

    /// <summary>
    /// The new function may have any value where the old one had none assigned; otherwise both must have the same.
    /// </summary>
    private bool AreSame(ProductState state, int old, int @new)
    {
        if (old == @new || old == _terms.Unset || (Truth(old) is { } truth && Truth(@new) == truth))
            return true;

        // One may have been worked out before it was known, the other one after.
        if ((@new == _terms.True && _terms.IsTruth(old) && state.Facts.Decide(old) == true)
            || (old == _terms.True && _terms.IsTruth(@new) && state.Facts.Decide(@new) == true))
            return true;

        return (IsFalsy(@new) && state.Facts.Decide(old) == false && _terms.HasSymbols(old))
            || (IsFalsy(old) && state.Facts.Decide(@new) == false && _terms.HasSymbols(@new));
    }

    /// <summary>A comparison that was worked out, or the number that it is to C: it is given back under either name.</summary>
    private bool? Truth(int term) =>
        term == _terms.True || term == _terms.One ? true
        : term == _terms.False || term == _terms.Zero ? false
        : null;

    private bool IsFalsy(int term) => term == _terms.Null || term == _terms.Zero || term == _terms.False;
}

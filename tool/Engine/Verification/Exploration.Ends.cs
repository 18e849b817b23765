using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Verification;

/// <summary>Where straight code ends on both sides: macros that may go anywhere, jumps, and the ends of the functions.</summary>
internal sealed partial class Exploration
{
    private bool MatchMacros(ProductState state, OpaqueMacro old, OpaqueMacro @new)
    {
        if (old.Text != @new.Text || old.MayJump != @new.MayJump || old.Mentioned.Length != @new.Mentioned.Length || old.Untouched.Length != @new.Untouched.Length)
            return Differ(state, "the macros differ", old.ToString(), @new.ToString());

        var mentioned = new List<int>();
        for (var i = 0; i < old.Mentioned.Length; i++)
        {
            var before = Content(state, state.Old, old.Mentioned[i]);
            var after = Content(state, state.New, @new.Mentioned[i]);
            mentioned.Add(after);
            if (!AreSame(state, before, after))
                return Differ(state, $"the macro sees another value of {old.Mentioned[i]}", _terms.TextOf(before), _terms.TextOf(after));
        }

        if (!Cross(state, old.ToString(), mentioned, Crossing.Unknown) || !AgreeOnAliased(state, old.ToString()))
            return false;

        state.Trace = new TraceStep(old.ToString(), state.Trace);
        NoteMacro(state, old, mentioned);
        state.ChangeMemory(_terms);
        ForgetAliased(state);
        for (var i = 0; i < old.Mentioned.Length; i++)
        {
            if (IsVisible(state.Old, old.Mentioned[i]) || old.Untouched.Contains(old.Mentioned[i]))
                continue;

            var content = state.Fresh(_terms);
            state.Things[content] = Provenance.Unknown;
            Assign(state, state.Old, old.Mentioned[i], content);
            Assign(state, state.New, @new.Mentioned[i], content);
        }

        return old.MayJump ? MacroJumps(state) : Pass(state);
    }

    private static bool Pass(ProductState state)
    {
        state.Old.Index++;
        state.New.Index++;
        return true;
    }

    /// <summary>The macro may jump to any label and to the exit, on both sides alike.</summary>
    private bool MacroJumps(ProductState state)
    {
        var falls = state.Old.Block.Branch is null ? 1 : 0;
        if (!Fork(state, [.. NormalTargets(state.Old.Block).Skip(falls)], [.. NormalTargets(state.New.Block).Skip(falls)]))
            return false;

        Pass(state);
        foreach (var side in new[] { state.Old, state.New })
        {
            if (side.Next is null && side.Block.Branch is null && NormalTargets(side.Block).FirstOrDefault() is { } next)
                side.Go(next);
        }

        return true;
    }

    /// <summary>Explores a jump of both sides to each label, matched by name.</summary>
    private bool Fork(ProductState state, List<Block> old, List<Block> @new)
    {
        foreach (var target in old)
        {
            var name = _old.LabelOf(target);
            var twin = name is null
                ? (old.Count == @new.Count ? @new[old.IndexOf(target)] : null)
                : @new.FirstOrDefault(b => _new.LabelOf(b) == name);
            if (twin is null)
                return Differ(state, "a label that may be jumped to is gone", name ?? target.ToString(), "no such label");

            var jumped = state.Copy();
            if (name == "")
            {
                var returned = jumped.Fresh(_terms);
                jumped.Old.Values[_old.ReturnSlot] = jumped.New.Values[_new.ReturnSlot] = returned;
            }

            jumped.Trace = new TraceStep(name is "" ? "which returns" : $"which jumps to {name}", jumped.Trace);
            jumped.Old.Go(target);
            jumped.New.Go(twin);
            _pending.Push(jumped);
        }

        return true;
    }

    private static IEnumerable<Block> NormalTargets(Block block) =>
        block.Successors.Where(e => e.Kind == EdgeKind.Normal).Select(e => e.To);

    private bool MatchEnds(ProductState state)
    {
        if (!state.Old.IsAtEnd && !state.New.IsAtEnd)
        {
            Fork(state, [.. NormalTargets(state.Old.Block)], [.. NormalTargets(state.New.Block)]);
            return false;
        }

        if (!state.Old.IsAtEnd || !state.New.IsAtEnd || state.Old.IsAtExit != state.New.IsAtExit)
            return Differ(state, "they end differently", Waiting(state, state.Old, null), Waiting(state, state.New, null));

        var (slot, newSlot) = state.Old.IsAtExit
            ? (_old.ReturnSlot, _new.ReturnSlot)
            : (_old.ExceptionSlot, _new.ExceptionSlot);
        var (before, after) = (state.Old.Values[slot], state.New.Values[newSlot]);
        if (!AreSame(state, before, after) && !(state.Old.IsAtExit && IsReadAsLeft(state, before, after)))
        {
            var what = state.Old.IsAtExit ? "the returned values differ" : "the exceptions differ";
            return Differ(state, what, Waiting(state, state.Old, null), Waiting(state, state.New, null));
        }

        return SettleAtEnd(state);
    }

    /// <summary>
    /// The old function reads what it returns right behind a lock that it has left, the new one while it still holds it: that is
    /// what the old one reads, too, unless others change it in between.
    /// </summary>
    private bool IsReadAsLeft(ProductState state, int before, int after)
    {
        if (_terms.BeforeLock(state.Old.Memory) is not { } left)
            return false;

        _replaced.Clear();
        _replaced.Set(state.Old.Memory, left);
        var read = _terms.Substitute(before, _replaced);
        _loaded.Clear();
        for (var i = 0; i < state.Stored.Count; i++)
        {
            if (state.Stored[i].Memory == left)
                _loaded.Set(_terms.Operation("load", state.Stored[i].Place, left), state.Stored[i].Value);
        }

        if (!AreSame(state, _terms.Substitute(read, _loaded), after))
            return false;

        _evidence.Add("what is read behind a lock may be what was there when it was left");
        return true;
    }
}

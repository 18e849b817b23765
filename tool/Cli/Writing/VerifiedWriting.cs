using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Writing;

/// <summary>
/// Writes changes and runs the user's own command on the result. Where it fails, halves are tried until the files that
/// make it fail are found; those are taken back and named, the others stay.
/// </summary>
public sealed class VerifiedWriting(UserCommand command, Messages messages)
{
    private readonly List<PendingChange> _failed = [];

    /// <summary>Written, perhaps in part, and not verified yet: an interruption takes them back.</summary>
    private IReadOnlyList<PendingChange> _unsettled = [];

    /// <exception cref="Stop">The command fails without any change, too.</exception>
    public PendingChange.Result Write(IReadOnlyList<PendingChange> changes)
    {
        if (changes.Count == 0)
            return new PendingChange.Result([], []);

        Action lastAct = TakeBackUnsettled;
        Interruption.Remember(lastAct);
        try
        {
            return WriteAndVerify(changes);
        }
        finally
        {
            Interruption.Forget(lastAct);
            TakeBackUnsettled();
        }
    }

    private PendingChange.Result WriteAndVerify(IReadOnlyList<PendingChange> changes)
    {
        var written = WriteOrName(changes);
        if (IsContent())
            return new PendingChange.Result(written, _failed);

        TakeBack(written);
        if (!command.Passes())
            throw Stop.Usage($"--verify: {command} {command.Ending} without any change, too, and nothing was changed; --verbose shows what it prints");

        return new PendingChange.Result(Bisect(written), _failed);
    }

    /// <summary>Of changes that are not written, writes those with which the command passes, on top of what is written already.</summary>
    private List<PendingChange> Bisect(IReadOnlyList<PendingChange> suspects)
    {
        if (suspects.Count == 1)
        {
            var written = WriteOrName(suspects);
            if (written.Count == 0 || IsContent())
                return written;

            TakeBack(written);
            messages.Warning($"{suspects[0].Name}: taken back: with it, {command} {command.Ending}");
            return [];
        }

        var kept = new List<PendingChange>();
        foreach (var half in new[] { suspects.Take(suspects.Count / 2).ToList(), suspects.Skip(suspects.Count / 2).ToList() })
        {
            var written = WriteOrName(half);
            if (IsContent())
            {
                kept.AddRange(written);
                continue;
            }

            TakeBack(written);
            if (written.Count == 1)
                messages.Warning($"{written[0].Name}: taken back: with it, {command} {command.Ending}");
            else
                kept.AddRange(Bisect(written));
        }

        return kept;
    }

    private List<PendingChange> WriteOrName(IReadOnlyList<PendingChange> changes)
    {
        _unsettled = changes;
        var result = PendingChange.WriteAll(changes, messages);
        _failed.AddRange(result.Failed);
        return [.. result.Kept];
    }

    private bool IsContent()
    {
        if (!command.Passes())
            return false;

        _unsettled = [];
        return true;
    }

    private void TakeBackUnsettled()
    {
        foreach (var change in _unsettled.Where(c => c.IsWritten()))
            change.TryTakeBack(messages);
    }

    private void TakeBack(IEnumerable<PendingChange> changes)
    {
        foreach (var change in changes)
            change.TryTakeBack(messages);
    }
}

using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;

namespace MigrateCleanup.Cli.Writing;

/// <summary>A file to be changed: its bytes as they were read, and as they shall be.</summary>
public sealed record PendingChange(string Path, string Name, byte[] Before, byte[] After)
{
    /// <summary>The file is not there yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>What came of writing: the changes that are on disk, and those that could not be written.</summary>
    public sealed record Result(IReadOnlyList<PendingChange> Kept, IReadOnlyList<PendingChange> Failed);

    /// <summary>Writes each file; one that cannot be written is named, and the others are done.</summary>
    public static Result WriteAll(IEnumerable<PendingChange> changes, Messages messages)
    {
        var kept = new List<PendingChange>();
        var failed = new List<PendingChange>();
        foreach (var change in changes)
            (change.TryWrite(change.Before, change.After, messages) ? kept : failed).Add(change);

        return new Result(kept, failed);
    }

    /// <summary>The file is on disk as it shall be.</summary>
    public bool IsWritten() => File.Exists(Path) && File.ReadAllBytes(Path).AsSpan().SequenceEqual(After);

    /// <summary>Puts the file back as it was.</summary>
    public bool TryTakeBack(Messages messages) => TryWrite(After, Before, messages);

    public bool TryWrite(Messages messages) => TryWrite(Before, After, messages);

    private bool TryWrite(byte[] from, byte[] to, Messages messages)
    {
        try
        {
            if (IsNew && ReferenceEquals(to, Before))
                WholeFile.Remove(Path, from);
            else if (IsNew)
                WholeFile.Make(Path, to);
            else
                WholeFile.Replace(Path, from, to);

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Error($"{Name}: cannot be written: {(e is UnauthorizedAccessException ? "it is read-only" : SourceFiles.WriteReason(e))}");
            return false;
        }
    }
}

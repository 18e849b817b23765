using CommandLine;

namespace MigrateCleanup.Cli.Options;

[Verb("status", HelpText = "Count what is still cleaned up by hand, per directory; with --since REV, the way there.")]
public sealed class StatusOptions : RunOptions
{
    [Option("ratchet", MetaValue = "FILE", HelpText = "Exit with 1 when a count is higher than in this file; lower counts are written to it, and so is a file that is not there.")]
    public string? Ratchet { get; set; }

    /// <summary>The same, for the work tree as it is: compared with its history, it is read as that is.</summary>
    internal StatusOptions Now() => Since is null ? this : Changed(o => o.Since = null);

    /// <summary>The same, for a copy of the files in another place.</summary>
    internal StatusOptions At(string path) => Changed(o => (o.Path, o.Since, o.Ratchet) = (path, null, null));

    private StatusOptions Changed(Action<StatusOptions> change)
    {
        var copy = (StatusOptions)MemberwiseClone();
        copy.NoMsBuild = true;
        change(copy);
        return copy;
    }
}

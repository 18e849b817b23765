namespace MigrateCleanup.Cli;

/// <summary>What the process tells its caller.</summary>
public enum ExitCode
{
    /// <summary>Something loaded and all went as asked, or there was nothing to do.</summary>
    Done = 0,

    /// <summary>Something was found, and a gate was asked for.</summary>
    Found = 1,

    /// <summary>Wrong usage or configuration, or a work tree that is not to be touched.</summary>
    Usage = 2,

    /// <summary>Nothing could be loaded, or a file could not be written.</summary>
    Failed = 3,

    /// <summary>A bug of ours.</summary>
    Internal = 4,

    Interrupted = 130,
}

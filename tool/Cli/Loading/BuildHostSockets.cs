namespace MigrateCleanup.Cli.Loading;

/// <summary>
/// The sockets over which Roslyn's build hosts are spoken to. They lie in <c>/tmp</c>, named by a GUID whatever TMPDIR says, and
/// stay there when their host has ended. Only Linux shows which are still served.
/// </summary>
internal static class BuildHostSockets
{
    private const string Directory = "/tmp";
    private const string Served = "/proc/net/unix";

    /// <summary>Deletes those that have appeared since then and that no process serves any more: nobody can reach one of them again.</summary>
    public static void Tidy(DateTime since)
    {
        if (!OperatingSystem.IsLinux())
            return;

        try
        {
            // Those in use are read behind those that are there, so none that comes in between is taken for one that is left.
            var there = new DirectoryInfo(Directory).EnumerateFiles().Where(f => IsSocket(f) && f.LastWriteTimeUtc >= since).ToList();
            var served = File.ReadLines(Served).Select(line => line[(line.LastIndexOf(' ') + 1)..]).ToHashSet(StringComparer.Ordinal);
            foreach (var left in there.Where(f => !served.Contains(f.FullName)))
                left.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They take no room, and the next start of the machine clears them.
        }
    }

    /// <summary>What has no content and yet may be executed is a socket: a file made to be written to may not.</summary>
    private static bool IsSocket(FileInfo file) =>
        Guid.TryParseExact(file.Name, "D", out _) && file.Length == 0 && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
}

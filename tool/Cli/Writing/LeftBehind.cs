using System.Diagnostics;
using System.Text;

namespace MigrateCleanup.Cli.Writing;

/// <summary>
/// Processes that a command started and left running when it ended (a server in the background, a build's nodes). A variable
/// that each process hands down to those it starts tells them, whoever their parent is by now. Only Linux shows it.
/// </summary>
public sealed class LeftBehind
{
    private const string Variable = "MIGRATE_CLEANUP_COMMAND";

    private readonly string _mark = $"{Guid.NewGuid():N}";

    /// <summary>Marks a process that is to be started, and with it all that it will start.</summary>
    public void Mark(ProcessStartInfo start) => start.Environment[Variable] = _mark;

    /// <summary>Ends all that is marked and still runs, and what that has started before it ended.</summary>
    public void End()
    {
        const int Most = 200;
        const int Pause = 5;
        if (!OperatingSystem.IsLinux())
            return;

        var entry = Encoding.UTF8.GetBytes($"{Variable}={_mark}");
        for (var turn = 0; turn < Most && EndThoseThere(entry); turn++)
            Thread.Sleep(Pause);
    }

    /// <summary>Ends all that is there at the moment; false when nothing is.</summary>
    private static bool EndThoseThere(byte[] entry)
    {
        var found = false;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var id) || !IsMarked(directory, entry))
                continue;

            Kill(id);
            found = true;
        }

        return found;
    }

    private static bool IsMarked(string directory, byte[] entry)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan().IndexOf(entry) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }
}

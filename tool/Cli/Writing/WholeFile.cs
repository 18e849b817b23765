namespace MigrateCleanup.Cli.Writing;

/// <summary>
/// Writes files that are at every moment either as before or as after: the new bytes go to a file beside it, which
/// takes its name in one step. Whoever wants to end the process takes <see cref="Gate"/> first, so that no such file is
/// ever left behind.
/// </summary>
public static class WholeFile
{
    /// <summary>Held while a file is being written.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>Replaces a file that was read before; its mode stays.</summary>
    /// <exception cref="IOException">It cannot be written, or is no longer what was read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Replace(string path, byte[] expected, byte[] bytes)
    {
        lock (Gate)
        {
            if (!File.Exists(path))
                throw new IOException("it has vanished meanwhile");

            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(expected))
                throw new IOException("it has changed meanwhile; run again");

            if (IsReadOnly(path))
                throw new UnauthorizedAccessException("it is read-only");

            Write(path, bytes, OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path));
        }
    }

    /// <summary>Makes a file that was not there when the others were read.</summary>
    /// <exception cref="IOException">It cannot be written, or is there by now.</exception>
    public static void Make(string path, byte[] bytes)
    {
        lock (Gate)
        {
            if (File.Exists(path))
                throw new IOException("it has come to be meanwhile; run again");

            Write(path, bytes, null);
        }
    }

    /// <summary>Takes back a file that was made.</summary>
    /// <exception cref="IOException">It cannot be removed, or is no longer what was written.</exception>
    public static void Remove(string path, byte[] expected)
    {
        lock (Gate)
        {
            if (File.Exists(path) && !File.ReadAllBytes(path).AsSpan().SequenceEqual(expected))
                throw new IOException("it has changed meanwhile");

            File.Delete(path);
        }
    }

    /// <summary>Writes a file of ours (a report), new or not.</summary>
    public static void Write(string path, byte[] bytes)
    {
        lock (Gate)
        {
            if (File.Exists(path) && IsSpecial(path))
                File.WriteAllBytes(path, bytes);
            else
                Write(path, bytes, null);
        }
    }

    /// <summary>Makes a file in a directory and removes it again.</summary>
    /// <exception cref="IOException">None can be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">None may be made there.</exception>
    public static void TryOut(string directory)
    {
        lock (Gate)
        {
            var temporary = TemporaryIn(directory);
            File.WriteAllBytes(temporary, []);
            File.Delete(temporary);
        }
    }

    private static void Write(string path, byte[] bytes, UnixFileMode? mode)
    {
        if (Directory.Exists(path))
            throw new IOException("it is a directory");

        var temporary = TemporaryIn(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                stream.Write(bytes);

            if (mode is { } given && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, given);

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string TemporaryIn(string directory) => Path.Combine(directory, $".migrate-cleanup-{Guid.NewGuid():N}.tmp");

    /// <summary>Replacing a file needs no right on the file itself, so the right is asked for.</summary>
    private static bool IsReadOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(path) & writable) == 0)
                return true;
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>A device or pipe (<c>/dev/stdout</c>) is written into, not replaced.</summary>
    private static bool IsSpecial(string path) =>
        (File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.ReparsePoint)) != 0
        || !File.GetAttributes(path).HasFlag(FileAttributes.Normal) && path.StartsWith("/dev/", StringComparison.Ordinal);
}

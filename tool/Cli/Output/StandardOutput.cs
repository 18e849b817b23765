using System.Runtime.InteropServices;
using System.Text;

namespace MigrateCleanup.Cli.Output;

/// <summary>The other side does not read any more: the command ends quietly.</summary>
public sealed class ClosedOutputException : Exception;

/// <summary>
/// stdout, which carries bytes. The runtime's own console stream swallows the news that nobody reads any more, so on
/// Unix the bytes go to the descriptor directly.
/// </summary>
public sealed partial class StandardOutput
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;
    private const int BadDescriptor = 9;
    private const int TryAgain = 11;
    private const int TryAgainOnMac = 35;
    private const int BrokenPipe = 32;

    private readonly Stream? _stream = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;

    /// <summary>Whether a person reads it, who may like colours.</summary>
    public bool IsTerminal { get; } = !Console.IsOutputRedirected;

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <exception cref="ClosedOutputException">The reader has gone.</exception>
    /// <exception cref="Stop">The text cannot be written, for a lack of space for example.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_stream is not null)
        {
            _stream.Write(bytes);
            _stream.Flush();
            return;
        }

        while (!bytes.IsEmpty)
        {
            var written = WriteOnce(Descriptor, bytes, (nuint)bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else
                Recover(Marshal.GetLastPInvokeError());
        }
    }

    private static void Recover(int error)
    {
        switch (error)
        {
            case Interrupted:
                return;

            case TryAgain or TryAgainOnMac:
                // Somebody made the pipe non-blocking: wait for the reader.
                Thread.Sleep(5);
                return;

            case BrokenPipe or BadDescriptor:
                throw new ClosedOutputException();

            default:
                throw Stop.Failed($"stdout: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteOnce(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}

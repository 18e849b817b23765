using System.Diagnostics;
using System.Runtime.InteropServices;
using MigrateCleanup.Cli.Output;

namespace MigrateCleanup.Cli.Writing;

/// <summary>
/// Ends the process on Ctrl-C or when it is told to go, at once but between files: none is half-written, none of ours
/// stays behind, and no child outlives us.
/// </summary>
public sealed class Interruption : IDisposable
{
    private static readonly Lock ChildGate = new();
    private static readonly HashSet<Process> Children = [];

    private static readonly List<Action> LastActs = [];
    private static int? _endingThread;

    private readonly List<PosixSignalRegistration> _registrations = [];

    public Interruption(Messages messages)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                End(messages);
            }));
        }
    }

    /// <summary>Starts a child process and remembers it until <see cref="Forget(Process)"/>. When all is ending, nothing new begins.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        lock (ChildGate)
        {
            if (_endingThread is null || _endingThread == Environment.CurrentManagedThreadId)
            {
                var child = Process.Start(start)!;
                Children.Add(child);
                return child;
            }
        }

        Thread.Sleep(Timeout.Infinite);
        throw new InvalidOperationException("the process has ended");
    }

    public static void Forget(Process child)
    {
        lock (ChildGate)
            Children.Remove(child);
    }

    /// <summary>Remembers what is to be cleared away when the process is ended, until <see cref="Forget(Action)"/>.</summary>
    public static void Remember(Action lastAct)
    {
        lock (ChildGate)
            LastActs.Add(lastAct);
    }

    public static void Forget(Action lastAct)
    {
        lock (ChildGate)
            LastActs.Remove(lastAct);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private static void End(Messages messages)
    {
        lock (WholeFile.Gate)
        {
            lock (ChildGate)
            {
                _endingThread = Environment.CurrentManagedThreadId;
                foreach (var child in Children)
                    Kill(child);
            }

            // Other threads may still be at work on what is cleared away; what they meet is no longer of interest.
            foreach (var act in Acts())
                Try(act);

            if (!Console.IsErrorRedirected)
                Console.Error.Write("\r\e[K\e[?25h");

            messages.Release();
            messages.Error("interrupted; every file is whole");
            Environment.Exit((int)ExitCode.Interrupted);
        }
    }

    private static List<Action> Acts()
    {
        lock (ChildGate)
            return [.. LastActs];
    }

    private static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Stop)
        {
            // Nobody is left to be told.
        }
    }

    private static void Kill(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }
}

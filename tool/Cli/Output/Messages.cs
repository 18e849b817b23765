using System.Text;

namespace MigrateCleanup.Cli.Output;

/// <summary>
/// What the command says on stderr, one line each. While a progress bar is on the screen, lines wait until it is gone.
/// </summary>
public sealed class Messages(bool quiet, bool verbose)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private List<string>? _waiting;
    private int _warnings;

    public bool IsQuiet { get; } = quiet;

    public bool IsVerbose { get; } = verbose;

    /// <summary>How many warnings there were, said or not.</summary>
    public int Warnings => _warnings;

    /// <summary>Something that failed; said whatever the options.</summary>
    public void Error(string message) => Write(message);

    /// <summary>Something the user should know of though the run goes on. Said once.</summary>
    public void Warning(string message)
    {
        Interlocked.Increment(ref _warnings);
        if (!IsQuiet)
            Write(message, once: true);
    }

    public void Detail(string message)
    {
        if (IsVerbose)
            Write(message);
    }

    /// <summary>The last line, which scripts read.</summary>
    public void Summary(string line) => Write(line);

    public void HoldBack()
    {
        lock (_gate)
            _waiting ??= [];
    }

    public void Release()
    {
        lock (_gate)
        {
            foreach (var line in _waiting ?? [])
                Say(line);

            _waiting = null;
        }
    }

    private void Write(string message, bool once = false)
    {
        var line = OneLine(message);
        lock (_gate)
        {
            if (once && !_said.Add(line))
                return;

            if (_waiting is null)
                Say(line);
            else
                _waiting.Add(line);
        }
    }

    /// <summary>Where nobody can be told, the work goes on, and its exit code tells.</summary>
    private static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // stderr is closed, or its disk is full.
        }
    }

    /// <summary>Names of files may hold anything; a line stays one line, and no escape reaches a terminal.</summary>
    private static string OneLine(string message)
    {
        if (!message.Any(char.IsControl))
            return message;

        var result = new StringBuilder();
        foreach (var c in message)
        {
            if (c is '\n' or '\r' or '\t')
                result.Append(' ');
            else if (char.IsControl(c))
                result.Append($"\\x{(int)c:x2}");
            else
                result.Append(c);
        }

        return result.ToString();
    }
}

namespace Archiver;

/// <summary>What happened, for several threads at once.</summary>
internal sealed class Journal
{
    private readonly object _gate = new();
    private readonly List<string> _lines = [];

    public void Note(string line)
    {
        Monitor.Enter(_gate);
        try
        {
            _lines.Add(line);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    public string[] Taken()
    {
        bool taken = false;
        try
        {
            Monitor.Enter(_gate, ref taken);
            string[] lines = _lines.ToArray();
            _lines.Clear();
            return lines;
        }
        finally
        {
            if (taken)
                Monitor.Exit(_gate);
        }
    }
}

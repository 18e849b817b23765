namespace MigrateCleanup.Engine.Flow;

/// <summary>A set of events of one graph.</summary>
public sealed class EventSet
{
    private ulong[] _words = [];

    public bool Contains(Event @event)
    {
        var number = @event.Number;
        return number >= 0 && number >> 6 < _words.Length && (_words[number >> 6] & (1UL << number)) != 0;
    }

    /// <summary>True when the event was not in the set.</summary>
    public bool Add(Event @event)
    {
        var number = @event.Number;
        if (number >> 6 >= _words.Length)
            Array.Resize(ref _words, Math.Max((number >> 6) + 1, _words.Length * 2));

        var isNew = (_words[number >> 6] & (1UL << number)) == 0;
        _words[number >> 6] |= 1UL << number;
        return isNew;
    }
}

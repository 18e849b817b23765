namespace MigrateCleanup.Engine.Verification;

/// <summary>A value that is known to stand at a place in one version of memory.</summary>
internal readonly record struct StoredValue(int Memory, int Place, int Value);

/// <summary>
/// What is known to stand in memory, in the order in which it was stored. Every observable event begins a new version of
/// memory, so there are few at any time.
/// </summary>
internal sealed class StoredValues
{
    private readonly List<StoredValue> _values = [];

    public StoredValues()
    {
    }

    private StoredValues(List<StoredValue> values)
    {
        _values = values;
    }

    public int Count => _values.Count;

    public StoredValue this[int index] => _values[index];

    public StoredValues Copy() => new([.. _values]);

    public bool TryGet(int memory, int place, out int value)
    {
        var at = IndexOf(memory, place);
        value = at < 0 ? 0 : _values[at].Value;
        return at >= 0;
    }

    public void Set(int memory, int place, int value)
    {
        var at = IndexOf(memory, place);
        if (at < 0)
            _values.Add(new StoredValue(memory, place, value));
        else
            _values[at] = new StoredValue(memory, place, value);
    }

    public void RemoveAll(Predicate<StoredValue> match) => _values.RemoveAll(match);

    public void Clear() => _values.Clear();

    /// <summary>Puts others in their place; of two that come to stand at one place, the later one counts.</summary>
    public void Replace(Func<StoredValue, StoredValue> by)
    {
        if (_values.Count == 0)
            return;

        var before = _values.ToArray();
        _values.Clear();
        foreach (var value in before)
        {
            var (memory, place, stored) = by(value);
            Set(memory, place, stored);
        }
    }

    private int IndexOf(int memory, int place)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i].Place == place && _values[i].Memory == memory)
                return i;
        }

        return -1;
    }
}

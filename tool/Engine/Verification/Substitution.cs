namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Terms that are put in place of others, and what comes of the terms around them as far as it was worked out. Emptying it
/// costs nothing, so that one serves many states.
/// </summary>
internal sealed class Substitution
{
    private int[] _results = new int[64];

    /// <summary>Per term, the turn in which its result was set.</summary>
    private int[] _turns = new int[64];
    private int _turn = 1;

    public void Clear() => _turn++;

    public bool Contains(int term) => term < _turns.Length && _turns[term] == _turn;

    public bool TryGet(int term, out int result)
    {
        if (Contains(term))
        {
            result = _results[term];
            return true;
        }

        result = 0;
        return false;
    }

    public void Set(int term, int result)
    {
        if (term >= _turns.Length)
        {
            var length = Math.Max(term + 1, _turns.Length * 2);
            Array.Resize(ref _results, length);
            Array.Resize(ref _turns, length);
        }

        _results[term] = result;
        _turns[term] = _turn;
    }
}

namespace MigrateCleanup.Engine.Verification;

/// <summary>
/// Numbers for the shapes of states. Two states of one shape owe and hold the same things in the same order: they differ in
/// values alone.
/// </summary>
internal sealed class Shapes
{
    private readonly Dictionary<object, int> _parts = [];
    private readonly Dictionary<int[], int> _shapes = new(new PartsComparer());
    private readonly List<int> _buffer = [];

    /// <param name="state">The state.</param>
    /// <param name="roots">How many terms it is made of.</param>
    public int Of(ProductState state, int roots)
    {
        _buffer.Clear();
        _buffer.AddRange([roots, Flags(state.IsOutOfMemory, state.Old.HasRaised), state.Stored.Count, state.Old.Made.Count, state.New.Made.Count, state.Owed.Count]);
        foreach (var (_, count) in state.Old.Made)
            _buffer.Add(count);

        foreach (var (_, count) in state.New.Made)
            _buffer.Add(count);

        foreach (var owed in state.Owed)
        {
            _buffer.AddRange(
            [
                Flags(owed.IsOwedByNew, owed.IsSecond, owed.IsSpeculative, owed.IsReordered, owed.IsReachable, owed.Crossed is null),
                NumberOf(owed.Objection),
                NumberOf(owed.Resource),
                NumberOf(owed.At.Callee),
                owed.Arguments.Length,
            ]);
        }

        foreach (var hold in state.Holds)
            _buffer.Add(NumberOf(hold.Resource));

        int[] shape = [.. _buffer];
        if (!_shapes.TryGetValue(shape, out var number))
            _shapes.Add(shape, number = _shapes.Count);

        return number;
    }

    private static int Flags(params ReadOnlySpan<bool> flags)
    {
        var bits = 0;
        foreach (var flag in flags)
            bits = (bits << 1) | (flag ? 1 : 0);

        return bits;
    }

    private int NumberOf(object? part)
    {
        if (part is null)
            return -1;

        if (!_parts.TryGetValue(part, out var number))
            _parts.Add(part, number = _parts.Count);

        return number;
    }

    private sealed class PartsComparer : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            var hash = obj.Length;
            foreach (var part in obj)
                hash = (hash * 31) + part;

            return hash;
        }
    }
}

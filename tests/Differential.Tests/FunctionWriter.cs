using System.Text;

namespace MigrateCleanup.Differential.Tests;

/// <summary>What the writers of functions share: text in lines, and chance. The same seed gives the same text.</summary>
internal abstract class FunctionWriter(int seed)
{
    private readonly Random _random = new(seed);
    private int _number;

    protected StringBuilder Text { get; } = new();

    protected int Indent { get; set; }

    /// <summary>Writes one statement that is nested so deep.</summary>
    protected abstract void Statement(int depth);

    protected void Statements(int count, int depth)
    {
        for (var i = 0; i < count; i++)
            Statement(depth);
    }

    protected void Line(string line, int? indent = null) => Text.Append(' ', (indent ?? Indent) * 4).Append(line).Append('\n');

    /// <summary>A number that tells one call of the function from all others.</summary>
    protected int Number() => ++_number;

    protected int Below(int limit) => _random.Next(limit);

    protected bool Chance(double probability) => _random.NextDouble() < probability;

    protected T Pick<T>(params T[] options) => options[_random.Next(options.Length)];
}

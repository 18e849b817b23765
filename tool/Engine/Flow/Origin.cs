using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// Where a piece of the graph stands in the text. <see cref="Syntax"/> is the front-end's own node; only the
/// language that made it may look inside. Copies of one piece (a <c>finally</c> instantiated per exit) share it.
/// </summary>
public sealed record Origin(TextSpan Span, object? Syntax = null)
{
    /// <summary>The origin of what stands nowhere in the text.</summary>
    public static Origin None { get; } = new(default(TextSpan));

    public override string ToString() => Span.ToString();
}

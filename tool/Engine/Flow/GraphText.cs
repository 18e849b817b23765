using System.Text;

namespace MigrateCleanup.Engine.Flow;

/// <summary>
/// A graph as text for people and fixtures: each block with its labels, its events, its branch, and its edges in the
/// order they were made. An event marked <c>!</c> may throw. The same graph always gives the same text.
/// </summary>
/// <example>
/// <code>
/// B3
///   ! t0 = open("a")
///     f = t0
///     branch f == null
///     true -> B4
///     false -> B5
///     throws -> unwind
/// </code>
/// </example>
public static class GraphText
{
    public static string Of(Function function) => Of(function.Graph, function.Labels);

    public static string Of(ControlFlowGraph graph) => Of(graph, []);

    /// <summary>The text with remarks of an analysis: lines before a block's first event, and a remark behind an event.</summary>
    public static string Of(
        ControlFlowGraph graph,
        IReadOnlyCollection<Label> labels,
        Func<Block, string?>? ofBlock = null,
        Func<Event, string?>? ofEvent = null)
    {
        var text = new StringBuilder();
        foreach (var block in graph.Blocks)
        {
            text.Append(NameOf(graph, block));
            foreach (var label in labels.Where(l => l.Block == block))
                text.Append(' ').Append(label.Name).Append(':');

            text.Append('\n');
            if (ofBlock?.Invoke(block) is { } remark)
                text.Append("    # ").Append(remark).Append('\n');

            foreach (var @event in block.Events)
                AppendEvent(text, @event, ofEvent?.Invoke(@event));

            if (block.Branch is { } branch)
                text.Append("    ").Append(branch).Append('\n');

            foreach (var edge in block.Successors)
                text.Append("    ").Append(TextOf(graph, edge)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary><c>entry</c>, <c>exit</c>, <c>unwind</c>, or <c>B</c> and the block's number.</summary>
    public static string NameOf(ControlFlowGraph graph, Block block) =>
        block == graph.Entry ? "entry" : block == graph.Exit ? "exit" : block == graph.Unwind ? "unwind" : block.ToString();

    private static void AppendEvent(StringBuilder text, Event @event, string? remark)
    {
        text.Append(@event.MayThrow ? "  ! " : "    ").Append(@event);
        if (remark is not null)
            text.Append("    # ").Append(remark);

        text.Append('\n');
    }

    private static string TextOf(ControlFlowGraph graph, Edge edge)
    {
        var text = edge.ToString();
        return text[..text.LastIndexOf('B')] + NameOf(graph, edge.To);
    }
}

using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Spelling;

/// <summary>What says that a case is meant to go on with the next one.</summary>
internal static class FallThroughSpelling
{
    /// <summary>
    /// Compilers let a case fall into one that only jumps, but warn where that one returns a value (-Wimplicit-fallthrough):
    /// <code>
    /// default:                        default:
    ///     warn("unknown");                warn("unknown");
    /// case '?':                →          /* fallthrough */
    ///     goto err;                   case '?':
    ///                                     return -1;
    /// </code>
    /// </summary>
    public static void MarkBefore(GotoNode jump, Block block, SpelledFunction function)
    {
        var list = SpelledFunction.ListOf(jump);
        var index = list.IndexOf(jump) - 1;
        if (index < 0 || list[index] is not CaseNode || !IsFallenInto(block, function))
            return;

        while (index >= 0 && list[index] is CaseNode)
            index--;

        var layout = function.Layout;
        if (index < 0 || list[index] is LabelNode)
            return;

        var (above, first) = (list[index], list[index + 1]);
        var said = layout.TextBetween(above.Span.Start, first.Span.Start);
        if (FallThroughHabit.Says(said) || !layout.StartsLine(above.Span.Start) || !layout.StartsLine(first.Span.Start))
            return;

        function.Plan.Edit(jump, layout.LineBehind(above.Span, layout.IndentationAt(above.Span.Start) + function.Input.FallThrough()));
    }

    /// <summary>Something other than the choice of this case comes to the block.</summary>
    private static bool IsFallenInto(Block block, SpelledFunction function) =>
        new Subgraph(function.Function.Graph, new HashSet<Edge>()).Predecessors(block).Any(e => e.Kind is EdgeKind.Normal or EdgeKind.True or EdgeKind.False);
}

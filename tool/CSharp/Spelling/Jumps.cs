using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Where <c>goto</c> leads, as far as the compiler's rules on blocks and declarations ask.</summary>
internal static class Jumps
{
    /// <summary>
    /// The jumps, if any, that would lead into a run of statements of a list from outside of it, once the run has a
    /// block of its own.
    /// </summary>
    public static IEnumerable<GotoStatementSyntax> Into(IReadOnlyList<StatementSyntax> list, int first, int last, EditPlan plan)
    {
        var labels = LabelsOf(list, first, last).ToHashSet(StringComparer.Ordinal);
        if (labels.Count == 0)
            return [];

        return JumpsIn(StatementLists.ParentOf(list[0])!, plan).Where(j =>
            labels.Contains(LabelOf(j)) && (j.SpanStart < list[first].SpanStart || j.SpanStart > list[last].Span.End));
    }

    /// <summary>A jump in a list crosses a point of it, or would, to a label that stands directly in the list.</summary>
    public static bool Cross(IReadOnlyList<StatementSyntax> list, int index, EditPlan plan)
    {
        var before = LabelsOf(list, 0, index - 1).ToHashSet(StringComparer.Ordinal);
        var behind = LabelsOf(list, index + 1, list.Count - 1).ToHashSet(StringComparer.Ordinal);
        if (before.Count == 0 && behind.Count == 0)
            return false;

        var position = list[index].SpanStart;
        return JumpsIn(StatementLists.ParentOf(list[0])!, plan).Any(j =>
            j.SpanStart < position ? behind.Contains(LabelOf(j)) : before.Contains(LabelOf(j)));
    }

    private static IEnumerable<string> LabelsOf(IReadOnlyList<StatementSyntax> list, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            for (var statement = list[i]; statement is LabeledStatementSyntax label; statement = label.Statement)
                yield return label.Identifier.ValueText;
        }
    }

    /// <summary>The jumps by name that stay jumps.</summary>
    private static IEnumerable<GotoStatementSyntax> JumpsIn(SyntaxNode list, EditPlan plan) =>
        list.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or BaseTypeDeclarationSyntax))
            .OfType<GotoStatementSyntax>()
            .Where(j => j.IsKind(SyntaxKind.GotoStatement) && !plan.IsReplaced(j) && !plan.IsRemoved(j));

    private static string LabelOf(GotoStatementSyntax jump) => (jump.Expression as IdentifierNameSyntax)?.Identifier.ValueText ?? "";
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Blocks, switch sections and the statements of a program without a class around them: where statements follow each other.</summary>
internal static class StatementLists
{
    /// <summary>The statements of the list; null where statements do not follow each other.</summary>
    public static IReadOnlyList<StatementSyntax>? StatementsOf(SyntaxNode? node) => node switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        CompilationUnitSyntax unit => [.. unit.Members.OfType<GlobalStatementSyntax>().Select(s => s.Statement)],
        _ => null,
    };

    /// <summary>What a node stands in; a statement of a program without a class stands in its file.</summary>
    public static SyntaxNode? ParentOf(SyntaxNode node) => node.Parent is GlobalStatementSyntax global ? global.Parent : node.Parent;

    public static int IndexOf(this IReadOnlyList<StatementSyntax> list, StatementSyntax statement)
    {
        var index = list.Count - 1;
        while (index >= 0 && list[index] != statement)
            index--;

        return index;
    }

    /// <summary>The direct child of a list that a node stands in, the node itself included.</summary>
    public static StatementSyntax? ChildOf(SyntaxNode list, SyntaxNode node)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            if (ParentOf(current) == list)
                return current as StatementSyntax;
        }

        return null;
    }

    /// <summary>What is declared directly in a run of statements and named behind it in its list, by what stays there.</summary>
    public static IReadOnlyList<string> NamedBehind(IReadOnlyList<StatementSyntax> list, int first, int last, EditPlan plan)
    {
        var behind = list.Skip(last + 1).Where(s => !plan.IsRemoved(s)).ToList();
        return
        [
            .. list.Skip(first).Take(last - first + 1)
                .SelectMany(Names.DeclaredBy)
                .Distinct(StringComparer.Ordinal)
                .Where(name => behind.Any(s => Names.Of(s, name).Any())),
        ];
    }

    /// <summary>A scope declared directly in a run ends with it, where it ended later before.</summary>
    public static bool HoldsScope(IReadOnlyList<StatementSyntax> list, int first, int last) =>
        last < list.Count - 1
        && list.Skip(first).Take(last - first + 1).Any(s => s is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 });

    /// <summary>The statement behind the labels in front of it.</summary>
    public static StatementSyntax Unlabelled(StatementSyntax statement)
    {
        while (statement is LabeledStatementSyntax label)
            statement = label.Statement;

        return statement;
    }
}

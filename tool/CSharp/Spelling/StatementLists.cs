using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Blocks and switch sections: where statements follow each other.</summary>
internal static class StatementLists
{
    /// <summary>The statements of the list; null where statements do not follow each other.</summary>
    public static SyntaxList<StatementSyntax>? StatementsOf(SyntaxNode? node) => node switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => null,
    };

    /// <summary>The direct child of a list that a node stands in, the node itself included.</summary>
    public static StatementSyntax? ChildOf(SyntaxNode list, SyntaxNode node)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            if (current.Parent == list)
                return current as StatementSyntax;
        }

        return null;
    }

    /// <summary>Something declared directly in a run of statements is named behind it in its list.</summary>
    public static bool IsNamedBehind(SyntaxList<StatementSyntax> list, int first, int last)
    {
        var declared = list.Skip(first).Take(last - first + 1).SelectMany(Names.DeclaredBy).ToHashSet(StringComparer.Ordinal);
        return declared.Count > 0
            && list.Skip(last + 1).Any(s => declared.Any(name => Names.Of(s, name).Any()));
    }

    /// <summary>The statement behind the labels in front of it.</summary>
    public static StatementSyntax Unlabelled(StatementSyntax statement)
    {
        while (statement is LabeledStatementSyntax label)
            statement = label.Statement;

        return statement;
    }
}

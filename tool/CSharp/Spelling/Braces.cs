using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>Where a file puts the opening brace of a statement's block.</summary>
internal static class Braces
{
    /// <summary>
    /// The opening brace stands on a line of its own, below its statement's first line. The blocks of the function
    /// around a node count, then those of the file: a file may mix styles, a function rarely does.
    /// </summary>
    public static bool OnOwnLine(SourceLayout layout, SyntaxNode around)
    {
        var function = around.AncestorsAndSelf().FirstOrDefault(n => n is MemberDeclarationSyntax);
        return (function is null ? null : Majority(layout, function)) ?? layout.OwnLineBraces ?? true;
    }

    /// <summary>How most blocks within a node open; null where there is no telling.</summary>
    public static bool? Majority(SourceLayout layout, SyntaxNode within)
    {
        var own = 0;
        var same = 0;
        foreach (var block in within.DescendantNodes().OfType<BlockSyntax>())
        {
            if (block.Parent is BlockSyntax or BaseMethodDeclarationSyntax or AnonymousFunctionExpressionSyntax || layout.IsOnOneLine(block))
                continue;

            if (layout.StartsLine(block.OpenBraceToken.SpanStart))
                own++;
            else
                same++;
        }

        return own == same ? null : own > same;
    }
}

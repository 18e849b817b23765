using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>Whether variables are declared before the statements of their block only: some codebases are compiled so that all else is warned of.</summary>
internal static class DeclarationHabit
{
    /// <summary>So few blocks say nothing about a habit.</summary>
    private const int Few = 50;

    /// <summary>As many blocks with declarations as have one behind a statement, out of a hundred, are taken for slips.</summary>
    private const int Percent = 1;

    /// <summary>The blocks of these files hardly ever have a declaration behind a statement.</summary>
    public static bool IsFirst(IEnumerable<SourceFileTree> files)
    {
        var (all, mixed) = (0, 0);
        foreach (var file in files)
        {
            foreach (var block in BlocksIn(file))
            {
                all++;
                mixed += IsMixed(block) ? 1 : 0;
            }
        }

        return all >= Few && mixed * 100 <= all * Percent;
    }

    /// <summary>Some block of the file has a declaration behind a statement.</summary>
    public static bool Mixes(SourceFileTree file) => BlocksIn(file).Any(IsMixed);

    private static IEnumerable<CompoundNode> BlocksIn(SourceFileTree file) =>
        from function in file.Functions
        from view in function.Body.Views.Take(1)
        from block in view.Body.DescendantsAndSelf.OfType<CompoundNode>()
        where block.Statements.Any(s => s is DeclarationStatementNode)
        select block;

    private static bool IsMixed(CompoundNode block) =>
        block.Statements.SkipWhile(s => s is not ExpressionStatementNode).Any(s => s is DeclarationStatementNode);
}

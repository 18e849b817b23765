using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>A <c>try</c> that existed for its <c>finally</c> alone, once scope does what that did.</summary>
internal static class NeedlessTry
{
    /// <summary>The <c>try</c> goes, its body stays.</summary>
    public static Refusal? Unwrap(TryStatementSyntax attempt, EditPlan plan)
    {
        if (StatementLists.StatementsOf(StatementLists.ParentOf(attempt)) is null || Clashes(attempt, attempt.Block.Statements))
            return SpellingRefusals.NameClash;

        plan.Unwrap(attempt, attempt.Block);
        return null;
    }

    /// <summary>Names declared by statements that move out of a block are declared in its surroundings, too.</summary>
    public static bool Clashes(TryStatementSyntax attempt, IEnumerable<StatementSyntax> moving)
    {
        var names = moving.SelectMany(Names.DeclaredBy).ToHashSet(StringComparer.Ordinal);
        return names.Count > 0
            && StatementLists.StatementsOf(StatementLists.ParentOf(attempt))!
                .Where(s => s != attempt)
                .SelectMany(Names.DeclaredIn)
                .Any(names.Contains);
    }
}

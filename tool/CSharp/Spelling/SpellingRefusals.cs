using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>What C# cannot spell, by name. Every rule may meet these.</summary>
public static class SpellingRefusals
{
    public static readonly Refusal DirectiveInside =
        new("directive-inside", "a preprocessor line stands inside what would change", "move the preprocessor line out of the statement");

    public static readonly Refusal StatementWorks =
        new("statement-works", "the statement does something else as well", "split the statement");

    public static readonly Refusal GuardWorks =
        new("guard-works", "the condition around the statement does something itself");

    public static readonly Refusal ElseStays =
        new("else-stays", "only the else branches of a condition would remain");

    public static readonly Refusal ConversionDiffers =
        new("conversion-differs", "returning the value at once would convert it differently");

    public static readonly Refusal DeclarationShape =
        new("declaration-shape", "the variable is declared in a form that cannot be taken apart");

    public static readonly Refusal EditsMeet =
        new("edits-meet", "two changes meet in one place of the text");

    public static readonly Refusal LineShared =
        new("line-shared", "the statement shares a line with another one", "put each statement on a line of its own");

    public static readonly Refusal NothingInside =
        new("nothing-inside", "nothing stands between acquisition and release");

    public static readonly Refusal ScopeCrossed =
        new("scope-crossed", "a name is used outside the block that the scope would need", "declare it before the acquisition");

    public static readonly Refusal NameClash =
        new("name-clash", "a name would be declared twice where a block goes", "rename one of the two");

    public static readonly Refusal NeedsEarlyReturn =
        new("needs-early-return", "a jump would cross the scope's beginning", "run early-return as well, or return instead of jumping");

    public static readonly Refusal SeveralAcquisitions =
        new("several-acquisitions", "the variable is acquired in several places, a scope in one");

    public static readonly Refusal NotSpelled = PipelineRefusals.Unspelled;

    /// <summary>All of them, for documentation.</summary>
    public static IReadOnlyList<Refusal> All { get; } =
        [
            DirectiveInside,
            StatementWorks,
            GuardWorks,
            ElseStays,
            ConversionDiffers,
            DeclarationShape,
            EditsMeet,
            LineShared,
            NothingInside,
            ScopeCrossed,
            NameClash,
            NeedsEarlyReturn,
            SeveralAcquisitions,
            NotSpelled,
        ];
}

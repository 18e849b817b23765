using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Engine.Languages;

/// <summary>What any language may fail to spell, by name. A language has more of its own.</summary>
public static class CommonRefusals
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

    public static readonly Refusal NeedsEarlyReturn =
        new("needs-early-return", "a jump would cross the scope's beginning", "run early-return as well, or return instead of jumping");

    public static readonly Refusal NotSpelled = PipelineRefusals.Unspelled;
}

using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>What C cannot spell, by name. Every rule may meet these.</summary>
public static class SpellingRefusals
{
    public static readonly Refusal DirectiveInside =
        new("directive-inside", "a preprocessor line stands inside what would change", "move the preprocessor line out of the statement");

    public static readonly Refusal ViewsDiffer =
        new("views-differ", "under other preprocessor conditions the same text is another statement");

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

    public static readonly Refusal DeclaredUnderIf =
        new("declared-under-if", "the variable is declared once in each branch of an #if", "declare it once");

    public static readonly Refusal DeclaredInSwitch =
        new("declared-in-switch", "the variable is declared under a case without a block of its own", "give the case a block");

    public static readonly Refusal EditsMeet =
        new("edits-meet", "two changes meet in one place of the text");

    public static readonly Refusal NeedsMacro =
        new("needs-macro", "the codebase has no macro, or no clean-up declaration, that scopes this", "declare how the type is released");

    public static readonly Refusal NeedsEarlyReturn =
        new("needs-early-return", "a jump would cross the scope's beginning", "run early-return as well, or return instead of jumping");

    public static readonly Refusal ScopeTooWide =
        new("scope-too-wide", "it would be released later than something that may need it gone", "give it a block of its own");

    public static readonly Refusal StolenAmongUses =
        new("stolen-among-uses", "the statement that hands it over reads it in another place, too", "hand it over in a statement of its own");

    public static readonly Refusal NeedsReplacement =
        new("needs-replacement", "the style names no allocator that ends the program in place of this one", "add it to the style's failFast");

    public static readonly Refusal NotSpelled = PipelineRefusals.Unspelled;

    /// <summary>All of them, for documentation.</summary>
    public static IReadOnlyList<Refusal> All { get; } =
        [
            DirectiveInside,
            ViewsDiffer,
            StatementWorks,
            GuardWorks,
            ElseStays,
            ConversionDiffers,
            DeclarationShape,
            DeclaredUnderIf,
            DeclaredInSwitch,
            EditsMeet,
            NeedsMacro,
            NeedsEarlyReturn,
            ScopeTooWide,
            StolenAmongUses,
            NeedsReplacement,
            NotSpelled,
        ];
}

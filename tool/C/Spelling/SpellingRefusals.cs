using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>What C cannot spell, by name, beyond <see cref="CommonRefusals"/>. Every rule may meet these.</summary>
public static class SpellingRefusals
{
    public static readonly Refusal ViewsDiffer =
        new("views-differ", "under other preprocessor conditions the same text is another statement");

    public static readonly Refusal DeclaredUnderIf =
        new("declared-under-if", "the variable is declared once in each branch of an #if", "declare it once");

    public static readonly Refusal DeclaredInSwitch =
        new("declared-in-switch", "the variable is declared under a case without a block of its own", "give the case a block");

    public static readonly Refusal NeedsMacro =
        new("needs-macro", "the codebase has no macro, or no clean-up declaration, that scopes this", "declare how the type is released");

    public static readonly Refusal ScopeTooWide =
        new("scope-too-wide", "it would be released later than something that may need it gone", "give it a block of its own");

    public static readonly Refusal StolenAmongUses =
        new("stolen-among-uses", "the statement that hands it over reads it in another place, too", "hand it over in a statement of its own");

    public static readonly Refusal NeedsReplacement =
        new("needs-replacement", "the style names no allocator that ends the program in place of this one", "add it to the style's failFast");

    public static readonly Refusal FreedElsewhere =
        new("freed-elsewhere", "what is allocated leaves the function, and who frees it there does so with the other allocator's function", "change allocator and release together");

    public static readonly Refusal OnlyReleased =
        new("only-released", "nothing but its release uses the variable, and compilers call it unused without", "give the value to its releaser at once");

    public static readonly Refusal Unguarded =
        new("unguarded", "where nothing was acquired the end of the scope would call the releaser all the same, and it minds", "let the clean-up function test the value");

    public static readonly Refusal FailureValue =
        new("failure-value", "the variable may hold a value that stands for a failure, and the end of the scope would release it", "let the clean-up function test for failures");

    public static readonly Refusal LabelComment =
        new("label-comment", "a comment at the label tells what its jumps come to, and no return has room for it", "move the comment to where it is still true");
}

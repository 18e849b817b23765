using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Verification;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>Reasons to say no that come from the run itself, not from a rule.</summary>
public static class PipelineRefusals
{
    public static readonly Refusal Suppressed =
        new("suppressed", "a comment switches the rule off here", "remove the comment");

    public static readonly Refusal Undecided =
        new("undecided", "verification could not decide that the rewrite keeps the behaviour", "--undecided shows it as a suggestion");

    public static readonly Refusal Refuted =
        new("refuted", "verification found a difference: a fault of this program, please report it");

    public static readonly Refusal Unresolved =
        new("unresolved", "in one of its projects something that the function names is not known, and the rewrite cannot be verified there", "restore the project first");

    public static readonly Refusal NewDiagnostic =
        new("new-diagnostic", "the compiler would say something new about the rewritten function");

    public static readonly Refusal Unfinished =
        new("unfinished", "only a part of the function could be converted, and a part is not wanted here", "--partial takes parts");

    public static readonly Refusal Unspelled =
        new("unspelled", "the language has no text for this change here");

    public static readonly Refusal Depends =
        new("depends", "it can only be rewritten together with another resource, which was refused");

    public static readonly Refusal Fault =
        new("fault", "an internal error: a fault of this program, please report it");

    internal static readonly Verdict Unsettled =
        new(VerdictKind.Undecided, "the rule would want the same again of its own work");

    internal static readonly Verdict Lost =
        new(VerdictKind.Undecided, "the rewritten function could not be read again in every view");
}

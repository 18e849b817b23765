using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

using Spelling = MigrateCleanup.Engine.Languages.Spelling;

/// <summary>
/// Spells changes as small edits of C# text. Each change has a small speller that says what becomes of statements; the
/// <see cref="EditPlan"/> puts those together. What has no spelling is a refusal with a name.
/// </summary>
public static class CSharpSpeller
{
    /// <summary>The edits, which hold in every view, or the reason why there are none. Changes speak of the primary view.</summary>
    public static Spelling Spell(FunctionReading function, IReadOnlyList<Change> changes, SpellingContext context)
    {
        var spelled = new SpelledFunction(function.Primary, context, changes);
        foreach (var change in changes)
        {
            if (Spell(change, spelled) is { } refusal)
                return Spelling.Refused(refusal);
        }

        return ScopeSpelling.Spell(spelled) is { } unscoped
            ? Spelling.Refused(unscoped)
            : spelled.Plan.Spelled();
    }

    private static Refusal? Spell(Change change, SpelledFunction function) => change switch
    {
        Return c => JumpSpelling.Spell(c, function),
        ReturnValue c => JumpSpelling.Spell(c, function),
        ReturnStored c => JumpSpelling.Spell(c, function),
        RemoveLabel c => JumpSpelling.Spell(c, function),
        RemoveJump c => JumpSpelling.Spell(c, function),
        RemoveStatement c => RemovalSpelling.Spell(c, function),
        RemoveVariable c => RemovalSpelling.Spell(c, function),
        RemoveCheck c => CheckSpelling.Spell(c, function),
        FailFast c => CheckSpelling.Spell(c, function),
        RemoveHandler c => CheckSpelling.Spell(c, function),
        ScopeLocal or HoldLock => null,
        _ => CommonRefusals.NotSpelled,
    };
}

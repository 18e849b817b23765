using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

using Spelling = MigrateCleanup.Engine.Languages.Spelling;

/// <summary>
/// Spells changes as small edits of C text. Each change has a small speller that says what becomes of statements; the
/// <see cref="EditPlan"/> puts those together. What has no spelling is a refusal with a name.
/// </summary>
public static class CSpeller
{
    /// <summary>The edits, which hold in every view, or the reason why there are none. Changes speak of the primary view.</summary>
    public static Spelling Spell(CSpellingInput input, FunctionReading function, IReadOnlyList<Change> changes)
    {
        changes = LockSpelling.WithoutReturnsFromBlocks(changes, input);
        var spelled = new SpelledFunction(function.Primary, input, changes);
        foreach (var change in changes)
        {
            if (Spell(change, spelled) is { } refusal)
                return Spelling.Refused(refusal);
        }

        if (ScopeSpelling.SpellCrossings(spelled) is { } crossing)
            return Spelling.Refused(crossing);

        InnerSpelling.Finish(spelled);
        var spelling = spelled.Plan.Spelled();
        if (spelling.Refusal is not null)
            return spelling;

        if (!ViewAgreement.Holds(spelled))
            return Spelling.Refused(SpellingRefusals.ViewsDiffer);

        return IncludeSpelling.With(spelling, spelled) is { Refusal: null } complete
            ? complete with
            {
                Edits = [.. complete.Edits, .. spelled.Outside.Where(o => o.Path == input.File.Path).Select(o => o.Edit).Distinct()],
                Elsewhere = [.. spelled.Outside.Where(o => o.Path != input.File.Path).Distinct()],
                Claims = [.. spelled.Claims.Distinct()],
            }
            : Spelling.Refused(SpellingRefusals.NeedsMacro);
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
        Initialise c => ScopeSpelling.Spell(c, function),
        MoveDeclaration c => ScopeSpelling.Spell(c, function),
        ScopeLocal c => ScopeSpelling.Spell(c, function),
        Steal c => StealSpelling.Spell(c, function),
        Empty c => StealSpelling.Spell(c, function),
        HoldLock c => LockSpelling.Spell(c, function),
        ReplaceCall c => CallSpelling.Spell(c, function),
        _ => CommonRefusals.NotSpelled,
    };
}

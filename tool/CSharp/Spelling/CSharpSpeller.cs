using Microsoft.CodeAnalysis;
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
    /// <param name="function">The function; changes speak of its primary view.</param>
    /// <param name="model">The meaning of that view's tree.</param>
    /// <param name="changes">What a rule decided.</param>
    public static Spelling Spell(FunctionReading function, SemanticModel model, IReadOnlyList<Change> changes)
    {
        var context = new SpellingContext(function.Primary, model, changes);
        foreach (var change in changes)
        {
            if (Spell(change, context) is { } refusal)
                return Spelling.Refused(refusal);
        }

        return context.Plan.Spelled();
    }

    private static Refusal? Spell(Change change, SpellingContext context) => change switch
    {
        Return c => JumpSpelling.Spell(c, context),
        ReturnValue c => JumpSpelling.Spell(c, context),
        ReturnStored c => JumpSpelling.Spell(c, context),
        RemoveLabel c => JumpSpelling.Spell(c, context),
        RemoveStatement c => RemovalSpelling.Spell(c, context),
        RemoveVariable c => RemovalSpelling.Spell(c, context),
        RemoveCheck c => CheckSpelling.Spell(c, context),
        FailFast c => CheckSpelling.Spell(c, context),
        RemoveHandler c => CheckSpelling.Spell(c, context),
        _ => SpellingRefusals.NotSpelled,
    };
}

using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>What C# cannot spell, by name, beyond <see cref="CommonRefusals"/>. Every rule may meet these.</summary>
public static class SpellingRefusals
{
    public static readonly Refusal LineShared =
        new("line-shared", "the statement shares a line with another one", "put each statement on a line of its own");

    public static readonly Refusal NothingInside =
        new("nothing-inside", "nothing stands between acquisition and release");

    public static readonly Refusal ScopeCrossed =
        new("scope-crossed", "a name is used outside the block that the scope would need", "declare it before the acquisition");

    public static readonly Refusal WorksBehind =
        new("works-behind", "the release stands inside of another statement, with work behind it there: the scope would end behind both", "release it last");

    public static readonly Refusal NameClash =
        new("name-clash", "a name would be declared twice where a block goes", "rename one of the two");

    public static readonly Refusal AsksFirst =
        new("asks-first", "the release asks whether there is anything, which a scope that says how it waits does not");

    public static readonly Refusal SeveralAcquisitions =
        new("several-acquisitions", "the variable is acquired in several places, a scope in one");
}

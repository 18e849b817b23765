using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// Spells <see cref="ScopeLocal"/> and <see cref="HoldLock"/>. All of a rewrite are spelled together, since several
/// resources released in one <c>finally</c> share what becomes of it.
/// </summary>
internal static class ScopeSpelling
{
    public static Refusal? Spell(SpelledFunction function)
    {
        var headed = new List<ScopedText>();
        var guarded = new List<ScopedText>();
        foreach (var change in function.Changes)
        {
            var (text, refusal) = change switch
            {
                ScopeLocal scope => ScopedText.Of(scope),
                HoldLock hold => ScopedText.Of(hold),
                _ => default,
            };
            if (refusal is not null)
                return refusal;

            if (text is null)
                continue;

            switch (text.Resource.Scoped.GetValueOrDefault("bcl"))
            {
                case "using" when text.KeepsVariable:
                    guarded.Add(text);
                    break;
                case "using":
                case "lock":
                    headed.Add(text);
                    break;
                case "try-finally":
                    guarded.Add(text);
                    break;
                default:
                    return CommonRefusals.NotSpelled;
            }
        }

        if (headed.Count + guarded.Count == 0)
            return null;

        var first = headed.Concat(guarded).First();
        var around = first.Acquisitions.FirstOrDefault() ?? first.Releases[0];
        var wraps = new WrappedRanges(function, Braces.OnOwnLine(function.Layout, around));
        return new HeaderForm(function.Plan, wraps, function.Model).Spell(headed) ?? new FinallyForm(function.Plan, wraps).Spell(guarded);
    }

    /// <summary>The <c>try</c> whose <c>finally</c> holds a release.</summary>
    public static TryStatementSyntax? ReleasingTry(ScopedText text) =>
        text.Releases
            .SelectMany(r => r.Ancestors().OfType<FinallyClauseSyntax>())
            .Select(f => (TryStatementSyntax)f.Parent!)
            .FirstOrDefault(t => text.Home.Span.Contains(t.Span) || t.Block.Span.Contains(text.Home.Span));
}

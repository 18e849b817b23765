using System.Collections.Frozen;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Codebase;

/// <summary>
/// Tells at a glance whether a function may hold anything a rule looks at: a <c>goto</c>, or the name of a call that
/// acquires or releases. Reads the tokens of the body only.
/// </summary>
internal sealed class Prefilter
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;

    /// <param name="catalogue">What is known of calls.</param>
    /// <param name="styles">All styles.</param>
    /// <param name="aliases">The macros of the codebase that are other names of functions.</param>
    public Prefilter(Catalogue catalogue, StyleSet styles, IEnumerable<(string Macro, string Function)> aliases)
    {
        var names = catalogue.Resources
            .SelectMany(r => r.Acquirers.Select(a => a.Callee).Concat(r.Releasers.Select(x => x.Callee)))
            .Concat(styles.Spellings.ClearingCalls)
            .Append("goto")
            .ToHashSet(StringComparer.Ordinal);
        var others = aliases.ToList();
        for (var count = -1; count != names.Count;)
        {
            count = names.Count;
            names.UnionWith(others.Where(a => names.Contains(a.Function)).Select(a => a.Macro).ToList());
        }

        _names = names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool Accepts(string text, FunctionNode function)
    {
        var body = text.AsSpan(function.BodySpan.Start, function.BodySpan.Length);
        for (var i = 0; i < body.Length;)
        {
            if (!IsWordStart(body[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < body.Length && (IsWordStart(body[i]) || char.IsAsciiDigit(body[i])))
                i++;

            if (_names.Contains(body[start..i]))
                return true;
        }

        return false;
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';
}

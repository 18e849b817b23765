using System.Collections.Immutable;

namespace MigrateCleanup.C.Index;

/// <summary>
/// The functions of a codebase from which control never comes back: an attribute says so, or the body never returns
/// and ends in a call of one. A name counts only where every definition of it is such a function: another file's
/// static one is another function.
/// </summary>
internal static class NoReturnFunctions
{
    /// <param name="index">The codebase.</param>
    /// <param name="isKnown">Those of libraries.</param>
    public static HashSet<string> Of(ProjectIndex index, Func<string, bool> isKnown)
    {
        var candidates = index.Functions.Where(f => f.Any(one => one.NeverReturns || one.LastCall is not null)).ToList();
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var facts in candidates)
            {
                if (!found.Contains(facts[0].Name) && IsNever(facts))
                    changed |= found.Add(facts[0].Name);
            }
        }

        return found;

        bool IsNever(ImmutableArray<FunctionFact> facts)
        {
            var isSaid = facts.Any(f => f is { NeverReturns: true, IsStatic: false });
            var definitions = facts.Where(f => f.IsDefined).ToList();
            return definitions.Count == 0
                ? isSaid
                : definitions.TrueForAll(d => d.NeverReturns || (isSaid && !d.IsStatic) || (d.LastCall is { } last && Ends(last, 0)));
        }

        bool Ends(string callee, int depth)
        {
            const int Deepest = 8;
            if (isKnown(callee) || found.Contains(callee))
                return true;

            var macros = index.Macros(callee);
            return !macros.IsEmpty && depth < Deepest
                && macros.All(m => m.AlwaysCalls(c => Ends(c, depth + 1)));
        }
    }
}

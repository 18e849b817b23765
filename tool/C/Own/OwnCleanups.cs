using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

/// <summary>
/// Clean-up functions that a codebase wrote by hand for the compiler's attribute: given a variable's address, they release
/// what stands in the variable, and do nothing else.
/// <code>
/// void cleanup_charp(char **p) { free(*p); }
/// static void cleanup_close(int *fd) { if (*fd >= 0) close(*fd); }
/// </code>
/// </summary>
internal static class OwnCleanups
{
    /// <summary>What a function does at the end of a scope, by all that is said of it; null for one that is not such a function.</summary>
    public static CleanupFunction? Of(ImmutableArray<FunctionFact> facts)
    {
        CleanupFunction? known = null;
        foreach (var fact in facts.Where(f => f.IsDefined))
        {
            if (Of(fact) is not { } one || (known is not null && known != one))
                return null;

            known = one;
        }

        return known;
    }

    /// <summary>
    /// The forms in which a style writes them: as it writes others. A style that brings its own clean-ups along takes those
    /// that are there before them.
    /// </summary>
    public static Style Added(Style style, ProjectIndex index, Catalogue known)
    {
        var patterns = style.Scopes
            .Where(f => !f.ReadsOnly && f.Text.Contains("{cleanup}", StringComparison.Ordinal) && (f.Macro is null || f.DeclaredBy.Contains(f.Macro) || index.HasMacro(f.Macro)))
            .DistinctBy(f => f.Value)
            .ToList();
        var own =
            from facts in patterns.Count == 0 ? [] : index.Functions
            let cleanup = Of(facts)
            where cleanup is not null
            let value = IsOfDescriptor(cleanup, known) ? ScopedValue.Descriptor : ScopedValue.Pointer
            from pattern in patterns
            where pattern.Value == value && IsTestFor(value, cleanup)
            select new ScopeForm(facts[0].Name)
            {
                Function = facts[0].Name,
                Releasers = [cleanup.Releaser],
                Value = value,
                Text = pattern.Text.Replace("{cleanup}", facts[0].Name, StringComparison.Ordinal),
                Guards = cleanup.Test is not null,
                Empty = pattern.Empty,
                EmptyToo = pattern.EmptyToo,
                Header = pattern.Header,
            };
        var forms = own.ToList();
        return style with { Scopes = style.GeneratedHeader is null ? [.. style.Scopes, .. forms] : [.. forms, .. style.Scopes] };
    }

    /// <summary>The same of one file's fact.</summary>
    public static CleanupFunction? Of(FunctionFact fact)
    {
        if (fact.ReturnType != "void" || fact.ParameterCount != 1 || fact.OnlyCall is not { } call)
            return null;

        var variable = Bare(call.Argument);
        if (CTypeText.Normal(fact.FirstParameter) == "void *" ? !IsCastTo(variable) : variable != $"*{OnlyCall.Parameter}")
            return null;

        var test = call.Test is null ? null : Bare(call.Test).Replace(variable, "", StringComparison.Ordinal);
        return test is null || IsForDescriptor(test) || IsForPointer(test) ? new CleanupFunction(call.Callee, test) : null;
    }

    /// <summary>A function for every type is given the address as void *, and says where it looks there that it is one of a pointer.</summary>
    private static bool IsCastTo(string variable)
    {
        const string Open = "*(", Close = "**)" + OnlyCall.Parameter;
        return variable.StartsWith(Open, StringComparison.Ordinal) && variable.EndsWith(Close, StringComparison.Ordinal) && variable.Length > Open.Length + Close.Length
            && variable[Open.Length..^Close.Length].All(CWords.IsNamePart);
    }

    public static bool IsOfDescriptor(CleanupFunction cleanup, Catalogue known) =>
        known.EffectsOf(new Callee(cleanup.Releaser)).Any(e => e is { Kind: EffectKind.Release, Resource.Empty.Value: long });

    /// <summary>It tests for the empty value, which of a descriptor is every negative one, or not at all.</summary>
    public static bool IsTestFor(ScopedValue value, CleanupFunction cleanup) =>
        cleanup.Test is null || (value == ScopedValue.Descriptor ? IsForDescriptor(cleanup.Test) : IsForPointer(cleanup.Test));

    private static bool IsForDescriptor(string test) => test is ">=0" or ">-1";

    private static bool IsForPointer(string test) => test is "" or "!=NULL" or "!=0";

    private static string Bare(string expression) =>
        expression is ['(', .. var inner, ')'] && !inner.Contains(')', StringComparison.Ordinal) ? inner : expression;
}

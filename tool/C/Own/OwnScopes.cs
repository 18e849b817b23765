using MigrateCleanup.C.Index;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

/// <summary>
/// A codebase's own macros that declare a variable scoped: they stand for the compiler's attribute with a clean-up function.
/// <code>
/// #define _auto_widget __attribute__((cleanup(drop_widget)))
/// </code>
/// </summary>
internal static class OwnScopes
{
    /// <summary>
    /// Their forms come before those that name a clean-up function. A form of the style itself that is as good goes first.
    /// </summary>
    public static Style Added(Style style, ProjectIndex index, Catalogue known)
    {
        style = style with { Scopes = style.Scopes.RemoveAll(s => IsAnother(s, index)) };
        var words = style.Scopes.Select(s => s.Macro).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var suffixes = style.Scopes.Any(s => s.Text.StartsWith("{type}{name} ", StringComparison.Ordinal));
        var forms = (
            from scope in MacrosOf(index)
            where !words.Contains(scope.Macro)
            from form in FormsOf(scope.Macro, scope.Function, suffixes, index, known)
            where !style.Scopes.Any(s => IsAsGood(s, form, style, index))
            select form).ToList();
        if (forms.Count == 0)
            return style;

        var specific = style.Scopes.TakeWhile(s => !NamesFunction(s)).Count();
        return style with { Scopes = style.Scopes.InsertRange(specific, forms) };
    }

    /// <summary>What a codebase's own macro does where a variable's scope ends; null for a macro of which that cannot be told.</summary>
    public static string? FunctionOf(string macro, ProjectIndex index)
    {
        var macros = new OnlyMacros(index.Macros);
        return macros.Of(macro) is { IsFunctionLike: false } && new MacroExpansion(macros.Of).Of(macro) is var text
            && CleanupAttribute.FunctionIn(text) is { } function && CleanupAttribute.IsAllOf(text) && index.CleanupFunction(function) is not null
                ? function
                : null;
    }

    /// <summary>The codebase has a macro of this name that releases in another way.</summary>
    private static bool IsAnother(ScopeForm form, ProjectIndex index) =>
        form.Macro is { } macro && !form.Releasers.IsEmpty
        && FunctionOf(macro, index) is { } function && !form.Releasers.Contains(index.CleanupFunction(function)!.Releaser, StringComparer.Ordinal);

    private static bool NamesFunction(ScopeForm form) =>
        form.Function is not null || form.Text.Contains("{cleanup}", StringComparison.Ordinal) || form.Text.Contains("{releaser}", StringComparison.Ordinal);

    private static bool IsAsGood(ScopeForm own, ScopeForm form, Style style, ProjectIndex index) =>
        own.Macro is { } macro && own.Value == form.Value && index.HasMacro(macro) && own.Text.IndexOf('(', StringComparison.Ordinal) < 0
        && own.Releasers.Any(r => style.Does(r, form.Releasers[0]));

    private static IEnumerable<ScopeForm> FormsOf(string macro, string function, bool isSuffix, ProjectIndex index, Catalogue known)
    {
        var pattern = new ScopeForm(macro)
        {
            Macro = macro,
            Function = function,
            Text = isSuffix ? $"{{type}}{{name}} {macro}" : $"{macro} {{type}}{{name}}",
        };
        if (index.CleanupFunction(function) is { } cleanup)
        {
            var value = OwnCleanups.IsOfDescriptor(cleanup, known) ? ScopedValue.Descriptor : ScopedValue.Pointer;
            if (OwnCleanups.IsTestFor(value, cleanup))
            {
                yield return pattern with
                {
                    Releasers = [cleanup.Releaser],
                    Value = value,
                    Guards = cleanup.Test is not null,
                    Empty = value == ScopedValue.Descriptor ? "-1" : "NULL",
                };
            }
        }
    }

    /// <summary>The macros without parameters that stand for the attribute, with the function that it names.</summary>
    private static IEnumerable<(string Macro, string Function)> MacrosOf(ProjectIndex index)
    {
        var macros = new OnlyMacros(index.Macros);
        var expansion = new MacroExpansion(macros.Of);
        return
            from name in index.MacrosThatName("cleanup")
            where macros.Of(name) is { IsFunctionLike: false }
            let text = expansion.Of(name)
            let function = CleanupAttribute.FunctionIn(text)
            where function is not null && CleanupAttribute.IsAllOf(text) && index.HasFunction(function)
            select (name, function);
    }
}

using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Own;

/// <summary>
/// A style knows what the newest code of its kind has. A codebase that defines the macro of a form itself also declares each
/// thing that the macro can be given (<c>DEFINE_FREE(kfree, ...)</c> for <c>__free(kfree)</c>): what it does not, it lacks.
/// </summary>
internal static class DeclaredForms
{
    private const string Cleanup = "{cleanup}";

    /// <summary>The style with the forms that the codebase has; a lock stays known as one.</summary>
    public static Style Of(Style style, ProjectIndex index) => style with
    {
        Locks = [.. style.Locks.Select(l => IsMissing(l, style, index) ? l with { IsMissing = true } : l)],
        Scopes = [.. style.Scopes.Where(s => !IsMissing(s, style, index))],
    };

    /// <summary><c>guard(mutex)({lock})</c>.</summary>
    private static bool IsMissing(LockForm form, Style style, ProjectIndex index) =>
        form.Macro is { } macro && index.HasMacro(macro)
        && style.Guards.Any(g => g.Text.StartsWith(macro + "(", StringComparison.Ordinal))
        && !style.Guards.SelectMany(g => index.DeclarationsBy(g.Macro)).Any(d => form.Text.StartsWith($"{macro}({d.Arguments[0].Trim()})", StringComparison.Ordinal));

    /// <summary><c>{type}{name} __free(kfree)</c>, where the style also has the form for whatever is declared.</summary>
    private static bool IsMissing(ScopeForm form, Style style, ProjectIndex index)
    {
        if (form.Macro is not { } macro || form.Text.Contains(Cleanup, StringComparison.Ordinal) || !index.HasMacro(macro))
            return false;

        var whatever = style.Scopes.FirstOrDefault(s => s.Macro == macro && s.Text.Contains(Cleanup, StringComparison.Ordinal));
        var declaring = style.Declarations.Where(d => whatever?.DeclaredBy.Contains(d.Macro, StringComparer.Ordinal) == true && d.Parameters is ["cleanup", ..]).ToList();
        return declaring.Count > 0
            && !declaring.SelectMany(d => index.DeclarationsBy(d.Macro)).Any(d => whatever!.Text.Replace(Cleanup, d.Arguments[0].Trim(), StringComparison.Ordinal) == form.Text);
    }
}

using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Own;

/// <summary>What the macros of styles stand for in a declaration.</summary>
internal static class ScopeShapes
{
    /// <summary>Each macro that makes a declaration scoped, by how the style writes it.</summary>
    public static IEnumerable<(string Macro, MacroShape Shape)> Of(StyleSet styles) =>
        styles.Styles.SelectMany(s => s.Classes).Select(c => (c.Macro, MacroShape.Declaration)).Concat(
        from form in styles.Styles.SelectMany(s => s.Scopes)
        where form is { Macro: not null, Placement: ScopePlacement.Declaration }
        let shape = ShapeOf(form)
        where shape != MacroShape.Unknown
        group shape by form.Macro into shapes
        select (shapes.Key, shapes.Distinct().Count() == 1 ? shapes.First() : MacroShape.ValueType));

    private static MacroShape ShapeOf(ScopeForm form)
    {
        var arguments = form.Text.IndexOf(form.Macro! + "(", StringComparison.Ordinal) is var at && at >= 0
            ? form.Text[(at + form.Macro!.Length + 1)..]
            : "";
        if (arguments.Contains("{name}", StringComparison.Ordinal) && arguments.IndexOf("{name}", StringComparison.Ordinal) < arguments.IndexOf(')', StringComparison.Ordinal))
            return MacroShape.Declaration;

        if (arguments.StartsWith("{pointee})", StringComparison.Ordinal))
            return MacroShape.PointerType;

        return arguments.StartsWith("{type})", StringComparison.Ordinal) || arguments.StartsWith("{alias})", StringComparison.Ordinal)
            ? MacroShape.ValueType
            : MacroShape.Attribute;
    }
}

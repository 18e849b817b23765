using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Clean-up declarations that the codebase lacks. They come to stand behind the releaser's prototype in a header that the
/// function's file sees, or behind its definition in that file itself.
/// </summary>
internal static class MissingSpelling
{
    /// <summary>
    /// <code>
    /// void widget_free(widget *w);   →   void widget_free(widget *w);
    ///                                    G_DEFINE_AUTOPTR_CLEANUP_FUNC(widget, widget_free);
    /// </code>
    /// </summary>
    public static Refusal? Add(MissingDeclaration missing, string type, SpelledFunction function)
    {
        var names = function.Input.Names;
        if (missing.Form is not { } form
            || names.FirstParameterOf(missing.Releaser) is not { } parameter
            || !IsSameType(parameter, type, names))
        {
            return SpellingRefusals.NeedsMacro;
        }

        var own = function.Input.File;
        var files = names.FilesOf(missing.Releaser).ToList();
        foreach (var path in files.Where(f => f != own.Path && names.Includes(own.Path, f) && names.Sees(f, form.Macro)))
        {
            // A header far from the definition is public: others, who lack the macro, include it as well.
            if (function.Input.Others(path) is not { } header || PlaceIn(header, missing.Releaser) is not { } there
                || (!header.Items.OfType<MacroItemNode>().Any(m => m.Name == form.Macro)
                    && !files.Any(f => f != path && FolderOf(f) == FolderOf(path))))
            {
                continue;
            }

            function.Outside.Add(new ElsewhereEdit(path, Behind(there, missing.Text, CLayout.Of(header))));
            return null;
        }

        if (PlaceIn(own, missing.Releaser) is not { } here || here.Span.End > function.Function.Span.Start || !names.Sees(own.Path, form.Macro))
            return SpellingRefusals.NeedsMacro;

        function.Outside.Add(new ElsewhereEdit(own.Path, Behind(here, missing.Text, CLayout.Of(own))));
        return null;
    }

    private static Node? PlaceIn(SourceFileTree file, string releaser)
    {
        foreach (var item in file.Items)
        {
            switch (item)
            {
                case FunctionNode definition when definition.Name == releaser:
                    return definition;
                case DeclarationItemNode { Declaration: { IsTypedef: false } declaration } when declaration.Declarators.Any(d => d.IsFunction && d.Name == releaser):
                    return item;
            }
        }

        return null;
    }

    private static TextEdit Behind(Node item, string text, CLayout layout) =>
        TextEdit.Insert(layout.EndOf(layout.LineOf(item.Span.End)), layout.NewLineAt(item.Span.Start) + text);

    private static bool IsSameType(string parameter, string type, ISpellingNames names)
    {
        var (a, b) = (CTypeText.Normal(parameter), CTypeText.Normal(type));
        return a == b || (PointeeOf(a, names) is { } pointee && pointee == PointeeOf(b, names));
    }

    private static string? PointeeOf(string type, ISpellingNames names) => CTypeText.Pointee(type) ?? names.PointeeOf(type);

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var at ? path[..at] : "";
}

using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// The clean-up declaration of a class that a library releases: where its type function is declared, so are the library's
/// macros and what they call. It stands behind the paragraph.
/// <code>
/// GType   page_get_type (void);   →   GType   page_get_type (void);
/// Page   *page_new      (void);       Page   *page_new      (void);
///
///                                     G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, g_object_unref)
/// </code>
/// </summary>
internal static class ClassDeclaration
{
    /// <returns>False where no header that the function's file sees may have it.</returns>
    public static bool Add(MissingDeclaration missing, string type, string typeFunction, SpelledFunction function)
    {
        var names = function.Input.Names;
        foreach (var file in MissingSpelling.Headers(names.FilesOf(typeFunction), function))
        {
            if (MissingSpelling.FunctionIn(file, typeFunction) is not { } prototype || !CanStandIn(file))
                continue;

            var layout = CLayout.Of(file);
            var line = layout.LineOf(ParagraphEnd(file, prototype, layout));
            var newLine = layout.NewLineAt(prototype.Span.Start);
            Edit(TextEdit.Insert(layout.EndOf(line), newLine));
            Edit(TextEdit.Insert(layout.StartBehind(line), layout.Calls.Of(missing.Text) + newLine));
            function.Claims.Add(new Claim($"{missing.Form.Macro}({type})", $"{file.Path}: {missing.Text}"));
            return true;

            void Edit(TextEdit edit) => function.Outside.Add(new ElsewhereEdit(file.Path, edit));
        }

        return false;

        bool CanStandIn(SourceFileTree file) =>
            names.Sees(file.Path, missing.Form.Macro)
            && !MissingSpelling.IsOfUnseenHeader(missing, type, file.Path, names)
            && !MissingSpelling.IsForeign(type, file.Path, names)
            && !MissingSpelling.IsDeclaredElsewhere(missing, type, file.Path, names)
            && !IncludeSpelling.IsOfMissingLibrary(missing.Form.Macro, file.Path, function.Input);
    }

    /// <summary>Where the last of the items ends that stand below one another without a blank line, or what defines the type further down.</summary>
    private static int ParagraphEnd(SourceFileTree file, Node item, CLayout layout)
    {
        var end = item.Span.End;
        foreach (var next in file.Items.Where(i => i.Span.Start >= item.Span.End))
        {
            if (next is not DeclarationItemNode || layout.LineOf(next.Span.Start) > layout.LineOf(end) + 1 || layout.HasDirective(TextSpan.FromBounds(end, next.Span.Start)))
                break;

            end = next.Span.End;
        }

        return end;
    }
}

using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Clean-up declarations that the codebase lacks. They come to stand behind the releaser's prototype in a header that the
/// function's file sees, or behind its definition in that file itself; those of a releaser for many types, behind the type.
/// </summary>
internal static class MissingSpelling
{
    /// <summary>
    /// <code>
    /// void widget_free(widget *w);   →   void widget_free(widget *w);
    ///                                    G_DEFINE_AUTOPTR_CLEANUP_FUNC(widget, widget_free);
    /// </code>
    /// </summary>
    public static Refusal? Add(MissingDeclaration missing, string type, SpelledFunction function, int use)
    {
        var names = function.Input.Names;
        var form = missing.Form;
        if (form.Place == DeclarationPlace.InFile)
            return new OwnFileDeclaration(missing, function, use).Add();

        // A codebase that defines the style's macros itself, and not this one, does not have it from elsewhere either.
        if (!names.HasMacro(form.Macro) && function.Input.Style.Scopes.Any(s => s.Macro is { } scope && names.HeaderOf(function.Input.File.Path, scope) is not null))
            return SpellingRefusals.NeedsMacro;

        var own = function.Input.File;
        var pointee = PointeeOf(CTypeText.Normal(type), names);
        if (pointee is not null && missing.TypeFunction is { } typeFunction && ClassDeclaration.Add(missing, pointee, typeFunction, function))
            return null;

        if (names.FirstParameterOf(missing.Releaser) is not { } parameter)
            return SpellingRefusals.NeedsMacro;

        var places = IsSameType(parameter, type, names)
            ? BesideReleaser(missing.Releaser, form.Macro, function)
            : BesideType(pointee, missing.Releaser, function);
        foreach (var (file, beside) in places)
        {
            var isOwn = file.Path == own.Path;
            if (IsOfUnseenHeader(missing, pointee, file.Path, names)
                || (!isOwn && (IsForeign(pointee, file.Path, names) || IsDeclaredElsewhere(missing, pointee, file.Path, names))))
                continue;

            // A header is read with all that its users have included before it, which may be less than this file has.
            if (!isOwn && names.HeaderOf(file.Path, form.Macro) is null && !names.IsOnlyWith(file.Path, function.Input.Style.Headers))
                continue;

            var item = LastNamed(file, beside, pointee, missing.Releaser);
            if (!names.Sees(file.Path, form.Macro) || IncludeSpelling.IsOfMissingLibrary(form.Macro, file.Path, function.Input) || (isOwn && !IsAtHand(item, function, use)))
                continue;

            var layout = CLayout.Of(file);
            function.Outside.Add(new ElsewhereEdit(file.Path, layout.LineBehind(item.Span, layout.Calls.Of(missing.Text))));
            if (form.Cleanup is null && pointee is not null)
                function.Claims.Add(new Claim($"{form.Macro}({pointee})", $"{file.Path}: {missing.Text}"));

            return null;
        }

        return SpellingRefusals.NeedsMacro;
    }

    /// <summary>It stands before the function, and is compiled wherever that uses it.</summary>
    public static bool IsAtHand(Node item, SpelledFunction function, int use)
    {
        var conditions = Conditions.Of(function.Input.File);
        return item.Span.End <= function.Function.Span.Start && Conditions.Implies(conditions.At(use), conditions.At(item.Span.Start));
    }

    /// <summary>
    /// The type is known by name, and another part of the codebase declares it: how it is released is not for this header
    /// to say to all who include it.
    /// </summary>
    public static bool IsForeign(string? type, string header, ISpellingNames names) =>
        type is not null && FilesOf(type, names).ToList() is { Count: > 0 } files
        && !files.Exists(f => SourcePath.FolderOf(f) == SourcePath.FolderOf(header));

    /// <summary>
    /// The file has the type from a header that is not at hand, a library's or one that the build makes, which may have a
    /// declaration of its own: two of them do not compile.
    /// </summary>
    public static bool IsOfUnseenHeader(MissingDeclaration missing, string? type, string path, ISpellingNames names) =>
        missing.Form.Cleanup is null && type is not null && !FilesOf(type, names).Any(f => f == path || names.Includes(path, f));

    /// <summary>Another file, which one that includes this header may include as well, has a declaration for the type.</summary>
    public static bool IsDeclaredElsewhere(MissingDeclaration missing, string? type, string header, ISpellingNames names) =>
        missing.Form.Cleanup is null && names.DeclarationsBy(missing.Form.Macro)
            .Any(d => d.Path != header && DeclaredCleanup.Of(missing.Form, d)?.Type == type);

    /// <summary>The declaration names the type and the releaser: it stands behind whichever the file declares later.</summary>
    private static Node LastNamed(SourceFileTree file, Node item, string? type, string releaser)
    {
        var typedef = type is null
            ? null
            : file.Items.OfType<DeclarationItemNode>().FirstOrDefault(i => i.Declaration.IsTypedef && i.Declaration.Declarators.Any(d => d.Name == type));
        return new[] { item, typedef, FunctionIn(file, releaser) }.OfType<Node>().MaxBy(n => n.Span.End)!;
    }

    private static IEnumerable<(SourceFileTree File, Node Item)> BesideReleaser(string releaser, string macro, SpelledFunction function)
    {
        var own = function.Input.File;
        var files = function.Input.Names.FilesOf(releaser).ToList();
        foreach (var header in Headers(files, function))
        {
            // A header far from the definition is public: others, who lack the macro, include it as well, unless it brings the macro.
            var isInternal = header.Items.OfType<MacroItemNode>().Any(m => m.Name == macro)
                || BringsMacro(header.Path, macro, function.Input)
                || files.TrueForAll(SourcePath.IsHeader)
                || files.Any(f => f != header.Path && SourcePath.FolderOf(f) == SourcePath.FolderOf(header.Path));
            if (isInternal && FunctionIn(header, releaser) is { } prototype)
                yield return (header, prototype);
        }

        if (FunctionIn(own, releaser) is { } definition)
            yield return (own, definition);
    }

    /// <summary>Whoever includes the header has the macro by that alone.</summary>
    private static bool BringsMacro(string header, string macro, CSpellingInput input) => input.Names.HeaderOf(header, macro) is null
        ? input.Names.HasFrom(header, macro, input.Style.Headers)
        : input.Names.Sees(header, macro);

    private static IEnumerable<(SourceFileTree File, Node Item)> BesideType(string? type, string releaser, SpelledFunction function)
    {
        if (type is null)
            yield break;

        var names = function.Input.Names;
        var own = function.Input.File;
        var releasing = names.FilesOf(releaser).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Headers(FilesOf(type, names), function).Append(own))
        {
            var seesReleaser = releasing.Contains(file.Path) || releasing.Any(r => names.Includes(file.Path, r));
            if (seesReleaser && TypeIn(file, type, names) is { } item)
                yield return (file, item);
        }
    }

    /// <summary>The files that say what a type is, those that define its structure first.</summary>
    private static IEnumerable<string> FilesOf(string type, ISpellingNames names) => names.FilesOfStruct(type).Union(names.FilesOfType(type));

    /// <summary>Of these files, those that the function's file includes and that may be changed.</summary>
    public static IEnumerable<SourceFileTree> Headers(IEnumerable<string> files, SpelledFunction function) =>
        from path in files
        where path != function.Input.File.Path && function.Input.Names.Includes(function.Input.File.Path, path)
        let header = function.Input.Others(path)
        where header is not null
        select header;

    /// <summary>The item declares or defines the function.</summary>
    public static bool Declares(Node item, string function) => item switch
    {
        FunctionNode definition => definition.Name == function,
        DeclarationItemNode { Declaration: { IsTypedef: false } declaration } => declaration.Declarators.Any(d => d.IsFunction && d.Name == function),
        _ => false,
    };

    public static Node? FunctionIn(SourceFileTree file, string name) => file.Items.FirstOrDefault(item => Declares(item, name));

    /// <summary>The definition of the structure behind a type's name, or the name's own declaration.</summary>
    private static DeclarationItemNode? TypeIn(SourceFileTree file, string name, ISpellingNames names)
    {
        var meaning = names.MeaningOf(name);
        var items = file.Items.OfType<DeclarationItemNode>().ToList();
        return items.Find(i => i.Declaration.Specifiers is { DefinesType: true, Tag: not null } specifiers && specifiers.Type == meaning)
            ?? items.Find(i => i.Declaration.IsTypedef && i.Declaration.Declarators.Any(d => d.Name == name && d.Pointers == 0));
    }

    private static bool IsSameType(string parameter, string type, ISpellingNames names)
    {
        var (a, b) = (CTypeText.Normal(parameter), CTypeText.Normal(type));
        return a == b || (PointeeOf(a, names) is { } pointee && pointee == PointeeOf(b, names));
    }

    private static string? PointeeOf(string type, ISpellingNames names) => CTypeText.Pointee(type) ?? names.PointeeOf(type);
}

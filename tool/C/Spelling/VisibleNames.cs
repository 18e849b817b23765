using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// What one file sees of the codebase: a clean-up declaration in another source file, or in a header that it does not include, does not
/// count, unless it comes with the macro, for which an include is added.
/// </summary>
internal sealed class VisibleNames(ISpellingNames all, string path) : ICodebaseNames
{
    public bool HasMacro(string name) => all.HasMacro(name);

    public bool HasFunction(string name) => all.HasFunction(name);

    public bool SeesFunction(string name, string? macro) => all.FilesOf(name).Any(f => f == path || all.Includes(path, f) || ComesWith(macro, f));

    public CleanupFunction? CleanupFunction(string name) => all.CleanupFunction(name);

    public bool HasType(string name) => all.HasType(name);

    public IEnumerable<CleanupDeclaration> DeclarationsBy(string macro) =>
        all.DeclarationsBy(macro).Where(d => d.Path is null || d.Path == path || all.Includes(path, d.Path) || ComesWith(macro, d.Path));

    public string? PointeeOf(string typeName) => all.PointeeOf(typeName);

    public string? MeaningOf(string typeName) => all.MeaningOf(typeName);

    public string? FirstParameterOf(string function) => all.FirstParameterOf(function);

    public string? ReturnTypeOf(string function) => all.ReturnTypeOf(function);

    public string? ReturnedNameOf(string function) => all.ReturnedNameOf(function);

    /// <summary>For the macro an include is added, which brings the other file.</summary>
    private bool ComesWith(string? macro, string file) => macro is not null && !all.Sees(path, macro) && all.Brings(macro, file);
}

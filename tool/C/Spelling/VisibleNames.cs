using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// What one file sees of the codebase: a clean-up declaration in another source file, or in a header that it does not include, does not
/// count, unless it comes with the macro, for which an include is added. Neither does one that is only compiled without a library's own.
/// </summary>
internal sealed class VisibleNames(ISpellingNames all, SourceFileTree file, int place) : ICodebaseNames
{
    private readonly string _path = file.Path;

    public bool HasMacro(string name) => all.HasMacro(name);

    public ImmutableArray<string> FunctionsBehind(string macro) => all.FunctionsBehind(macro);

    public bool HasFunction(string name) => all.HasFunction(name);

    public bool SeesFunction(string name, string? macro) => all.FilesOf(name).Any(f => f == _path || all.Includes(_path, f) || ComesWith(macro, f));

    public CleanupFunction? CleanupFunction(string name) => all.CleanupFunction(name);

    public bool HasType(string name) => all.HasType(name);

    public IEnumerable<CleanupDeclaration> DeclarationsBy(string macro) =>
        all.DeclarationsBy(macro).Where(d => d.Path is null || d.Path == _path || (IsCompiled(d) && (all.Includes(_path, d.Path) || ComesWith(macro, d.Path))));

    public string? PointeeOf(string typeName) => all.PointeeOf(typeName);

    public string? MeaningOf(string typeName) => all.MeaningOf(typeName);

    public string? FirstParameterOf(string function) => all.FirstParameterOf(function);

    public string? ReturnTypeOf(string function) => all.ReturnTypeOf(function);

    public string? FunctionOfType(string template, string type) => all.FunctionOfType(template, type);

    public string? ReturnedNameOf(string function) => all.ReturnedNameOf(function);

    /// <summary>Nothing is there of what excludes it, as far as that is known where it is to be used.</summary>
    private bool IsCompiled(CleanupDeclaration declaration) =>
        declaration.Unless.IsEmpty
        || (Conditions.Of(file).At(place) is var here && declaration.Unless.All(u => here.Any(c => c.IsNegated && c.Text == u)));

    /// <summary>For the macro an include is added, which brings the other file.</summary>
    private bool ComesWith(string? macro, string file) => macro is not null && !all.Sees(_path, macro) && all.Brings(macro, file);
}

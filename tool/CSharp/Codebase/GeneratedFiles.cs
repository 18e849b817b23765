using MigrateCleanup.Engine.Languages;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>Knows files that a program wrote, which are left alone. Asked before parsing.</summary>
public static class GeneratedFiles
{
    private static readonly string[] Suffixes =
        [".g.cs", ".g.i.cs", ".Designer.cs", ".generated.cs", ".AssemblyInfo.cs", ".AssemblyAttributes.cs"];

    /// <summary>By its name (<c>*.g.cs</c>, <c>*.Designer.cs</c>), or by its first comments.</summary>
    public static bool IsGenerated(string path, ReadOnlySpan<char> text) =>
        Suffixes.Any(s => path.EndsWith(s, StringComparison.OrdinalIgnoreCase)) || GeneratedComment.IsIn(text);
}

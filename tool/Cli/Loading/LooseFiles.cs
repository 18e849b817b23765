using System.Text;
using Basic.Reference.Assemblies;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.CSharp;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace MigrateCleanup.Cli.Loading;

/// <summary>
/// C# files without a project, over the reference assemblies of .NET. Files below one project's directory are compiled
/// together (<c>--no-msbuild</c>), and so are all that lie below none.
/// </summary>
public sealed class LooseFiles(SourceFiles files)
{
    /// <summary>What the SDK imports when a project asks for implicit usings; harmless where a file does not need it.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Loads the paths that can be read. Each group of them that shares a key is one compilation.</summary>
    public LoadedCode Load(IEnumerable<string> paths, Func<string, string> groupOf)
    {
        var sources = paths.Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .AsParallel().AsOrdered()
            .Select(files.Read)
            .OfType<SourceFile>()
            .ToList();
        var projects = sources
            .GroupBy(s => groupOf(s.Path), StringComparer.Ordinal)
            .Select(group => new CSharpProject(DisplayName.FromCurrentDirectory(group.Key), Compilation(group)));
        return new LoadedCode([.. projects], [.. sources.Select(s => s.Path)]);
    }

    private static CSharpCompilation Compilation(IEnumerable<SourceFile> sources)
    {
        var parsing = CSharpParseOptions.Default
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithDocumentationMode(DocumentationMode.None);
        var trees = sources
            .AsParallel().AsOrdered()
            .Select(s => LooseSymbols.Chosen(CSharpSyntaxTree.ParseText(SourceText.From(s.Text, Encoding.UTF8), parsing, s.Path)))
            .ToList();
        trees.Add(CSharpSyntaxTree.ParseText(ImplicitUsings, parsing, "ImplicitUsings.g.cs"));

        // A file with statements of its own is a program; nothing is emitted, so all else may be one too.
        var kind = trees.Any(HasStatements) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var options = new CSharpCompilationOptions(kind)
            .WithAllowUnsafe(true)
            .WithNullableContextOptions(NullableContextOptions.Annotations)
            .WithConcurrentBuild(true);
        return CSharpCompilation.Create("Loose", trees, Net100.References.All, options);
    }

    private static bool HasStatements(SyntaxTree tree) =>
        tree.GetCompilationUnitRoot().Members.Any(m => m.IsKind(SyntaxKind.GlobalStatement));
}

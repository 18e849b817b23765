using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Basic.Reference.Assemblies;
using MigrateCleanup.CSharp;
using MigrateCleanup.Differential.Tests.Traces;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MigrateCleanup.Differential.Tests.CSharp;

/// <summary>Generated methods of C#, migrated, compiled and run before and after.</summary>
internal static class CSharpWorld
{
    private const string Functions = "Functions.cs";

    private static readonly SyntaxTree s_world = CSharpSyntaxTree.ParseText(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "CSharp", "World.cs.txt")), path: "World.cs");

    public static Comparison Compare(int seed, int count)
    {
        var text = CSharpFunctions.Write(seed, count);
        var catalogue = Catalog.CatalogueFor("cs", []);
        var codebase = CSharpCodebase.Create([new CSharpProject("Functions", Compiled(text))], catalogue);
        var options = new MigrationOptions
        {
            Rewrites = Catalog.Rewrites,
            Findings = [],
            Catalogue = catalogue,
            Style = "bcl",
            Jobs = 1,
        };
        var functions = Migration.Run(codebase, options).Files.Single(f => f.Path == Functions);
        return Comparison.Of(
            Run(text, count), Run(functions.After, count), text, functions.After,
            [.. functions.Functions.Where(f => f.State == FunctionState.Converted).Select(f => Regex.Match(f.Name, @"\bF\d+").Value)]);
    }

    private static ImmutableArray<Trace> Run(string text, int count)
    {
        // Native memory is the world's, so that its releases can be seen.
        var compilation = Compiled(text
            .Replace("Marshal.AllocHGlobal(", "AllocHGlobal(", StringComparison.Ordinal)
            .Replace("Marshal.FreeHGlobal(", "FreeHGlobal(", StringComparison.Ordinal));
        using var image = new MemoryStream();
        if (compilation.Emit(image) is { Success: false } failed)
            throw new InvalidOperationException($"{failed.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)}\n{text}");

        var assembly = Assembly.Load(image.ToArray());
        var run = assembly.GetType("World")!.GetMethod("Run")!;
        var traces = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var method = assembly.GetType("Functions")!.GetMethod($"F{i}")!;
            Func<object?> function = method.ReturnType == typeof(int)
                ? Boxed(method.CreateDelegate<Func<int>>())
                : method.CreateDelegate<Func<object?>>();
            traces.Append(run.Invoke(null, [$"F{i}", function]));
        }

        return [.. Trace.Parse(traces.ToString())];

        static Func<object?> Boxed(Func<int> function) => () => function();
    }

    private static CSharpCompilation Compiled(string text) => CSharpCompilation.Create(
        "Functions",
        [CSharpSyntaxTree.ParseText(text, path: Functions), s_world],
        Net100.References.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Annotations));
}

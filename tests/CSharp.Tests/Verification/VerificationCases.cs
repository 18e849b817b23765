using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Basic.Reference.Assemblies;
using MigrateCleanup.CSharp.Tests.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Verification;
using MigrateCleanup.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MigrateCleanup.CSharp.Tests.Verification;

/// <summary>
/// One rewrite of C#, as a section of <c>right.md</c> or <c>wrong.md</c> shows it. A wrong one is refuted, or, where only
/// what a callee does makes it wrong, undecided: <see cref="Wrong"/>.
/// </summary>
internal sealed record VerificationCase(string Name, string Before, string After, bool OutOfMemory, VerdictKind Wrong)
{
    private const string Usings =
        "using System; using System.Buffers; using System.Collections.Generic; using System.IO; using System.Linq; "
        + "using System.Runtime.InteropServices; using System.Threading; using System.Threading.Tasks; using static Prelude;";

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private static readonly ConcurrentDictionary<VerificationCase, Verdict> Verdicts = [];

    /// <summary>The prelude alone, to which each snippet is added.</summary>
    private static readonly Lazy<CSharpCompilation> Prelude = new(() => CSharpCompilation.Create(
        "snippet",
        [CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Top(), "fixtures", "cs", "Prelude.cs")), Options, "Prelude.cs", Encoding.UTF8)],
        Net100.References.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)));

    /// <summary>The verdict on the method <c>M</c>.</summary>
    public Verdict Verdict() => Verdicts.GetOrAdd(this, c => c.Verify(c.Read(c.Before), c.Read(c.After)));

    public Verdict Verify(FunctionReading before, FunctionReading after) => Verifier.Verify(
        before.Primary,
        after.Primary,
        Catalog.CatalogueFor("cs"),
        new VerificationOptions { AllowOutOfMemoryRemoval = OutOfMemory });

    public FunctionReading Read(string members)
    {
        var tree = CSharpSyntaxTree.ParseText($"{Usings} unsafe class C {{\n{members}\n}}\n", Options, Snippets.Path, Encoding.UTF8);
        var compilation = Prelude.Value.AddSyntaxTrees(tree);
        var errors = compilation.GetSemanticModel(tree).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new FormatException($"{Name}: {errors[0]}");

        var codebase = CSharpCodebase.Create([new CSharpProject("p", compilation)], Catalog.CatalogueFor("cs"));
        return codebase.Read(Snippets.Path, new Snippets.AllNames()).Functions.First(f => f.Name.StartsWith("C.M(", StringComparison.Ordinal) && !f.Name.Contains("lambda", StringComparison.Ordinal));
    }

    public static ImmutableArray<VerificationCase> In(string file, [CallerFilePath] string here = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, file));
        return
        [
            .. from section in text.Split("\n## ").Skip(1)
               select new VerificationCase(
                   section.Split('\n')[0].Trim(),
                   Fence(section, "cs before"),
                   Fence(section, "cs after"),
                   section.Contains("\nOptions: out-of-memory\n", StringComparison.Ordinal),
                   section.Contains("\nVerdict: undecided\n", StringComparison.Ordinal) ? VerdictKind.Undecided : VerdictKind.Refuted),
        ];
    }

    private static string Fence(string section, string name)
    {
        var start = section.IndexOf("```" + name + "\n", StringComparison.Ordinal) + name.Length + 4;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string Top()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MigrateCleanup.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("the repository's top was not found");
    }
}

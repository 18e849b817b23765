using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MigrateCleanup.CSharp.Tests.Flow;

/// <summary>Snippets of C# as codebases of one file.</summary>
internal static class Snippets
{
    public const string Path = "Snippet.cs";

    private const string Usings =
        "using System; using System.Buffers; using System.Collections.Generic; using System.IO; using System.Linq; "
        + "using System.Runtime.InteropServices; using System.Threading; using System.Threading.Tasks;";

    /// <summary>Members, put into a class of their own on one line so that line numbers stay.</summary>
    public static string AsFile(string members) => $"{Usings} unsafe class C {{\n{members}\n}}\n";

    public static CSharpCodebase Codebase(string text, params string[] symbols) => Codebase(text, [symbols]);

    /// <summary>One project for each list of symbols.</summary>
    public static CSharpCodebase Codebase(string text, IReadOnlyList<string[]> configurations)
    {
        var projects = configurations.Select((symbols, i) => new CSharpProject($"p{i}", Compilation(text, symbols))).ToImmutableArray();
        return CSharpCodebase.Create(projects, Catalog.CatalogueFor("cs"));
    }

    public static CSharpCompilation Compilation(string text, params string[] symbols)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: symbols);
        return CSharpCompilation.Create(
            "snippet",
            [CSharpSyntaxTree.ParseText(text, options, Path, System.Text.Encoding.UTF8)],
            Net100.References.All,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Disable));
    }

    /// <summary>Every function of the text, whether a rule could look at it or not.</summary>
    public static FileReading ReadAll(string text, params string[] symbols)
    {
        var codebase = Codebase(text, symbols);
        return codebase.Read(Path, new AllNames());
    }

    public static Function Only(string members)
    {
        var reading = ReadAll(AsFile(members));
        Assert.Empty(reading.Unparsed);
        return Assert.Single(reading.Functions).Primary;
    }

    /// <summary>A set that holds every name.</summary>
    public sealed class AllNames : IReadOnlySet<string>
    {
        public int Count => int.MaxValue;

        public bool Contains(string item) => true;

        public IEnumerator<string> GetEnumerator() => Enumerable.Empty<string>().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public bool IsProperSubsetOf(IEnumerable<string> other) => false;

        public bool IsProperSupersetOf(IEnumerable<string> other) => true;

        public bool IsSubsetOf(IEnumerable<string> other) => false;

        public bool IsSupersetOf(IEnumerable<string> other) => true;

        public bool Overlaps(IEnumerable<string> other) => true;

        public bool SetEquals(IEnumerable<string> other) => false;
    }
}

using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Codebase;

/// <summary>What the project's compiler is asked about.</summary>
public sealed class CompilerTests
{
    /// <summary>A header that was changed before, with other files: what is compiled now needs what it declares.</summary>
    [Fact]
    public void HeadersThatWereChangedBeforeCount()
    {
        var compiler = new Listener();
        var texts = new Dictionary<string, string> { ["page.h"] = "int a;\n", ["a.c"] = "int b;\n", ["b.c"] = "int c;\n" };
        ICodebase start = CCodebase.Create(texts, _ => true, new CSettings(StyleSet.Shipped(Catalog.Styles), Catalog.Catalogues("c"), Catalog.ReleaserWords) { Compiler = compiler });
        var first = start.With(new Dictionary<string, string> { ["page.h"] = "int a, d;\n", ["a.c"] = "int b, e;\n" });
        var second = first.With(new Dictionary<string, string> { ["b.c"] = "int c, f;\n" });

        second.NewProblems(first, ["b.c"]);

        Assert.Equal("int c, f;\n", compiler.After["b.c"]);
        Assert.Equal(["a.c", "page.h"], compiler.Others.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("int a, d;\n", compiler.Others["page.h"]);
    }

    private sealed class Listener : ICompilerCheck
    {
        public IReadOnlyDictionary<string, string> After { get; private set; } = ImmutableDictionary<string, string>.Empty;

        public IReadOnlyDictionary<string, string> Others { get; private set; } = ImmutableDictionary<string, string>.Empty;

        public ImmutableArray<CompilerProblem> NewProblems(
            IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, IReadOnlyDictionary<string, string> others)
        {
            (After, Others) = (after, others);
            return [];
        }
    }
}

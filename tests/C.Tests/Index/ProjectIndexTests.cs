using MigrateCleanup.C.Index;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Index;

/// <summary>What files of a codebase tell each other.</summary>
public sealed class ProjectIndexTests
{
    private static readonly StyleSet Styles = StyleSet.Shipped(Catalog.Styles);

    [Theory]
    [InlineData("void die(void) { log(); exit(1); }", true)]
    [InlineData("void die(void) { if (a) exit(1); }", false)]
    [InlineData("void die(void) { if (a) return; exit(1); }", false)]
    [InlineData("void die(void) { if (a) goto out; exit(1); out: ; }", false)]
    [InlineData("void die(void) { usage(2); } void usage(int n) { exit(n); }", true)]
    [InlineData("void die(void) __attribute__((noreturn)); void die(void) { log(); }", true)]
    [InlineData("#define FAIL(x) do { log(x); abort(); } while (0)\nvoid die(void) { FAIL(1); }", true)]
    [InlineData("#define FAIL(x) do { if (x) abort(); } while (0)\nvoid die(void) { FAIL(1); }", false)]
    [InlineData("#define FAIL(x) ((x) || (abort(), 0))\nvoid die(void) { FAIL(1); }", false)]
    public void FunctionsThatNeverComeBackAreFoundByTheirBodies(string text, bool never) =>
        Assert.Equal(never, Knowledge(text).IsNoReturn("die"));

    [Fact]
    public void StaticFunctionsOfOneNameMustAllNeverComeBack()
    {
        const string Never = "static void die(void) { exit(1); }";
        Assert.True(Knowledge(Never, Never).IsNoReturn("die"));
        Assert.False(Knowledge(Never, "static void die(void) { }").IsNoReturn("die"));
    }

    /// <summary>Each names the next one twice, in two definitions: there are more ways to the last one than can be walked.</summary>
    [Fact]
    public void MacrosThatLeadToEachOtherOnManyWaysAreEachLookedAtOnce()
    {
        const int Length = 300;
        var chain = string.Concat(Enumerable.Range(0, Length).Select(i =>
            $"#define STEP_{i}(x) STEP_{i + 1}(x) + STEP_{i + 1}(x)\n#define STEP_{i}(x) (STEP_{i + 1}(x))\n"));
        var meaning = Knowledge(chain + $"#define STEP_{Length}(x) ((x) = last)\n").MacroOf("STEP_0");

        Assert.Equal<int>([0], meaning!.Assigns);
        Assert.Contains("last", meaning.Names);
    }

    [Fact]
    public void MacrosThatNameEachOtherInARingDoWhatAnyOfThemDoes()
    {
        const string Ring = "#define A(x, y) B(y, x)\n#define B(x, y) do { C(x, y); A(x, y); } while (0)\n#define C(x, y) do { (x) = one; goto y; } while (0)\n";
        var meaning = Knowledge(Ring).MacroOf("A")!;

        Assert.Equal<int>([0, 1], meaning.Assigns);
        Assert.Equal<int>([0, 1], meaning.Exits!.Parameters.Order());
        Assert.Contains("one", meaning.Names);
        Assert.Equal<int>([0, 1], Knowledge(Ring).MacroOf("B")!.Assigns);
    }

    [Theory]
    [InlineData("MAX_ABORT", false)]
    [InlineData("STOP", true)]
    public void AMacroThatAbortsOnAConditionComesBack(string macro, bool never)
    {
        var meaning = Knowledge("#define MAX_ABORT(x) do { if ((x) > 3) abort(); } while (0)\n#define STOP() abort()\n").MacroOf(macro);
        Assert.Equal(never, meaning!.NeverReturns);
    }

    [Theory]
    [InlineData("A", 0L)]
    [InlineData("B", 5L)]
    [InlineData("C", 6L)]
    [InlineData("D", 24L)]
    [InlineData("E", -1L)]
    [InlineData("F", 8L)]
    [InlineData("G", null)]
    [InlineData("H", null)]
    public void EnumeratorsHaveTheirValues(string name, long? value) =>
        Assert.Equal(value, IndexOf("enum e { A, B = 0x5u, C, D = C << 2, E = -1, F = 010, G = sizeof(int), H };").Enumerator(name)!.Value);

    [Theory]
    [InlineData("struct s", "p", "char *")]
    [InlineData("struct s *", "list", "int *")]
    [InlineData("S", "inner", "long")]
    [InlineData("SPtr", "call", "void *")]
    [InlineData("Bare", "x", "Foo **")]
    [InlineData("struct s", "nothing", null)]
    public void FieldsAreFoundThroughTypedefs(string type, string field, string? found)
    {
        var index = IndexOf(
            "typedef struct s S; typedef S *SPtr; typedef struct { Foo **x; } Bare;",
            "struct s { char *p; int list[3]; union { long inner; }; void (*call)(int); };");
        Assert.Equal(found, index.Field(type, field)?.Type);
    }

    [Fact]
    public void AReturnTypeIsKnownWhereAllFilesAgree()
    {
        var index = IndexOf("char *f(void); static int g(void) { return 1; } typedef char *Text;", "Text f(void) { return 0; } static char *g(void) { return 0; }");
        Assert.NotNull(index.ReturnTypeOf("f"));
        Assert.Null(index.ReturnTypeOf("g"));
        Assert.Null(index.ReturnTypeOf("h"));
    }

    [Theory]
    [InlineData("#define X", MacroShape.Attribute)]
    [InlineData("#define X __attribute__((cold)) static", MacroShape.Attribute)]
    [InlineData("#define X(a) __attribute__((nonnull(a)))", MacroShape.Attribute)]
    [InlineData("#define X(a)", MacroShape.Unknown)]
    [InlineData("#ifdef A\n#define X(a)\n#else\n#define X(a) __attribute__((nonnull(a)))\n#endif", MacroShape.Attribute)]
    [InlineData("#define X(a) for (i = 0; i < (a); i++)", MacroShape.Loop)]
    [InlineData("#define X(a) for (;;) if (!(a)) {} else", MacroShape.Loop)]
    [InlineData("#define X(a) do { a(); } while (0)", MacroShape.Unknown)]
    [InlineData("#define X(a) { a(); }", MacroShape.Statement)]
    [InlineData("#define X(a) if (a) return;", MacroShape.Statement)]
    [InlineData("#define X { 1, 2 }", MacroShape.Unknown)]
    [InlineData("#define X \"a\" PRIu64", MacroShape.String)]
    [InlineData("#define X unsigned int", MacroShape.Type)]
    [InlineData("#define X Y\n#define Y struct s *", MacroShape.Type)]
    [InlineData("#define X Y\n#define Y X", MacroShape.Unknown)]
    [InlineData("#define X 3", MacroShape.Unknown)]
    [InlineData("#ifdef A\n#define X \"a\"\n#else\n#define X int\n#endif", MacroShape.Unknown)]
    public void MacrosHaveTheShapeOfTheirDefinitions(string text, MacroShape shape) =>
        Assert.Equal(shape, IndexOf(text + "\n").SyntaxNames(Styles).ShapeOf("X"));

    [Fact]
    public void MacrosOfStylesDeclare()
    {
        var names = IndexOf("").SyntaxNames(Styles);
        Assert.Equal(MacroShape.PointerType, names.ShapeOf("g_autoptr"));
        Assert.Equal(MacroShape.ValueType, names.ShapeOf("g_auto"));
        Assert.Equal(MacroShape.Attribute, names.ShapeOf("g_autofree"));
        Assert.Equal(MacroShape.Attribute, names.ShapeOf("__free"));
    }

    [Theory]
    [InlineData("void xFree(struct x *p) { if (!p) return; free(p->name); free(p); }", true, false, false)]
    [InlineData("void xFree(struct x *p) { free(p->name); free(p); }", false, false, false)]
    [InlineData("void xFree(void *data) { struct x *p = data; free(p->name); free(data); }", false, false, false)]
    [InlineData("void xFree(struct x *p) { if (!p) return; p->next->prev = 0; free(p); }", true, true, false)]
    [InlineData("void xFree(struct x *p) { static int n; if (!p) return; n++; free(p); }", true, true, false)]
    [InlineData("void xFree(struct x *p) { struct x *q = p; q->next = 0; free(p); }", false, true, false)]
    [InlineData("void xFree(struct x **p) { free(*p); *p = NULL; }", false, false, true)]
    [InlineData("void xFree(struct x *p)\n{\n#ifdef A\n if (!p)\n return;\n free(p\n#else\n free(p->next\n#endif\n );\n}", false, false, false)]
    public void BodiesOfReleasersAreJudged(string text, bool returnsForNull, bool writesElsewhere, bool clears)
    {
        var body = IndexOf(text).Releaser("xFree")!;
        Assert.Equal(returnsForNull, body.ReturnsForNull);
        Assert.Equal(writesElsewhere, body.WritesElsewhere);
        Assert.Equal(clears, body.Clears);
    }

    [Fact]
    public void ReleasersOfOneNameAreWhatAllOfThemAre()
    {
        var index = IndexOf("static void xFree(struct x *p) { if (!p) return; free(p); }", "static void xFree(struct x *p) { count++; free(p); }");
        Assert.False(index.Releaser("xFree")!.ReturnsForNull);
        Assert.True(index.Releaser("xFree")!.WritesElsewhere);
    }

    [Theory]
    [InlineData("#define DEF(t, b) void x_##t##_free(x_##t **p) { if (!p || !*p) return; b }", "x_", "_free")]
    [InlineData("#define DEF(t) void t##_free(t *p) { free(p); }", null, null)]
    [InlineData("#define DEF(t) void x_##t##_free(x_##t **p);", null, null)]
    [InlineData("#define DEF(t) do { x_##t##_free(p); } while (0)", null, null)]
    public void AMacroThatDefinesFunctionsSaysHowTheyAreNamed(string text, string? prefix, string? suffix)
    {
        var template = FunctionTemplate.Of(IndexOf(text).Macros("DEF")[0]);
        Assert.Equal(prefix, template?.Prefix);
        Assert.Equal(suffix, template?.Suffix);
    }

    [Fact]
    public void WhatAMacroDefinesIsReadForANameThatIsCalled()
    {
        var template = FunctionTemplate.Of(IndexOf("#define DEF(t, b) void x_##t##_free(x_##t **p) { if (!p || !*p) return; b free(*p); *p = NULL; }").Macros("DEF")[0])!;
        var name = Assert.Single(template.CalledIn("void f(void) { x_plug_free(&p); y_x_plug_free(&p); x__free(&p); x_plug_freed(&p); g = x_plug_free; }"));
        Assert.Equal("x_plug_free", name);
        var body = IndexOf(template.DefinitionOf(name)).Releaser(name)!;
        Assert.Equal("x_plug **", body.Parameter);
        Assert.True(body is { ReturnsForNull: true, Clears: true });
        Assert.Contains("b", body.Calls);
    }

    [Theory]
    [InlineData("struct s { bool defer; }; void f(bool defer) { s->defer = defer; if (defer) g(defer, 1); }", null)]
    [InlineData("void f(void) { char *p = g(); defer free(p); }", "defer")]
    [InlineData("void f(void) { defer { g(); } }", "defer")]
    [InlineData("void f(void) { g_autofree char *p = NULL; }", "glib")]
    [InlineData("void f(void) { __attribute__((cleanup(g))) int x; }", "attribute")]
    public void AWordIsASignWhereItStandsAsAMacroDoes(string text, string? style)
    {
        var counted = Styles.Styles.SelectMany(s => s.Signs).Select(s => s.Macro).ToHashSet();
        var index = ProjectIndex.Of([FileFacts.Of(CParser.Parse("file.c", text, SyntaxNames.None), counted, Catalog.ReleaserWords)], Styles);
        Assert.Equal(style, Styles.Choose(index.Uses)?.Name);
    }

    [Theory]
    [InlineData("void f(void) { g_autofree char *p = NULL; }", true)]
    [InlineData("void f(void) { q = g_memdup2(p, 3); }", true)]
    [InlineData("void f(void) { g_free(p); }", false)]
    [InlineData("#define g_autofree own\nvoid f(void) { g_autofree char *p = NULL; }", false)]
    [InlineData("void *g_memdup2(void *p, long n) { return g_memdup(p, n); } void f(void) { q = g_memdup2(p, 3); }", false)]
    public void ALibraryBringsItsMacrosTogether(string text, bool brings)
    {
        var counted = Styles.Styles.SelectMany(s => s.Library).SelectMany(l => l.Words).ToHashSet();
        var index = ProjectIndex.Of([FileFacts.Of(CParser.Parse("file.c", text, SyntaxNames.None), counted, Catalog.ReleaserWords)], Styles);
        Assert.Equal(brings, index.HasMacro("g_autoptr"));
    }

    private static CodeKnowledge Knowledge(params string[] texts) => new(IndexOf(texts), Styles, null, Catalog.CatalogueFor("c"));

    private static ProjectIndex IndexOf(params string[] texts) => ProjectIndex.Of(
        [.. texts.Select((t, i) => FileFacts.Of(CParser.Parse($"file{i}.c", t, SyntaxNames.None), new HashSet<string>(), Catalog.ReleaserWords))], Styles);
}

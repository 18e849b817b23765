namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>The header that a run brings along for codebases without clean-up macros, and what stands beside it.</summary>
public sealed class BroughtHeaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>A macro of the codebase's own that takes a value out is known by what its body does, and goes before one that is brought.</summary>
    [Theory]
    [InlineData("", "take_text(&text)")]
    [InlineData("note(place_); ", "steal_pointer(&text)")]
    public void AMacroOfItsOwnTakesTheValueOut(string works, string taken)
    {
        _scratch.Write("text.h", $$"""
            #define take_text(pp) ({ \
                    __typeof__(*(pp)) *const place_ = (pp); \
                    __typeof__(*place_) value_ = NULL; \
                    {{works}}if (place_ && (value_ = *place_)) \
                        *place_ = NULL; \
                    value_; \
                })

            """);
        _scratch.Write("text.c", """
            #include <stdlib.h>
            #include "text.h"

            int fill(char *text);
            int read_text(char **result, int size)
            {
                char *text = malloc(size);

                if (!text)
                    return -1;

                if (fill(text) < 0) {
                    free(text);
                    return -1;
                }

                *result = text;
                return 0;
            }

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains($"    *result = {taken};\n", _scratch.Text("text.c"), StringComparison.Ordinal);
    }

    /// <summary>Nobody has used the library yet, and no header that is not there to be read may bring it.</summary>
    [Theory]
    [InlineData("#include \"page.h\"\n", true)]
    [InlineData("#include \"unseen.h\"\n", false)]
    public void ALibraryThatIsNewIsIncluded(string own, bool isIncluded)
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", $$"""
            #include <stdio.h>
            {{own}}
            int show(const char *name)
            {
                char *copy = strdup(name);
                int ret;

                if (!copy)
                    return -1;

                ret = puts(copy);
                free(copy);
                return ret;
            }

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "glib").ExitCode);

        Assert.Contains("    g_autofree char *copy = g_strdup(name);\n", _scratch.Text("page.c"), StringComparison.Ordinal);
        Assert.Equal(isIncluded, _scratch.Text("page.c").Contains("#include <glib.h>\n", StringComparison.Ordinal));
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "glib").Output);
    }

    /// <summary>A file of a folder whose neighbours are compiled with another path for headers: only a relative path is sure to lead there.</summary>
    [Fact]
    public void EveryFileFindsIt()
    {
        _scratch.Write("lib/page.h", Page);
        _scratch.Write("lib/page.c", "#include \"page.h\"\n\n" + User("lib"));
        _scratch.Write("lib/more.c", "#include \"page.h\"\n\n" + User("more"));
        _scratch.Write("desk/near.c", "#include \"page.h\"\n\n" + User("near"));
        _scratch.Write("tool/apart.c", "#include \"../lib/page.h\"\n\n" + User("apart"));
        _scratch.Write("other/config.h", "#define OTHER 1\n");
        _scratch.Write("tool/configured.c", "#include \"config.h\"\n#include \"../lib/page.h\"\n\n" + User("configured"));
        _scratch.Write("tool/mixed.c", "#ifdef OLD\n#include \"more.h\"\n#endif\n#include \"../lib/page.h\"\n#include \"../lib/list.h\"\n\n" + User("mixed"));
        _scratch.Write("lib/more.h", "int more;\n");
        _scratch.Write("lib/list.h", "int list;\n");
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains("DEFINE_CLEANUP(free);\n", _scratch.Text("lib/cleanup.h"), StringComparison.Ordinal);
        Assert.Contains("#include \"cleanup.h\"\n", _scratch.Text("desk/near.c"), StringComparison.Ordinal);
        Assert.Contains("#include \"../lib/cleanup.h\"\n", _scratch.Text("tool/apart.c"), StringComparison.Ordinal);
        Assert.Contains("#include \"../lib/cleanup.h\"\n", _scratch.Text("tool/configured.c"), StringComparison.Ordinal);
        Assert.Contains("#include \"../lib/cleanup.h\"\n", _scratch.Text("tool/mixed.c"), StringComparison.Ordinal);
    }

    /// <summary>Who includes a header may have a declaration of the same kind, and two do not compile.</summary>
    [Fact]
    public void NoDeclarationComesToStandInAHeader()
    {
        const string Part = "struct part;\nstruct part *part_new(const char *name);\nvoid part_free(struct part *part);\n";
        const string Body = "(const char *name)\n{\n    struct part *part = part_new(name);\n\n    use(part);\n    part_free(part);\n}\n";
        _scratch.Write("part.h", "#include \"page.h\"\n\n" + Part + "void use(struct part *part);\n\nstatic inline void part_show" + Body);
        _scratch.Write("page.h", Page);
        _scratch.Write("part.c", "#include \"part.h\"\n\nvoid show" + Body);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.DoesNotContain("cleanup", _scratch.Text("part.h"), StringComparison.Ordinal);
        Assert.Contains("DEFINE_CLEANUP(part_free);\n", _scratch.Text("part.c"), StringComparison.Ordinal);
    }

    /// <summary>What brings the releaser stands under a condition, with functions: the declaration stands behind that.</summary>
    [Fact]
    public void ADeclarationStandsBehindTheIncludesOfAnEarlierPart()
    {
        const string Earlier = "#if defined(ONE) || defined(TWO)\n#include \"page.h\"\n\nvoid earlier(void)\n{\n}\n#endif\n\n";
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include <stdlib.h>\n\n" + Earlier + """
            #ifdef ONE
            int show(const char *path)
            {
                struct page *page = page_open(path);
                int ret = page ? check(page->name) : -1;

                page_free(page);
                return ret;
            }
            #endif

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains(Earlier + "#ifdef ONE\nDEFINE_CLEANUP(page_free);\n#endif\n\n#ifdef ONE\nint show", _scratch.Text("page.c"), StringComparison.Ordinal);
    }

    /// <summary>It includes headers of the system's: where a file means something else by a word of theirs, it is not included.</summary>
    [Fact]
    public void AFileWithAWordOfItsOwnIsLeftAlone()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include \"page.h\"\n\n" + User("page"));
        _scratch.Write("taken.c", "#include \"page.h\"\n\nstatic int sync;\n\n" + User("taken"));
        _scratch.Committed();

        Assert.Contains("needs-macro", Tool.Run(_scratch, "apply", ".", "--style", "attribute", "--verbose").Error, StringComparison.Ordinal);

        Assert.Contains("cleanup(cleanup_free)", _scratch.Text("page.c"), StringComparison.Ordinal);
        Assert.DoesNotContain("cleanup", _scratch.Text("taken.c"), StringComparison.Ordinal);
    }

    /// <summary>Headers that are named with their folder make a home as well, and are the model for how this one is named.</summary>
    [Fact]
    public void ItIsNamedWithItsFolderWhereItsNeighboursAre()
    {
        _scratch.Write("page/page.h", Page);
        _scratch.Write("page/page.c", "#include \"page.h\"\n\n" + User("page"));
        _scratch.Write("sys/types.h", "typedef int part;\n");
        _scratch.Write("tool/tool.c", "#include <sys/types.h>\n#include <page/page.h>\n\n" + User("tool"));
        _scratch.Write("daemon/daemon.c", "#include <sys/types.h>\n#include \"page/page.h\"\n\n" + User("serve"));
        _scratch.Write("test/test.h", Page);
        _scratch.Write("test/test.c", "#include \"test.h\"\n\n" + User("test"));
        _scratch.Write("test/names/names.c", "#include \"test.h\"\n\n" + User("names"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains("#include \"cleanup.h\"\n", _scratch.Text("page/page.c"), StringComparison.Ordinal);
        Assert.Contains("#include <page/cleanup.h>\n", _scratch.Text("tool/tool.c"), StringComparison.Ordinal);
        Assert.Contains("#include \"page/cleanup.h\"\n", _scratch.Text("daemon/daemon.c"), StringComparison.Ordinal);
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "attribute").Output);
    }

    /// <summary>It includes headers of the system's: what those ask for is defined before them, and what configures the file as well.</summary>
    [Fact]
    public void ItStandsBehindWhatTheSystemsHeadersAskFor()
    {
        const string Configured = "#include \"config.h\"\n#ifdef __linux__\n#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n#include <stdlib.h>\n";
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", Configured + "#include \"page.h\"\n\n" + User("load") + "#endif\n");
        _scratch.Write("other.c", "#include \"config.h\"\n#include \"page.h\"\n\n" + User("other"));
        _scratch.Write("world.h", "#define _GNU_SOURCE\n#include <stdio.h>\n#include \"page.h\"\n");
        _scratch.Write("tabbed.c", "#include <stddef.h>\n#include\t\"world.h\"\n#include\t\"zone.h\"\n\n" + User("tabbed"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.StartsWith(Configured + "#include \"cleanup.h\"\n#include \"page.h\"\n", _scratch.Text("page.c"), StringComparison.Ordinal);
        Assert.StartsWith("#include \"config.h\"\n#include \"page.h\"\n#include \"cleanup.h\"\n", _scratch.Text("other.c"), StringComparison.Ordinal);
        Assert.StartsWith("#include <stddef.h>\n#include\t\"world.h\"\n#include\t\"cleanup.h\"\n#include\t\"zone.h\"\n", _scratch.Text("tabbed.c"), StringComparison.Ordinal);
    }

    /// <summary>A header of the compiler's, which no other brings: each file that needs it has it afterwards, and none twice.</summary>
    [Fact]
    public void TheCompilersHeaderIsIncluded()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("world.h", "#include <stddefer.h>\n#include \"page.h\"\n");
        _scratch.Write("with.c", "#include \"world.h\"\n\n" + User("with"));
        _scratch.Write("without.c", "#include <stdio.h>\n#include \"page.h\"\n\n" + User("without"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "defer").ExitCode);

        Assert.StartsWith("#include \"world.h\"\n\n", _scratch.Text("with.c"), StringComparison.Ordinal);
        Assert.StartsWith("#include <stdio.h>\n#include <stddefer.h>\n#include \"page.h\"\n\n", _scratch.Text("without.c"), StringComparison.Ordinal);
        Assert.Contains("    defer free(text);\n", _scratch.Text("with.c"), StringComparison.Ordinal);
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "defer").Output);
    }

    /// <summary>A file that includes nothing yet: it stands above what is declared first and its comment, behind what speaks of the file.</summary>
    [Fact]
    public void AFileWithoutAnIncludeHasItAsItsFirst()
    {
        const string Declared = "void *page_open(const char *path);\n\n";
        _scratch.Write("page.h", Page);
        _scratch.Write("lib.c", "#include \"page.h\"\n\n" + User("lib"));
        _scratch.Write("bare.c", "/* Pages. */\n\n/* Opens one. */\n" + Declared + User("first") + User("second"));
        _scratch.Write("defined.c", "#define PAGES 1\n" + Declared + User("third"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.StartsWith("/* Pages. */\n\n#include \"cleanup.h\"\n\n", _scratch.Text("bare.c"), StringComparison.Ordinal);
        Assert.Contains("\n\n/* Opens one. */\n" + Declared, _scratch.Text("bare.c"), StringComparison.Ordinal);
        Assert.StartsWith("#define PAGES 1\n#include \"cleanup.h\"\n\n", _scratch.Text("defined.c"), StringComparison.Ordinal);
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "attribute").Output);
    }

    /// <summary>The codebase has a function of a name that the header would define: it is left out, and what needs it is as it was.</summary>
    [Fact]
    public void ItDefinesNothingTwice()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", """
            #include "page.h"

            static void cleanup_free(void *p)
            {
                free(p);
            }

            void page_free(struct page *page)
            {
                free(page->name);
                free(page);
            }

            int first(const char *path)
            {
                struct page *page = page_open(path);

                if (!page)
                    return -1;

                if (check(path) < 0) {
                    page_free(page);
                    return -1;
                }

                page_free(page);
                return 0;
            }

            int second(struct page *page)
            {
                char *text = page_text(page);
                int ret = text ? check(text) : -1;

                free(text);
                run_with(cleanup_free, page);
                return ret;
            }

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.DoesNotContain("DEFINE_CLEANUP(free)", _scratch.Text("cleanup.h"), StringComparison.Ordinal);
        Assert.Contains("free(text);", _scratch.Text("page.c"), StringComparison.Ordinal);
        Assert.Contains("__attribute__((cleanup(cleanup_page_free))) struct page *page", _scratch.Text("page.c"), StringComparison.Ordinal);
    }

    /// <summary>Two functions need a declaration, one before and one behind the definition of its releaser: there is one.</summary>
    [Fact]
    public void AFileDeclaresACleanupOnce()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include <stdlib.h>\n#include \"page.h\"\n\n" + User("before")
            + "\nvoid page_free(struct page *page)\n{\n    free(page->name);\n    free(page);\n}\n\n" + User("behind"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        var text = _scratch.Text("page.c");
        Assert.Equal(2, text.Split("DEFINE_CLEANUP(page_free);").Length);
        Assert.Equal(3, text.Split("__attribute__((cleanup(cleanup_page_free)))").Length);
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "attribute").Output);
    }

    private const string Page = """
        #include <stdlib.h>

        struct page {
            char *name;
        };

        struct page *page_open(const char *path);
        void page_free(struct page *page);
        char *page_text(struct page *page);
        int check(const char *text);

        """;

    /// <summary>What one file declares for itself, the others do not see: each declares it.</summary>
    [Fact]
    public void EachFileDeclaresForItself()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include \"page.h\"\n\nvoid page_free(struct page *page)\n{\n    free(page->name);\n    free(page);\n}\n");
        _scratch.Write("first.c", "#include \"page.h\"\n\n" + User("first"));
        _scratch.Write("second.c", "#include \"page.h\"\n\n" + User("second"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute", "--include", "first.c").ExitCode);
        Assert.DoesNotContain("DEFINE_CLEANUP", _scratch.Text("second.c"), StringComparison.Ordinal);
        _scratch.Committed();
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains("DEFINE_CLEANUP(page_free);\n", _scratch.Text("first.c"), StringComparison.Ordinal);
        Assert.Contains("DEFINE_CLEANUP(page_free);\n", _scratch.Text("second.c"), StringComparison.Ordinal);
    }

    /// <summary>All of a file but its configuration stands under one condition: so does what brings the releaser, and the declaration behind it.</summary>
    [Fact]
    public void AFileUnderOneConditionDeclaresBehindItsIncludes()
    {
        const string Top = "#include \"config.h\"\n\n#ifdef PAGES /* empty without */\n#include <stdlib.h>\n#include \"page.h\"\n\n";
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include \"page.h\"\n\nvoid page_free(struct page *page)\n{\n    free(page->name);\n    free(page);\n}\n");
        _scratch.Write("user.c", Top + User("use") + "#endif\n");
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);

        Assert.Contains("#include \"page.h\"\n\nDEFINE_CLEANUP(page_free);\n\nint use(", _scratch.Text("user.c"), StringComparison.Ordinal);
    }

    /// <summary>An earlier run brought it, and what included it was taken back, or it goes by another name by now.</summary>
    [Theory]
    [InlineData("cleanup.h")]
    [InlineData("scope.h")]
    public void OneThatIsThereIsIncluded(string name)
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("page.c", "#include \"page.h\"\n\nvoid page_free(struct page *page)\n{\n    free(page->name);\n    free(page);\n}\n");
        _scratch.Write("first.c", "#include \"page.h\"\n\n" + User("first"));
        _scratch.Committed();
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);
        _scratch.Git("checkout", "-q", ".");
        File.Move(_scratch["cleanup.h"], _scratch[name], overwrite: true);

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);
        var text = _scratch.Text("first.c");
        Assert.Contains($"#include \"{name}\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\n\nDEFINE_CLEANUP(page_free);\n\nint first(", text, StringComparison.Ordinal);
    }

    /// <summary>What is included behind functions is for those behind it.</summary>
    [Fact]
    public void ItStandsBeforeTheFirstFunction()
    {
        _scratch.Write("page.h", Page);
        _scratch.Write("first.c", "#include <stdio.h>\n\n" + User("first") + "#include \"page.h\"\n#include \"old.h\"\n\n" + User("second"));
        _scratch.Committed();
        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "attribute").ExitCode);
        Assert.StartsWith("#include <stdio.h>\n#include \"cleanup.h\"\n\n", _scratch.Text("first.c"), StringComparison.Ordinal);
    }

    private static string User(string name) => $$"""
        int {{name}}(const char *path)
        {
            struct page *page = NULL;
            char *text = NULL;
            int ret = -1;

            page = page_open(path);
            if (!page)
                return -1;

            text = page_text(page);
            if (!text)
                goto out;

            ret = check(text);

        out:
            free(text);
            page_free(page);
            return ret;
        }

        """;

    /// <summary>A macro of the codebase's own that another component has is not reached for where the style brings one along.</summary>
    [Fact]
    public void AMacroOfAnotherComponentStaysThere()
    {
        _scratch.Write("library/util.h", "#define take(p) __extension__ ({ __typeof__(p) value_ = (p); (p) = NULL; value_; })\n");
        _scratch.Write("library/other.c", "#include \"util.h\"\n\nint other;\n");
        _scratch.Write("program/show.c", """
            #include <stdlib.h>
            #include <string.h>

            int check(const char *name);
            char *show(const char *name)
            {
                char *copy = strdup(name);

                if (check(copy) < 0) {
                    free(copy);
                    return NULL;
                }

                return copy;
            }

            """);
        _scratch.Committed();

        var output = Tool.Run(_scratch, "diff", ".", "--style", "attribute").Output;
        Assert.Contains("+    return steal_pointer(&copy);\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("util.h", output, StringComparison.Ordinal);
    }
}

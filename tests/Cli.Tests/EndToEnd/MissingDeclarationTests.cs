namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>Where clean-up declarations that a codebase lacks come to stand.</summary>
public sealed class MissingDeclarationTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>A header declares for old versions of a library what that has otherwise, and more.</summary>
    [Fact]
    public void WhatIsDeclaredForOldVersionsIsNotThere()
    {
        _scratch.Write("compat.h", """
            #include <glib.h>

            #if !GLIB_CHECK_VERSION(2, 43, 4)
            G_DEFINE_AUTOPTR_CLEANUP_FUNC(gchar, g_free)
            #endif

            """);
        _scratch.Write("show.c", """
            #include "compat.h"

            gchar *text_of(int number);
            void show(int number)
            {
                gchar *text = text_of(number);

                g_print("%s", text);
                g_free(text);
            }

            """);
        _scratch.Committed();

        Assert.Contains("+    g_autofree gchar *text = text_of(number);\n", Tool.Run(_scratch, "diff", ".", "--style", "glib").Output, StringComparison.Ordinal);
    }

    /// <summary>Its neighbour has the library; it may be built without.</summary>
    [Fact]
    public void AFileThatDoesWithoutTheLibraryIsGivenNothingOfIt()
    {
        const string Show = "void show(int number)\n{\n    char *text = text_of(number);\n\n    print_text(text);\n    g_free(text);\n}\n";
        _scratch.Write("text.h", "char *text_of(int number);\nvoid print_text(const char *text);\nvoid g_free(void *p);\n");
        _scratch.Write("with.c", "#include <glib.h>\n#include \"text.h\"\n\n" + Show);
        _scratch.Write("without.c", "#include <stdio.h>\n#include \"text.h\"\n\n" + Show);
        _scratch.Committed();

        var diff = Tool.Run(_scratch, "diff", ".", "--style", "glib").Output;

        Assert.Contains("+++ b/with.c\n", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("without.c", diff, StringComparison.Ordinal);
    }

    /// <summary>
    /// Nobody defines the releaser, which gives back nothing; the header includes what defines the style's macros, and nobody
    /// has used any of them yet.
    /// </summary>
    [Fact]
    public void AHeaderWithPrototypesOnlyDeclaresTheReleaser()
    {
        _scratch.Write("include/clean.h", """
            #include <stdlib.h>
            #define _cleanup_(f) __attribute__((cleanup(f)))
            #define DEFINE_TRIVIAL_CLEANUP_FUNC(type, func) \
                static inline void func##p(type *p) {       \
                    if (*p)                                 \
                        *p = func(*p);                      \
                }

            """);
        _scratch.Write("include/part.h", """
            #include "clean.h"

            typedef struct Part Part;
            Part *part_unref(Part *part);
            Part *part_get(int number);
            int part_check(Part *part);

            """);
        _scratch.Write("src/show.c", """
            #include "part.h"

            int show(int number) {
                    Part *part = part_get(number);
                    int r;

                    if (!part)
                            return -1;

                    r = part_check(part);
                    part_unref(part);
                    return r;
            }

            """);
        _scratch.Committed();

        var output = Tool.Run(_scratch, "diff", ".").Output;
        Assert.Contains(" Part *part_unref(Part *part);\n+DEFINE_TRIVIAL_CLEANUP_FUNC(Part*, part_unref);\n", output, StringComparison.Ordinal);
        Assert.Contains("+        _cleanup_(part_unrefp) Part *part = part_get(number);\n", output, StringComparison.Ordinal);
    }

    /// <summary>Its releaser takes anything, and its name is public: the codebase's own header that says what it is may say how it is released.</summary>
    [Fact]
    public void AReleaserForManyTypesIsDeclaredBehindTheStructure()
    {
        _scratch.Write("include/thing.h", "typedef struct _Thing Thing;\ntypedef Thing *ThingPtr;\n");
        _scratch.Write("src/object.h", """
            #include <glib.h>

            typedef struct _Other Other;
            void object_free(void *object);
            G_DEFINE_AUTOPTR_CLEANUP_FUNC(Other, object_free);

            """);
        _scratch.Write("src/object.c", "#include \"object.h\"\n\nvoid object_free(void *object)\n{\n    if (!object)\n        return;\n\n    g_free(object);\n}\n");
        _scratch.Write("src/things.h", """
            #include "object.h"
            #include "../include/thing.h"

            struct _Thing {
                int number;
            };

            ThingPtr thing_get(int number);
            int thing_show(ThingPtr thing);

            """);
        _scratch.Write("src/show.c", """
            #include "things.h"

            int show(int number)
            {
                ThingPtr thing = NULL;
                g_autoptr(Other) other = NULL;
                int ret = -1;

                if (!(thing = thing_get(number)))
                    goto cleanup;

                ret = thing_show(thing);

             cleanup:
                object_free(thing);
                return ret;
            }

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "glib").ExitCode);

        Assert.Contains("    g_autoptr(Thing) thing = NULL;\n", _scratch.Text("src/show.c"), StringComparison.Ordinal);
        Assert.Contains("    int number;\n};\nG_DEFINE_AUTOPTR_CLEANUP_FUNC(Thing, object_free)\n", _scratch.Text("src/things.h"), StringComparison.Ordinal);
        Assert.DoesNotContain("AUTOPTR", _scratch.Text("include/thing.h"), StringComparison.Ordinal);
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "glib").Output);
    }

    /// <summary>A library releases it, and has no header of the codebase's: where its type function is declared, all that is needed is at hand.</summary>
    [Theory]
    [InlineData("GType page_get_type (void);\n", true)]
    [InlineData("", false)]
    public void AClassIsDeclaredBehindTheParagraphOfItsTypeFunction(string typeFunction, bool isDeclared)
    {
        _scratch.Write("src/types.h", "#include <gio/gio.h>\n\ntypedef struct _Page Page;\n");
        _scratch.Write("src/page.h", $"#include \"types.h\"\n\n{typeFunction}Page *page_new (int number);\nint page_show (Page *page);\n\nint page_count (void);\n");
        _scratch.Write("src/other.c", "#include <glib.h>\n");
        _scratch.Write("tool/show.c", """
            #include "../src/page.h"

            int show (int number)
            {
              Page *page = page_new (number);
              int ret = page_show (page);

              g_object_unref (page);
              return ret;
            }

            """);
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "glib").ExitCode);

        var added = "int page_show (Page *page);\n\nG_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, g_object_unref)\n\nint page_count (void);\n";
        Assert.Equal(isDeclared, _scratch.Text("src/page.h").Contains(added, StringComparison.Ordinal));
        Assert.Equal(isDeclared, _scratch.Text("tool/show.c").Contains("  g_autoptr(Page) page = page_new (number);\n", StringComparison.Ordinal));
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "glib").Output);
    }

    /// <summary>The build makes the header that declares the type, and may put a declaration of its own there.</summary>
    [Theory]
    [InlineData("#include \"made.h\"", false)]
    [InlineData("typedef struct Thing Thing;", true)]
    public void ATypeOfAHeaderThatIsNotThereGetsNone(string type, bool isDeclared)
    {
        _scratch.Write("other.c", "#include <glib.h>\n\ntypedef struct Thing Thing;\n");
        _scratch.Write("show.c", $$"""
            #include <glib.h>
            {{type}}

            typedef struct _Other Other;
            void other_free(Other *other);
            G_DEFINE_AUTOPTR_CLEANUP_FUNC(Other, other_free)

            Thing *thing_get(int number);
            int thing_show(Thing *thing);

            static void thing_cleanup(Thing *thing)
            {
                g_free(thing);
            }

            int show(int number)
            {
                g_autoptr(Other) other = NULL;
                Thing *thing = thing_get(number);
                int ret = thing_show(thing);

                thing_cleanup(thing);
                return ret;
            }

            """);
        AssertDeclared(isDeclared, "thing_cleanup");
    }

    /// <summary>A header that somebody reads without the library that has the macro stays without it.</summary>
    [Theory]
    [InlineData("#include \"thing.h\"\n", false)]
    [InlineData("#include <glib.h>\n#include \"thing.h\"\n", true)]
    public void AHeaderIsReadByOthersToo(string other, bool isDeclared)
    {
        _scratch.Write("lib/thing.h", "typedef struct Thing Thing;\nThing *thing_get(int number);\nint thing_show(Thing *thing);\nvoid thing_free(Thing *thing);\n");
        _scratch.Write("lib/thing.c", other + "\nvoid thing_free(Thing *thing)\n{\n    free(thing);\n}\n");
        _scratch.Write("lib/show.c", """
            #include <glib.h>
            #include "thing.h"

            int show(int number)
            {
                g_autofree char *name = NULL;
                Thing *thing = thing_get(number);
                int ret = thing_show(thing);

                thing_free(thing);
                return ret;
            }

            """);
        AssertDeclared(isDeclared, "thing_free");
    }

    /// <summary>Two files release a type in two ways. Both ways cannot be its clean-up: the first one is, the other stays by hand.</summary>
    [Fact]
    public void ATypeHasOneReleaser()
    {
        _scratch.Write("thing.h", """
            #include <glib.h>

            typedef struct _Other Other;
            void other_free(Other *other);
            G_DEFINE_AUTOPTR_CLEANUP_FUNC(Other, other_free)

            typedef struct _Thing Thing;

            Thing *thing_new(int number);
            int thing_show(Thing *thing);
            void thing_free(Thing *thing);
            void thing_dispose(Thing *thing);

            """);
        _scratch.Write("thing.c", "#include \"thing.h\"\n\n" + Releaser("thing_free") + "\n" + Releaser("thing_dispose"));
        _scratch.Write("a.c", User("a", "thing_free"));
        _scratch.Write("b.c", User("b", "thing_dispose"));
        _scratch.Committed();

        Assert.Equal(0, Tool.Run(_scratch, "apply", ".", "--style", "glib").ExitCode);

        Assert.Contains("G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thing, thing_free)\n", _scratch.Text("thing.h"), StringComparison.Ordinal);
        Assert.DoesNotContain("(Thing, thing_dispose)", _scratch.Text("thing.h"), StringComparison.Ordinal);
        Assert.Contains("g_autoptr(Thing) thing = NULL;", _scratch.Text("a.c"), StringComparison.Ordinal);
        Assert.Equal(User("b", "thing_dispose"), _scratch.Text("b.c"));
        Assert.Equal("", Tool.Run(_scratch, "diff", ".", "--style", "glib").Output);

        static string Releaser(string name) => $"void {name}(Thing *thing)\n{{\n    if (!thing)\n        return;\n\n    g_free(thing);\n}}\n";

        static string User(string name, string releaser) => $$"""
            #include "thing.h"

            int {{name}}(int number)
            {
                g_autoptr(Other) other = NULL;
                Thing *thing = NULL;
                int ret = -1;

                if (!(thing = thing_new(number)))
                    goto cleanup;

                ret = thing_show(thing);

             cleanup:
                {{releaser}}(thing);
                return ret;
            }

            """;
    }

    /// <summary>The type is scoped by a declaration of its releaser, or nothing of it is.</summary>
    private void AssertDeclared(bool isDeclared, string releaser)
    {
        var result = Tool.Run(_scratch, "diff", ".", "--style", "glib");
        Assert.Equal(isDeclared, result.Output.Contains($"+G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thing, {releaser})\n", StringComparison.Ordinal));
        Assert.Equal(isDeclared, result.Output.Contains("+    g_autoptr(Thing) thing = ", StringComparison.Ordinal));
    }
}

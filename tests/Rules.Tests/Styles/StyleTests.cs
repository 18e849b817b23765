using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using NJsonSchema;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Styles;

public sealed class StyleTests
{
    private static readonly StyleSet Shipped = StyleSet.Shipped(Catalog.Styles);

    public static TheoryData<string> Files => [.. Catalog.Styles.Select(s => s.Name)];

    [Fact]
    public void The_eight_styles_are_shipped() => Assert.Equal(
        ["attribute", "defer", "glib", "kernel", "libvirt", "lxc", "networkmanager", "qemu", "systemd"], Shipped.Styles.Select(s => s.Name));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_shipped_style_reads_and_is_as_its_schema_says(string name)
    {
        var text = Catalog.TextOf(name)!;
        var (style, problems) = StyleFile.Read(name, text);
        Assert.Empty(problems);
        Assert.NotEmpty(style!.Signs);

        var schema = await JsonSchema.FromJsonAsync(Catalog.TextOf("schemas/style.schema.json")!);
        Assert.Empty(schema.Validate(WithoutComments(text)));
    }

    [Fact]
    public void What_a_form_is_declared_by_is_declared() => Assert.All(Shipped.Styles, style =>
    {
        Assert.Empty(Shipped.Problems);
        Assert.Empty(style.Scopes.SelectMany(s => s.DeclaredBy).Except(style.Declarations.Select(d => d.Macro)));
        Assert.Equal(style.Scopes.Length, style.Scopes.DistinctBy(s => s.Name).Count());
    });

    [Fact]
    public void Mistakes_have_their_place()
    {
        const string Text = """
            {
              "name": "own", "braces": 3,
              "scopes": [ { "name": "a", "text": "own int", "value": "handle", "colour": 1 } ]
            }
            """;

        var (style, problems) = StyleFile.Read("own.json", Text);

        Assert.Equal("own", style!.Name);
        Assert.Equal(
            [
                "own.json:2:28: braces must be true or false, not a number",
                "own.json:3:38: the text must have a hole {name}",
                "own.json:3:58: value must be one of pointer, descriptor, structure",
                "own.json:3:68: a scope has no 'colour'",
            ],
            problems.Select(p => p.ToString().Split(';')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("glib", "g_autofree:900", "g_autoptr:50", "g_steal_pointer:1")]
    [InlineData("libvirt", "g_autofree:900", "VIR_FREE:2000", "VIR_AUTOCLOSE:3", "g_autoptr:2500")]
    [InlineData("qemu", "g_autofree:900", "QEMU_LOCK_GUARD:12", "g_autoptr:100")]
    [InlineData("systemd", "_cleanup_:10", "_cleanup_free_:3000", "TAKE_PTR:700")]
    [InlineData("kernel", "kfree:20", "kzalloc:10", "MODULE_LICENSE:4")]
    [InlineData("lxc", "__do_free:10", "move_ptr:3")]
    [InlineData("networkmanager", "gs_free:900", "gs_unref_object:400", "g_autoptr:10", "_cleanup_free_:40")]
    [InlineData(null, "malloc:10", "free:3")]
    public void A_style_is_found_by_its_signs(string? expected, params string[] uses)
    {
        var counts = uses.Select(u => u.Split(':')).ToDictionary(u => u[0], u => int.Parse(u[1]));

        Assert.Equal(expected, Shipped.Choose(m => counts.GetValueOrDefault(m))?.Name);
    }

    [Theory]
    [InlineData("glib", "g_free", "char *", "g_autofree char *x")]
    [InlineData("glib", "g_strfreev", "gchar **", "g_auto(GStrv) x")]
    [InlineData("glib", "g_free", "char **", "g_autofree char **x")]
    [InlineData("glib", "g_hash_table_destroy", "GHashTable *", "g_autoptr(GHashTable) x")]
    [InlineData("glib", "widget_free", "Widget*", "g_autoptr(Widget) x")]
    [InlineData("glib", "g_object_unref", "Shown *", "g_autoptr(Shown) x")]
    [InlineData("glib", "widget_free", "WidgetPtr", "g_autoptr(Widget) x")]
    [InlineData("glib", "free", "char *", null)]
    [InlineData("libvirt", "VIR_FREE", "char *", "g_autofree char *x")]
    [InlineData("systemd", "free", "char *", "_cleanup_free_ char *x")]
    [InlineData("systemd", "fclose", "FILE *", "_cleanup_fclose_ FILE *x")]
    [InlineData("systemd", "thing_unref", "Thing *", "_cleanup_(thing_unrefp) Thing *x")]
    [InlineData("kernel", "kfree", "struct a *", "struct a *x __free(kfree)")]
    [InlineData("kernel", "gadget_put", "struct gadget *", "struct gadget *x __free(gadget)")]
    [InlineData("lxc", "free", "char *", "__do_free char *x")]
    [InlineData("networkmanager", "g_free", "char *", "gs_free char *x")]
    [InlineData("networkmanager", "g_object_unref", "NMSetting *", "gs_unref_object NMSetting *x")]
    [InlineData("attribute", "hand_free", "struct hand *", "__attribute__((cleanup(cleanup_hand_free))) struct hand *x")]
    [InlineData("defer", "free", "char *", "defer free(x);")]
    public void A_variable_is_scoped(string style, string releaser, string type, string? expected)
    {
        var choice = ScopeChoice.Of(Shipped[style]!, releaser, type, ScopedValue.Pointer, new Names());

        Assert.Equal(expected, choice?.For("x"));
        Assert.Null(choice?.Missing);
    }

    [Theory]
    [InlineData("glib", "other_free", "Other *", "g_autoptr(Other) x", "G_DEFINE_AUTOPTR_CLEANUP_FUNC(Other, other_free)")]
    [InlineData("kernel", "other_put", "struct other *", "struct other *x __free(other_put)", "DEFINE_FREE(other_put, struct other *, if (_T) other_put(_T))")]
    [InlineData("systemd", "other_put", "struct other *", "_cleanup_(other_putp) struct other *x", "DEFINE_TRIVIAL_CLEANUP_FUNC(struct other*, other_put);")]
    [InlineData("systemd", "other_free", "struct other *", "_cleanup_(other_freep) struct other *x", "DEFINE_TRIVIAL_CLEANUP_FUNC_FULL(struct other*, other_free, NULL);")]
    [InlineData("lxc", "other_free", "struct other *", "call_cleaner(other_free) struct other *x", "define_cleanup_function(struct other*, other_free);")]
    [InlineData("attribute", "other_free", "struct other *", "__attribute__((cleanup(cleanup_other_free))) struct other *x", "DEFINE_CLEANUP(other_free);")]
    public void A_missing_declaration_is_named(string style, string releaser, string type, string expected, string missing)
    {
        var choice = ScopeChoice.Of(Shipped[style]!, releaser, type, ScopedValue.Pointer, new Names())!;

        Assert.Equal((expected, missing), (choice.For("x"), choice.Missing?.Text));
    }

    [Fact]
    public void A_second_declaration_for_one_type_is_not_added() => Assert.Null(
        ScopeChoice.Of(Shipped["glib"]!, "widget_destroy", "Widget *", ScopedValue.Pointer, new Names()));

    [Theory]
    [InlineData("_cleanup_free_", null, "free", false, null)]
    [InlineData("_cleanup_", "freep", "free", true, null)]
    [InlineData("_cleanup_", "thing_unrefp", "thing_unref", true, null)]
    [InlineData("_cleanup_", "json_done", "json_done", false, null)]
    [InlineData("_cleanup_close_", null, "safe_close", true, null)]
    [InlineData("g_autofree", null, "g_free", false, null)]
    [InlineData("g_autoptr", "GError", "g_error_free", true, "GError *")]
    [InlineData("g_autoptr", "Widget", "widget_free", true, "Widget *")]
    [InlineData("g_auto", "GStrv", "g_strfreev", true, "GStrv")]
    [InlineData("g_autolist", "Widget", "g_list_free_full", true, "GList *")]
    [InlineData("VIR_AUTOCLOSE", null, "VIR_FORCE_CLOSE", true, "int")]
    [InlineData("__free", "kfree", "kfree", true, null)]
    [InlineData("__free", "gadget", "gadget_put", true, null)]
    public void A_scoped_declaration_is_read(string macro, string? argument, string releaser, bool guards, string? type)
    {
        var read = Shipped.Spellings.Of(macro, argument, new Names());

        Assert.Equal((releaser, type), (read?.Releaser, read?.Type));
        Assert.Equal(guards, read!.Guards);
    }

    [Fact]
    public void Resources_have_the_style_s_form_where_it_can_spell_their_release()
    {
        var facts = CatalogueFile.Read("pairs", """
            { "resources": [
              { "name": "memory", "acquire": ["g_malloc"], "release": ["g_free"] },
              { "name": "mutex", "kind": "lock", "acquire": ["g_mutex_lock"], "release": ["g_mutex_unlock"] },
              { "name": "other", "kind": "lock", "acquire": ["other_lock"], "release": ["other_unlock"] } ] }
            """).Facts;
        var catalogue = StyledCatalogue.Of(Shipped["glib"], new Names(), [facts]);

        Assert.Equal(
            ["declaration", "guard", null],
            catalogue.Resources.Select(r => r.Scoped.GetValueOrDefault("glib")));
        Assert.Equal("memory", Assert.Single(catalogue.EffectsOf(new Callee("g_free"))).Resource!.Name);
    }

    private static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    private sealed class Names : ICodebaseNames
    {
        private static readonly string[] Functions = ["json_done", "cleanup_hand_free", "thing_unref", "other_free", "other_put", "widget_destroy"];

        public bool HasMacro(string name) => name is not ("VIR_AUTOFREE" or "VIR_AUTOPTR" or "other_free");

        public ImmutableArray<string> FunctionsBehind(string macro) => [];

        public bool HasFunction(string name) => Functions.Contains(name);

        public bool SeesFunction(string name, string? macro) => HasFunction(name);

        public CleanupFunction? CleanupFunction(string name) => null;

        public bool HasType(string name) => name is "Other" or "Widget";

        public IEnumerable<CleanupDeclaration> DeclarationsBy(string macro) => macro switch
        {
            "G_DEFINE_AUTOPTR_CLEANUP_FUNC" => [new CleanupDeclaration(macro, ["Widget", " widget_free"])],
            "G_DECLARE_FINAL_TYPE" => [new CleanupDeclaration(macro, ["Shown", "shown", "MY", "SHOWN", "GObject"])],
            "DEFINE_TRIVIAL_CLEANUP_FUNC" => [new CleanupDeclaration(macro, ["Thing*", "thing_unref"])],
            "DEFINE_FREE" => [new CleanupDeclaration(macro, ["gadget", "struct gadget *", "if (!IS_ERR_OR_NULL(_T)) gadget_put(_T)"])],
            _ => [],
        };

        public string? PointeeOf(string typeName) => typeName == "WidgetPtr" ? "Widget" : null;

        public string? MeaningOf(string typeName) => null;

        public string? FirstParameterOf(string function) => function switch
        {
            "widget_end" => "Widget **",
            "cleanup_hand_free" => "struct hand **",
            _ => null,
        };

        public string? ReturnTypeOf(string function) => function == "other_put" ? "struct other *" : "void";

        public string? FunctionOfType(string template, string type) => null;

        public string? ReturnedNameOf(string function) => null;
    }
}

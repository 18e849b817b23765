using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Text;
using NJsonSchema;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

public sealed class ShippedCataloguesTests
{
    public static TheoryData<string> Files => [.. Catalog.Resources("catalogues/")];

    [Theory]
    [InlineData("c")]
    [InlineData("cs")]
    public void Shipped_catalogues_read_without_a_complaint(string language) => Assert.NotEmpty(Catalog.Catalogues(language));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_shipped_catalogue_is_as_its_schema_says(string file)
    {
        var schema = await JsonSchema.FromJsonAsync(Catalog.TextOf("schemas/catalogue.schema.json")!);
        Assert.Empty(schema.Validate(string.Join('\n', Catalog.TextOf(file)!.Split('\n').Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)))));
    }

    /// <summary>A call that computes is one of which nothing else is stated.</summary>
    [Fact]
    public void What_is_harmless_has_no_effects() => Assert.All(Catalog.Catalogues("c"), facts =>
        Assert.Empty(facts.Harmless.Intersect(facts.Borrowers.Select(b => b.Callee).Concat(facts.Consumers.Select(c => c.Callee)))));

    [Fact]
    public void An_argument_chooses_among_the_effects_of_a_call()
    {
        var catalogue = Catalog.CatalogueFor("c");

        Assert.Equal(EffectKind.Release, Assert.Single(Effects(new Constant(true))).Kind);
        Assert.Equal([EffectKind.Acquire], Effects(new Constant(0L)).Select(e => e.Kind));
        Assert.Empty(Effects(new Constant(null, "UNKNOWN")));

        Assert.Equal(FailureMode.Aborts, Failure("g_malloc", new Operation("sizeof", new Constant(null, "struct a"))));
        Assert.Equal(FailureMode.Unknown, Failure("g_malloc", new Read(new Global("n"))));
        Assert.Equal(FailureMode.Aborts, Failure("g_strdup", new Constant("x")));
        Assert.Equal(FailureMode.Unknown, Failure("g_strdup", new Read(new Global("s"))));
        Assert.True(catalogue.NeverReturns(new Callee("abort")));

        IReadOnlyList<Effect> Effects(Expression second) => catalogue.EffectsOf(CallTo("g_string_free", new Read(new Global("s")), second));

        FailureMode Failure(string callee, Expression argument) =>
            catalogue.EffectsOf(CallTo(callee, argument)).Single(e => e.Kind == EffectKind.Acquire).Acquirer!.OnFailure;
    }

    private static Call CallTo(string callee, params Expression[] arguments) =>
        new(new Origin(new TextSpan(0, 1), null), new Callee(callee), [.. arguments.Select(a => new Argument(a))], null);

    [Fact]
    public void A_file_stream_is_a_disposable()
    {
        var catalogue = Catalog.CatalogueFor("cs");
        var acquired = Assert.Single(catalogue.EffectsOf(
            new Callee("System.IO.FileStream..ctor", ["System.IO.Stream..ctor", "System.IDisposable..ctor"])));

        Assert.Equal((EffectKind.Acquire, "disposable"), (acquired.Kind, acquired.Resource!.Name));
        Assert.Equal(EffectKind.Release, Assert.Single(catalogue.EffectsOf(
            new Callee("System.IO.FileStream.Dispose", ["System.IO.Stream.Dispose", "System.IDisposable.Dispose"]))).Kind);
    }
}

using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

public sealed class ShippedCataloguesTests
{
    [Fact]
    public void Shipped_catalogues_read_without_a_complaint() => Assert.NotEmpty(Catalog.Catalogues("cs"));

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

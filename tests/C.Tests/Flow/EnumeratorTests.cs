using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Flow;

/// <summary>Constants of enums have their values in the graph, wherever the enum is declared.</summary>
public sealed class EnumeratorTests
{
    [Theory]
    [InlineData("enum { GOOD, BAD }; int f(void) { int state = GOOD; state = BAD; return state; }", 0L, 1L)]
    [InlineData("int f(void) { enum { GOOD, BAD } state = GOOD; state = BAD; return state; }", 0L, 1L)]
    [InlineData("int f(void) { { enum { GOOD } a; a = GOOD; } { enum { BAD, GOOD } b; b = GOOD; } return 0; }", 0L, null)]
    public void AreKnown(string code, params long?[] values)
    {
        var codebase = CCodebase.Create(
            new Dictionary<string, string> { ["file.c"] = code }, _ => true, new CSettings(StyleSet.Shipped(Catalog.Styles), Catalog.Catalogues("c"), Catalog.ReleaserWords));
        var function = codebase.Read("file.c", new HashSet<string> { "f" }).Functions.Single().Primary;
        Assert.Equal(values, function.Graph.Events.OfType<Store>().Select(s => (long?)((Constant)s.Value).Value));
    }
}

using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Xunit;

namespace MigrateCleanup.Engine.Tests.Ownership;

public sealed class CatalogueFileTests
{
    [Fact]
    public void Reads_every_key()
    {
        var (facts, problems) = CatalogueFile.Read("pairs.json", """
            {
              "$schema": "x", "language": "cs", // as people write it
              "resources": [
                {
                  "name": "fd", "kind": "handle", "empty": -1, "optional": true,
                  "acquire": [
                    { "call": ["open", "creat"], "onFailure": "throws", "consumes": [1], "leavesOpen": 2, "arguments": 3 },
                    "dup",
                  ],
                  "release": [ { "call": "close", "subject": 0, "ignoresEmpty": true, "clears": true, "silent": true, "idempotent": true } ],
                  "scoped": { "bcl": "try-finally" }
                }
              ],
              "consume": [ { "call": "fdopen", "subject": 0 } ],
              "borrow": [ "fstat" ],
              "harmless": [ "abs" ]
            }
            """);

        Assert.Empty(problems);
        Assert.Equal("cs", facts.Language);
        var fd = Assert.Single(facts.Resources);
        Assert.Equal(new Constant(-1L), fd.Empty);
        Assert.Equal(["open", "creat", "dup"], fd.Acquirers.Select(a => a.Callee));
        Assert.Equal(1, Assert.Single(fd.Acquirers[0].Consumes));
        Assert.All(fd.Acquirers, a => Assert.True(a.ReleaseIsOptional));
        Assert.True(fd.Releasers[0] is { IgnoresEmpty: true, Clears: true, IsSilent: true, IsIdempotent: true });
        Assert.Equal("try-finally", fd.Scoped["bcl"]);
        Assert.Equal(("fdopen", new Operand(0)), Assert.Single(facts.Consumers));
        Assert.Equal(("fstat", new Operand(0)), Assert.Single(facts.Borrowers));
        Assert.Equal("abs", Assert.Single(facts.Harmless));
    }

    [Theory]
    [InlineData("{\n  \"resourcs\": [] }", "f.json:2:3: a catalogue has no 'resourcs'")]
    [InlineData("{ \"resources\": {} }", "f.json:1:16: resources must be a list, not an object")]
    [InlineData("{ \"language\": \"java\" }", "f.json:1:15: language must be")]
    [InlineData("{ \"harmless\": [\n 1 ] }", "f.json:2:2: an item of harmless must be a string, not a number")]
    [InlineData("{ \"é\": 1, \"x\" }", "f.json:1:")]
    [InlineData("", "f.json:1:1: ")]
    [InlineData("[]", "f.json:1:1: a catalogue must be an object, not a list")]
    [InlineData("{}{}", "f.json:1:3: ")]
    [InlineData("{ \"resources\": [ { \"kind\": \"lock\" } ] }", "f.json:1:18: a resource needs a name or a release")]
    [InlineData("{ \"resources\": [ { \"name\": \"x\", \"name\": \"y\" } ] }", "f.json:1:33: 'name' stands twice")]
    public void Names_line_and_column_of_a_mistake(string text, string message)
    {
        var (_, problems) = CatalogueFile.Read("f.json", text);

        Assert.StartsWith(message, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_source_decides_and_a_shared_releaser_releases_both()
    {
        var catalogue = Layered(
            """{ "resources": [ { "name": "mine", "acquire": [ "My.Alloc" ], "release": [ "free" ] } ], "consume": [ "take" ] }""",
            """{ "resources": [ { "name": "heap", "acquire": [ "malloc" ], "release": [ "free" ] } ], "borrow": [ "take" ] }""");

        Assert.Equal(["mine", "heap"], catalogue.EffectsOf(new Callee("free")).Select(e => e.Resource!.Name));
        Assert.Equal(EffectKind.Consume, Assert.Single(catalogue.EffectsOf(new Callee("take"))).Kind);
        Assert.Empty(catalogue.EffectsOf(new Callee("unknown")));
    }

    [Fact]
    public void A_resource_is_extended_by_its_name()
    {
        var catalogue = Layered(
            """{ "resources": [ { "name": "heap", "acquire": [ "my_alloc" ] } ] }""",
            """{ "resources": [ { "name": "heap", "acquire": [ "malloc" ], "release": [ "free" ] } ] }""");

        var mine = Assert.Single(catalogue.EffectsOf(new Callee("my_alloc")));
        Assert.Same(Assert.Single(catalogue.EffectsOf(new Callee("free"))).Resource, mine.Resource);
        Assert.Single(mine.Resource!.Releasers);
    }

    [Fact]
    public void A_derived_constructor_inherits_what_is_said_of_the_result_only()
    {
        var catalogue = Layered(
            """{ "resources": [ { "name": "d", "acquire": [ { "call": "R..ctor", "consumes": [0] }, "I..ctor" ], "release": [ "I.Dispose" ] } ] }""");

        Assert.Equal(0, Assert.Single(catalogue.EffectsOf(new Callee("R..ctor", ["I..ctor"]))[0].Acquirer!.Consumes));
        Assert.Empty(catalogue.EffectsOf(new Callee("Derived..ctor", ["R..ctor", "I..ctor"]))[0].Acquirer!.Consumes);
    }

    [Fact]
    public void Arguments_choose_among_the_effects_of_a_call()
    {
        var catalogue = Layered(
            """
            { "resources": [
              { "name": "d", "acquire": [ { "call": "R..ctor", "consumes": [0], "leavesOpen": 1 } ], "release": [ "I.Dispose" ] },
              { "name": "s", "kind": "lock", "acquire": [ { "call": "S.Wait", "arguments": 1 } ], "release": [ "S.Release" ] } ] }
            """);
        var unknown = new Read(new Local(0, "b", "bool", LocalKind.Variable));

        Assert.Equal(0, Assert.Single(Reader().Acquirer!.Consumes));
        Assert.Equal(0, Assert.Single(Reader(new Constant(false)).Acquirer!.Consumes));
        Assert.Empty(Reader(new Constant(true)).Acquirer!.Consumes);
        Assert.Empty(Reader(unknown).Acquirer!.Consumes);
        Assert.Contains(Effects("R..ctor", Constant.Null, new Constant(true)), e => e is { Kind: EffectKind.Borrow, Subject.Index: 0 });
        Assert.DoesNotContain(Effects("R..ctor", Constant.Null, unknown), e => e.Kind == EffectKind.Borrow);
        Assert.Single(Effects("S.Wait", unknown));
        Assert.Empty(Effects("S.Wait", unknown, unknown));

        Effect Reader(params Expression[] more) => Effects("R..ctor", [Constant.Null, .. more])[0];

        IReadOnlyList<Effect> Effects(string callee, params Expression[] arguments) => catalogue.EffectsOf(
            new Call(Origin.None, new Callee(callee), [.. arguments.Select(a => new Argument(a))], null));
    }

    private static LayeredCatalogue Layered(params string[] texts) => new(texts.Select(text =>
    {
        var (facts, problems) = CatalogueFile.Read("f.json", text);
        Assert.Empty(problems);
        return facts;
    }));
}

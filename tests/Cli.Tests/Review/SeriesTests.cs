using System.Collections.Immutable;
using System.Text;
using MigrateCleanup.Review.Series;
using MigrateCleanup.Review.Steps;

namespace MigrateCleanup.Cli.Tests.Review;

public sealed class SeriesTests
{
    private static readonly PatchLimits Wide = new(200, 10);

    [Fact]
    public void RulesComeInTheirOrderAndAStepNeedsTheOneBefore()
    {
        var files = new[] { File("a/x.c", "f", ["r1", "r2"]), File("b/y.c", "g", ["r2"]), File("a/z.c", "h", ["r1", "r2", "r1"]) };
        var series = Series(files, Wide);
        Assert.Equal(["r1 a", "r2 a", "r2 b", "r1 a"], series.Select(p => $"{p.RuleId} {p.Group}"));
        Assert.Empty(series[0].Needs);
        Assert.Equal(series[0].Id, Assert.Single(series[1].Needs));
        Assert.Empty(series[2].Needs);
        Assert.Equal($"{series[0].Id} {series[1].Id}", string.Join(' ', series[3].Needs));
    }

    [Fact]
    public void TheTextsOfAWholeSeriesAreTheFilesAfterwards()
    {
        var file = File("a/x.c", "f", ["r1", "r2", "r1"]);
        var series = Series([file], Wide);
        Assert.Equal(FileSteps.Applied(file.Before, file.Stretches), PatchSeries.Texts(series)["a/x.c"]);
        Assert.Contains("f 1", PatchSeries.Texts(series.Take(1))["a/x.c"], StringComparison.Ordinal);
    }

    [Fact]
    public void PatchesKeepToTheirLimits()
    {
        var files = Enumerable.Range(0, 9).Select(i => File($"a/{i}.c", "f", ["r1"])).ToArray();
        Assert.Equal(3, Series(files, new PatchLimits(200, 3)).Length);
        Assert.Equal([4, 4, 1], Series(files, new PatchLimits(8, 100)).Select(p => p.Changes.Length));
        Assert.Equal(9, Series(files, new PatchLimits(1, 100)).Length);
    }

    [Fact]
    public void WhatIsOpenStaysTogetherUnderItsName()
    {
        var files = Enumerable.Range(0, 4).Select(i => File($"a/{i}.c", "f", ["r1"])).ToArray();
        var first = Series(files, new PatchLimits(200, 2));
        var open = first[1];
        var again = PatchSeries.Of(
            files[1..], _ => 0, _ => "a", new PatchLimits(200, 2), [new KeptPatch(open.Id, open.Changes.Select(c => c.Key).ToHashSet())]);
        Assert.Equal([1, 2], again.Select(p => p.Changes.Length));
        Assert.Equal(open.Id, again[1].Id);
    }

    [Fact]
    public void WhatIsLeftOverBesideFunctionsGoesLast()
    {
        var source = File("a/x.cs", "f", ["cs/r1", "cs/r2"]);
        source = source with { Stretches = [new Stretch(0, "", [new RuleStep("cs/r1", "above\n", "")]), .. source.Stretches] };
        var series = Series([source, File("b/y.cs", "g", ["cs/r2"])], Wide);
        Assert.Equal(["above\n", "f 0\n", "f 1\n", "g 0\n"], series.SelectMany(p => p.Changes).Select(c => c.Before).Order(StringComparer.Ordinal));
        Assert.True(series[^1].Tidies);
        Assert.Equal(2, series[^1].Needs.Length);
        Assert.StartsWith("tidy-", series[^1].Slug, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsBesideFunctionsComesFirst()
    {
        var source = File("a/x.c", "f", ["c/r1"]);
        source = source with { Stretches = [new Stretch(0, "", [new RuleStep("c/r1", "above\n", "include\nabove\n")]), .. source.Stretches] };
        var header = new SeriesFile("b/h.h", "one\n", [new Stretch(0, "", [new RuleStep("c/r2", "one\n", "two\n")])]) { IsShared = true };
        var created = new SeriesFile("c/new.h", "", [new Stretch(0, "", [new RuleStep("c/r1", "", "new\n")])]) { IsNew = true };
        var series = Series([source, File("d/y.c", "g", ["c/r1"]), header, created], Wide);
        Assert.Equal(["c new", "a prepare", "b prepare", "a convert", "d convert"], series.Select(p => $"{p.Group} {(p.Changes[0].File.IsNew ? "new" : p.Prepares ? "prepare" : "convert")}"));
        Assert.Equal(["", "0", "0", "0 1 2", "0 2"], series.Select(p => string.Join(' ', p.Needs.Select(n => series.Select(s => s.Id).ToList().IndexOf(n)))));
    }

    [Theory]
    [InlineData("a/x", "r1-a-x-12345678")]
    [InlineData(".", "r1-12345678")]
    [InlineData("test/Acme.Long.Name.Of.A.Company/And.Of.Its.Product/Unit/Zip", "r1-name-of-a-company-and-of-its-product-unit-zip-12345678")]
    public void SlugsKeepTheEndOfLongNames(string group, string slug)
    {
        var change = Series([File("x.c", "f", ["c/r1"])], Wide)[0].Changes;
        Assert.Equal(slug, new SeriesPatch("123456789", "c/r1", group, change).Slug);
    }

    [Theory]
    [InlineData("util: fix a leak|qemu: Drop a label|conf, util: x|docs: y", "util: Return early", "util: return early")]
    [InlineData("util: Fix a leak|qemu: Drop a label|conf: Use z|docs: y", "util: Return early", "util: Return early")]
    [InlineData("feat(util): add x|fix: y|chore: z", "", "refactor(util): return early")]
    [InlineData("[Util] Add x|[Core] Mend y", "", "[util] Return early")]
    [InlineData("Add x.|Mend y.|Drop z.", "", "Return early.")]
    [InlineData("Add x|Mend y", "", "Return early")]
    [InlineData("", "", "Return early")]
    public void SubjectsAreInTheMannerOfTheLog(string log, string capitalised, string subject)
    {
        var manner = LogManner.Of([.. log.Split('|', StringSplitOptions.RemoveEmptyEntries)]);
        var made = manner.Subject("Return early", manner.AreaOf("src/util", []));
        Assert.Equal(capitalised.Length > 0 && manner.IsCapitalised ? capitalised : subject, made);
    }

    [Fact]
    public void TheAreaIsWhatTheLogCallsIt()
    {
        var manner = LogManner.Of(["virutil: Fix x", "virutil: Fix y", "qemu: Fix z"]);
        Assert.Equal("virutil", manner.AreaOf("src/util", ["virutil: Fix x", "virutil: Fix y"]));
        Assert.True(LogManner.Of(["a: B\n\nSigned-off-by: X <x@y>", "a: C\n\nSigned-off-by: X <x@y>"]).IsSignedOff);
    }

    [Theory]
    [InlineData("src/util/x.c", "@util")]
    [InlineData("src/x.c", "@everybody")]
    [InlineData("docs/readme.md", "@writers @more")]
    [InlineData("deep/down/build/x.mk", "@builders")]
    [InlineData("src/special file.c", "@special")]
    public void CodeOwnersAreRead(string path, string owner) => Assert.Equal(owner, Owners.OfCodeOwners("""
        # comment
        * @everybody
        *.md  @writers @more # why
        /src/util/ @util
        build/ @builders
        /src/special\ file.c @special
        """).Of(path));

    [Fact]
    public void SectionsOfCodeOwnersHaveOwnersOfTheirOwn()
    {
        var owners = Owners.OfCodeOwners("[Docs] @writers\n/docs/\n^[Other][2]\n/src/ @coder\n/none/\n");
        Assert.Equal(["@writers", "@coder", Owners.Nobody, Owners.Nobody], new[] { "docs/a", "src/b", "none/c", "else" }.Select(owners.Of));
    }

    [Fact]
    public void MaintainersAreRead()
    {
        var owners = Owners.OfMaintainers("""
            Everything
            M:	All <all@example.org>
            F:	*
            F:	*/

            NETWORK DRIVERS
            M:	Net <net@example.org>
            L:	list@example.org
            F:	drivers/net/
            F:	include/net*.h
            X:	drivers/net/can/
            """);
        Assert.Equal("NETWORK DRIVERS", owners.Of("drivers/net/a/b.c"));
        Assert.Equal("Net <net@example.org>", Assert.Single(owners.PeopleOf("include/network.h")));
        Assert.Equal("Everything", owners.Of("drivers/net/can/x.c"));
    }

    [Fact]
    public void NothingInAMailStartsAHeaderOrAnotherMail()
    {
        var content = new MailPatch.Content("Ünsafe\nX-Header: y", "From here\n---\ndiff --git a b\nfine", new Person("Ä\nB", "a@b"), DateTimeOffset.UnixEpoch);
        var text = Encoding.UTF8.GetString(MailPatch.Write(content, [("a\nb", 1, 2)], "diff --git a/x b/x\n", "1"));
        var head = text[..text.IndexOf("\n\n", StringComparison.Ordinal)];
        Assert.DoesNotContain("\nX-Header", head, StringComparison.Ordinal);
        Assert.Contains("Subject: [PATCH] =?UTF-8?q?=C3=9Cnsafe_X-Header=3A_y?=", head, StringComparison.Ordinal);
        Assert.Contains("\n\n From here\n ---\n diff --git a b\nfine\n---\n", text, StringComparison.Ordinal);
        Assert.All(head.Split('\n'), line => Assert.True(line.Length <= 78, line));
    }

    private static ImmutableArray<SeriesPatch> Series(SeriesFile[] files, PatchLimits limits) => PatchSeries.Of(
        files, rule => rule.EndsWith("r1", StringComparison.Ordinal) ? 0 : 1, path => path.Split('/')[0], limits, []);

    private static SeriesFile File(string path, string function, string[] rules)
    {
        var steps = rules.Select((r, i) => new RuleStep(r, $"{function} {i}\n", $"{function} {i + 1}\n"));
        return new SeriesFile(path, $"above\n{function} 0\nbelow\n", [new Stretch(6, function, [.. steps])]);
    }
}

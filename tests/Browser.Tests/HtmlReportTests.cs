using System.Diagnostics;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Review.Reports;
using Microsoft.Playwright;

namespace MigrateCleanup.Browser.Tests;

/// <summary>The page in a real browser: what it shows, how it is used, how fast it is, and that nothing in it is alive but its own script.</summary>
public sealed class HtmlReportTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Set to a directory, pictures of the page are put there to be looked at.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("REPORT_PICTURES");

    [BrowserFact]
    public async Task EveryPartIsThereInBothColours()
    {
        using var file = new ReportFile(Reports.Of(30));
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var page = await browser.Open(file.Path, scheme);
            Assert.Equal(scheme == ColorScheme.Dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
            Assert.Equal(6, await page.Locator(".tile").CountAsync());
            await Picture(page, $"overview-{scheme}");
            foreach (var part in new[] { "changes", "findings", "refused", "unparsed" })
            {
                await page.Locator($"#tabs [data-tab={part}]").ClickAsync();
                Assert.True(await page.Locator("#list .card").CountAsync() > 0, part);
                await Picture(page, $"{part}-{scheme}");
            }

            Assert.Contains("let scope do what the label does", await AllText(page, "refused"), StringComparison.Ordinal);
            Assert.Contains("CS1002", await AllText(page, "unparsed"), StringComparison.Ordinal);
        }
    }

    [BrowserFact]
    public async Task ADiffHasWordsColoursStepsAndTwoForms()
    {
        using var file = new ReportFile(Reports.Of(3));
        var page = await browser.Open(file.Path);
        await page.Keyboard.PressAsync("2");
        var card = page.Locator("#list .card").First;
        Assert.Equal("using", await card.Locator("tr.add mark").First.TextContentAsync());
        Assert.True(await card.Locator(".k").CountAsync() > 0);
        Assert.Contains("unchanged lines", await card.Locator(".fold").First.TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("null guard dropped: 'file'", await card.Locator(".why").TextContentAsync(), StringComparison.Ordinal);

        await page.Keyboard.PressAsync("s");
        Assert.True(await card.Locator("table.split").CountAsync() == 1);
        await Picture(page, "split");
        await page.Keyboard.PressAsync("u");
        Assert.Equal(0, await card.Locator("table.split").CountAsync());

        // One step alone shows what that rule did.
        Assert.Contains("return -1;", await card.TextContentAsync(), StringComparison.Ordinal);
        await card.Locator("[data-edit='0']").ClickAsync();
        Assert.DoesNotContain("return -1;", await card.TextContentAsync(), StringComparison.Ordinal);

        await card.Locator(".fold").First.ClickAsync();
        Assert.Equal(0, await card.Locator(".fold").CountAsync());
    }

    [BrowserFact]
    public async Task KeysMoveSearchAndClear()
    {
        using var file = new ReportFile(Reports.Of(60));
        var page = await browser.Open(file.Path);
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        Assert.Equal("1", await page.Locator(".card.current").GetAttributeAsync("data-at"));
        await page.Keyboard.PressAsync("k");
        Assert.Equal("0", await page.Locator(".card.current").GetAttributeAsync("data-at"));
        for (var i = 0; i < 40; i++)
            await page.Keyboard.PressAsync("j");

        Assert.Equal("40", await page.Locator(".card.current").GetAttributeAsync("data-at"));
        Assert.True(await page.Locator(".card.current").IsVisibleAsync());

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("load42");
        await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("1 of 60");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("60");

        await page.Keyboard.PressAsync("t");
        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        await page.Keyboard.PressAsync("?");
        Assert.True(await page.Locator("#keys").IsVisibleAsync());
    }

    [BrowserFact]
    public async Task FiltersNarrowAndTheAddressKeepsThem()
    {
        using var file = new ReportFile(Reports.Of(60));
        var page = await browser.Open(file.Path);
        await page.Locator("#overview tr.go[data-kind='retries']").ClickAsync();
        Assert.Equal("3 of 6", await page.Locator("#count").TextContentAsync());
        var again = await page.Context.NewPageAsync();
        await again.GotoAsync(page.Url);
        Assert.Equal("3 of 6", await again.Locator("#count").TextContentAsync());
        await again.Locator("#clear").ClickAsync();
        Assert.Equal("6", await again.Locator("#count").TextContentAsync());
    }

    [BrowserFact]
    public async Task FiveThousandHunksOpenAndFilterAtOnce()
    {
        using var file = new ReportFile(Reports.Of(5000));
        var watch = Stopwatch.StartNew();
        var page = await browser.Open(file.Path);
        var opening = watch.ElapsedMilliseconds;
        await page.Keyboard.PressAsync("2");
        Assert.Equal("5,000", await page.Locator("#count").TextContentAsync());

        // From the key to the next frame, measured in the page: what a person waits.
        var slowest = await page.EvaluateAsync<double>("""
            async () => {
              let slowest = 0;
              for (const [box, value] of [['#search', 'load49'], ['#search', 'nowhere'], ['#search', 'seven'], ['#search', ''], ['#kind', 'leak fixed'], ['#rule', 'cs/early-return']]) {
                const started = performance.now();
                const input = document.querySelector(box);
                input.value = value;
                input.dispatchEvent(new Event(box === '#search' ? 'input' : 'change'));
                await new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 0)), 70));
                slowest = Math.max(slowest, performance.now() - started - 70);
              }
              return slowest;
            }
            """);
        Assert.True(await page.Locator("#list .card").CountAsync() < 200, "only what is near the window is drawn");
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.Locator("[data-at='4999']").WaitForAsync();
        Console.WriteLine($"5,000 hunks: opened in {opening} ms, slowest filter {slowest:F0} ms");
        Assert.True(opening < 10_000, $"opened in {opening} ms");
        Assert.True(slowest < 1_500, $"slowest filter {slowest} ms");
    }

    [BrowserFact]
    public async Task TextOfOthersIsOnlyText()
    {
        var at = Reports.At($"src/{Reports.Hostile}/x.cs", 3);
        var change = Reports.Change(1);
        var hostile = new RunReport("0.1.0", new RunCounts(1, 1, 1, 1))
        {
            Name = Reports.Hostile,
            Rules = [new ReportedRule("cs/leak", Reports.Hostile, Reports.Hostile, true), new ReportedRule("cs/early-return", Reports.Hostile, "", false)],
            Changes =
            [
                new ReportedChange(at.Path, Reports.Hostile, 1, 1, $"// {Reports.Hostile}\n{change.Before}")
                {
                    Edits = [new ReportedEdit("cs/early-return", $"// {Reports.Hostile}{Reports.Hostile}\n{change.After}") { Differences = [Reports.Hostile], Evidence = [Reports.Hostile] }],
                },
            ],
            Findings =
            [
                new ReportedFinding("cs/leak", Severity.Error, at, Reports.Hostile, Reports.Hostile)
                {
                    Steps = [new ReportedStep(at, Reports.Hostile)],
                    Source = new ReportedSource(1, $"a\nb\n{Reports.Hostile}\n"),
                    CuredBy = Reports.Hostile,
                },
            ],
            Functions = [new ReportedFunction(Reports.Hostile, at, "refused") { Refusals = [new ReportedRefusal("cs/leak", Reports.Hostile, Reports.Hostile, at) { Unblock = Reports.Hostile }] }],
            Unparsed = [new ReportedProblem(at, Reports.Hostile)],
        };
        using var file = new ReportFile(hostile);
        var page = await browser.Open(file.Path);
        var requests = new List<string>();
        page.Request += (_, request) => requests.Add(request.Url);
        await page.ReloadAsync();
        foreach (var key in new[] { "1", "2", "s", "3", "4", "5" })
        {
            await page.Keyboard.PressAsync(key);
            Assert.Equal(0, await page.Locator("main img, main script").CountAsync());
        }

        await page.Keyboard.PressAsync("2");
        Assert.Contains("</script>", await page.Locator("#list").TextContentAsync(), StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("window.pwned === undefined"));
        Assert.All(requests, url => Assert.StartsWith("file:", url, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task ItPrintsInFull()
    {
        using var file = new ReportFile(Reports.Of(40));
        var page = await browser.Open(file.Path);
        await page.Keyboard.PressAsync("2");
        var pdf = await page.PdfAsync(new PagePdfOptions { Format = "A4" });
        var pages = System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type\s*/Page\b");
        Assert.True(pages > 8, $"{pages} pages");
    }

    [BrowserFact]
    public async Task ARunWithoutAnythingIsAPageToo()
    {
        using var file = new ReportFile(new RunReport("0.1.0", RunCounts.Zero));
        var page = await browser.Open(file.Path);
        await page.Keyboard.PressAsync("2");
        Assert.Equal("Nothing here.", await page.Locator("#list").TextContentAsync());
    }

    private static async Task<string> AllText(IPage page, string part)
    {
        await page.Locator($"#tabs [data-tab={part}]").ClickAsync();
        return await page.Locator("#list").TextContentAsync() ?? "";
    }

    private static async Task Picture(IPage page, string name)
    {
        if (Pictures is not null)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, name + ".png") });
    }
}

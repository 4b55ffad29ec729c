using Microsoft.Playwright;
using SciCoT.Evaluation.Reports;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation.Reports;

/// <summary>
/// The page in a browser without a window, where there is one; a picture of it is kept under <c>TestResults/artifacts</c> for a
/// person to look at.
/// </summary>
public sealed class ReportPageTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private static readonly string Artifacts = Directory.CreateDirectory(Path.Combine(TestFiles.Repository, "TestResults", "artifacts")).FullName;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_InABrowser_DrawsAndFilters()
    {
        var input = ReportSample.Input();
        var picture = Path.Combine(Artifacts, "evaluation-report.png");
        var page = await OpenAsync(1100, 5200);
        await page.ScreenshotAsync(new() { Path = picture });
        var document = await page.ContentAsync();

        // The script ran although the content policy forbids all others: it counted the examples and marked one system's.
        int examples = ReportExample.Choose(input.Systems, input.Examples).Count;
        Assert.Contains($">{examples} of {examples}</output>", document);
        Assert.Contains("class=\"right selected\"", document);
        Assert.Contains("<svg", document);
        var size = new FileInfo(picture).Length;
        Assert.True(size > 100_000, $"{picture} has {size} bytes; the page seems to be blank.");
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1200)]
    public async Task Page_OnAPhoneAndADesk_IsNoWiderThanItsWindow_AndComesToThePointEarly(int width)
    {
        var page = await OpenAsync(width, 800, part: "#Cost");

        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#Cost details').open")); // the address leads into a folded part, which opens
        await page.EvaluateAsync("document.querySelector('#Cost details').open = false");
        Assert.InRange(await page.EvaluateAsync<double>("document.querySelector('details').getBoundingClientRect().top + scrollY"), 500, 3_000);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var scales = await page.EvaluateAsync<double[]>("""
            [...document.querySelectorAll("svg")].filter(chart => chart.getClientRects().length > 0)
                .map(chart => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)
            """);
        Assert.NotEmpty(scales);
        Assert.Equal(1.00, scales.Min(), 2); // no chart is made smaller to fit
    }

    /// <summary>With every part unfolded, as a reader who looks at all of it sees it.</summary>
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Page_IsReadable(int width, ColorScheme scheme)
    {
        var page = await OpenAsync(width, 800, scheme);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(Artifacts, $"report-{width}-{scheme}.png") });

        await Chromium.AssertAccessibleAsync(page);
    }

    private async Task<IPage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light, string part = "")
    {
        EvaluationReport.Write(ReportSample.Input(), _folder.Path);
        var page = await chromium.OpenAsync(width, height, scheme);
        await page.GotoAsync(new Uri(_folder.File("report.html")).AbsoluteUri + part);
        return page;
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.RegularExpressions;
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
    private const int Width = 1100, Height = 5200;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_InABrowser_DrawsAndFilters()
    {
        var browser = Browser();
        EvaluationReport.Write(ReportSample.Input(), _folder.Path);
        var page = new Uri(_folder.File("report.html")).AbsoluteUri;

        var document = await RunAsync(browser, "--dump-dom", page);
        var artifacts = Directory.CreateDirectory(Path.Combine(TestFiles.Repository, "TestResults", "artifacts")).FullName;
        var picture = Path.Combine(artifacts, "evaluation-report.png");
        File.Delete(picture);
        await RunAsync(browser, "--hide-scrollbars", $"--window-size={Width},{Height}", $"--screenshot={picture}", page);

        // The script ran although the content policy forbids all others: it counted the examples and marked one system's.
        var input = ReportSample.Input();
        int examples = ReportExample.Choose(input.Systems, input.Examples).Count;
        Assert.Contains($">{examples} of {examples}</output>", document);
        Assert.Contains("class=\"right selected\"", document);
        Assert.Contains("<svg", document);
        var png = File.ReadAllBytes(picture);
        Assert.Equal((Width, Height), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.True(png.Length > 100_000, $"{picture} has {png.Length} bytes; the page seems to be blank.");
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1200)]
    public async Task Page_OnAPhoneAndADesk_IsNoWiderThanItsWindow_AndComesToThePointEarly(int width)
    {
        var browser = Browser();
        EvaluationReport.Write(ReportSample.Input(), _folder.Path);
        File.WriteAllText(_folder.File("measure.html"), $$"""
            <iframe src="report.html#Cost" style="width:{{width}}px;height:800px;border:0" onload="measure(this.contentDocument)"></iframe>
            <p id="measured"></p>
            <script>
              function measure(page) {
                const open = page.querySelector("#Cost details").open;
                page.querySelector("#Cost details").open = false;
                const top = page.querySelector("details").getBoundingClientRect().top + page.defaultView.scrollY;
                const shown = [...page.querySelectorAll("svg")].filter(chart => chart.getClientRects().length > 0);
                const scale = Math.min(...shown.map(chart => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width));
                document.getElementById("measured").textContent = ["folds", Math.round(top), "wide", page.documentElement.scrollWidth, "scale", scale.toFixed(2), "open", open].join(" ");
              }
            </script>
            """);

        var document = await RunAsync(browser, "--allow-file-access-from-files", "--hide-scrollbars", "--dump-dom", new Uri(_folder.File("measure.html")).AbsoluteUri);

        var measured = Regex.Match(document, "folds (\\d+) wide (\\d+) scale ([\\d.]+) open (\\w+)");
        Assert.True(measured.Success, document);
        Assert.InRange(int.Parse(measured.Groups[1].Value), 500, 3_000);
        Assert.Equal(width, int.Parse(measured.Groups[2].Value));
        Assert.Equal("1.00", measured.Groups[3].Value); // no chart is made smaller to fit
        Assert.Equal("true", measured.Groups[4].Value); // the address leads into a folded part, which opens
    }

    /// <summary>With every part unfolded, as a reader who looks at all of it sees it.</summary>
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Page_IsReadable(int width, ColorScheme scheme)
    {
        EvaluationReport.Write(ReportSample.Input(), _folder.Path);
        var page = await chromium.OpenAsync(width, 800, scheme);
        await page.GotoAsync(new Uri(_folder.File("report.html")).AbsoluteUri);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(TestFiles.Repository, "TestResults", "artifacts", $"report-{width}-{scheme}.png") });

        await Chromium.AssertAccessibleAsync(page);
    }

    private static string Browser()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var found = Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (found is null)
            Assert.Skip("There is no browser to look at the page with (Debian: apt-get install chromium).");
        return found;
    }

    private async Task<string> RunAsync(string browser, params string[] arguments)
    {
        string[] all =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage",
            "--no-first-run", $"--user-data-dir={_folder.File("profile")}", .. arguments,
        ];
        using var process = Process.Start(new ProcessStartInfo(browser, all) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

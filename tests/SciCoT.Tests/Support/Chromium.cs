using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SciCoT.Tests.Support;

/// <summary>The system's Chromium without a window, driven by Playwright; no browser is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Paths.FirstOrDefault(File.Exists) is not { } path)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--no-proxy-server", "--disable-dev-shm-usage"], Timeout = 0 });
    }

    /// <summary>A page in a window of its own. Where there is no Chromium, the test is skipped.</summary>
    public async Task<IPage> OpenAsync(int width = 1100, int height = 700, ColorScheme scheme = ColorScheme.Light, ForcedColors forced = ForcedColors.None)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium here (Debian: apt-get install chromium).");
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ForcedColors = forced });
        page.SetDefaultTimeout(180_000); // a busy machine
        return page;
    }

    /// <summary>Fails where axe finds what people cannot read or reach.</summary>
    public static async Task AssertAccessibleAsync(IPage page)
    {
        var violations = (await page.RunAxe()).Violations;
        Assert.True(violations.Length == 0, string.Join('\n', violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

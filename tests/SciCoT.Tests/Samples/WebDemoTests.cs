using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;
using WebDemo;

namespace SciCoT.Tests.Samples;

/// <summary>The web sample over untrained students: its API, and its page in a browser.</summary>
public sealed class WebDemoTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IAsyncLifetime
{
    private const string Question = "What rusts? (A) iron (B) wood";
    private static readonly TimeSpan BrowserTimeout = TimeSpan.FromMinutes(3);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private WebApplication _demo = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateSymbolicLink(_folder.File("model"), model.Path);
        Directory.CreateSymbolicLink(_folder.File("direct-student"), Path.Combine(model.Path, "answer-student"));
        _demo = Demo.Build(["--urls", "http://127.0.0.1:0", "--Demo:Directory", _folder.Path, "--Logging:LogLevel:Default", "Warning"]);
        await _demo.StartAsync(Cancelled);
        _http.BaseAddress = new Uri(_demo.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _demo.StopAsync(CancellationToken.None);
        await _demo.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_HasProbabilitiesAndReasonsUnlessDirect(bool direct)
    {
        var answer = await JsonOf(await _http.PostAsJsonAsync("api/answer", new { question = Question, direct }, Cancelled));
        Assert.Equal(1, answer["choices"]!.AsArray().Sum(choice => (double)choice!["probability"]!), 1e-4);
        Assert.Contains((string?)answer["text"], new[] { "iron", "wood" });
        Assert.Equal(direct, answer["rationale"] is null);
    }

    [Fact]
    public async Task Stream_EndsInTheAnswer()
    {
        var text = await _http.GetStringAsync($"api/stream?question={Uri.EscapeDataString(Question)}", Cancelled);
        Assert.Single(text.Split('\n'), "event: answer");
        Assert.Contains("\"confidence\":", text);
    }

    [Fact]
    public async Task WrongQuestions_AreRefusedWithAReason()
    {
        var tooLong = await _http.PostAsJsonAsync("api/answer", new { question = new string('x', 2000) }, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        Assert.Contains("1000 characters", await tooLong.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync("api/stream?question=%20", Cancelled)).StatusCode);
        var huge = await _http.PostAsJsonAsync("api/answer", new { question = new string('x', 100_000) }, Cancelled);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    [Fact]
    public async Task Operations_HaveTheirEndpoints()
    {
        await _http.PostAsJsonAsync("api/answer", new { question = Question }, Cancelled);
        Assert.Equal("Healthy", await _http.GetStringAsync("health", Cancelled));
        Assert.Matches(@"(?m)^\w+_count\{.*\} \d+$", await _http.GetStringAsync("metrics", Cancelled));
        var api = await JsonOf(await _http.GetAsync("openapi/v1.json", Cancelled));
        Assert.NotNull(api["paths"]!["/api/answer"]);
        Assert.NotEmpty(JsonNode.Parse(await _http.GetStringAsync("api/questions", Cancelled))!.AsArray());
    }

    [Fact]
    public async Task Page_ShowsBothSystemsInABrowser()
    {
        var page = await BrowseAsync($"#{Uri.EscapeDataString(Question)}");
        Assert.Equal(2, page.Split("data-answer=").Length - 1);
        Assert.Equal(4, page.Split("--share:").Length - 1);
        Assert.Contains("(A) iron", page);
        Assert.Contains("<option value=\"", page[page.IndexOf("Pick an example", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task Page_ShowsWhyAQuestionIsRefused()
    {
        var page = await BrowseAsync($"#{new string('x', 1001)}");
        Assert.Matches("<p id=\"problem\" role=\"alert\">[^<]*1000 characters", page);
    }

    /// <summary>Opens the page in headless Chromium and gives what it looks like to the reader when all is quiet.</summary>
    private async Task<string> BrowseAsync(string fragment)
    {
        var browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no Chromium here (Debian: apt-get install chromium).");
        using var process = Process.Start(new ProcessStartInfo(browser!)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server", $"--user-data-dir={_folder.File("browser")}",
                "--virtual-time-budget=30000", "--dump-dom", new Uri(_http.BaseAddress!, fragment).AbsoluteUri,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(BrowserTimeout);
        try
        {
            var messages = process.StandardError.ReadToEndAsync(limit.Token);
            var page = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(page.Length > 0, await messages);
            return page;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<JsonObject> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Samples;

/// <summary>The web sample's page, used as a reader uses it.</summary>
public sealed class WebDemoPageTests(DemoServer demo, Chromium chromium) : IClassFixture<DemoServer>, IClassFixture<Chromium>
{
    private const string Question = "What rusts? (A) iron (B) wood";

    [Fact]
    public async Task TypedQuestion_IsAnsweredBothWays()
    {
        var page = await chromium.OpenAsync();
        var (problems, requests) = (new List<string>(), new List<string>());
        page.PageError += (_, problem) => problems.Add(problem);
        page.Console += (_, message) => problems.AddRange(message.Type == "error" ? [message.Text] : []);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GotoAsync(demo.Address.AbsoluteUri);
        Assert.True(await page.Locator("#two-stage").IsHiddenAsync());

        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        foreach (var system in new[] { "two-stage", "direct" })
        {
            await page.Locator($"#{system}[data-answer]").WaitForAsync();
            var answer = await AskAsync(direct: system == "direct");
            Assert.Equal((string?)answer["label"], await page.Locator($"#{system}").GetAttributeAsync("data-answer"));
            var bars = page.Locator($"#{system} .bars li");
            Assert.Equal(answer["choices"]!.AsArray().Select(choice => $"({choice!["label"]}) {choice["text"]}"), await bars.Locator("span:first-child").AllInnerTextsAsync());
            Assert.Contains((string)answer["text"]!, await page.Locator($"#{system} .bars li.best").InnerTextAsync());

            // As wide as they are likely.
            var widths = await bars.EvaluateAllAsync<double[]>("bars => bars.map(bar => parseFloat(getComputedStyle(bar, '::before').width) / bar.getBoundingClientRect().width)");
            Assert.All(widths.Zip(answer["choices"]!.AsArray()), pair => Assert.Equal((double)pair.Second!["probability"]!, pair.First, 0.01));
            if (system == "two-stage")
                Assert.Equal(((string)answer["rationale"]!).Trim(), (await page.Locator("#two-stage .rationale").InnerTextAsync()).Trim());
        }

        Assert.Empty(problems);
        Assert.All(requests, request => Assert.True(demo.Address.IsBaseOf(new Uri(request)) || request == "data:,", request));
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).IsEnabledAsync());
    }

    [Fact]
    public async Task PickedExample_FillsTheQuestion()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(demo.Address.AbsoluteUri);
        var examples = page.GetByLabel("Example questions");
        await examples.Locator("option").Nth(1).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var example = await examples.Locator("option").Nth(1).InnerTextAsync();
        await examples.SelectOptionAsync(example);
        Assert.Equal(example, await page.GetByLabel("Question, with its choices").InputValueAsync());
    }

    [Fact]
    public async Task RefusedQuestion_IsExplained()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(new Uri(demo.Address, $"#{new string('x', 1001)}").AbsoluteUri);
        var problem = page.GetByRole(AriaRole.Alert);
        await problem.WaitForAsync();
        Assert.Contains("1000 characters", await problem.InnerTextAsync());
        Assert.True(await page.Locator("#two-stage").IsHiddenAsync());
    }

    /// <summary>The pictures are for a person to look at.</summary>
    [Theory]
    [InlineData("web-demo", 1100, ColorScheme.Light)]
    [InlineData("web-demo-dark", 1100, ColorScheme.Dark)]
    [InlineData("web-demo-phone", 360, ColorScheme.Light)]
    public async Task Page_FitsItsWindow(string name, int width, ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(width, 700, scheme);
        await page.GotoAsync(new Uri(demo.Address, $"#{Uri.EscapeDataString(Question)}").AbsoluteUri);
        await page.Locator("#two-stage[data-answer]").WaitForAsync();
        await page.Locator("#direct[data-answer]").WaitForAsync();
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        var picture = await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(TestFiles.Repository, "TestResults", "artifacts", name + ".png") });
        Assert.NotEmpty(picture);
    }

    private async Task<JsonNode> AskAsync(bool direct)
    {
        using var response = await demo.Http.PostAsJsonAsync("api/answer", new { question = Question, direct }, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }
}

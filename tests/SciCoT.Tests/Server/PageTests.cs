using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Playwright;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Server;

/// <summary>The server's page, used as a reader uses it.</summary>
public sealed class PageTests(ServedModel served, Chromium chromium) : IClassFixture<ServedModel>, IClassFixture<Chromium>
{
    private const string Question = ServerReplies.Question;

    private readonly Uri _address = served.Http.BaseAddress!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TypedQuestion_IsAnsweredByEachModel()
    {
        var page = await chromium.OpenAsync();
        var (problems, requests) = (new List<string>(), new List<string>());
        page.PageError += (_, problem) => problems.Add(problem);
        page.Console += (_, message) => problems.AddRange(message.Type == "error" ? [message.Text] : []);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GotoAsync(_address.AbsoluteUri);
        await page.GetByLabel(ServedModel.Second).WaitForAsync();

        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        foreach (var model in served.Server.Models)
        {
            await AnsweredAsync(page, model);
            var answer = await served.Http.AskAsync(model: model);
            var bars = page.Locator($"[data-model={model}] .bars li");
            Assert.Equal(answer["choices"]!.AsArray().Select(choice => $"{choice!["text"]}"), (await bars.Locator(".name").EvaluateAllAsync<string[]>("names => names.map(name => name.querySelector('bdi').textContent)")));
            var best = page.Locator($"[data-model={model}] .bars .best");
            Assert.StartsWith($"✓ ({answer["label"]}) {answer["text"]}", await best.InnerTextAsync());
            Assert.Contains("chosen", await best.TextContentAsync());

            // As wide as they are likely, within their edges.
            var widths = await bars.EvaluateAllAsync<double[]>("bars => bars.map(bar => parseFloat(getComputedStyle(bar, '::before').width) / bar.clientWidth)");
            Assert.All(widths.Zip(answer["choices"]!.AsArray()), pair => Assert.Equal((double)pair.Second!["probability"]!, pair.First, 0.01));
            Assert.Equal(((string)answer["rationales"]![0]!).Trim(), (await page.Locator($"[data-model={model}] .rationale").InnerTextAsync()).Trim());
        }

        Assert.Contains($"{ServedModel.First}: (", await page.GetByRole(AriaRole.Status).TextContentAsync());
        Assert.Empty(problems);
        Assert.All(requests, request => Assert.True(_address.IsBaseOf(new Uri(request)) || request == "data:,", request));
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).IsEnabledAsync());
    }

    [Fact]
    public async Task CtrlEnter_Asks_AndTheAddressHasTheQuestion()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        var question = page.GetByLabel("Question, with its choices");
        await question.FillAsync(Question);
        await question.PressAsync("Control+Enter");
        await AnsweredAsync(page, ServedModel.First);

        // Whoever opens the link sees the same.
        var other = await chromium.OpenAsync();
        await other.GotoAsync(page.Url);
        await AnsweredAsync(other, ServedModel.First);
        Assert.Equal(Question, await other.GetByLabel("Question, with its choices").InputValueAsync());
    }

    [Fact]
    public async Task ModelThatIsNotTicked_IsNotAsked()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        await page.GetByLabel(ServedModel.First, new() { Exact = true }).UncheckAsync();
        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await AnsweredAsync(page, ServedModel.Second);
        Assert.Equal([ServedModel.Second], await page.Locator("article h2").AllInnerTextsAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task OpenQuestion_ShowsItsAnswerAndHowChoicesAreWritten(ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(360, scheme: scheme);
        await page.GotoAsync(LinkTo("What rusts: iron or wood?"));
        await AnsweredAsync(page, ServedModel.First);
        var card = page.Locator($"[data-model={ServedModel.First}]");
        var answer = await served.Http.AskAsync("What rusts: iron or wood?");
        Assert.StartsWith($"Answer: {answer["text"]}", await card.Locator(".text").TextContentAsync());
        Assert.Contains("(A)\u00a0… (B)\u00a0…", await card.Locator(".note").InnerTextAsync());
        await Chromium.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task PickedExample_FillsTheQuestion()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        var examples = page.GetByLabel("Example questions");
        await examples.Locator("option").Nth(1).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var example = await examples.Locator("option").Nth(1).InnerTextAsync();
        await examples.SelectOptionAsync(example);
        Assert.Equal(example, await page.GetByLabel("Question, with its choices").InputValueAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task RefusedQuestion_IsExplained(ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(scheme: scheme);
        await page.GotoAsync(LinkTo(new string('x', 1001)));
        var problem = page.GetByRole(AriaRole.Alert);
        await problem.WaitForAsync();
        Assert.Contains("1000 characters", await problem.InnerTextAsync());
        Assert.Equal(0, await page.Locator("article").CountAsync());
        await Chromium.AssertAccessibleAsync(page);
    }

    /// <summary>A question that a browser cuts to a length loses its choices unseen.</summary>
    [Fact]
    public async Task PastedQuestionThatIsTooLong_IsRefusedAndNotCut()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        await page.GetByLabel("Question, with its choices").FocusAsync();
        await page.Keyboard.InsertTextAsync($"{new string('x', 990)} (A) iron (B) wood");
        await page.Keyboard.PressAsync("Control+Enter");
        Assert.Contains("1000 characters", await page.GetByRole(AriaRole.Alert).InnerTextAsync());
        Assert.EndsWith("(B) wood", await page.GetByLabel("Question, with its choices").InputValueAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task ModelThatFails_SaysSo_AndTheOthersAnswerStays(ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(scheme: scheme);
        await page.RouteAsync("**/v1/answers", route => route.Request.PostData!.Contains($"\"{ServedModel.Second}\"", StringComparison.Ordinal)
            ? route.FulfillAsync(new() { Status = 500, ContentType = "application/json", Body = """{"error": {"message": "It failed."}}""" })
            : route.ContinueAsync());
        await page.GotoAsync(LinkTo(Question));
        await AnsweredAsync(page, ServedModel.First);
        Assert.Equal("It failed.", await page.Locator($"[data-model={ServedModel.Second}]").GetByRole(AriaRole.Alert).InnerTextAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).WaitForAsync();
        Assert.Equal(2, await page.Locator($"[data-model={ServedModel.First}] .bars li").CountAsync());
        await Chromium.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task ModelsThatAreAllNotTicked_AreNotAsked()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        foreach (var model in served.Server.Models)
            await page.GetByLabel(model, new() { Exact = true }).UncheckAsync();
        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        Assert.Equal("No model is ticked.", await page.GetByRole(AriaRole.Alert).InnerTextAsync());
    }

    [Fact]
    public async Task ServerThatIsGone_IsReported()
    {
        var page = await chromium.OpenAsync();
        await page.RouteAsync("**/page.json", route => route.AbortAsync());
        await page.GotoAsync(_address.AbsoluteUri);
        Assert.Equal("The server cannot be reached.", await page.GetByRole(AriaRole.Alert).InnerTextAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task AnswerUnderWay_IsSeen_AndCanBeStopped(ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(360, scheme: scheme);
        await page.RouteAsync("**/v1/answers", _ => Task.CompletedTask); // never answered
        await page.GotoAsync(_address.AbsoluteUri);
        await page.GetByLabel(ServedModel.Second).WaitForAsync();
        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Waiting for the model…").First.WaitForAsync();
        await Chromium.AssertAccessibleAsync(page);

        // The button still has the focus.
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Stopped.").First.WaitForAsync();
        Assert.Equal("Ask", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.Equal(0, await page.Locator("[aria-busy]").CountAsync());
    }

    [Fact]
    public async Task TextFromRightToLeft_LongRationalesAndSeveral_AreShownAsTheyAreRead()
    {
        var page = await chromium.OpenAsync(360);
        var answer = new JsonObject
        {
            ["label"] = "A",
            ["text"] = "عملة",
            ["confidence"] = 0.9,
            ["choices"] = new JsonArray(new JsonObject { ["label"] = "A", ["text"] = "عملة", ["probability"] = 0.9 }),
            ["rationales"] = new JsonArray("المعادن توصل التيار.", string.Join(' ', Enumerable.Repeat("المعادن توصل التيار.", 200))),
        };
        await page.RouteAsync("**/v1/answers", route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = $"event: answer\ndata: {answer.ToJsonString()}\n\n" }));
        await page.GotoAsync(LinkTo("أي جسم يوصل التيار؟ (A) عملة"));
        await AnsweredAsync(page, ServedModel.First);

        Assert.All(await page.Locator("#question, .rationale, .bars bdi").EvaluateAllAsync<string[]>("parts => parts.map(part => getComputedStyle(part).direction)"), direction => Assert.Equal("rtl", direction));
        var rationale = page.Locator($"[data-model={ServedModel.First}] .rationale");
        Assert.Contains('\n', (await rationale.InnerTextAsync()).Trim());
        Assert.InRange(await rationale.EvaluateAsync<double>("part => part.clientHeight"), 100, 500);
        Assert.Equal("0", await rationale.GetAttributeAsync("tabindex"));
        await Chromium.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Keyboard_ReachesEverythingInItsOrder_AndTheFocusIsSeen()
    {
        var page = await chromium.OpenAsync();
        await page.GotoAsync(LinkTo(Question));
        await AnsweredAsync(page, ServedModel.First);
        await AnsweredAsync(page, ServedModel.Second);
        await page.EvaluateAsync("document.getElementById('code').open = true"); // a click would be where Tab goes on from
        var reached = new List<string>();
        for (int i = 0; i < 9; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.value || document.activeElement.dataset.copies || document.activeElement.localName"));
        }

        Assert.Equal(["question", ServedModel.First, ServedModel.Second, "examples", "send", "summary", "curl", "curl", "csharp"], reached);
    }

    [Fact]
    public async Task ReadersOwnColours_LeaveTheBarsVisible()
    {
        var page = await chromium.OpenAsync(forced: ForcedColors.Active);
        await page.GotoAsync(LinkTo(Question));
        await AnsweredAsync(page, ServedModel.First);
        Assert.All(
            await page.Locator(".bars li").EvaluateAllAsync<string[]>("bars => bars.map(bar => getComputedStyle(bar, '::before').backgroundColor + ' on ' + getComputedStyle(bar).backgroundColor)"),
            colours => Assert.NotEqual(colours.Split(" on ")[1], colours.Split(" on ")[0]));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task MissingKey_IsAskedFor(ColorScheme scheme)
    {
        using var model = new TinyModelFolder();
        File.WriteAllText(model.File("keys"), "sk-of-the-page");
        using var server = await ServeProcess.StartAsync(["--model", $"m={model.Path}", "--api-keys", model.File("keys")]);
        var page = await chromium.OpenAsync(scheme: scheme);
        await page.GotoAsync(server.Http.BaseAddress!.AbsoluteUri);
        Assert.Equal("The server needs an API key. Enter it above.", await page.GetByRole(AriaRole.Alert).InnerTextAsync());
        await page.GetByLabel("API key").FillAsync("sk-of-another");
        await page.GetByLabel("API key").BlurAsync();
        await page.GetByText("The server does not accept this API key.").WaitForAsync();
        await page.GetByLabel("API key").FillAsync("sk-of-the-page");
        await Chromium.AssertAccessibleAsync(page);
        await page.GetByLabel("Question, with its choices").FillAsync(Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await AnsweredAsync(page, "m");
        Assert.True(await page.GetByRole(AriaRole.Alert).IsHiddenAsync());
        await page.Locator("#code summary").ClickAsync();
        Assert.Contains("Bearer $KEY", await page.Locator("#curl").InnerTextAsync());
        Assert.DoesNotContain("sk-of-the-page", await page.Locator("#code").InnerTextAsync());
    }

    /// <summary>The shown command runs, and the shown program compiles, with quotes, backslashes and lines in the question.</summary>
    [Fact]
    public async Task Code_AsksTheSame()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "There is no curl here.");
        const string Asked = "It's \"iron\" \\ or\nwhat?\n(A) iron\n(B) wood";
        var page = await chromium.OpenAsync();
        await page.GotoAsync(LinkTo(Asked));
        await AnsweredAsync(page, ServedModel.First);
        await page.Locator("#code summary").ClickAsync();

        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy C#" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
        Assert.Equal(await page.Locator("#csharp").TextContentAsync(), await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).ClickAsync(); // again, while it says so
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy C#" }).WaitForAsync();

        using var curl = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "no_proxy='*' " + await page.Locator("#curl").InnerTextAsync()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var shown = JsonNode.Parse(await curl.StandardOutput.ReadToEndAsync(Token))!;
        Assert.Equal((string?)(await served.Http.AskAsync(Asked))["label"], (string?)shown["label"]);

        var program = CSharpCompilation.Create(
            "Shown",
            [CSharpSyntaxTree.ParseText($"global using System; global using System.Net.Http;\n{await page.Locator("#csharp").InnerTextAsync()}", cancellationToken: Token)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(program.GetDiagnostics(Token).Where(problem => problem.Severity > DiagnosticSeverity.Info && problem.Id != "CS8933").Select(problem => problem.ToString()));
    }

    /// <summary>Nothing for axe to report, numbers that do not break, and contrast where axe does not look. The pictures are for a person to look at.</summary>
    [Theory]
    [InlineData("page", 1200, ColorScheme.Light)]
    [InlineData("page-dark", 1200, ColorScheme.Dark)]
    [InlineData("page-phone", 360, ColorScheme.Light)]
    [InlineData("page-phone-dark", 360, ColorScheme.Dark)]
    public async Task Page_IsReadable(string name, int width, ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(width, 700, scheme);
        await page.GotoAsync(LinkTo("Which of these long descriptions fits a metal? (A) it conducts electricity and heat and shines when it is polished (B) it burns"));
        await AnsweredAsync(page, ServedModel.First);
        await AnsweredAsync(page, ServedModel.Second);
        await page.Locator("#code summary").ClickAsync();
        await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(TestFiles.Repository, "TestResults", "artifacts", name + ".png") });

        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        Assert.All(await page.Locator(".share").EvaluateAllAsync<int[]>("shares => shares.map(share => share.getClientRects().length)"), lines => Assert.Equal(1, lines));
        await Chromium.AssertAccessibleAsync(page);
        Assert.All(await page.EvaluateAsync<double[]>(Contrasts), contrast => Assert.InRange(contrast, 4.5, 21));
    }

    /// <summary>The contrast of text and bar for each bar: axe does not see what pseudo-elements paint.</summary>
    private const string Contrasts = """
        () => {
          const light = color => {
            const [r, g, b] = color.match(/[\d.]+/g).map(value => value / 255).map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b + .05;
          };
          return [...document.querySelectorAll(".bars li")].map(bar => {
            const [text, under] = [light(getComputedStyle(bar).color), light(getComputedStyle(bar, "::before").backgroundColor)];
            return Math.max(text, under) / Math.min(text, under);
          });
        }
        """;

    private string LinkTo(string question) => new Uri(_address, $"#{Uri.EscapeDataString(question)}").AbsoluteUri;

    private static Task AnsweredAsync(IPage page, string model) => page.Locator($"[data-model={model}][data-answer]").WaitForAsync();
}

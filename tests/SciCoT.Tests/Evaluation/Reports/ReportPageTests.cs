using Microsoft.Playwright;
using SciCoT.Evaluation;
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

    /// <summary>As long as a report's beginning gets: a sentence for a title, notes, many systems, or two with all that stands unfolded.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(8, false)]
    public async Task Page_OnAPhone_ComesToThePointEarly_WithAllThatMayStandUnfolded(int systems, bool isHarness)
    {
        var sample = ReportSample.Input();
        var input = sample with
        {
            Title = "two-stage is not shown to exceed one-stage on made-up questions: 81.3 % against 79.7 % of 60 questions, exact McNemar test at 5 %.",
            Notes = [new string('n', 150), new string('o', 150)],
            Systems = [.. Enumerable.Range(0, systems).Select(i => sample.Systems[^1] with { System = $"system {i}", Seed = null, Outcomes = [.. sample.Systems[^1].Outcomes.Select(Scored)] })],
        };
        var page = await OpenAsync(360, 800, input: input);

        Assert.InRange(await page.EvaluateAsync<double>("document.querySelector('details').getBoundingClientRect().top + scrollY"), 500, 3_000);

        QuestionOutcome Scored(QuestionOutcome outcome) =>
            outcome with { LogLikelihoods = isHarness ? [-1, -2, -3, -4] : [], Alternatives = [.. outcome.Alternatives, .. outcome.Alternatives.Take(1).SelectMany(own => new[] { own with { Kind = RationaleKind.Teacher }, own with { Kind = RationaleKind.Truncated } })] };
    }

    [Fact]
    public async Task NameWithoutBlanks_DoesNotWidenAPhonesPage()
    {
        var sample = ReportSample.Input();
        var page = await OpenAsync(360, 800, input: sample with { Systems = [.. sample.Systems.Select(system => system with { System = $"{system.System}_whose_name_has_no_blank_and_is_wider_than_a_phone" })] });
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Table_IsScrolledByKeyboard_AndItsNamesStayWithTheirHead()
    {
        var page = await OpenAsync(360, 800);
        var table = page.Locator("#Accuracy .wide");
        await table.FocusAsync();
        for (int i = 0; i < 5; i++)
            await page.Keyboard.PressAsync("ArrowRight");
        // Playwright's own waiting evaluates text, which the page's policy forbids.
        double left = await table.EvaluateAsync<double>("async table => { for (let i = 0; i < 500 && table.scrollLeft <= 50; i++) await new Promise(next => setTimeout(next, 20)); return table.scrollLeft; }");
        Assert.True(left > 50, $"scrolled by {left} pixels");

        Assert.Single((await table.Locator("th:first-child").EvaluateAllAsync<double[]>("names => names.map(name => Math.round(name.getBoundingClientRect().left))")).Distinct());
        Assert.Equal(0, await page.EvaluateAsync<double>("scrollX"));
    }

    [Fact]
    public async Task ReadersOwnColours_LeaveChartsReadable()
    {
        var page = await OpenAsync(1200, 800, forced: ForcedColors.Active);

        var colours = await page.Locator("svg.broad text").EvaluateAllAsync<string[]>("texts => texts.map(text => getComputedStyle(text).fill + ' on ' + getComputedStyle(text.closest('svg')).backgroundColor)");
        Assert.NotEmpty(colours);
        Assert.All(colours, colour => Assert.Contains(colour, (string[])["rgb(28, 32, 36) on rgb(255, 255, 255)", "rgb(93, 101, 110) on rgb(255, 255, 255)"]));
    }

    [Fact]
    public async Task TextFromRightToLeft_IsReadFromTheRight()
    {
        var question = ScienceQuestion.Create("أي جسم يوصل التيار؟", "قفاز", "عملة") with { AnswerLabel = "B", Context = "المعادن توصل التيار." };
        var outcome = QuestionOutcome.Judge(question, "B", "عملة") with { Rationale = "المعادن توصل التيار.", TeacherRationale = "المعادن توصل التيار." };
        var page = await OpenAsync(360, 800, input: new() { Title = "t", DataSet = "d", Systems = [new() { System = "s", Outcomes = [outcome] }] });

        var directions = await page.Locator("#examples h3, #examples .context, #examples q, #examples bdi").EvaluateAllAsync<string[]>("parts => parts.map(part => getComputedStyle(part).direction)");
        Assert.Equal(7, directions.Length);
        Assert.All(directions, direction => Assert.Equal("rtl", direction));
        Assert.Equal("✓ B عملة", await page.Locator("#examples .gold").TextContentAsync()); // marked by more than its colour
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

    private async Task<IPage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light, string part = "", ReportInput? input = null, ForcedColors forced = ForcedColors.None)
    {
        EvaluationReport.Write(input ?? ReportSample.Input(), _folder.Path);
        var page = await chromium.OpenAsync(width, height, scheme, forced);
        await page.GotoAsync(new Uri(_folder.File("report.html")).AbsoluteUri + part);
        return page;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SciCoT.Tests.Samples;

/// <summary>The web sample's API over untrained students.</summary>
public sealed class WebDemoTests(DemoServer demo) : IClassFixture<DemoServer>
{
    private const string Question = "What rusts? (A) iron (B) wood";

    private readonly HttpClient _http = demo.Http;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/answer") { Content = JsonContent.Create(new { question = new string('x', 100_000) }) };
        request.Headers.ExpectContinue = true; // the server closes the connection, so that a body under way may end in a reset instead of the reply
        var huge = await _http.SendAsync(request, Cancelled);
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

    private static async Task<JsonObject> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}

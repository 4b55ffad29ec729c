using System.Text.Json.Nodes;
using SciCoT.Tests.Server;
using WebDemo;

namespace SciCoT.Tests.Samples;

/// <summary>The web sample over untrained students: a model that reasons and one that does not.</summary>
public sealed class WebDemoTests(DemoServer demo) : IClassFixture<DemoServer>
{
    private readonly HttpClient _http = demo.Http;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Demo.TwoStage, false)]
    [InlineData(Demo.Direct, true)]
    public async Task Answer_HasARationaleUnlessDirect(string model, bool direct)
    {
        var answer = await _http.AskAsync(model: model);
        Assert.Equal(1, answer["choices"]!.AsArray().Sum(choice => (double)choice!["probability"]!), 1e-4);
        Assert.Contains((string?)answer["text"], new[] { "iron", "wood" });
        Assert.Equal(direct, (string?)answer["rationales"]![0] == "");
    }

    [Fact]
    public async Task Direct_StreamsTheAnswerAlone()
    {
        using var response = await _http.PostAsync("v1/answers", $$"""{"model": "{{Demo.Direct}}", "question": "{{ServerReplies.Question}}", "stream": true}""");
        Assert.Equal(["answer"], (await response.EventsAsync()).Select(item => item.Name));
    }

    [Fact]
    public async Task Operations_HaveTheirEndpoints()
    {
        await _http.AskAsync();
        Assert.Equal("Healthy", await _http.GetStringAsync("health", Cancelled));
        Assert.Contains("scicot_stage_duration_seconds_bucket", await _http.GetStringAsync("metrics", Cancelled));
        Assert.Equal(12, JsonNode.Parse(await _http.GetStringAsync("page.json", Cancelled))!["examples"]!.AsArray().Count);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SciCoT.Tests.Server;

/// <summary><c>POST /v1/answers</c> of a real process.</summary>
public sealed class AnswerTests(ServedModel served) : IClassFixture<ServedModel>
{
    private readonly HttpClient _http = served.Http;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Question_IsAnsweredWithProbabilitiesAndRationale()
    {
        var answer = await _http.AskAsync();

        Assert.Equal(1, answer["choices"]!.AsArray().Sum(choice => (double)choice!["probability"]!), 1e-4);
        Assert.Contains((string?)answer["label"], new[] { "A", "B" });
        Assert.Equal((string?)answer["text"], (string?)answer["label"] == "A" ? "iron" : "wood");
        Assert.Single(answer["rationales"]!.AsArray());
        Assert.Equal(ServedModel.First, (string?)answer["model"]);
        Assert.InRange((long)answer["usage"]!["input_tokens"]!, 1, 1000);
        Assert.False((bool)answer["shortened"]!);
    }

    [Fact]
    public async Task Choices_MayStandBesideTheQuestion()
    {
        var asked = await _http.AskAsync();
        var beside = await (await _http.PostAsync("v1/answers", """{"question": "What rusts?", "choices": ["iron", {"label": "B", "text": "wood"}]}""")).JsonAsync();
        Assert.Equal(asked["choices"]!.ToJsonString(), beside["choices"]!.ToJsonString());

        var labelled = await (await _http.PostAsync("v1/answers", """{"question": "What rusts?", "choices": [{"label": "1", "text": "iron"}, {"label": "2", "text": "wood"}], "context": "Metals rust."}""")).JsonAsync();
        Assert.Equal(["1", "2"], labelled["choices"]!.AsArray().Select(choice => (string)choice!["label"]!));
    }

    [Fact]
    public async Task OpenQuestion_HasNoChoices()
    {
        var answer = await _http.AskAsync("What is the opposite of hot?");
        Assert.Empty(answer["choices"]!.AsArray());
        Assert.Null(answer["label"]);
    }

    [Theory]
    [InlineData(ServedModel.First)]
    [InlineData(ServedModel.Second)]
    public async Task Model_IsChosenByName(string model) => Assert.Equal(model, (string?)(await _http.AskAsync(model: model))["model"]);

    [Fact]
    public async Task Stream_IsTheRationaleAndThenTheAnswer()
    {
        using var response = await _http.PostAsync("v1/answers", $$"""{"question": "{{ServerReplies.Question}}", "stream": true}""");
        var events = await response.EventsAsync();

        Assert.All(events.SkipLast(1), item => Assert.Equal("rationale", item.Name));
        Assert.Equal("answer", events[^1].Name);
        var (whole, answer) = (await _http.AskAsync(), JsonNode.Parse(events[^1].Data)!);
        Assert.Equal((string?)whole["label"], (string?)answer["label"]);
        Assert.Equal((string?)whole["rationales"]![0], string.Concat(events.SkipLast(1).Select(item => (string)JsonNode.Parse(item.Data)!["text"]!)));
    }

    [Theory]
    [InlineData("""{"question": """, "line 1, byte", null, null)]
    [InlineData("""["a list"]""", "line 1", null, null)]
    [InlineData("null", "must be a JSON object", null, null)]
    [InlineData("", "line 1", null, null)]
    [InlineData("""{"question": 7}""", "$.question", null, null)]
    [InlineData("""{"question": "\ud800"}""", "$.question", null, null)]
    [InlineData("""{"question": "What?", "choices": ["\ud800"]}""", "not Unicode", "choices", null)]
    [InlineData("{}", "question is missing", "question", null)]
    [InlineData("""{"question": " "}""", "question is missing", "question", null)]
    [InlineData("""{"question": "(A) iron (B) wood"}""", "no stem", "question", null)]
    [InlineData("""{"question": "What rusts?", "choices": [1]}""", "A choice must be a text", "choices", null)]
    [InlineData("""{"question": "What rusts?", "choices": [{"label": "A"}]}""", "A choice must be a text", "choices", null)]
    [InlineData("""{"question": "What rusts?", "choices": ["iron", ""]}""", "Choice 'B' has no text", "choices", null)]
    [InlineData("""{"question": "What rusts?", "choices": ["iron", {"label": "A", "text": "wood"}]}""", "Two choices have the label 'A'", "choices", null)]
    [InlineData("""{"choices": ["iron", "wood"]}""", "question is missing", "question", null)]
    public async Task WrongBody_IsExplained(string body, string message, string? param, string? code)
    {
        using var response = await _http.PostAsync("v1/answers", body);
        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Contains(message, (string)error["message"]!);
        Assert.Equal(("invalid_request_error", param, code), ((string?)error["type"], (string?)error["param"], (string?)error["code"]));
        Assert.DoesNotContain("System.", (string)error["message"]!);
    }

    [Theory]
    [InlineData("v1/answers", "{\"question\": \"What?\", \"choices\": [\"")]
    [InlineData("v1/answers", "{\"question\": \"")]
    [InlineData("v1/chat/completions", "{\"messages\": [{\"role\": \"user\", \"content\": \"")]
    public async Task BytesThatAreNoUtf8_AreRefused(string address, string start)
    {
        var body = new ByteArrayContent([.. System.Text.Encoding.UTF8.GetBytes(start), 0xFF, (byte)'"']) { Headers = { ContentType = new("application/json") } };
        using var response = await _http.PostAsync(address, body, Token);
        await response.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task DeepBody_IsRefused()
    {
        using var response = await _http.PostAsync("v1/answers", $$"""{"other": {{new string('[', 10_000)}}""");
        await response.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task UnknownModel_IsRefusedWithTheKnownOnes()
    {
        using var response = await _http.PostAsync("v1/answers", """{"question": "What rusts?", "model": "third"}""");
        var error = await response.ErrorAsync(HttpStatusCode.NotFound);
        Assert.Equal(("model_not_found", "model"), ((string?)error["code"], (string?)error["param"]));
        Assert.Contains("first, second", (string)error["message"]!);
    }

    [Fact]
    public async Task LongQuestion_IsRefused()
    {
        using var response = await _http.PostAsync("v1/answers", $$"""{"question": "{{new string('x', 1001)}}"}""");
        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal("string_above_max_length", (string?)error["code"]);
        Assert.Contains("1000 characters; got 1001", (string)error["message"]!);

        using var together = await _http.PostAsync("v1/answers", $$"""{"question": "What?", "choices": ["{{new string('x', 500)}}"], "context": "{{new string('x', 500)}}"}""");
        Assert.Contains("1000 characters; got 1005", (string)(await together.ErrorAsync(HttpStatusCode.BadRequest))["message"]!);
    }

    [Fact]
    public async Task ManyChoices_AreRefused()
    {
        using var response = await _http.PostAsync("v1/answers", $$"""{"question": "What?", "choices": [{{string.Join(',', Enumerable.Repeat("\"a\"", 27))}}]}""");
        Assert.Contains("at most 26 choices; got 27", (string)(await response.ErrorAsync(HttpStatusCode.BadRequest))["message"]!);
    }

    [Fact]
    public async Task LargeBody_IsRefused()
    {
        // The server closes the connection, so that a body under way might end in a reset instead of the reply.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = _http.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/answers") { Content = new StringContent(new string(' ', 70_000), new MediaTypeHeaderValue("application/json")) };
        request.Headers.ExpectContinue = true;
        using var response = await patient.SendAsync(request, Token);
        Assert.Equal("request_too_large", (string?)(await response.ErrorAsync(HttpStatusCode.RequestEntityTooLarge))["code"]);
    }

    /// <summary>A page of another site can send a form without asking first, but no JSON.</summary>
    [Fact]
    public async Task OtherContentType_IsRefused()
    {
        using var response = await _http.PostAsync("v1/answers", new StringContent("""{"question": "What rusts?"}"""), Token);
        await response.ErrorAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("GET", "v1/answers")]
    [InlineData("POST", "v1/embeddings")]
    [InlineData("DELETE", "v1/models/first")]
    [InlineData("POST", "chat/completions")]
    public async Task UnknownAddress_IsRefusedInTheSameForm(string method, string address)
    {
        using var response = await _http.SendAsync(new HttpRequestMessage(new HttpMethod(method), address), Token);
        Assert.Equal("unknown_url", (string?)(await response.ErrorAsync(HttpStatusCode.NotFound))["code"]);
    }
}

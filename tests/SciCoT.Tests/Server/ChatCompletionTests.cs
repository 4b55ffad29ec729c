using System.ClientModel;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace SciCoT.Tests.Server;

/// <summary>OpenAI's client and Microsoft.Extensions.AI against a real process.</summary>
public sealed class ChatCompletionTests(ServedModel served) : IClassFixture<ServedModel>
{
    private readonly HttpClient _http = served.Http;
    private readonly ChatClient _chat = served.Server.Client().GetChatClient(ServedModel.First);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAIClient_GetsTheAnswerAndItsUsage()
    {
        ChatCompletion reply = await _chat.CompleteChatAsync([new SystemChatMessage("You are a teacher."), new UserChatMessage("Hello"), new AssistantChatMessage("(A) hello"), new UserChatMessage(ServerReplies.Question)], cancellationToken: Token);

        Assert.Equal(await ExpectedAsync(), Assert.Single(reply.Content).Text);
        Assert.Equal((ChatFinishReason.Stop, ServedModel.First, ChatMessageRole.Assistant), (reply.FinishReason, reply.Model, reply.Role));
        Assert.Equal(reply.Usage.TotalTokenCount, reply.Usage.InputTokenCount + reply.Usage.OutputTokenCount);
        Assert.InRange(reply.Usage.OutputTokenCount, 1, 100);
        Assert.StartsWith("chatcmpl-", reply.Id);
        Assert.InRange(reply.CreatedAt, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Assert.Null(reply.Refusal);
    }

    [Fact]
    public async Task OpenAIClient_StreamsTheAnswerAndItsUsage()
    {
        var (text, usage, finish) = ("", (ChatTokenUsage?)null, (ChatFinishReason?)null);
        await foreach (var update in _chat.CompleteChatStreamingAsync([new UserChatMessage(ServerReplies.Question)], cancellationToken: Token))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(await ExpectedAsync(), text);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal(usage!.TotalTokenCount, usage.InputTokenCount + usage.OutputTokenCount);
    }

    [Fact]
    public async Task ExtensionsAI_GetsTheSame_WholeAndStreamed()
    {
        using var client = _chat.AsIChatClient();
        var reply = await client.GetResponseAsync(ServerReplies.Question, cancellationToken: Token);
        Assert.Equal(await ExpectedAsync(), reply.Text);
        Assert.NotNull(reply.Usage!.TotalTokenCount);

        var streamed = await client.GetStreamingResponseAsync(ServerReplies.Question, cancellationToken: Token).ToChatResponseAsync(Token);
        Assert.Equal(reply.Text, streamed.Text);
        Assert.Equal(reply.Usage.TotalTokenCount, streamed.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task OpenAIClient_ListsModels()
    {
        var models = served.Server.Client().GetOpenAIModelClient();
        Assert.Equal([ServedModel.First, ServedModel.Second], (await models.GetModelsAsync(Token)).Value.Select(model => model.Id));
        Assert.Equal((ServedModel.Second, "scicot"), ((await models.GetModelAsync(ServedModel.Second, Token)).Value.Id, (await models.GetModelAsync(ServedModel.Second, Token)).Value.OwnedBy));
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => models.GetModelAsync("third", Token))).Status);
    }

    [Fact]
    public async Task OpenAIClient_ThrowsWhatTheServerRefuses()
    {
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => served.Server.Client().GetChatClient("third").CompleteChatAsync([new UserChatMessage("What?")], cancellationToken: Token));
        Assert.Equal(404, refusal.Status);
        Assert.Contains("'third' is not served here", refusal.Message);

        var tools = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("f") } };
        Assert.Equal(400, (await Assert.ThrowsAsync<ClientResultException>(() => _chat.CompleteChatAsync([new UserChatMessage("What?")], tools, Token))).Status);
    }

    [Fact]
    public async Task Reply_HasReasoningAndProbabilities()
    {
        var reply = await (await PostAsync("""{"model": "first", "messages": [{"role": "user", "content": "What rusts? (A) iron (B) wood"}], "n": 1, "temperature": 0, "seed": 4, "max_tokens": 64, "user": "u", "something_new": {"a": [1]}}""")).JsonAsync();
        var answer = await _http.AskAsync();
        Assert.Equal((string?)answer["rationales"]![0], (string?)reply["choices"]![0]!["message"]!["reasoning_content"]);
        Assert.Equal(answer["choices"]!.AsArray().Count, reply["scicot"]!["choices"]!.AsArray().Count);
        Assert.Equal("chat.completion", (string?)reply["object"]);
    }

    [Fact]
    public async Task Stream_EndsInDone_AndHasUsageOnlyWhereAsked()
    {
        const string Asked = """{"messages": [{"role": "user", "content": "What rusts? (A) iron (B) wood"}], "stream": true""";
        var without = await (await PostAsync(Asked + "}")).EventsAsync();
        var with = await (await PostAsync(Asked + """, "stream_options": {"include_usage": true}}""")).EventsAsync();

        Assert.All(with.Concat(without), item => Assert.Equal("", item.Name));
        Assert.Equal("[DONE]", without[^1].Data);
        Assert.DoesNotContain(without, item => item.Data.Contains("\"usage\"", StringComparison.Ordinal));
        var usage = JsonNode.Parse(with[^2].Data)!;
        Assert.Empty(usage["choices"]!.AsArray());
        Assert.InRange((long)usage["usage"]!["total_tokens"]!, 1, 1000);
        Assert.Single(with.SkipLast(1).Select(item => (string?)JsonNode.Parse(item.Data)!["id"]).Distinct());
        Assert.Equal("assistant", (string?)JsonNode.Parse(with[0].Data)!["choices"]![0]!["delta"]!["role"]);
    }

    [Theory]
    [InlineData("\" \"", 1)]
    [InlineData("[\"zzz\", \") \"]", 2)]
    [InlineData("\"zzz\"", int.MaxValue)]
    [InlineData("null", int.MaxValue)]
    public async Task Stop_CutsTheAnswer(string stop, int words)
    {
        var reply = await (await PostAsync($$"""{"messages": [{"role": "user", "content": "{{ServerReplies.Question}}"}], "stop": {{stop}}}""")).JsonAsync();
        var expected = await ExpectedAsync();
        Assert.Equal(words switch { 1 => expected.Split(' ')[0], 2 => expected.Split(") ")[0], _ => expected }, (string?)reply["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Content_MayBeParts()
    {
        var reply = await (await PostAsync("""{"messages": [{"role": "user", "content": [{"type": "text", "text": "What rusts? "}, {"type": "text", "text": "(A) iron (B) wood"}]}]}""")).JsonAsync();
        Assert.Equal(await ExpectedAsync(), (string?)reply["choices"]![0]!["message"]!["content"]);
    }

    [Theory]
    [InlineData("""{"messages": []}""", "messages", null)]
    [InlineData("""{}""", "messages", null)]
    [InlineData("""{"messages": [null]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "system", "content": "What?"}]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "user"}]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "user", "content": 7}]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://a/b"}}]}]}""", "messages", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "\ud800"}]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "text", "text": "\ud800"}]}]}""", "messages", null)]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": 7, "text": "What?"}]}]}""", "messages", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "stop": "\ud800"}""", "stop", null)]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "n": 2}""", "n", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "logprobs": true}""", "logprobs", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "tools": [{"type": "function"}]}""", "tools", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "functions": [{"name": "f"}]}""", "functions", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "response_format": {"type": "json_object"}}""", "response_format", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "modalities": ["audio"]}""", "modalities", "unsupported_parameter")]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "stop": ["a", "b", "c", "d", "e"]}""", "stop", null)]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "stop": [1]}""", "stop", null)]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "stop": {}}""", "stop", null)]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "max_tokens": 0}""", "max_tokens", null)]
    [InlineData("""{"messages": [{"role": "user", "content": "What?"}], "max_completion_tokens": -1}""", "max_completion_tokens", null)]
    public async Task WhatTheStudentsCannotDo_IsRefused(string body, string param, string? code)
    {
        using var response = await PostAsync(body);
        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal((param, code), ((string?)error["param"], (string?)error["code"]));
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _http.PostAsync("v1/chat/completions", body);

    private async Task<string> ExpectedAsync()
    {
        var answer = await _http.AskAsync();
        return $"({answer["label"]}) {answer["text"]}";
    }
}

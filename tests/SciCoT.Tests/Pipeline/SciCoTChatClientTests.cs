using Microsoft.Extensions.AI;

namespace SciCoT.Tests.Pipeline;

public class SciCoTChatClientTests
{
    private static readonly ChatMessage Question = new(ChatRole.User, "Does copper conduct? (A) rubber (B) copper");

    private readonly SciCoTPipeline _pipeline = new(new EchoRationaleStudent(), new MentionAnswerStudent());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponseAsync_Question_IsReasonedAndAnswered()
    {
        using var client = _pipeline.AsChatClient("arc-small");

        var response = await client.GetResponseAsync([new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello"), Question], cancellationToken: Token);

        Assert.Equal("(B) copper", response.Text);
        var message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.Equal("About: Does copper conduct?", Assert.IsType<TextReasoningContent>(message.Contents[0]).Text);
        Assert.Equal((ChatFinishReason.Stop, "arc-small"), (response.FinishReason, response.ModelId));
        Assert.Equal("B", Assert.IsType<Answer>(response.RawRepresentation).Label);
        Assert.Equal("B", response.AdditionalProperties!["scicot.label"]);
        Assert.Null(response.Usage); // students of another kind count no tokens
    }

    [Fact]
    public async Task GetStreamingResponseAsync_UpdatesJoined_AreTheResponse()
    {
        using var client = _pipeline.AsChatClient();

        var updates = await client.GetStreamingResponseAsync([Question], cancellationToken: Token).ToListAsync(Token);

        Assert.True(updates.Count > 3);
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        var response = updates.ToChatResponse();
        Assert.Equal("(B) copper", response.Text);
        Assert.Equal("About: Does copper conduct?", string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text)));
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task GetResponseAsync_OpenQuestion_IsAnsweredInItsOwnWords()
    {
        using var client = _pipeline.AsChatClient();

        Assert.Equal("About: Why does iron rust?", (await client.GetResponseAsync("Why does iron rust?", cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task GetResponseAsync_NoQuestion_SaysWhatIsExpected()
    {
        using var client = _pipeline.AsChatClient();

        Assert.Contains("no user message", (await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync([new ChatMessage(ChatRole.System, "x")], cancellationToken: Token))).Message);
        Assert.Contains("is empty", (await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync(" ", cancellationToken: Token))).Message);
        Assert.Contains("no stem", (await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("(A) rubber (B) copper", cancellationToken: Token))).Message);
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.GetStreamingResponseAsync([], cancellationToken: Token).ToListAsync(Token));
    }

    [Fact]
    public async Task GetResponseAsync_Middleware_Wraps()
    {
        using var client = _pipeline.AsChatClient("m").AsBuilder().UseOpenTelemetry().Build();

        Assert.Equal("(B) copper", (await client.GetResponseAsync([Question], cancellationToken: Token)).Text);
        Assert.Same(_pipeline, client.GetService<ISciCoTPipeline>());
        Assert.Equal(("scicot", "m"), (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Null(client.GetService<string>());
        Assert.Null(client.GetService<ISciCoTPipeline>("key"));
    }
}

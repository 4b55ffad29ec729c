using Microsoft.Extensions.AI;

namespace SciCoT.Tests.Teaching;

/// <summary>A chat client that replies as a test says and remembers what it was sent.</summary>
internal sealed class FakeChatClient(Func<IReadOnlyList<ChatMessage>, ChatResponse> reply, string? model = "model-1") : IChatClient
{
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = [];

    public FakeChatClient(string text)
        : this(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop })
    {
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] sent = [.. messages];
        Calls.Add((sent, options));
        return Task.FromResult(reply(sent));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("fake", null, model) : null;

    public void Dispose()
    {
    }
}

using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using SciCoT.Batches;
using SciCoT.Teaching;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>The real OpenAI client as a teacher.</summary>
public static class OpenAITeacher
{
    public static ChatClientTeacher Create(Uri endpoint, ChatClientTeacherOptions? options = null) => new(Client(endpoint), options);

    /// <summary>A teacher over an HTTP client of the caller's.</summary>
    public static ChatClientTeacher Create(Uri endpoint, HttpClient http, ChatClientTeacherOptions? options = null) => new(Client(endpoint, new HttpClientPipelineTransport(http)), options);

    /// <summary>Batches that a test need not wait for.</summary>
    public static BatchCompletionsOptions Quick(string directory) => new() { Directory = directory, GatherFor = TimeSpan.FromMilliseconds(100), PollInterval = TimeSpan.FromMilliseconds(20) };

    /// <summary>The client with the library's handler below it.</summary>
    public static IChatClient Client(Uri endpoint, ChatCompletionsOptions? options = null) => Client(endpoint, new HttpClientPipelineTransport(ChatCompletionsHandler.CreateClient(options)));

    /// <summary>The client as it is.</summary>
    public static IChatClient BareClient(Uri endpoint) => Client(endpoint, HttpClientPipelineTransport.Shared);

    private static IChatClient Client(Uri endpoint, PipelineTransport transport) => new ChatClient("model-1", new ApiKeyCredential("no-key"), new OpenAIClientOptions
    {
        Endpoint = endpoint,
        Transport = transport,
        // Its own three retries and its own timeout would go on behind the back of what limits, counts and times the calls.
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    }).AsIChatClient();

    /// <summary>Questions that differ in their number, whose answer is A.</summary>
    public static ScienceQuestion[] Questions(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ScienceQuestion.Create($"Is fact {i} true?", "yes", "no", "sometimes") with { Id = $"q{i:d4}", AnswerLabel = "A" })];
}

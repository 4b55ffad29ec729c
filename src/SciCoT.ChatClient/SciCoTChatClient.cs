using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SciCoT;

/// <summary>A pipeline as a chat client: the last user message is the question, the reply is the reasoning and the answer.</summary>
/// <remarks>
/// Other messages and the chat's options are not read: the students have no memory and no settings of a single call. Safe for
/// concurrent callers. It does not own the pipeline.
/// </remarks>
internal sealed class SciCoTChatClient(ISciCoTPipeline pipeline, string? modelId) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(SciCoTTelemetry.ProviderName, defaultModelId: modelId);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var answer = await pipeline.AnswerAsync(Question(messages), cancellationToken).ConfigureAwait(false);
        var id = NewId();
        var message = new ChatMessage(ChatRole.Assistant, [.. answer.Rationales.Where(HasText).Select(rationale => new TextReasoningContent(rationale)), new TextContent(Text(answer))])
        {
            MessageId = id,
        };
        return new ChatResponse(message)
        {
            ResponseId = id,
            ModelId = modelId,
            FinishReason = ChatFinishReason.Stop,
            Usage = Usage(answer),
            RawRepresentation = answer,
            AdditionalProperties = Properties(answer),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var question = Question(messages);
        var id = NewId();
        await foreach (var update in pipeline.StreamAsync(question, cancellationToken).ConfigureAwait(false))
        {
            if (update.RationaleText is { Length: > 0 } piece)
                yield return Update(id, new TextReasoningContent(piece));
            if (update.Answer is not { } answer)
                continue;

            var last = Update(id, new TextContent(Text(answer)));
            if (Usage(answer) is { } usage)
                last.Contents.Add(new UsageContent(usage));
            last.FinishReason = ChatFinishReason.Stop;
            last.RawRepresentation = answer;
            last.AdditionalProperties = Properties(answer);
            yield return last;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(ChatClientMetadata))
            return _metadata;
        return serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(pipeline) ? pipeline : null;
    }

    public void Dispose()
    {
    }

    private static ScienceQuestion Question(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var asked = messages.LastOrDefault(message => message.Role == ChatRole.User)
            ?? throw new ArgumentException("There is no user message; the last one is the question, such as 'Which …? (A) … (B) …'.", nameof(messages));
        try
        {
            return ScienceQuestion.Parse(asked.Text);
        }
        catch (InvalidQuestionException e)
        {
            throw new ArgumentException($"The last user message is no question: {e.Message}", nameof(messages), e);
        }
    }

    /// <summary>As a person writes an answer: the choice with its label, so that both can be found in it.</summary>
    private static string Text(Answer answer) => answer.Label is null ? answer.Text : $"({answer.Label}) {answer.Text}";

    private static bool HasText(string rationale) => !string.IsNullOrWhiteSpace(rationale);

    private static string NewId() => Guid.NewGuid().ToString("n");

    private static UsageDetails? Usage(Answer answer) => answer.Usage is { } usage
        ? new UsageDetails { InputTokenCount = usage.InputTokens, OutputTokenCount = usage.OutputTokens, TotalTokenCount = usage.InputTokens + usage.OutputTokens }
        : null;

    private static AdditionalPropertiesDictionary Properties(Answer answer) => new()
    {
        ["scicot.label"] = answer.Label,
        ["scicot.confidence"] = answer.Confidence,
        ["scicot.probabilities"] = answer.Choices.ToDictionary(choice => choice.Choice.Label, choice => choice.Probability),
    };

    private ChatResponseUpdate Update(string id, AIContent content) => new(ChatRole.Assistant, [content]) { ResponseId = id, MessageId = id, ModelId = modelId };
}

using System.Text.Json;

namespace SciCoT.Server.Chat;

/// <summary>The body of <c>POST /v1/chat/completions</c>, as far as it is looked at.</summary>
internal sealed record ChatRequest
{
    public string? Model { get; init; }

    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    public bool? Stream { get; init; }

    public ChatStreamOptions? StreamOptions { get; init; }

    public int? N { get; init; }

    /// <summary>A text, or several, before which the answer ends.</summary>
    public JsonElement? Stop { get; init; }

    public long? MaxTokens { get; init; }

    public long? MaxCompletionTokens { get; init; }

    public bool? Logprobs { get; init; }

    public JsonElement? Tools { get; init; }

    public JsonElement? Functions { get; init; }

    public ChatResponseFormat? ResponseFormat { get; init; }

    public IReadOnlyList<string>? Modalities { get; init; }
}

/// <summary>A message.</summary>
/// <param name="Role">Who wrote it.</param>
/// <param name="Content">A text, or parts of type <c>text</c>.</param>
internal sealed record ChatMessage(string? Role, JsonElement? Content);

/// <summary>What a stream has besides the reply.</summary>
internal sealed record ChatStreamOptions(bool? IncludeUsage);

/// <summary>The form of the reply.</summary>
internal sealed record ChatResponseFormat(string? Type);

using System.Text.Json.Serialization;
using SciCoT.Server.Answers;

namespace SciCoT.Server.Chat;

/// <summary>A whole reply. <c>scicot</c> is the answer with its probabilities, which OpenAI's clients pass over.</summary>
internal sealed record ChatCompletion(
    string Id,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatUsage? Usage,
    ChatAnswer Scicot)
{
    [JsonPropertyOrder(-1)]
    public string Object => "chat.completion";
}

internal sealed record ChatChoice(ChatReplyMessage Message)
{
    public int Index => 0;

    public string FinishReason => "stop";
}

/// <summary>The reply's text; the rationale stands where other servers put a model's reasoning.</summary>
internal sealed record ChatReplyMessage(string Content, string ReasoningContent)
{
    public string Role => "assistant";

    public string? Refusal => null;
}

/// <summary>A piece of a streamed reply.</summary>
internal sealed record ChatCompletionChunk(
    string Id,
    long Created,
    string Model,
    IReadOnlyList<ChatChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatUsage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatAnswer? Scicot = null)
{
    [JsonPropertyOrder(-1)]
    public string Object => "chat.completion.chunk";
}

internal sealed record ChatChunkChoice(ChatDelta Delta, string? FinishReason = null)
{
    public int Index => 0;
}

internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReasoningContent = null);

/// <summary>Tokens of both students.</summary>
internal sealed record ChatUsage(long PromptTokens, long CompletionTokens)
{
    public long TotalTokens => PromptTokens + CompletionTokens;

    public static ChatUsage? From(Answer answer) => answer.Usage is { } usage ? new ChatUsage(usage.InputTokens, usage.OutputTokens) : null;
}

/// <summary>What the pipeline answered.</summary>
internal sealed record ChatAnswer(string? Label, string Text, double Confidence, IReadOnlyList<ChoiceReply> Choices, bool Shortened)
{
    public static ChatAnswer From(Answer answer) => new(answer.Label, answer.Text, answer.Confidence, ChoiceReply.From(answer), answer.IsShortened);
}

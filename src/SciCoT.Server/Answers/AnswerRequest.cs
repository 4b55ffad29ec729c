using System.Text.Json;

namespace SciCoT.Server.Answers;

/// <summary>The body of <c>POST /v1/answers</c>.</summary>
internal sealed record AnswerRequest
{
    /// <summary>The model's name; the first of the server by default.</summary>
    public string? Model { get; init; }

    /// <summary>The question; its choices may stand in it.</summary>
    public string? Question { get; init; }

    /// <summary>The choices, where they do not stand in the question: texts, or objects with <c>label</c> and <c>text</c>.</summary>
    public IReadOnlyList<JsonElement>? Choices { get; init; }

    /// <summary>A passage to read before the question.</summary>
    public string? Context { get; init; }

    /// <summary>Whether the reply is a stream of events.</summary>
    public bool Stream { get; init; }
}

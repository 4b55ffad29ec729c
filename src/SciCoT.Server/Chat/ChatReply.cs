namespace SciCoT.Server.Chat;

/// <summary>The parts of one reply, whole or streamed, which have its identifier in common.</summary>
/// <param name="model">The model that answers.</param>
/// <param name="stops">Texts before which the answer ends.</param>
/// <param name="now">When it was asked.</param>
internal sealed class ChatReply(string model, IReadOnlyList<string> stops, DateTimeOffset now)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():n}";
    private readonly long _created = now.ToUnixTimeSeconds();

    public ChatCompletion Whole(Answer answer) => new(
        _id,
        _created,
        model,
        [new ChatChoice(new ChatReplyMessage(Text(answer), string.Join("\n", answer.Rationales)))],
        ChatUsage.From(answer),
        ChatAnswer.From(answer));

    public ChatCompletionChunk Opening() => Chunk(new ChatDelta(Role: "assistant", Content: ""));

    public ChatCompletionChunk Reasoning(string piece) => Chunk(new ChatDelta(ReasoningContent: piece));

    public ChatCompletionChunk Content(Answer answer) => Chunk(new ChatDelta(Content: Text(answer)));

    public ChatCompletionChunk End(Answer answer) =>
        new(_id, _created, model, [new ChatChunkChoice(new ChatDelta(), "stop")], Scicot: ChatAnswer.From(answer));

    /// <summary>The last piece where the client asks for usage: it has no choices.</summary>
    public ChatCompletionChunk Usage(Answer answer) => new(_id, _created, model, [], Usage: ChatUsage.From(answer) ?? new ChatUsage(0, 0));

    /// <summary>As a person writes an answer: the choice with its label, so that both can be found in it.</summary>
    private string Text(Answer answer) => ChatReading.Cut(answer.Label is null ? answer.Text : $"({answer.Label}) {answer.Text}", stops);

    private ChatCompletionChunk Chunk(ChatDelta delta) => new(_id, _created, model, [new ChatChunkChoice(delta)]);
}

namespace SciCoT.Replies;

/// <summary>A reply as far as it could be read, whatever form it had.</summary>
internal sealed record ReadReply
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    /// <summary>The text, without the model's thoughts.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why the service's model would not reply.</summary>
    public string? Refusal { get; init; }

    /// <summary>How it ended, as OpenAI calls it, or <see cref="FinishReasons.Error"/>.</summary>
    public string Finish { get; init; } = FinishReasons.Stop;

    /// <summary>The end as the service called it.</summary>
    public string? ToldFinish { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }
}

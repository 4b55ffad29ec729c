namespace SciCoT;

/// <summary>A teacher's reply.</summary>
/// <param name="Rationale">The reasoning, without the final answer sentence, as far as it came.</param>
/// <param name="AnswerLabel">The label of the choice that the teacher decided for; <see langword="null"/> when none could be made out.</param>
public sealed record TeacherReply(string Rationale, string? AnswerLabel)
{
    /// <summary>The teacher's name, as the provenance in the store shows it.</summary>
    public required string Teacher { get; init; }

    /// <summary>The model behind the teacher, where there is one.</summary>
    public string? Model { get; init; }

    /// <summary>A hash of the prompt's layout, so that rationales of different prompts can be told apart.</summary>
    public string? PromptHash { get; init; }

    /// <summary>How the reply ended.</summary>
    /// <value>The default is <see cref="TeacherFinishReason.Complete"/>.</value>
    public TeacherFinishReason FinishReason { get; init; }

    /// <summary>What the model was told about sampling, where there is a model.</summary>
    public TeacherSampling? Sampling { get; init; }

    /// <summary>The reply word for word, where it says more than <see cref="Rationale"/>; the response's body where it has no text.</summary>
    public string? Reply { get; init; }

    /// <summary>What is odd about the reply, on one line for people; it is reported and not stored.</summary>
    public string? Note { get; init; }

    /// <summary>The service's identifier of the reply, where it has one.</summary>
    public string? ReplyId { get; init; }

    /// <summary>Tokens read by the model for this reply, where the service tells.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens written by the model for this reply, where the service tells.</summary>
    public long? OutputTokens { get; init; }
}

using System.Text.Json.Serialization;

namespace SciCoT.Rationales;

/// <summary>The teacher's reply to a question, with its provenance and cost.</summary>
public sealed record RationaleRecord
{
    /// <summary>The question's <see cref="ScienceQuestion.ContentHash"/>.</summary>
    public required string QuestionHash { get; init; }

    /// <summary>The question's identifier in its data set; for people, not for looking up.</summary>
    public required string QuestionId { get; init; }

    /// <summary>The reasoning, as far as it came; <see cref="FinishReason"/> says whether it is of use.</summary>
    public required string Rationale { get; init; }

    /// <summary>
    /// The label of the choice that the teacher decided for, as the question printed it then; <see langword="null"/> when
    /// there was none to be made out, or when the teacher was shown the answer and was not asked for it.
    /// </summary>
    public string? AnswerLabel { get; init; }

    /// <summary>The text of that choice. It stays true when the choices are shuffled or labelled anew; the label does not.</summary>
    public string? AnswerText { get; init; }

    /// <summary>The teacher's name.</summary>
    public required string Teacher { get; init; }

    /// <summary>The model behind the teacher, where there is one.</summary>
    public string? Model { get; init; }

    /// <summary>A hash of the prompt's layout, where there was a prompt.</summary>
    public string? PromptHash { get; init; }

    /// <summary>Which of the question's rationales by this teacher this is, from 0.</summary>
    public int SampleIndex { get; init; }

    /// <summary>
    /// Which try this is, from 0: a reply of no use may be asked for again, and each reply is a record of its own.
    /// </summary>
    public int Attempt { get; init; }

    /// <summary>Whether the gold answer was in the teacher's view.</summary>
    public bool AnswerRevealed { get; init; }

    /// <summary>
    /// Whether the answer was revealed only because the teacher's own answer disagreed with it (rationalisation as in STaR,
    /// arXiv 2203.14465). Such rationales argue for a given end; <see cref="AnswerRevealed"/> is set too.
    /// </summary>
    public bool Rationalized { get; init; }

    /// <summary>How the reply ended.</summary>
    /// <value>The default is <see cref="TeacherFinishReason.Complete"/>.</value>
    public TeacherFinishReason FinishReason { get; init; }

    /// <summary>What the model was told about sampling, where there is a model.</summary>
    public TeacherSampling? Sampling { get; init; }

    /// <summary>
    /// The reply word for word, where it says more than <see cref="Rationale"/>, so that answers can be extracted anew without
    /// paying anew. Where it had no text, or could not be read, the body of the service's response.
    /// </summary>
    public string? Reply { get; init; }

    /// <summary>The service's identifier of the reply, where it has one, for questions about the bill.</summary>
    public string? ReplyId { get; init; }

    /// <summary>Tokens read by the model for this reply, where the service told.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens written by the model for this reply, where the service told.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>When the reply was had, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What tells this record from all others in a store.</summary>
    [JsonIgnore]
    public RationaleKey Key => new()
    {
        QuestionHash = QuestionHash,
        Teacher = Teacher,
        PromptHash = PromptHash,
        SampleIndex = SampleIndex,
        Attempt = Attempt,
        AnswerRevealed = AnswerRevealed,
    };
}

namespace SciCoT.Evaluation;

/// <summary>A system's answer to one question, with all values that a report needs.</summary>
public sealed record QuestionOutcome
{
    private readonly ScienceQuestion _question = null!;

    /// <summary>The question, with its gold answer.</summary>
    /// <exception cref="ArgumentException">The question's answer is not known.</exception>
    public required ScienceQuestion Question
    {
        get => _question;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Question));
            value.Validate();
            if (value.AnswerLabel is null)
                throw new ArgumentException($"Question '{value.Id}' has no gold answer to judge by.", nameof(Question));
            _question = value;
        }
    }

    /// <summary>The question's identifier.</summary>
    public string QuestionId => Question.Id;

    /// <summary>The gold label, or an open question's gold answer.</summary>
    public string Gold => Question.AnswerLabel!;

    /// <summary>
    /// The label that was chosen; <see langword="null"/> for an open question, and where no choice could be read out of what
    /// was written.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>The text of the answer: the choice's, or what was written.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the answer is right; no answer is wrong. An open question's text counts whatever its case.</summary>
    public bool IsCorrect => Question.Choices.Count > 0
        ? Label == Gold
        : string.Equals(Text.Trim(), Gold.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the question has choices and none could be read out of what was written.</summary>
    public bool ExtractionFailed => Question.Choices.Count > 0 && Label is null;

    /// <summary>The rationale that the answer rests on; <see langword="null"/> where there is none.</summary>
    public string? Rationale { get; init; }

    /// <summary>The teacher's rationale for the question, to compare with; <see langword="null"/> where there is none.</summary>
    public string? TeacherRationale { get; init; }

    /// <summary>One probability for each choice, in their order; empty where there are none.</summary>
    public IReadOnlyList<double> Probabilities { get; init; } = [];

    /// <summary>
    /// The summed log-likelihood of each choice's text as a continuation, in nats and in the choices' order; empty where it was
    /// not asked for. <c>acc</c> and <c>acc_norm</c> come from these.
    /// </summary>
    public IReadOnlyList<double> LogLikelihoods { get; init; } = [];

    /// <summary>The texts whose log-likelihoods these are, where they are not the choices' texts but letters; otherwise empty.</summary>
    public IReadOnlyList<string> ScoredTexts { get; init; } = [];

    /// <summary>For each choice, whether greedy search would write what was scored; empty where it is not known.</summary>
    public IReadOnlyList<bool> GreedyChoices { get; init; } = [];

    /// <summary>Seconds from the question to the answer; for a question answered in a batch those of its batch.</summary>
    public double? Seconds { get; init; }

    /// <summary>Tokens that were written for the answer, the rationale included.</summary>
    public int? Tokens { get; init; }

    /// <summary>
    /// Whether the question was too long for the model, which read it without the end of its context or the beginning of its
    /// stem; <see langword="null"/> where that is not known.
    /// </summary>
    public bool? IsShortened { get; init; }

    /// <summary>What the same system answers when it is given other rationales; empty where it was not asked.</summary>
    public IReadOnlyList<AlternativeAnswer> Alternatives { get; init; } = [];

    /// <summary>Judges an answer.</summary>
    /// <param name="question">A question whose answer is known.</param>
    /// <param name="label">The label that was chosen, for a question with choices.</param>
    /// <param name="text">The text of the answer; what counts for an open question, whatever its case.</param>
    /// <exception cref="ArgumentException">The question's answer is not known.</exception>
    public static QuestionOutcome Judge(ScienceQuestion question, string? label, string text)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        return new QuestionOutcome { Question = question, Label = label, Text = text };
    }
}

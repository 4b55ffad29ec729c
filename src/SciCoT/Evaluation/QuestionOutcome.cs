namespace SciCoT.Evaluation;

/// <summary>What was answered to one question, and whether it was right.</summary>
public sealed record QuestionOutcome
{
    /// <summary>The question's identifier.</summary>
    public required string QuestionId { get; init; }

    /// <summary>The gold label, or an open question's gold answer.</summary>
    public required string Gold { get; init; }

    /// <summary>The label that was chosen; <see langword="null"/> for an open question.</summary>
    public string? Label { get; init; }

    /// <summary>The text of the answer.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the answer is right.</summary>
    public required bool IsCorrect { get; init; }

    /// <summary>The rationale that the answer rests on; <see langword="null"/> where there is none.</summary>
    public string? Rationale { get; init; }

    /// <summary>One probability for each choice, in their order; empty for an open question.</summary>
    public IReadOnlyList<double> Probabilities { get; init; } = [];

    /// <summary>Judges an answer.</summary>
    /// <param name="question">A question whose answer is known.</param>
    /// <param name="label">The label that was chosen, for a question with choices.</param>
    /// <param name="text">The text of the answer; what counts for an open question, whatever its case.</param>
    /// <exception cref="ArgumentException">The question's answer is not known.</exception>
    public static QuestionOutcome Judge(ScienceQuestion question, string? label, string text)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        question.Validate();
        var gold = question.AnswerLabel ?? throw new ArgumentException($"Question '{question.Id}' has no gold answer to judge by.", nameof(question));
        return new QuestionOutcome
        {
            QuestionId = question.Id,
            Gold = gold,
            Label = label,
            Text = text,
            IsCorrect = question.Choices.Count > 0
                ? label == gold
                : string.Equals(text.Trim(), gold.Trim(), StringComparison.OrdinalIgnoreCase),
        };
    }
}

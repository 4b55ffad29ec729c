namespace SciCoT;

/// <summary>An answer student's decision for one question.</summary>
/// <param name="Label">The label of the chosen option; <see langword="null"/> for an open question.</param>
/// <param name="Text">The text of the chosen option, or the answer that was written for an open question.</param>
/// <param name="Probabilities">One probability for each choice, in their order, summing to 1; empty for an open question.</param>
public sealed record AnswerPrediction(string? Label, string Text, IReadOnlyList<double> Probabilities)
{
    /// <summary>The summed log-likelihood of each choice's text, in nats and in the choices' order; empty where there is none.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<double> LogLikelihoods { get; init; } = [];

    /// <summary>The rationale that the answer rests on, where the student wrote it itself; otherwise <see langword="null"/>.</summary>
    public string? Rationale { get; init; }

    /// <summary>The probability of the chosen option; for an open question the probability of the written text.</summary>
    public required double Confidence { get; init; }

    /// <summary>
    /// Whether the question was too long for the model: it was read without the end of its context, and where that did not
    /// suffice without the beginning of its stem.
    /// </summary>
    public bool IsShortened { get; init; }
}

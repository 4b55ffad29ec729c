using System.Globalization;

namespace SciCoT;

/// <summary>The answer of a pipeline.</summary>
/// <param name="Question">The question that was asked.</param>
/// <param name="Label">The label of the chosen option; <see langword="null"/> for an open question.</param>
/// <param name="Text">The text of the chosen option, or the answer that was written for an open question.</param>
/// <param name="Confidence">The probability of the answer, from 0 to 1.</param>
/// <param name="Choices">The choices in their order with their probabilities; empty for an open question.</param>
/// <param name="Rationales">The reasoning that the answer rests on; one unless the pipeline samples several.</param>
/// <param name="Elapsed">The time from the call to the answer, waiting included.</param>
public sealed record Answer(
    ScienceQuestion Question,
    string? Label,
    string Text,
    double Confidence,
    IReadOnlyList<ChoiceProbability> Choices,
    IReadOnlyList<string> Rationales,
    TimeSpan Elapsed)
{
    /// <summary>
    /// The tokens that the students' models read and wrote; <see langword="null"/> where they are not known for this question
    /// alone: of students of another kind, and of questions that <see cref="ISciCoTPipeline.AnswerManyAsync"/> answers together.
    /// </summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>
    /// Whether the question was too long for the answer student: it was read without the end of its context, and where that did not
    /// suffice without the beginning of its stem.
    /// </summary>
    public bool IsShortened { get; init; }

    /// <summary>The answer in a line for people, such as <c>(A) iron (93 %), because: Iron rusts in damp air.</c></summary>
    public override string ToString()
    {
        var label = Label is null ? "" : $"({Label}) ";
        var reasons = Rationales.Where(rationale => !string.IsNullOrWhiteSpace(rationale)).Distinct(StringComparer.Ordinal).ToArray();
        var because = reasons.Length == 0 ? "" : $", because: {string.Join(" | ", reasons)}";
        return string.Create(CultureInfo.InvariantCulture, $"{label}{Text} ({Confidence:0 %}){because}");
    }
}

/// <summary>A choice with the probability that the answer student gives it.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Probability">Its probability among the question's choices, from 0 to 1.</param>
public sealed record ChoiceProbability(Choice Choice, double Probability);

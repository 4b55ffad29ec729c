using SciCoT;

namespace WebDemo;

/// <summary>A question, and whether it is to be answered without reasoning.</summary>
internal sealed record AnswerAsk(string Question, bool Direct = false);

/// <summary>The next piece of a rationale.</summary>
internal sealed record RationalePiece(string Text);

/// <summary>An answer as the API gives it.</summary>
internal sealed record AnswerReply(string? Label, string Text, double Confidence, IReadOnlyList<ChoiceReply> Choices, string? Rationale)
{
    public static AnswerReply Of(Answer answer) => new(
        answer.Label,
        answer.Text,
        answer.Confidence,
        [.. answer.Choices.Select(choice => new ChoiceReply(choice.Choice.Label, choice.Choice.Text, choice.Probability))],
        answer.Rationales.Count > 0 ? answer.Rationales[0] : null);

    public static AnswerReply Of(ScienceQuestion question, AnswerPrediction prediction) => new(
        prediction.Label,
        prediction.Text,
        prediction.Confidence,
        [.. question.Choices.Zip(prediction.Probabilities, (choice, probability) => new ChoiceReply(choice.Label, choice.Text, probability))],
        null);
}

/// <summary>A choice with its probability.</summary>
internal sealed record ChoiceReply(string Label, string Text, double Probability);

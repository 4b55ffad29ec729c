using System.Text.Json.Serialization;

namespace SciCoT.Server.Answers;

/// <summary>An answer.</summary>
internal sealed record AnswerReply(
    string Id,
    long Created,
    string Model,
    string? Label,
    string Text,
    double Confidence,
    IReadOnlyList<ChoiceReply> Choices,
    IReadOnlyList<string> Rationales,
    bool Shortened,
    double ElapsedSeconds,
    AnswerUsage? Usage)
{
    [JsonPropertyOrder(-1)]
    public string Object => "answer";

    public static AnswerReply From(Answer answer, string model, DateTimeOffset now) => new(
        $"answer-{Guid.NewGuid():n}",
        now.ToUnixTimeSeconds(),
        model,
        answer.Label,
        answer.Text,
        answer.Confidence,
        ChoiceReply.From(answer),
        answer.Rationales,
        answer.IsShortened,
        answer.Elapsed.TotalSeconds,
        answer.Usage is { } usage ? new AnswerUsage(usage.InputTokens, usage.OutputTokens) : null);
}

/// <summary>A choice with its probability.</summary>
internal sealed record ChoiceReply(string Label, string Text, double Probability)
{
    public static IReadOnlyList<ChoiceReply> From(Answer answer) => [.. answer.Choices.Select(choice => new ChoiceReply(choice.Choice.Label, choice.Choice.Text, choice.Probability))];
}

/// <summary>Tokens that the students read and wrote.</summary>
internal sealed record AnswerUsage(long InputTokens, long OutputTokens);

/// <summary>The next piece of a rationale.</summary>
internal sealed record RationalePiece(string Text);

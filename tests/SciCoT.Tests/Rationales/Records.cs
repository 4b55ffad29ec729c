using SciCoT.Rationales;

namespace SciCoT.Tests.Rationales;

/// <summary>Records for tests.</summary>
internal static class Records
{
    public static readonly ScienceQuestion Question = ScienceQuestion.Create("Which material conducts electricity best?", "rubber", "copper", "wood") with { AnswerLabel = "B" };

    public static RationaleRecord For(ScienceQuestion question, string rationale = "Metals let charges move freely, so they conduct.", int sample = 0) => new()
    {
        QuestionHash = question.ContentHash,
        QuestionId = question.Id,
        Rationale = rationale,
        AnswerLabel = question.AnswerLabel,
        AnswerText = question.GoldChoice?.Text,
        Teacher = "test",
        Model = "model-1",
        PromptHash = "p1",
        SampleIndex = sample,
        InputTokens = 120,
        OutputTokens = 30,
        Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    public static RationaleRecord Sample(int sample) => For(Question, $"Metals conduct. \"Sample\" {sample}\nnaïve 金 🧲", sample);
}

using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

/// <summary>Made-up questions and answers.</summary>
internal static class Outcomes
{
    /// <summary>A question of four choices whose gold answer is at a position.</summary>
    public static ScienceQuestion Question(int id, int gold = 0, int choices = 4) =>
        ScienceQuestion.Create($"Question {id}?", [.. Enumerable.Range(1, choices).Select(i => $"option {i} of {id}")]) with { Id = $"q{id}", AnswerLabel = Label(gold) };

    /// <summary>An answer to such a question.</summary>
    public static QuestionOutcome Answer(int id, int chosen, int gold = 0) =>
        QuestionOutcome.Judge(Question(id, gold), Label(chosen), $"option {chosen + 1} of {id}");

    /// <summary>Answers to the questions 0, 1, …, right or wrong as told.</summary>
    public static SystemResult System(string name, long? seed, params bool[] right) =>
        new() { System = name, Seed = seed, Outcomes = [.. right.Select((isRight, i) => Answer(i, isRight ? i % 4 : (i + 1) % 4, i % 4))] };

    public static string Label(int position) => ((char)('A' + position)).ToString();
}

using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Training;

namespace SciCoT.Tests.Evaluation.Reports;

/// <summary>Made-up answers of three systems under two seeds that fill every part of a report.</summary>
internal static class ReportSample
{
    public static ReportInput Input(int questions = 60) => new()
    {
        Title = "Made-up students",
        DataSet = "Made-up questions",
        Systems = [.. from system in new[] { ("direct", 0.45), ("one-stage", 0.7), ("two-stage", 0.8) } from seed in new[] { 1, 2 } select Result(system.Item1, system.Item2, seed, questions)],
        Subsets = [new SubsetField("topic", question => int.Parse(question.Id[1..]) % 2 == 0 ? "heat" : "light"), SubsetField.ChoiceCount],
        Overlap = OverlapCheck.Compare([Outcomes.Question(1)], [.. Enumerable.Range(0, questions).Select(i => Outcomes.Question(i, i % 4))]),
        Published = PublishedMarks.On("ARC-Easy"),
        Notes = ["The answers are made up."],
        Command = "dotnet run --project made-up",
        Resamples = 500,
    };

    private static SystemResult Result(string system, double accuracy, int seed, int questions)
    {
        var random = new Random((system.Length * 100) + seed);
        return new()
        {
            System = system,
            Seed = seed,
            Base = "random weights",
            Parameters = 303_000,
            TrainingSteps = 2_200,
            TrainingSeconds = 41.5 + seed,
            Outcomes = [.. Enumerable.Range(0, questions).Select(i => Answer(i))],
            Training = [new("student", [.. Enumerable.Range(1, 300).Select(step => new TrainingPoint(step, (6 * Math.Exp(-step / 60.0)) + 0.02 + (0.01 * seed), step % 100 == 0 ? 0.3 + (1.0 / step) : null))])],
        };

        QuestionOutcome Answer(int i)
        {
            int gold = i % 4, chosen = random.NextDouble() < accuracy ? gold : (gold + 1 + random.Next(3)) % 4;
            double sure = 0.4 + (0.59 * random.NextDouble());
            var outcome = Outcomes.Answer(i, chosen, gold) with
            {
                Probabilities = [.. Enumerable.Range(0, 4).Select(choice => choice == chosen ? sure : (1 - sure) / 3)],
                Seconds = 0.02 + (0.01 * random.NextDouble()),
                Tokens = 10 + random.Next(20),
            };
            return system == "direct" ? outcome : outcome with
            {
                Rationale = $"Fact {i} holds, so option {chosen + 1} follows.",
                TeacherRationale = $"Fact {i} holds, so option {gold + 1} follows.",
                Alternatives =
                [
                    new(RationaleKind.Own, "own", outcome.Label, outcome.Text),
                    new(RationaleKind.Empty, "", Outcomes.Label(i % 3), "x"),
                    new(RationaleKind.Shuffled, "other", Outcomes.Label((i + 1) % 4), "x"),
                ],
            };
        }
    }
}

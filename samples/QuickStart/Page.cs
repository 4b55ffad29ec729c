using SciCoT;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Tokenization;

namespace QuickStart;

/// <summary>The results as a report with a page to look at.</summary>
internal static class Page
{
    public static async Task<string> WriteAsync(Comparison comparison, Outcomes outcomes, IAnswerStudent answerStudent, Curves curves, string folder)
    {
        var world = comparison.World;
        var tokenizer = T5Tokenizer.Load(Path.Combine(comparison.ModelFolder, "answer-student"));
        var twoStage = await RationaleUseEvaluator.EvaluateAsync(answerStudent, WithTeacher(outcomes.TwoStage));
        var input = new ReportInput
        {
            Title = "Quick start: students of 0.3 million parameters",
            DataSet = $"Mini data set, seed {comparison.Seed}, {(comparison.IsValidation ? "validation" : "test")} questions",
            Command = "dotnet run -c Release --project samples/QuickStart",
            Systems =
            [
                Result("direct", outcomes.Direct, "direct student"),
                Result("one-stage", WithTeacher(outcomes.OneStage), "one-stage student"),
                Result("two-stage", twoStage, "rationale student", "answer student"),
            ],
            Subsets = [new SubsetField("family", question => world[question.Id].Family), SubsetField.ChoiceCount],
            Cluster = question => world[question.Id].Cell,
            Overlap = OverlapCheck.Compare(comparison.Training, comparison.Test),
            Notes = ["The mini data set is a closed world: what is held out are combinations, never facts, and questions of one pattern are near-duplicates of each other by design. Its figures say nothing about real exams."],
        };
        EvaluationReport.Write(input, folder);
        return Path.Combine(folder, "report.html");

        SystemResult Result(string system, IReadOnlyList<QuestionOutcome> answers, params string[] students)
        {
            TrainingCurve[] training = [.. students.Select(curves.Of)];
            return new()
            {
                System = system,
                Seed = comparison.Seed,
                Base = "random weights",
                Outcomes = Evaluator.CountTokens(answers, text => tokenizer.EncodeToIds(text).Count),
                TrainingSteps = training.Sum(curve => curve.Points.Count > 0 ? curve.Points[^1].Step : 0),
                Training = training,
            };
        }

        QuestionOutcome[] WithTeacher(IReadOnlyList<QuestionOutcome> answers) =>
            [.. answers.Select(outcome => outcome with { TeacherRationale = world[outcome.QuestionId].Rationale })];
    }
}

using SciCoT;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Tokenization;

namespace QuickStart;

/// <summary>The results as a report with a page to look at.</summary>
internal static class Page
{
    public const string ClosedWorld = "The mini data set is a closed world: what is held out are combinations, never facts, and questions of one pattern are near-duplicates of each other by design. Its figures say nothing about real exams.";

    public static async Task<string> WriteAsync(Comparison comparison, Outcomes outcomes, IAnswerStudent answerStudent, Trainings trainings, string folder, CancellationToken cancellationToken)
    {
        var world = comparison.World;
        var tokenizer = T5Tokenizer.Load(Path.Combine(comparison.ModelFolder, "answer-student"));
        var twoStage = await RationaleUseEvaluator.EvaluateAsync(answerStudent, WithTeacher(outcomes.TwoStage), cancellationToken: cancellationToken);
        var input = new ReportInput
        {
            Title = "Quick start: students of 0.3 million parameters",
            DataSet = $"Mini data set, seed {comparison.Seed}, {(comparison.IsValidation ? "validation" : "test")} questions",
            Command = comparison.Command,
            Systems =
            [
                Result("direct", outcomes.Direct, ("direct student", trainings.Direct)),
                Result("one-stage", WithTeacher(outcomes.OneStage), ("one-stage student", trainings.OneStage)),
                Result("two-stage", twoStage, ("rationale student", trainings.TwoStage.RationaleStudent), ("answer student", trainings.TwoStage.AnswerStudent)),
            ],
            Subsets = [new SubsetField("family", question => world[question.Id].Family), SubsetField.ChoiceCount],
            Cluster = question => world[question.Id].Cell,
            Overlap = OverlapCheck.Compare(comparison.Training, comparison.Test),
            Notes = [ClosedWorld],
        };
        EvaluationReport.Write(input, folder);
        return Path.Combine(folder, "report.html");

        SystemResult Result(string system, IReadOnlyList<QuestionOutcome> answers, params (string Name, StudentReport Report)[] students) => new()
        {
            System = system,
            Seed = comparison.Seed,
            Base = "random weights",
            Outcomes = Evaluator.CountTokens(answers, text => tokenizer.EncodeToIds(text).Count),
            Parameters = students.Sum(student => student.Report.Parameters),
            TrainingSteps = students.Sum(student => student.Report.Steps),
            TrainingSeconds = students.Sum(student => student.Report.Seconds),
            Training = [.. students.Select(student => new TrainingCurve(student.Name, student.Report.Curve))],
        };

        QuestionOutcome[] WithTeacher(IReadOnlyList<QuestionOutcome> answers) =>
            [.. answers.Select(outcome => outcome with { TeacherRationale = world[outcome.QuestionId].Rationale })];
    }
}

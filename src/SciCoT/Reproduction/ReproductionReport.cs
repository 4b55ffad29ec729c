using System.Globalization;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;

namespace SciCoT.Reproduction;

/// <summary>Writes the report, whose first line is the verdict. Nothing in it depends on how often the run was stopped: no times stand in it.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="data">The questions.</param>
/// <param name="systems">What every system answered.</param>
/// <param name="overlap">What training and test questions share.</param>
/// <param name="annotated">What the teacher was asked.</param>
/// <param name="parts">What was made, where it was.</param>
internal sealed class ReproductionReport(ReproductionRecipe recipe, DistillationData data, IReadOnlyList<SystemResult> systems, OverlapReport overlap, AnnotatedTotals annotated, IRecipeParts? parts)
{
    /// <summary>The command that was given; by default the one that the recipe's name makes.</summary>
    public string? Command { get; init; }

    /// <summary>Computes the report and writes its files.</summary>
    public EvaluationReport Write(ReproductionFolder folder)
    {
        var input = Input();
        var report = EvaluationReport.Create(input);
        report = report with { Title = Verdict(report) };
        report.Save(input, folder.Root);
        return report;
    }

    private ReportInput Input() => new()
    {
        Title = recipe.Title,
        DataSet = $"{recipe.Data.Name}, test",
        Systems = [.. systems.Select(Timeless)],
        Baseline = recipe.Verdict.Metric is null ? recipe.Verdict.Against : null,
        Subsets = parts?.Subsets ?? [SubsetField.ChoiceCount],
        Cluster = parts?.Cluster,
        Overlap = overlap,
        Published = recipe.Marks,
        Command = Command ?? $"scicot reproduce {recipe.Name}{(recipe.Limit is null ? "" : " --short")}",
        Notes =
        [
            $"Recipe {recipe.Name}: {recipe.Title}.",
            string.Create(CultureInfo.InvariantCulture, $"{data.Training.Count:N0} questions to learn from, {data.Validation.Count:N0} to validate on, {data.Test.Count:N0} to measure on."),
            string.Create(CultureInfo.InvariantCulture, $"Teacher {annotated.Teacher}: {annotated.Replies:N0} stored replies to {annotated.Questions:N0} questions, {annotated.InputTokens:N0} tokens read and {annotated.OutputTokens:N0} written{(annotated.Cost is { } cost ? $", {cost:0.00##} at the recipe's prices" : "")}."),
            .. recipe.Notes,
        ],
        More =
        [
            new(
                ReportPart.Choices,
                "The recipe, and whose choice each setting is",
                "What is not named has the library's default.",
                ["setting", "value", "choice"],
                [.. recipe.Settings.Select(setting => (IReadOnlyList<string>)[setting.Path, setting.Value, setting.Choice])]),
        ],
    };

    private string Verdict(EvaluationReport report)
    {
        var (system, against, metric) = recipe.Verdict;
        if (metric is not null)
            return report.Marks.First(mark => mark.System == system && mark.Mark.System == against && mark.Mark.Metric == metric).Sentence;
        var (own, other) = (report.Systems.First(one => one.System == system), report.Systems.First(one => one.System == against));
        var comparison = report.Comparisons.First(one => one.System == system);
        var word = MarkComparison.Word(comparison.PValue >= MarkComparison.Level ? MarkVerdict.NotShownToExceed : comparison.Difference.Difference > 0 ? MarkVerdict.Exceeds : MarkVerdict.Below);
        var interval = comparison.Difference.Interval;
        return string.Create(CultureInfo.InvariantCulture,
            $"{system} {word} {against} on {report.DataSet}: {100 * own.Accuracy:0.0} % against {100 * other.Accuracy:0.0} % of {report.Questions:N0} questions, difference {100 * comparison.Difference.Difference:+0.0;−0.0;0.0} points, 95 % interval {100 * interval.Low:+0.0;−0.0;0.0} to {100 * interval.High:+0.0;−0.0;0.0}; {(report.Methods.Clustered || own.Seeds.Count > 1 ? "paired bootstrap" : "exact McNemar test")} at 5 %.");
    }

    private static SystemResult Timeless(SystemResult system) => system with { TrainingSeconds = null, Outcomes = [.. system.Outcomes.Select(outcome => outcome with { Seconds = null })] };
}

using SciCoT.Distillation;
using SciCoT.Evaluation.Reports;
using SciCoT.Teaching;

namespace ArcDistillation;

/// <summary>Every system with several seeds on ARC: what each part of the recipe is worth there.</summary>
internal static class Ablation
{
    private const int Folds = 2;
    private const int Samples = 4;

    public static async Task<EvaluationReport> RunAsync(Settings settings, ArcData data, string? checkpoint, IProgress<AblationProgress> progress, CancellationToken cancellationToken)
    {
        var recipe = Recipe.Options(settings, data.Teacher, checkpoint);
        var options = new AblationOptions
        {
            Annotation = recipe.Annotation,
            RationaleStudent = recipe.RationaleStudent,
            AnswerStudent = recipe.AnswerStudent,
            AnswerStudentContinuesRationaleStudent = false, // as the published table was measured
            Variants = AblationVariant.CreateDefault(Folds, Samples),
        };
        var result = await new AblationStudy(new ReplayTeacher(data.Records), options).RunAsync(data.Questions, Path.Combine(settings.Output.FullName, "study"), progress, cancellationToken);
        return EvaluationReport.Write(
            new ReportInput
            {
                Title = "Ablation on ARC",
                DataSet = "ARC-Easy, dev",
                Systems = result.Systems,
                Overlap = result.Overlap,
                Baseline = "direct",
                Notes =
                [
                    $"{(settings.Base is null ? "Students of random weights" : $"Students from {BaseCheckpoint.Name(settings.Base)}")}; {data.Questions.Training.Count} training questions with rationales by {data.Teacher}.",
                    $"Every system has {settings.RationaleSteps + settings.AnswerSteps} steps of {settings.BatchSize} examples, two-stage systems {settings.RationaleSteps} + {settings.AnswerSteps}; cross-fitting trains {Folds} more rationale students, whose steps are counted with the system's.",
                ],
                Command = settings.CommandLine,
            },
            settings.Output.FullName);
    }
}

using SciCoT;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Testing;

namespace QuickStart;

/// <summary>Every system with several seeds on the mini data set: what each part of the recipe is worth.</summary>
internal static class Ablation
{
    /// <summary>Less than half of the quick start's steps, so that three seeds of all systems take minutes; students are not done, and differences show.</summary>
    private const int RationaleSteps = 900;

    private const int AnswerSteps = 300;
    private const int Folds = 5;
    private const int Samples = 4;

    public static async Task<EvaluationReport> RunAsync(Arguments arguments, IProgress<AblationProgress> progress, CancellationToken cancellationToken = default)
    {
        var world = MiniScience.Create(arguments.Seed, comparisons: arguments.Comparisons);
        var tokenizer = Path.Combine(arguments.Output, "tokenizer");
        MiniScience.WriteTokenizer(tokenizer);
        var teacher = arguments.Teacher;
        var options = new AblationOptions
        {
            Annotation = new() { Teacher = teacher.Name, Concurrency = 1024 },
            RationaleStudent = Steps(MiniScienceRecipe.Rationale(tokenizer, 1), RationaleSteps),
            AnswerStudent = Steps(MiniScienceRecipe.Answer(tokenizer, 1), AnswerSteps),
            Direct = Steps(MiniScienceRecipe.Direct(tokenizer, 1), RationaleSteps + AnswerSteps),
            OneStage = Steps(MiniScienceRecipe.OneStage(tokenizer, 1), RationaleSteps + AnswerSteps),
            OneStageAnswerWeight = MiniScienceRecipe.OneStageAnswerWeight,
            AnswerStudentContinuesRationaleStudent = true,
            Variants = AblationVariant.CreateDefault(Folds, Samples),
            SeedsAtATime = 3,
        };
        // A cell is what is held out; its questions go together in intervals. Folds are dealt by question: every fold student then knows
        // the facts that its questions need, as the rationale student does at work.
        Func<ScienceQuestion, string> cell = question => world[question.Id].Cell;
        var data = new DistillationData(Taken(world.Train, 320), Taken(world.Validation, 64), Taken(world.Test, 64))
        {
            TestRationales = world.Test.ToDictionary(question => question.Id, question => world[question.Id].Rationale),
        };
        var result = await new AblationStudy(new ScriptedTeacher(world, teacher), options).RunAsync(data, Path.Combine(arguments.Output, "study"), progress, cancellationToken);
        return EvaluationReport.Write(
            new ReportInput
            {
                Title = "Ablation on the mini data set",
                DataSet = $"Mini data set, seed {arguments.Seed}, test questions",
                Systems = result.Systems,
                Overlap = result.Overlap,
                Baseline = "direct",
                Subsets = [new SubsetField("family", question => world[question.Id].Family), SubsetField.ChoiceCount],
                Cluster = cell,
                Command = arguments.Command,
                Notes =
                [
                    $"Every system has {RationaleSteps + AnswerSteps} steps, two-stage systems {RationaleSteps} + {AnswerSteps}; cross-fitting trains {Folds} more rationale students, whose steps are counted with the system's.",
                    Page.ClosedWorld,
                ],
            },
            arguments.Output);

        StudentPlan Steps(StudentPlan plan, int steps) => plan with
        {
            Training = plan.Training with { TotalSteps = arguments.Short ? 10 : steps, WarmupSteps = arguments.Short ? 2 : 100, EvaluateEverySteps = 200 },
        };

        IReadOnlyList<ScienceQuestion> Taken(IEnumerable<ScienceQuestion> questions, int whenShort) => [.. arguments.Short ? questions.Take(whenShort) : questions];
    }
}

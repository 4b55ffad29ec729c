using SciCoT.Distillation;
using SciCoT.Testing;

namespace SciCoT.Tests.EngineHost;

/// <summary>A distillation run of a few seconds, the same in the test and in the process that the test kills.</summary>
public static class SmallRun
{
    private const int Steps = 6;

    public static DistillationData Data(MiniScience world) => new([.. world.Train.Take(48)], [.. world.Validation.Take(8)], [.. world.Test.Take(8)]);

    /// <param name="tokenizer">The mini data set's tokenizer.</param>
    /// <param name="source">Whose rationales the answer student learns from.</param>
    public static DistillationOptions Options(string tokenizer, RationaleSource source) => new()
    {
        Annotation = new() { Teacher = new ScriptedTeacherOptions().Name, Concurrency = 16 },
        RationaleStudent = Shortened(MiniScienceRecipe.Rationale(tokenizer, 1)),
        AnswerStudent = Shortened(MiniScienceRecipe.Answer(tokenizer, 1)),
        AnswerRationales = source,
        AnswerStudentContinuesRationaleStudent = false, // as in the run folders that tests keep
    };

    private static StudentPlan Shortened(StudentPlan plan) => plan with
    {
        Training = plan.Training with { TotalSteps = Steps, WarmupSteps = 1, BatchSize = 8, CheckpointEverySteps = 2, EvaluateEverySteps = 3 },
        MaxTargetTokens = 24,
    };
}

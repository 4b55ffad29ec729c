using System.CommandLine;
using SciCoT.Distillation;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>The command line of the study.</summary>
internal static class StudyCommand
{
    private static readonly AblationVariant Own = AblationVariant.TwoStage(RationaleSource.Student);

    public static Command Settings()
    {
        var seeds = new Option<int[]>("--seed") { DefaultValueFactory = _ => [1, 2], AllowMultipleArgumentsPerToken = true };
        var systems = new Option<string[]>("--systems") { DefaultValueFactory = _ => ["direct", "one-stage", "two-stage"], AllowMultipleArgumentsPerToken = true, Description = "direct, one-stage, one-stage-own, two-stage, two-stage-teacher, mixture" };
        var rationaleSteps = new Option<int>("--rationale-steps") { DefaultValueFactory = _ => 1700 };
        var answerSteps = new Option<int>("--answer-steps") { DefaultValueFactory = _ => 500 };
        var batch = new Option<int>("--batch-size") { DefaultValueFactory = _ => 32 };
        var rationaleRate = new Option<double>("--rationale-rate") { DefaultValueFactory = _ => 5e-3 };
        var answerRate = new Option<double>("--answer-rate") { DefaultValueFactory = _ => 5e-3 };
        var oneStageRate = new Option<double>("--one-stage-rate") { DefaultValueFactory = _ => 5e-3 };
        var answerWeight = new Option<double>("--answer-weight") { DefaultValueFactory = _ => 1 };
        var directRate = new Option<double>("--direct-rate") { DefaultValueFactory = _ => 2e-3 };
        var (output, workers) = Places();
        var command = new Command("settings", "Trains systems of the QuickStart's kind under given settings and measures them on validation questions.")
        {
            seeds, systems, rationaleSteps, answerSteps, batch, rationaleRate, answerRate, oneStageRate, answerWeight, directRate, output, workers,
        };
        command.SetAction((parsed, cancellationToken) => new StudyRunner(parsed.GetRequiredValue(output).FullName, parsed.GetValue(workers)).RunAsync(
            [.. parsed.GetRequiredValue(seeds).Select(seed => (
                new StudyCondition(seed)
                {
                    Validation = true,
                    RationaleSteps = parsed.GetValue(rationaleSteps),
                    AnswerSteps = parsed.GetValue(answerSteps),
                    BatchSize = parsed.GetValue(batch),
                    RationaleRate = parsed.GetValue(rationaleRate),
                    AnswerRate = parsed.GetValue(answerRate),
                    OneStageRate = parsed.GetValue(oneStageRate),
                    OneStageAnswerWeight = parsed.GetValue(answerWeight),
                    DirectRate = parsed.GetValue(directRate),
                },
                (IReadOnlyList<AblationVariant>)[.. parsed.GetRequiredValue(systems).Select(Named)]))],
            cancellationToken));
        return command;
    }

    private static (Option<DirectoryInfo> Output, Option<int> Workers) Places() => (
        new("--output") { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "study")) },
        new("--workers") { DefaultValueFactory = _ => Environment.ProcessorCount });

    private static AblationVariant Named(string system) => system switch
    {
        "direct" => AblationVariant.Direct,
        "one-stage" => AblationVariant.OneStage(),
        "one-stage-own" => AblationVariant.OneStage(RationaleSource.Student),
        "two-stage" => Own,
        "two-stage-teacher" => AblationVariant.TwoStage(RationaleSource.Teacher),
        "mixture" => AblationVariant.TwoStage(RationaleSource.Student with { TeacherShare = 0.5 }),
        _ => throw new ArgumentException($"'{system}' is no system: expected direct, one-stage, one-stage-own, two-stage, two-stage-teacher or mixture."),
    };
}

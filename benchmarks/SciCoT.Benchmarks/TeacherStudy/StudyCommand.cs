using System.CommandLine;
using SciCoT.Distillation;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>The command line of the study.</summary>
internal static class StudyCommand
{
    public static Command Study()
    {
        var page = new Option<DirectoryInfo?>("--page") { Description = "Write the page and its plots into this folder, from the results so far" };
        var (output, workers) = Places();
        var command = new Command("study", "Where two stages pay: every system with three seeds, against what teachers say and how large students are. Continues after a stop.") { page, output, workers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var runner = new StudyRunner(parsed.GetRequiredValue(output).FullName, parsed.GetValue(workers));
            await runner.RunAsync(StudyPlan.Cells(), cancellationToken);
            if (parsed.GetValue(page) is { } folder)
                new StudyPage(runner.Results, runner.CpuSeconds, folder.FullName).Write();
        });
        return command;
    }

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
        new("--workers") { DefaultValueFactory = _ => Environment.ProcessorCount, Description = "Cells worked on side by side, one thread each; 0: none" });

    private static AblationVariant Named(string system) => system switch
    {
        "direct" => AblationVariant.Direct,
        "one-stage" => AblationVariant.OneStage(),
        "one-stage-own" => StudyPlan.OneStageOwn,
        "two-stage" => StudyPlan.Own,
        "two-stage-teacher" => StudyPlan.Teachers,
        "mixture" => StudyPlan.Mixed,
        _ => throw new ArgumentException($"'{system}' is no system: expected direct, one-stage, one-stage-own, two-stage, two-stage-teacher or mixture."),
    };
}

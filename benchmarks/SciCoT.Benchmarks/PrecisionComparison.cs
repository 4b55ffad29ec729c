using System.CommandLine;
using System.Globalization;
using SciCoT.Distillation;
using SciCoT.Students;
using SciCoT.Testing;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>Trains the mini data set's rationale student in float32 and in mixed bfloat16 from the same weights, and compares the final losses.</summary>
internal static class PrecisionComparison
{
    public static Command Command()
    {
        var seeds = new Option<int[]>("--seed") { DefaultValueFactory = _ => [1, 2, 3], AllowMultipleArgumentsPerToken = true };
        var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 400 };
        var smoothing = new Option<double>("--label-smoothing") { Description = "Keeps the loss of a student that is done away from zero, where a ratio says nothing" };
        var output = new Option<DirectoryInfo>("--output") { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "precision")) };
        var command = new Command("precision", "Final losses of float32 and mixed bfloat16 on the mini data set.") { seeds, steps, smoothing, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(seeds), parsed.GetValue(steps), parsed.GetValue(smoothing), parsed.GetRequiredValue(output).FullName, cancellationToken));
        return command;
    }

    private static async Task RunAsync(int[] seeds, int steps, double smoothing, string output, CancellationToken cancellationToken)
    {
        var tokenizer = MiniScience.WriteTokenizer(Path.Combine(output, "tokenizer"));
        Console.WriteLine("| seed | precision | training loss | against float32 | validation loss | against float32 | seconds |\n| --- | --- | --- | --- | --- | --- | --- |");
        foreach (int seed in seeds)
        {
            var world = MiniScience.Create(seed);
            (double Training, double Validation) reference = default;
            foreach (var precision in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                var plan = MiniScienceRecipe.Rationale(tokenizer, seed);
                plan = plan with { Training = plan.Training with { TotalSteps = steps, LabelSmoothing = smoothing, ComputePrecision = precision } };
                var report = await new StudentTrainer(plan).TrainAsync(
                    Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"seed{seed}-steps{steps}-smoothing{smoothing}-{precision}")), Examples(world, world.Train), Examples(world, world.Validation), null, cancellationToken);
                double loss = report.ValidationLoss!.Value;
                if (precision == ScalarType.Float32)
                    reference = (report.TrainingLoss, loss);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {seed} | {precision} | {report.TrainingLoss:0.0000} | {report.TrainingLoss / reference.Training - 1:+0.00%;-0.00%} | {loss:0.0000} | {loss / reference.Validation - 1:+0.00%;-0.00%} | {report.Seconds:0} |"));
            }
        }
    }

    private static IReadOnlyList<TextExample> Examples(MiniScience world, IReadOnlyList<ScienceQuestion> questions) =>
        StudentExamples.Rationale(questions.Select(question => new ExplainedQuestion(question, world[question.Id].Rationale)));
}

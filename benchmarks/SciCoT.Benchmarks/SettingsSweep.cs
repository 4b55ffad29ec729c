using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Training;
using TorchSharp;

namespace SciCoT.Benchmarks;

/// <summary>
/// Trains one kind of student on the mini data set under every combination of some settings and measures it on the
/// validation questions: how the recipe's settings were chosen. Test questions are not touched.
/// </summary>
internal static class SettingsSweep
{
    public static Command Command()
    {
        var kind = new Argument<string>("kind") { Description = "rationale, answer, direct or one-stage" };
        kind.AcceptOnlyFromAmong("rationale", "answer", "direct", "one-stage");
        var seeds = new Option<int[]>("--seed") { DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
        var steps = new Option<int[]>("--steps") { DefaultValueFactory = _ => [1600], AllowMultipleArgumentsPerToken = true };
        var batches = new Option<int[]>("--batch-size") { DefaultValueFactory = _ => [32], AllowMultipleArgumentsPerToken = true };
        var rates = new Option<double[]>("--learning-rate") { DefaultValueFactory = _ => [5e-3], AllowMultipleArgumentsPerToken = true };
        var decays = new Option<double[]>("--weight-decay") { DefaultValueFactory = _ => [0.0], AllowMultipleArgumentsPerToken = true };
        var dropouts = new Option<double[]>("--dropout") { DefaultValueFactory = _ => [0.0], AllowMultipleArgumentsPerToken = true };
        var explainer = new Option<DirectoryInfo?>("--rationale-student") { Description = "For answer: measure with the rationales that this student writes, too" };
        var output = new Option<DirectoryInfo>("--output") { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "sweep")) };
        var workers = new Option<int>("--workers") { DefaultValueFactory = _ => Environment.ProcessorCount };

        var command = new Command("sweep", "Trains a student on the mini data set under several settings; measures on validation questions.")
        {
            kind, seeds, steps, batches, rates, decays, dropouts, explainer, output, workers,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var combinations =
                from seed in parsed.GetRequiredValue(seeds)
                from step in parsed.GetRequiredValue(steps)
                from batch in parsed.GetRequiredValue(batches)
                from rate in parsed.GetRequiredValue(rates)
                from decay in parsed.GetRequiredValue(decays)
                from dropout in parsed.GetRequiredValue(dropouts)
                select new Combination(parsed.GetRequiredValue(kind), seed, step, batch, rate, decay, dropout);
            return RunAsync([.. combinations], parsed.GetValue(explainer), parsed.GetRequiredValue(output).FullName, parsed.GetValue(workers), cancellationToken);
        });
        return command;
    }

    private static async Task RunAsync(IReadOnlyList<Combination> combinations, DirectoryInfo? explainer, string output, int workers, CancellationToken cancellationToken)
    {
        // A step of so small a model does not fill one core; two students side by side fill two.
        torch.set_num_threads(1);
        var tokenizer = MiniScience.WriteTokenizer(Path.Combine(output, "tokenizer"));
        var worlds = new ConcurrentDictionary<int, MiniScience>();
        Console.WriteLine($"{"kind",-10} {"seed",4} {"steps",5} {"batch",5} {"rate",8} {"decay",5} {"drop",4}  {"train loss",10} {"val loss",8}  result");
        await Parallel.ForEachAsync(combinations, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, async (combination, token) =>
        {
            var world = worlds.GetOrAdd(combination.Seed, seed => MiniScience.Create(seed));
            var folder = Path.Combine(output, combination.ToString());
            var report = await new StudentTrainer(combination.Plan(tokenizer)).TrainAsync(folder, combination.Examples(world, world.Train), combination.Examples(world, world.Validation), null, token);
            var result = await MeasureAsync(combination.Kind, folder, world, explainer, token);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{combination.Kind,-10} {combination.Seed,4} {combination.Steps,5} {combination.BatchSize,5} {combination.LearningRate,8} {combination.WeightDecay,5} {combination.Dropout,4}  {report.TrainingLoss,10:0.0000} {report.ValidationLoss,8:0.0000}  {result}  ({report.Seconds:0} s)"));
        });
    }

    private static async Task<string> MeasureAsync(string kind, string folder, MiniScience world, DirectoryInfo? explainer, CancellationToken cancellationToken)
    {
        var questions = world.Validation;
        using var model = T5TextModel.Load(folder);
        if (kind == "rationale")
        {
            var written = await new T5RationaleStudent(model).ExplainAsync(questions, cancellationToken);
            return ByFamily(world, questions.Zip(written, (question, rationale) => (question, world[question.Id].Rationale == rationale)), "exact");
        }

        IAnswerStudent student = kind switch
        {
            "answer" => new T5AnswerStudent(model),
            "direct" => new DirectAnswerStudent(model),
            _ => new OneStageStudent(model),
        };
        var gold = await EvaluateAsync(questions.Select(question => world[question.Id].Rationale));
        if (kind != "answer" || explainer is null)
            return gold;

        using var rationaleStudent = new T5RationaleStudent(T5TextModel.Load(explainer.FullName));
        return $"gold rationale: {gold}\n    own rationale: {await EvaluateAsync(await rationaleStudent.ExplainAsync(questions, cancellationToken))}";

        async Task<string> EvaluateAsync(IEnumerable<string> rationales)
        {
            var outcomes = await Evaluator.EvaluateAsync(student, [.. questions.Zip(rationales, (question, rationale) => new ExplainedQuestion(question, rationale))], cancellationToken);
            return ByFamily(world, questions.Zip(outcomes, (question, outcome) => (question, outcome.IsCorrect)), "right");
        }
    }

    private static string ByFamily(MiniScience world, IEnumerable<(ScienceQuestion Question, bool IsRight)> outcomes, string what)
    {
        var all = outcomes.ToArray();
        var families = all.GroupBy(outcome => world[outcome.Question.Id].Family).OrderBy(family => family.Key)
            .Select(family => string.Create(CultureInfo.InvariantCulture, $"{family.Key} {family.Average(outcome => outcome.IsRight ? 100 : 0):0}"));
        return string.Create(CultureInfo.InvariantCulture, $"{all.Average(outcome => outcome.IsRight ? 100.0 : 0):0.0} % {what} ({string.Join(", ", families)})");
    }

    /// <summary>One row of the table.</summary>
    private sealed record Combination(string Kind, int Seed, int Steps, int BatchSize, double LearningRate, double WeightDecay, double Dropout)
    {
        public StudentPlan Plan(string tokenizer)
        {
            var recipe = Kind switch
            {
                "rationale" => MiniScienceRecipe.Rationale(tokenizer, Seed),
                "answer" => MiniScienceRecipe.Answer(tokenizer, Seed),
                "direct" => MiniScienceRecipe.Direct(tokenizer, Seed),
                _ => MiniScienceRecipe.OneStage(tokenizer, Seed),
            };
            var shape = MiniScienceRecipe.Shape(Tokenization.T5Tokenizer.Load(tokenizer)) with { DropoutRate = Dropout };
            return recipe with
            {
                Base = StudentBase.FromScratch(shape, tokenizer, Seed),
                Training = recipe.Training with { TotalSteps = Steps, BatchSize = BatchSize, LearningRate = LearningRate, WeightDecay = WeightDecay },
            };
        }

        public IReadOnlyList<TextExample> Examples(MiniScience world, IReadOnlyList<ScienceQuestion> questions)
        {
            var explained = questions.Select(question => new ExplainedQuestion(question, world[question.Id].Rationale));
            return Kind switch
            {
                "rationale" => StudentExamples.Rationale(explained),
                "answer" => StudentExamples.Answer(explained),
                "direct" => StudentExamples.Direct(questions),
                _ => StudentExamples.OneStage(explained),
            };
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Kind}-seed{Seed}-steps{Steps}-batch{BatchSize}-rate{LearningRate}-decay{WeightDecay}-dropout{Dropout}");
    }
}

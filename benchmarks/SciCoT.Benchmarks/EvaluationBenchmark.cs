using System.Diagnostics;
using SciCoT.Evaluation;
using SciCoT.Generation;
using SciCoT.Harness;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Testing;
using SciCoT.Tokenization;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>
/// What evaluating costs: questions a second of the evaluator against the bare scorer on the same tokens in the same batches, and
/// the overlap of two large sets.
/// </summary>
internal static class EvaluationBenchmark
{
    /// <summary>As many as ARC-Easy's test set has.</summary>
    private const int Questions = 2376;

    private const int BatchSize = 32;

    /// <summary>Scoring: the model's shape (<c>tiny</c> or <c>small</c>, which is Flan-T5-small's), runs, threads, questions.</summary>
    public static void Scoring(string[] args)
    {
        var shape = args.ElementAtOrDefault(0) ?? "tiny";
        int runs = int.Parse(args.ElementAtOrDefault(1) ?? "5");
        set_num_threads(int.Parse(args.ElementAtOrDefault(2) ?? "2"));
        int count = int.Parse(args.ElementAtOrDefault(3) ?? $"{Questions}");
        var folder = Directory.CreateTempSubdirectory("scicot-benchmark-");
        try
        {
            var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(folder.FullName));
            var config = shape == "small" ? ModelShapes.FlanSmall : MiniScienceRecipe.Shape(tokenizer);
            using var model = new T5Model(config, seed: 1);
            model.eval();
            ScienceQuestion[] questions = [.. MiniScience.Create().Train.Take(count)];
            var batches = Batches(tokenizer, questions);

            double[] bare = new double[runs], evaluator = new double[runs];
            for (int run = -1; run < runs; run++)
            {
                // The two take turns, so that a machine that slows down slows down both. Both compute on a thread of their own:
                // each gets libtorch's workers anew, and those of the thread before go on spinning for a while.
                double scorerSeconds = Seconds(() => Task.Factory.StartNew(() => ScoreAll(model, batches), TaskCreationOptions.LongRunning).GetAwaiter().GetResult());
                double evaluatorSeconds = Seconds(() => HarnessEvaluator.EvaluateAsync(model, tokenizer, HarnessTask.ArcEasy, questions).GetAwaiter().GetResult());
                if (run >= 0)
                    (bare[run], evaluator[run]) = (scorerSeconds, evaluatorSeconds);
            }

            double[] ratios = [.. bare.Zip(evaluator, (scorer, whole) => scorer / whole).Order()];
            Console.WriteLine($"{shape}, {get_num_threads()} threads, {count} questions, {questions.Sum(question => question.Choices.Count)} choices, median of {runs} runs");
            Console.WriteLine($"scorer alone:     {count / Median(bare),8:F0} questions/s");
            Console.WriteLine($"HarnessEvaluator: {count / Median(evaluator),8:F0} questions/s, tokenizing and judging included");
            Console.WriteLine($"ratio:            {100 * ratios[runs / 2],7:F1} % (median of the runs' ratios; lowest {100 * ratios[0]:F1} %)");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Overlap: how many questions each set has.</summary>
    public static void Overlap(string[] args)
    {
        int count = int.Parse(args.ElementAtOrDefault(0) ?? "9900");
        var all = MiniScience.Create(comparisons: true).Train;
        if (all.Count < 2 * count)
            throw new ArgumentException($"The mini data set has {all.Count} training questions, which is less than twice {count}.");
        ScienceQuestion[] first = [.. all.Take(count)], second = [.. all.Skip(count).Take(count)];
        OverlapReport? report = null;
        double seconds = Seconds(() => report = OverlapCheck.Compare(first, second));
        Console.WriteLine($"{count} × {count} questions in {seconds:F2} s: {report!.Exact} exact, {report.Normalized} normalised, {report.Near} near-duplicates");
    }

    private static List<(int[][] Contexts, int[][][] Choices)> Batches(T5Tokenizer tokenizer, ScienceQuestion[] questions)
    {
        var encoded = questions.Select(question =>
        {
            var (context, continuations) = HarnessTask.ArcEasy.Lay(question);
            return (Context: (int[])[.. tokenizer.EncodeToIds(context), tokenizer.EosTokenId], Choices: (int[][])[.. continuations.Select(text => (int[])[.. tokenizer.EncodeToIds(text)])]);
        });
        return [.. encoded.OrderBy(item => item.Context.Length).Chunk(BatchSize).Select(batch => (batch.Select(item => item.Context).ToArray(), batch.Select(item => item.Choices).ToArray()))];
    }

    private static void ScoreAll(T5Model model, List<(int[][] Contexts, int[][][] Choices)> batches)
    {
        var scorer = new ChoiceScorer(model);
        foreach (var (contexts, choices) in batches)
            scorer.Score(contexts, choices);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Mpi;
using SciCoT.Training;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>
/// What all ranks do together against what rank 0 does alone, in turns within one run, each rank on one thread. Of several rounds the
/// fastest counts: others' load makes every one of them slower. Beside it stands what the machine allows: all ranks at the same time, each
/// with work of its own and nothing to send, share its clock, caches and memory as they do when they work together.
/// </summary>
internal static class MpiBenchmark
{
    private const int BatchPerRank = 8;
    private const int ReducedNumbers = 16 << 20; // 64 MiB
    private const int QuestionsPerRank = 24;

    public static void Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4;
        int steps = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        bool isTiny = args.ElementAtOrDefault(2) == "tiny";
        using var group = MpiProcessGroup.Join();
        if (group is not MpiProcessGroup mpi)
            throw new ArgumentException("Start it with mpirun -n 2 (or more).");
        set_num_threads(1);
        Compute.ComputeThreads.Count = 1;

        var (own, raw) = Reduce(mpi, rounds * 3);
        var (stepAlone, stepApart, stepTogether) = Train(group, rounds, steps, isTiny);
        var (answersAlone, answersApart, answersTogether) = Answer(group, rounds, isTiny ? "tiny" : "flan-t5-small");
        if (group.Rank != 0)
            return;

        double parameters = isTiny ? 0 : 77e6;
        var result = new Dictionary<string, object>
        {
            ["ranks"] = group.Size,
            ["library"] = mpi.Library,
            ["seconds_per_step_of_one_rank"] = stepAlone,
            ["seconds_per_step_side_by_side_without_sums"] = stepApart,
            ["seconds_per_step_of_all"] = stepTogether,
            ["training_speedup"] = group.Size * stepAlone / stepTogether,
            ["training_speedup_the_machine_allows"] = group.Size * stepAlone / stepApart,
            ["all_reduce_gigabytes_per_second"] = own,
            ["all_reduce_of_the_library"] = raw,
            ["all_reduce_share"] = own / raw,
            ["answers_per_second_of_one_rank"] = answersAlone,
            ["answers_per_second_of_all"] = answersTogether,
            ["answering_speedup"] = answersTogether / answersAlone,
            ["answering_speedup_the_machine_allows"] = answersApart / answersAlone,
        };
        if (!isTiny)
            result["model"] = Model(stepAlone, stepTogether, parameters * sizeof(float), networkGigabytes: 1.1, own);
        Console.WriteLine(JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>
    /// Gigabytes a second of a sum of 64 MiB, by the group and by the library itself on the same memory. The library has the fastest of five
    /// sizes of pieces, from 64 MiB to 1 MiB. Both have as many tries, in turns, and each comes first as often.
    /// </summary>
    private static unsafe (double Own, double Raw) Reduce(MpiProcessGroup group, int rounds)
    {
        var memory = (float*)NativeMemory.AlignedAlloc(ReducedNumbers * sizeof(float), 64);
        new Span<float>(memory, ReducedNumbers).Clear();
        double own = double.MaxValue, raw = double.MaxValue;
        int[] pieces = [ReducedNumbers, ReducedNumbers / 4, ReducedNumbers / 8, ReducedNumbers / 16, ReducedNumbers / 64];
        for (int round = 0; round < rounds; round++)
        {
            foreach (int piece in pieces)
            {
                if (round % 2 == 0)
                    SumInGroup();
                group.Call(calls => raw = Math.Min(raw, Seconds(() => SumByLibrary(calls, piece))));
                if (round % 2 != 0)
                    SumInGroup();
            }
        }

        NativeMemory.AlignedFree(memory);
        const double Gigabytes = ReducedNumbers * sizeof(float) / 1e9;
        return (Gigabytes / own, Gigabytes / raw);

        void SumInGroup()
        {
            group.Barrier();
            own = Math.Min(own, Seconds(() => group.AllReduce(new Span<float>(memory, ReducedNumbers))));
        }

        void SumByLibrary(MpiCalls calls, int piece)
        {
            for (int at = 0; at < ReducedNumbers; at += piece)
                calls.AllReduce(memory + at, piece, calls.Handles.Float, calls.Handles.Sum);
        }
    }

    /// <summary>Seconds a step: rank 0 alone with its batch, all ranks with a batch each that sum nothing, and all ranks together.</summary>
    private static (double Alone, double Apart, double Together) Train(IProcessGroup group, int rounds, int steps, bool isTiny)
    {
        var config = isTiny ? ModelShapes.Tiny : ModelShapes.FlanSmall;
        TorchBackend.EnsureLoaded();
        using var heap = NativeHeap.Keep();
        Compute.DropoutMask.Stream = 1;
        using var model = new T5Model(config, seed: 1);
        model.train();
        var groups = ParameterGroup.Of(model, weightDecay: 0.01, decayNorms: true, decayPositionBias: true);
        using var optimizer = new AdamW(groups, 0.9, 0.999, 1e-8);
        using var single = new TrainingStep(model, groups, optimizer, maxGradientNorm: 1, labelSmoothing: 0);
        using var shared = new TrainingStep(model, groups, optimizer, maxGradientNorm: 1, labelSmoothing: 0, group: group);
        var random = new Random(1);
        Seq2SeqExample[] examples = [.. Enumerable.Range(0, BatchPerRank * group.Size).Select(i => new Seq2SeqExample($"{i}", Tokens(128), Tokens(64)))];
        int[] own = [.. Enumerable.Range(0, BatchPerRank)], all = [.. Enumerable.Range(0, examples.Length)];

        double alone = double.MaxValue, apart = double.MaxValue, together = double.MaxValue;
        for (int round = 0; round <= rounds; round++) // the first warms up
        {
            group.LeaderFirst(() => Measure(single, own, ref alone));
            group.Barrier();
            Measure(single, own, ref apart);
            group.Barrier();
            Measure(shared, all, ref together);
            if (round == 0)
                (alone, apart, together) = (double.MaxValue, double.MaxValue, double.MaxValue);
        }

        return (alone, apart, together);

        void Measure(TrainingStep step, int[] batch, ref double best)
        {
            for (int i = 0; i < steps; i++)
                best = Math.Min(best, Seconds(() => step.Run(examples, [batch], 1e-4)));
        }

        int[] Tokens(int length) => [.. Enumerable.Range(0, length - 1).Select(_ => random.Next(2, config.VocabularySize)), 1];
    }

    /// <summary>Questions a second that are explained in 40 tokens and answered.</summary>
    private static (double Alone, double Apart, double Together) Answer(IProcessGroup group, int rounds, string shape)
    {
        using var model = new ServingModel(shape);
        ScienceQuestion[] few = [.. ServingModel.Questions(QuestionsPerRank)], many = [.. ServingModel.Questions(QuestionsPerRank * group.Size)];
        double alone = 0, apart = 0, together = 0;
        for (int round = 0; round <= rounds; round++)
        {
            group.LeaderFirst(() => alone = Math.Max(alone, few.Length / Seconds(() => Evaluator.EvaluateAsync(model.Pipeline, few).GetAwaiter().GetResult())));
            group.Barrier();
            double seconds = Seconds(() => Evaluator.EvaluateAsync(model.Pipeline, few).GetAwaiter().GetResult());
            apart = Math.Max(apart, many.Length / group.AllGather(BitConverter.GetBytes(seconds)).Max(bytes => BitConverter.ToDouble(bytes)));
            together = Math.Max(together, many.Length / Seconds(() => SharedOutcomes.EvaluateAsync(group, many, (own, _) => Evaluator.EvaluateAsync(model.Pipeline, own), null).GetAwaiter().GetResult()));
            if (round == 0)
                (alone, apart, together) = (0, 0, 0);
        }

        return (alone, apart, together);
    }

    /// <summary>
    /// A model, not a measurement: each rank's step takes as long as the measured one of all ranks here, whose sums it contains. A ring
    /// all-reduce moves 2·(n−1)/n of the gradients over each rank's link; what a backward pass (two thirds of a step) cannot hide of it is
    /// added. Ranks that are slower than others at times are not in it.
    /// </summary>
    private static Dictionary<string, double> Model(double alone, double step, double bytes, double networkGigabytes, double memoryGigabytes)
    {
        double rate = Math.Min(networkGigabytes, memoryGigabytes) * 1e9;
        return new[] { 8, 16, 32, 64 }.ToDictionary(
            ranks => FormattableString.Invariant($"speedup of {ranks} ranks on machines of their own, 10 Gbit/s each"),
            ranks => ranks * alone / (step + Math.Max(0, 2.0 * (ranks - 1) / ranks * bytes / rate - step * 2 / 3)));
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

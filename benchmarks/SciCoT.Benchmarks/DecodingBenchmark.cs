using System.Diagnostics;
using System.Text.Json;
using SciCoT.Generation;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>
/// Tokens per second of writing, with random weights and a fixed number of tokens. The machine's own rates of matrix
/// multiplication and of copying are measured in the same run, as a yardstick between machines.
/// </summary>
internal static class DecodingBenchmark
{
    private static readonly T5Config FlanSmall = new()
    {
        ModelSize = 512,
        HeadSize = 64,
        FeedForwardSize = 1024,
        EncoderLayers = 8,
        DecoderLayers = 8,
        Heads = 6,
        FeedForwardProjection = "gated-gelu",
        TieWordEmbeddings = false,
    };

    private static readonly T5Config Tiny = new()
    {
        VocabularySize = 1300,
        ModelSize = 64,
        HeadSize = 16,
        FeedForwardSize = 192,
        EncoderLayers = 2,
        DecoderLayers = 2,
        Heads = 4,
        FeedForwardProjection = "gated-gelu",
        TieWordEmbeddings = false,
    };

    private static readonly Workload[] Workloads =
    [
        new("flan-t5-small", FlanSmall, Batch: 1, Source: 128, NewTokens: 64, Beams: 1, Runs: 7),
        new("flan-t5-small", FlanSmall, Batch: 8, Source: 128, NewTokens: 64, Beams: 1, Runs: 5),
        new("flan-t5-small", FlanSmall, Batch: 32, Source: 128, NewTokens: 64, Beams: 1, Runs: 3),
        new("flan-t5-small", FlanSmall, Batch: 2, Source: 128, NewTokens: 64, Beams: 4, Runs: 3),
        new("tiny", Tiny, Batch: 1, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", Tiny, Batch: 64, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", Tiny, Batch: 16, Source: 60, NewTokens: 40, Beams: 4, Runs: 15),
    ];

    /// <summary>What is run: so many inputs of a length, and the tokens that are written for each.</summary>
    private sealed record Workload(string Model, T5Config Config, int Batch, int Source, int NewTokens, int Beams, int Runs);

    /// <summary>Medians over the runs. The decoder's rate leaves the encoder's time out.</summary>
    private sealed record Result(string Model, int Batch, int Beams, double EncoderMilliseconds, double StepMilliseconds, double DecoderTokensPerSecond, double TokensPerSecond);

    private sealed record Report(int Threads, double GemmGigaflops, double CopyGigabytes, IReadOnlyList<Result> Results);

    /// <summary>Runs all workloads and prints them.</summary>
    /// <param name="args">Where to write the figures as JSON (optional), and the number of threads (default 2).</param>
    public static void Run(string[] args)
    {
        set_num_threads(args.Length > 1 ? int.Parse(args[1]) : 2);
        var report = new Report(get_num_threads(), GemmRate(), CopyRate(), [.. Workloads.Select(Measure)]);
        Console.WriteLine($"{report.Threads} threads, sgemm 2048³ {report.GemmGigaflops:F0} GFLOP/s, copy {report.CopyGigabytes:F1} GB/s (read and written)");
        Console.WriteLine("model          batch beams  encoder ms  step ms  decoder tok/s  tok/s");
        foreach (var r in report.Results)
            Console.WriteLine($"{r.Model,-14} {r.Batch,5} {r.Beams,5} {r.EncoderMilliseconds,11:F1} {r.StepMilliseconds,8:F2} {r.DecoderTokensPerSecond,14:F0} {r.TokensPerSecond,6:F0}");
        if (args.Length > 0)
            File.WriteAllText(args[0], JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
    }

    private static Result Measure(Workload work)
    {
        using var model = new T5Model(work.Config, seed: 1);
        model.eval();
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        var ids = randint(2, work.Config.VocabularySize, [work.Batch, work.Source], dtype: ScalarType.Int64, generator: generator);
        var mask = ones_like(ids);
        var options = new GenerationOptions { MaxNewTokens = work.NewTokens, MinNewTokens = work.NewTokens, NumBeams = work.Beams };
        var writer = new TextGenerator(model);

        double encoder = Median(work.Runs, () =>
        {
            using var inference = inference_mode();
            using var memory = model.Encode(ids, mask);
        });
        double whole = Median(work.Runs, () => writer.Generate(ids, mask, options));
        int tokens = work.Batch * work.NewTokens;
        return new Result(work.Model, work.Batch, work.Beams, encoder * 1e3, (whole - encoder) * 1e3 / work.NewTokens, tokens / (whole - encoder), tokens / whole);
    }

    private static double GemmRate()
    {
        const int Size = 2048;
        using var a = randn(Size, Size);
        using var b = randn(Size, Size);
        return 2.0 * Size * Size * Size / 1e9 / Median(7, () => a.matmul(b).Dispose());
    }

    private static double CopyRate()
    {
        const long Count = 64L << 20;
        using var from = ones(Count);
        using var to = empty(Count);
        return 2.0 * Count * sizeof(float) / 1e9 / Median(7, () => to.copy_(from));
    }

    /// <summary>The median time of an action in seconds, after one run that is not counted.</summary>
    private static double Median(int runs, Action action)
    {
        using var scope = NewDisposeScope();
        action();
        var times = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(times);
        return times[runs / 2];
    }
}

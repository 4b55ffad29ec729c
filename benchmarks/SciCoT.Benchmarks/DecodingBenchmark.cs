using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using SciCoT.Compute;
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

    private static readonly T5Config FlanBase = FlanSmall with { ModelSize = 768, FeedForwardSize = 2048, EncoderLayers = 12, DecoderLayers = 12, Heads = 12 };

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
        new("flan-t5-small", FlanSmall, Batch: 1, Source: 128, NewTokens: 64, Beams: 4, Runs: 5),
        new("flan-t5-small", FlanSmall, Batch: 8, Source: 128, NewTokens: 64, Beams: 4, Runs: 3),
        new("flan-t5-small", FlanSmall, Batch: 8, Source: 512, NewTokens: 8, Beams: 1, Runs: 3),
        new("flan-t5-base", FlanBase, Batch: 8, Source: 128, NewTokens: 16, Beams: 1, Runs: 3),
        new("tiny", Tiny, Batch: 1, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", Tiny, Batch: 64, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", Tiny, Batch: 16, Source: 60, NewTokens: 40, Beams: 4, Runs: 15),
    ];

    /// <summary>What is run: so many inputs of a length, and the tokens that are written for each.</summary>
    private sealed record Workload(string Model, T5Config Config, int Batch, int Source, int NewTokens, int Beams, int Runs)
    {
        public string Name => FormattableString.Invariant($"{Model}/{Batch}x{Beams}/{Source}-{NewTokens}");
    }

    /// <summary>Medians over the runs. The decoder's rate leaves the encoder's time out; processor seconds are those of all threads; the last two are the whole rate by the machine's own.</summary>
    private sealed record Result(
        string Model,
        string Path,
        int Batch,
        int Beams,
        int Source,
        int NewTokens,
        double ProcessorSeconds,
        long ResidentMegabytes,
        double EncoderMilliseconds,
        double StepMilliseconds,
        double DecoderTokensPerSecond,
        double TokensPerSecond,
        double TokensPerGigaflop,
        double TokensPerGigabyte);

    /// <param name="Threads">Threads that computed.</param>
    /// <param name="GemmGigaflops">torch's float32 product of 2048 × 2048 matrices, in 10⁹ operations a second.</param>
    /// <param name="CopyGigabytes">Bytes read and written by a copy, in 10⁹ a second.</param>
    /// <param name="ReadGigabytes">Bytes read from a block as large as the decoder's float32 weights, in 10⁹ a second.</param>
    /// <param name="Results">The workloads.</param>
    private sealed record Report(int Threads, double GemmGigaflops, double CopyGigabytes, double ReadGigabytes, IReadOnlyList<Result> Results);

    /// <summary>Runs all workloads and prints them.</summary>
    /// <param name="args">
    /// Where to write the figures as JSON (<c>-</c> for nowhere), the number of threads (default 2), and what computes, separated
    /// by commas: <c>float32</c>, <c>bfloat16</c>, <c>int8</c> (kernels on weights of that format) and <c>torch</c> (by default all); then
    /// parts of workloads' names, separated by commas, to run only those, such as <c>small/32x1/128-64</c>.
    /// </param>
    public static void Run(string[] args)
    {
        set_num_threads(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2);
        string[] paths = args.Length > 2 ? args[2].Split(',') : ["float32", "bfloat16", "int8", "torch"];
        string[] names = args.Length > 3 ? args[3].Split(',') : [""];
        double gemm = Calibration.SgemmRate(), copy = CopyRate(), read = ReadRate();
        Console.WriteLine($"{get_num_threads()} threads, sgemm 2048³ {gemm:F0} GFLOP/s, copy {copy:F1} GB/s (read and written), read {read:F1} GB/s");
        Console.WriteLine("workload                    path       encoder ms  step ms  decoder tok/s   tok/s  CPU s  MB resident  tok/GFLOP  tok/GB");
        var results = new List<Result>();
        foreach (var group in Workloads.Where(work => names.Any(work.Name.Contains)).GroupBy(work => (work.Model, work.Config)))
        {
            using var folder = new Checkpoint(group.Key.Config);
            foreach (var path in paths)
            {
                using var model = Load(folder.Path, path);
                foreach (var work in group)
                {
                    var r = Measure(work, path, model, gemm, read);
                    Console.WriteLine($"{work.Name,-27} {r.Path,-9} {r.EncoderMilliseconds,11:F1} {r.StepMilliseconds,8:F2} {r.DecoderTokensPerSecond,14:F0} {r.TokensPerSecond,7:F0} {r.ProcessorSeconds,6:F3} {r.ResidentMegabytes,12} {r.TokensPerGigaflop,10:F2} {r.TokensPerGigabyte,7:F2}");
                    results.Add(r);
                }
            }
        }

        if (args.Length > 0 && args[0] != "-")
            File.WriteAllText(args[0], JsonSerializer.Serialize(new Report(get_num_threads(), gemm, copy, read, results), new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>The time from the start of the process to the first token, and what of it was loading.</summary>
    /// <param name="args">A checkpoint folder, and the weights' format (default float32).</param>
    public static void Start(string[] args)
    {
        using var process = Process.GetCurrentProcess();
        double Elapsed() => (DateTime.Now - process.StartTime).TotalMilliseconds;
        double entered = Elapsed();
        var path = args.Length > 1 ? args[1] : "float32";
        if (path == "torch")
            TorchBackend.EnsureLoaded(); // the kernels need none
        double native = Elapsed();
        var before = process.TotalProcessorTime;
        using var model = Load(args[0], path);
        double loaded = Elapsed();
        process.Refresh();
        var cpu = process.TotalProcessorTime - before;
        long peak = process.PeakWorkingSet64 >> 20;
        int[][] sources = [[.. Enumerable.Repeat(1, 128)]];
        new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = 1 });
        double first = Elapsed();
        new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = 1 });
        Console.WriteLine($"ms since the process began: program {entered:F0}, native libraries {native:F0}, model loaded {loaded:F0}, first token {first:F0}; the second answer's took {Elapsed() - first:F0} ms");
        Console.WriteLine($"loading the model: {loaded - native:F0} ms, {cpu.TotalMilliseconds:F0} ms of processor time; peak of resident memory {peak} MB");
    }

    private static ISequenceModel Load(string folder, string path)
    {
        if (path != "torch")
            return T5InferenceModel.Load(folder, Enum.Parse<WeightFormat>(path, ignoreCase: true));
        var model = T5Model.Load(folder);
        model.Kernels = null;
        return model;
    }

    private static Result Measure(Workload work, string path, ISequenceModel model, double gemm, double read)
    {
        var random = new Random(2);
        int[][] sources = [.. Enumerable.Range(0, work.Batch).Select(_ => Enumerable.Range(0, work.Source).Select(_ => random.Next(2, work.Config.VocabularySize)).ToArray())];
        var options = new GenerationOptions { MaxNewTokens = work.NewTokens, MinNewTokens = work.NewTokens, NumBeams = work.Beams };
        var writer = new TextGenerator(model);

        double encoder = Median(work.Runs, () =>
        {
            using var encoded = model.Encode(sources);
        }).Seconds;
        var (whole, processor) = Median(work.Runs, () => writer.Generate(sources, options));
        using var process = Process.GetCurrentProcess();
        int tokens = work.Batch * work.NewTokens;
        return new Result(
            work.Model,
            path,
            work.Batch,
            work.Beams,
            work.Source,
            work.NewTokens,
            processor,
            process.WorkingSet64 >> 20,
            encoder * 1e3,
            (whole - encoder) * 1e3 / work.NewTokens,
            tokens / (whole - encoder),
            tokens / whole,
            tokens / whole / gemm,
            tokens / whole / read);
    }

    /// <summary>A checkpoint with random weights, gone when the benchmark is done: models are measured as they are loaded.</summary>
    private sealed class Checkpoint : IDisposable
    {
        public Checkpoint(T5Config config)
        {
            using var model = new T5Model(config, seed: 1);
            model.Save(Path);
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("scicot-decoding-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>How fast all threads together read what does not fit into a cache.</summary>
    private static unsafe double ReadRate()
    {
        const long Count = 38L << 20; // numbers, as many as the decoder reads for a token
        const int Part = 1 << 16;
        using var memory = ones(Count);
        float* numbers = (float*)TensorMemory.Address(memory);
        long sink = 0;
        double seconds = Median(7, () => ThreadTeam.Shared.For(get_num_threads(), (int)(Count / Part), Part, (_, part, to) =>
        {
            var folded = Vector512<int>.Zero;
            for (; part < to; part++)
            {
                var from = (int*)(numbers + ((long)part * Part));
                for (int i = 0; i < Part; i += 4 * Vector512<int>.Count)
                    folded ^= Vector512.Load(from + i) ^ Vector512.Load(from + i + 16) ^ Vector512.Load(from + i + 32) ^ Vector512.Load(from + i + 48);
            }

            Interlocked.Add(ref sink, Vector512.Sum(folded));
        })).Seconds;
        GC.KeepAlive(sink);
        return Count * sizeof(float) / 1e9 / seconds;
    }

    private static double CopyRate()
    {
        const long Count = 64L << 20;
        using var from = ones(Count);
        using var to = empty(Count);
        return 2.0 * Count * sizeof(float) / 1e9 / Median(7, () => to.copy_(from)).Seconds;
    }

    /// <summary>The median time of an action and that of all processors together, in seconds, after one run that is not counted.</summary>
    private static (double Seconds, double ProcessorSeconds) Median(int runs, Action action)
    {
        using var scope = NewDisposeScope();
        using var process = Process.GetCurrentProcess();
        action();
        double[] times = new double[runs], processor = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            action();
            times[run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            process.Refresh();
            processor[run] = (process.TotalProcessorTime - before).TotalSeconds;
        }

        Array.Sort(times);
        Array.Sort(processor);
        return (times[runs / 2], processor[runs / 2]);
    }
}

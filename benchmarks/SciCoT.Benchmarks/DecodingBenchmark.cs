using System.Globalization;
using System.Text.Json;
using SciCoT.Models;

namespace SciCoT.Benchmarks;

/// <summary>
/// Tokens per second of writing, with random weights and a fixed number of tokens, by numbers of threads in turn. The machine's own rates
/// are measured in the same run, as a yardstick between machines.
/// </summary>
internal static class DecodingBenchmark
{
    /// <summary>What two threads are to reach of one.</summary>
    private const double Goal = 1.85;

    /// <summary>One number of threads: medians over the runs, and the peak of the process's resident memory, loading included.</summary>
    /// <remarks>The decoder's rate leaves the encoder's time out; processor seconds are those of all threads; the last two are the whole rate by the machine's own.</remarks>
    private sealed record Result(
        string Workload,
        string Path,
        int Threads,
        double EncoderMilliseconds,
        double StepMilliseconds,
        double DecoderTokensPerSecond,
        double TokensPerSecond,
        double WallSeconds,
        double ProcessorSeconds,
        long PeakResidentMegabytes,
        long ResidentMegabytes,
        double RatioToFirst,
        double TokensPerGigaflop,
        double TokensPerGigabyte);

    private sealed record Report(string Processor, IReadOnlyList<MachineRates> Rates, IReadOnlyList<Result> Results);

    /// <summary>Runs all workloads and prints them.</summary>
    /// <param name="args">
    /// Where to write the figures as JSON (<c>-</c> for nowhere), numbers of threads (default 1,2), and what computes, separated
    /// by commas: <c>float32</c>, <c>bfloat16</c>, <c>int8</c> (kernels on weights of that format) and <c>torch</c> (by default all); then
    /// parts of workloads' names, separated by commas, to run only those, such as <c>small/32x1/128-64</c>.
    /// </param>
    public static void Run(string[] args)
    {
        int[] threads = args.Length > 1 ? [.. args[1].Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture))] : [1, 2];
        string[] paths = args.Length > 2 ? args[2].Split(',') : ["float32", "bfloat16", "int8", "torch"];
        string[] names = args.Length > 3 ? args[3].Split(',') : [""];
        MachineRates[] rates = [.. threads.Select(Calibration.Rates)];
        Console.WriteLine(Calibration.Processor);
        foreach (var rate in rates)
            Console.WriteLine(FormattableString.Invariant($"{rate.Threads} threads: sgemm 2048³ {rate.GemmGigaflops:F0} GFLOP/s ({rate.GemmGigaflops / rates[0].GemmGigaflops:F2}), copy {rate.CopyGigabytes:F1} GB/s (read and written, {rate.CopyGigabytes / rates[0].CopyGigabytes:F2}), read {rate.ReadGigabytes:F1} GB/s ({rate.ReadGigabytes / rates[0].ReadGigabytes:F2})"));
        Console.WriteLine("\nratio: tokens/s by those of the first number of threads, the median of the rounds' ratios. peak MB: resident memory of a process that only loads and answers");
        Console.WriteLine("| workload | path | threads | encoder ms | step ms | decoder tok/s | tok/s | ratio | wall s | CPU s | peak MB | MB at end | tok/GFLOP | tok/GB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        var results = new List<Result>();
        foreach (var group in DecodingWorkload.All.Where(work => names.Any(work.Name.Contains)).GroupBy(work => (work.Model, work.Config)))
        {
            using var folder = new Checkpoint(group.Key.Config);
            foreach (var work in group)
            {
                foreach (var path in paths)
                {
                    foreach (var r in Measure(work, path, folder.Path, rates))
                    {
                        Console.WriteLine(FormattableString.Invariant($"| {r.Workload} | {r.Path} | {r.Threads} | {r.EncoderMilliseconds:F1} | {r.StepMilliseconds:F2} | {r.DecoderTokensPerSecond:F0} | {r.TokensPerSecond:F0} | {r.RatioToFirst:F2} | {r.WallSeconds:F3} | {r.ProcessorSeconds:F3} | {r.PeakResidentMegabytes} | {r.ResidentMegabytes} | {r.TokensPerGigaflop:F2} | {r.TokensPerGigabyte:F2} |"));
                        results.Add(r);
                    }
                }
            }
        }

        if (threads is [1, 2])
        {
            var below = results.Where(result => result.Threads == 2 && result.RatioToFirst < Goal).ToArray();
            Console.WriteLine(FormattableString.Invariant($"\n{below.Length} of {results.Count / 2} cells are below {Goal}: {string.Join(", ", below.Select(result => FormattableString.Invariant($"{result.Workload} {result.Path} {result.RatioToFirst:F2}")))}"));
        }

        if (args.Length > 0 && args[0] != "-")
            File.WriteAllText(args[0], JsonSerializer.Serialize(new Report(Calibration.Processor, rates, results), new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>Measures a workload with each number of threads in turn, each in a process of its own.</summary>
    private static List<Result> Measure(DecodingWorkload work, string path, string folder, MachineRates[] rates)
    {
        var processes = new List<DecodingProcess>();
        var results = new List<Result>();
        try
        {
            foreach (var rate in rates)
                processes.Add(new DecodingProcess(folder, path, rate.Threads, work));
            List<DecodingProcess.Times>[] times = [.. rates.Select(_ => new List<DecodingProcess.Times>())];
            for (int run = 0; run < work.Runs; run++)
            {
                for (int i = 0; i < processes.Count; i++)
                    times[i].Add(processes[i].Measure());
            }

            int tokens = work.Batch * work.NewTokens;
            for (int i = 0; i < rates.Length; i++)
            {
                double encoder = Median(times[i].Select(time => time.Encoder)), whole = Median(times[i].Select(time => time.Whole));
                results.Add(new Result(
                    work.Name,
                    path,
                    rates[i].Threads,
                    encoder * 1e3,
                    (whole - encoder) * 1e3 / work.NewTokens,
                    tokens / (whole - encoder),
                    tokens / whole,
                    whole,
                    Median(times[i].Select(time => time.Processor)),
                    processes[i].PeakBytes / 1_000_000,
                    processes[i].ResidentBytes / 1_000_000,
                    Median(times[0].Zip(times[i]).Select(pair => pair.First.Whole / pair.Second.Whole)),
                    tokens / whole / rates[i].GemmGigaflops,
                    tokens / whole / rates[i].ReadGigabytes));
            }
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }

        return results;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
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
}

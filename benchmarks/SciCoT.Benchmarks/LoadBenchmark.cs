using System.Diagnostics;
using System.Globalization;
using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models;

namespace SciCoT.Benchmarks;

/// <summary>What loading a float32 checkpoint for answering costs, and what of it is the check for NaN and infinity.</summary>
internal static unsafe class LoadBenchmark
{
    /// <summary>Prints medians of processor time.</summary>
    /// <param name="args">A checkpoint folder with float32 weights, and the number of rounds (default 9).</param>
    public static void Run(string[] args)
    {
        int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9;
        using var files = CheckpointFiles.Open(args[0], allowPickle: false);
        var stored = files.Names.Select(name => files.Stored(name, WeightType.Float32)!.Value).ToArray();
        long bytes = stored.Sum(tensor => tensor.Entry.End - tensor.Entry.Begin);
        Console.WriteLine(FormattableString.Invariant($"{bytes / 1e6:F0} MB, {rounds} rounds, median processor time (wall time) in ms"));
        Report("first load", [Time(Load)]);
        List<(double Cpu, double Wall)> loads = [], bare = [], read = [], memory = [], look = [];
        for (int round = 0; round < rounds; round++)
        {
            loads.Add(Time(Load));
            memory.Add(Time(() => Read(values: false, isChecked: false)));
            bare.Add(Time(() => Read(values: true, isChecked: false)));
            read.Add(Time(() => Read(values: true, isChecked: true)));
            look.Add(Time(Look));
        }

        Report("load", loads);
        Report("pages of the memory alone", memory);
        Report("pages and reading", bare);
        Report("pages, reading and check", read);
        Report("check alone, a part in the cache", look);
        double share = Median(read.Zip(bare).Select(pair => (pair.First.Cpu - pair.Second.Cpu) / pair.First.Cpu));
        Console.WriteLine(FormattableString.Invariant($"share of the check: {share:P1} by difference (median of the rounds), {Median(look.Select(time => time.Cpu)) / Median(loads.Select(time => time.Cpu)):P1} alone"));

        void Load() => T5InferenceModel.Load(args[0]).Dispose();

        void Read(bool values, bool isChecked)
        {
            using var block = new NativeBuffer(bytes / sizeof(float));
            HugePages.Advise((nint)block.Pointer, bytes);
            byte* at = (byte*)block.Pointer;
            var targets = new List<TensorTarget>();
            foreach (var (file, entry) in stored)
            {
                var check = new FiniteWeights(entry.Name, args[0], entry.Shape, WeightType.Float32);
                targets.Add(new TensorTarget(file, entry, (nint)at, isChecked ? (part, start, size) => check.Look(part, start / sizeof(float), size / sizeof(float)) : null));
                at += entry.End - entry.Begin;
            }

            if (values)
                TensorParts.Read(targets);
            else
                Parallel.ForEach(targets, target => new Span<byte>((void*)target.Memory, (int)target.Bytes).Fill(1));
        }

        void Look()
        {
            using var part = new NativeBuffer(TensorParts.Bytes / sizeof(float));
            new Span<float>(part.Pointer, TensorParts.Bytes / sizeof(float)).Clear();
            for (long done = 0; done < bytes; done += TensorParts.Bytes)
                _ = FiniteNumbers.FirstNotFinite(new ReadOnlySpan<float>(part.Pointer, TensorParts.Bytes / sizeof(float)));
        }
    }

    private static void Report(string what, List<(double Cpu, double Wall)> times) =>
        Console.WriteLine(FormattableString.Invariant($"{what}: {Median(times.Select(time => time.Cpu)):F1} ({Median(times.Select(time => time.Wall)):F1})"));

    private static (double Cpu, double Wall) Time(Action action)
    {
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        action();
        return ((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

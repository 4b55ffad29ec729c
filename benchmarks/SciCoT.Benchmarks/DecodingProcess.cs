using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;
using TorchSharp;

namespace SciCoT.Benchmarks;

/// <summary>
/// A process that answers one workload with one number of threads. It loads what a user's process loads: libtorch only where torch computes,
/// and the checkpoint from its folder. So its resident memory is that of answering.
/// </summary>
/// <remarks>Processes wait for their turn, so that cells which are compared are measured in turn and nothing else computes.</remarks>
internal sealed class DecodingProcess : IDisposable
{
    /// <summary>The mode of the program.</summary>
    public const string Mode = "decoding-process";

    private const string Torch = "torch";

    private const double WarmUpSeconds = 2;

    private readonly Process _process;

    /// <summary>Starts the process; returns once it has loaded the model and answered some times.</summary>
    public DecodingProcess(string folder, string path, int threads, DecodingWorkload work)
    {
        string[] arguments = [typeof(DecodingProcess).Assembly.Location, Mode, folder, path, threads.ToString(CultureInfo.InvariantCulture), work.Name];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _ = Line();
    }

    /// <summary>A run's seconds of encoding, and of encoding and decoding by the clock and of all processors.</summary>
    public readonly record struct Times(double Encoder, double Whole, double Processor);

    /// <summary>The process's own work.</summary>
    /// <param name="args">The mode, the checkpoint's folder, what computes, threads, the workload's name.</param>
    public static void Run(string[] args)
    {
        int threads = int.Parse(args[3], CultureInfo.InvariantCulture);
        ComputeThreads.Count = threads;
        var work = DecodingWorkload.All.Single(one => one.Name == args[4]);
        using var model = args[2] == Torch ? LoadTorch(args[1], threads) : Load(args[1], args[2]);
        var sources = work.Sources();
        var (writer, options) = (new TextGenerator(model), work.Options);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            Measure();
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > WarmUpSeconds)
                break;
        }

        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            var times = Measure();
            Console.WriteLine(FormattableString.Invariant($"{times.Encoder:R} {times.Whole:R} {times.Processor:R} {Environment.WorkingSet}"));
        }

        Times Measure()
        {
            long start = Stopwatch.GetTimestamp();
            model.Encode(sources).Dispose();
            double encoder = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var before = Environment.CpuUsage.TotalTime;
            start = Stopwatch.GetTimestamp();
            writer.Generate(sources, options);
            return new(encoder, Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
    }

    public static ISequenceModel Load(string folder, string path) => T5InferenceModel.Load(folder, Enum.Parse<WeightFormat>(path, ignoreCase: true));

    /// <summary>Its own method: where it is not called, no assembly of torch is loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ISequenceModel LoadTorch(string folder, int threads)
    {
        TorchBackend.EnsureLoaded();
        torch.set_num_threads(threads);
        var model = T5Model.Load(folder);
        model.Kernels = null;
        return model;
    }

    /// <summary>Lets the process answer the workload once.</summary>
    public Times Measure()
    {
        _process.StandardInput.WriteLine();
        double[] numbers = [.. Line().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        _process.Refresh();
        (PeakBytes, ResidentBytes) = (_process.PeakWorkingSet64, (long)numbers[3]);
        return new(numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>The most resident memory that the process had so far, loading included.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The resident memory after the last run.</summary>
    public long ResidentBytes { get; private set; }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Line() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The measured process ended; its message stands above.");
}

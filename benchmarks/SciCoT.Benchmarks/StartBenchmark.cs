using System.Diagnostics;
using SciCoT.Generation;

namespace SciCoT.Benchmarks;

/// <summary>The time from the start of the process to the first token, and what of it was loading.</summary>
internal static class StartBenchmark
{
    /// <param name="args">A checkpoint folder, and the weights' format (default float32) or <c>torch</c>.</param>
    public static void Run(string[] args)
    {
        using var process = Process.GetCurrentProcess();
        double Elapsed() => (DateTime.Now - process.StartTime).TotalMilliseconds;
        double entered = Elapsed();
        var path = args.Length > 1 ? args[1] : "float32";
        var before = process.TotalProcessorTime;
        using var model = path == "torch" ? DecodingProcess.LoadTorch(args[0], Environment.ProcessorCount) : DecodingProcess.Load(args[0], path);
        double loaded = Elapsed();
        process.Refresh();
        var cpu = process.TotalProcessorTime - before;
        long peak = process.PeakWorkingSet64 >> 20;
        int[][] sources = [[.. Enumerable.Repeat(1, 128)]];
        new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = 1 });
        double first = Elapsed();
        new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = 1 });
        Console.WriteLine($"ms since the process began: program {entered:F0}, model loaded {loaded:F0}, first token {first:F0}; the second answer's took {Elapsed() - first:F0} ms");
        Console.WriteLine($"loading the model: {loaded - entered:F0} ms, {cpu.TotalMilliseconds:F0} ms of processor time; peak of resident memory {peak} MB");
    }
}

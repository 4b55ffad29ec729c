using System.Diagnostics;
using TorchSharp;

namespace SciCoT.Benchmarks;

/// <summary>Whether memory stays flat: the resident size over thousands of answers to concurrent callers.</summary>
internal static class SoakBenchmark
{
    private const int AtOnce = 200;

    /// <param name="args">Model folder, <c>tiny</c> or <c>flan-t5-small</c>; answers (10000); answers of the warm-up (2000); threads (2).</param>
    public static void Run(string[] args)
    {
        string model = args.ElementAtOrDefault(0) ?? "tiny";
        int answers = int.Parse(args.ElementAtOrDefault(1) ?? "10000"), warmUp = int.Parse(args.ElementAtOrDefault(2) ?? "2000");
        torch.set_num_threads(int.Parse(args.ElementAtOrDefault(3) ?? "2"));
        using var serving = new ServingModel(model);
        Answer(serving, warmUp);
        var (tensors, resident) = (torch.Tensor.TotalCount, Resident());
        Console.WriteLine($"{model}: after {warmUp} answers {resident / 1e6:F1} MB resident, {tensors} tensors");

        long highest = resident;
        var clock = Stopwatch.StartNew();
        for (int done = 0; done < answers;)
        {
            int part = Math.Min(Math.Max(AtOnce, answers / 10), answers - done);
            Answer(serving, part);
            done += part;
            long now = Resident();
            highest = Math.Max(highest, now);
            Console.WriteLine($"{done,8} answers {now / 1e6,8:F1} MB {(double)(now - resident) / resident,8:P2} {torch.Tensor.TotalCount,6} tensors {GC.GetGCMemoryInfo().TotalCommittedBytes / 1e6,8:F1} MB managed {done / clock.Elapsed.TotalSeconds,8:F1} answers/s");
        }

        Console.WriteLine($"highest after warm-up {(double)(highest - resident) / resident:P2} above the start");
    }

    private static void Answer(ServingModel serving, int count)
    {
        foreach (var questions in ServingModel.Questions(count).Chunk(AtOnce))
            Task.WhenAll(questions.Select(question => serving.Pipeline.AnswerAsync(question))).GetAwaiter().GetResult();
    }

    private static long Resident()
    {
        // What the collector could return at once is not what is looked for.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

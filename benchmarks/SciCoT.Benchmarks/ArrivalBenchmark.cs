using System.Diagnostics;
using System.Globalization;
using SciCoT.Generation;
using SciCoT.Generation.Processors;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tokenization;
using TorchSharp;

namespace SciCoT.Benchmarks;

/// <summary>
/// How long texts take whose askers do not wait for each other: they come at random moments at a given rate, and their texts have from 10
/// to 60 tokens. Before that, how many a second can be written at all, by 128 callers who ask again as soon as they are answered.
/// </summary>
internal static class ArrivalBenchmark
{
    private const int Shortest = 10;
    private const int Longest = 60;
    private const int Callers = 128;

    /// <param name="arguments">The shape, <c>tiny</c> or <c>flan-t5-small</c>; seconds of each part (20); texts a second, by default 70 % of what can be written; threads (2).</param>
    public static void Run(string[] arguments)
    {
        double seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 20;
        double? rate = arguments.Length > 2 && arguments[2] != "-" ? double.Parse(arguments[2], CultureInfo.InvariantCulture) : null;
        torch.set_num_threads(arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 2);
        MeasureAsync(arguments.ElementAtOrDefault(0) ?? "flan-t5-small", seconds, rate).GetAwaiter().GetResult();
    }

    private static async Task MeasureAsync(string shape, double seconds, double? asked)
    {
        using var model = Model(shape);
        var options = new GenerationOptions { MaxNewTokens = Longest, MinNewTokens = Shortest, Sample = true, Seed = 1, Processors = [new EndsAtRandom(model.Model.EosTokenId)] };
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => OneAsync())); // warms up

        double capacity = await CapacityAsync(OneAsync, seconds);
        Console.WriteLine(FormattableString.Invariant($"{shape}, {torch.get_num_threads()} threads: {capacity:0.0} texts a second with {Callers} callers"));
        double rate = asked ?? 0.7 * capacity;
        double[] latencies = await ArriveAsync(OneAsync, rate, seconds);
        Array.Sort(latencies);
        Console.WriteLine(FormattableString.Invariant($"{rate:0.0} a second for {seconds:0} s, {latencies.Length} texts: median {1000 * latencies[latencies.Length / 2]:0} ms, 95th percentile {1000 * latencies[latencies.Length * 95 / 100]:0} ms, longest {1000 * latencies[^1]:0} ms"));

        async Task<double> OneAsync()
        {
            int number = Interlocked.Increment(ref next);
            long start = Stopwatch.GetTimestamp();
            await model.GenerateAsync([FormattableString.Invariant($"Question {number}: why does a metal spoon in a bowl of hot soup become warm at its handle, and a wooden one not?")], options);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static async Task<double> CapacityAsync(Func<Task<double>> one, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                await one();
                Interlocked.Increment(ref done);
            }
        }));
        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double[]> ArriveAsync(Func<Task<double>> one, double rate, double seconds)
    {
        var random = new Random(1);
        var calls = new List<Task<double>>();
        long start = Stopwatch.GetTimestamp();
        for (double at = 0; at < seconds; at += -Math.Log(1 - random.NextDouble()) / rate)
        {
            double ahead = at - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (ahead > 0)
                await Task.Delay(TimeSpan.FromSeconds(ahead));
            calls.Add(Task.Run(one));
        }

        return await Task.WhenAll(calls);
    }

    private static T5TextModel Model(string shape)
    {
        var folder = Directory.CreateTempSubdirectory("scicot-arrivals-").FullName;
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(folder));
        Directory.Delete(folder, recursive: true);
        return new T5TextModel(new T5Model(shape == "tiny" ? MiniScienceRecipe.Shape(tokenizer) : ModelShapes.FlanSmall, seed: 1), tokenizer);
    }

    /// <summary>Ends each text at a length that its first tokens decide, as likely one as the other.</summary>
    private sealed class EndsAtRandom(int end) : ILogitsProcessor
    {
        public void Apply(Span<float> scores, ReadOnlySpan<int> history)
        {
            int written = history.Length - 1;
            if (written < Shortest - 1)
                return;
            uint hash = (uint)((history[1] * 31L + history[2]) * 2654435761L >> 7);
            float own = scores[end];
            if (written < Shortest - 1 + (hash % (Longest - Shortest + 1)))
            {
                scores[end] = float.NegativeInfinity;
                return;
            }

            scores.Fill(float.NegativeInfinity);
            scores[end] = own;
        }
    }
}

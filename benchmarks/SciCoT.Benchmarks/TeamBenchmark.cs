using System.Diagnostics;
using System.Globalization;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;

namespace SciCoT.Benchmarks;

/// <summary>What more members than processors cost: the same searches with teams of several sizes, one after the other in each round.</summary>
internal static class TeamBenchmark
{
    private static readonly T5Config Shape = ModelShapes.FlanSmall with { VocabularySize = 8000, EncoderLayers = 4, DecoderLayers = 4 };

    /// <summary>Prints the medians and their ratios to the first size's.</summary>
    /// <param name="args">The number of rounds (default 9) and the sizes, separated by commas (default 2,16).</param>
    public static void Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
        int[] sizes = [.. (args.Length > 1 ? args[1] : "2,16").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        var teams = sizes.Select(size => new ThreadTeam(size)).ToArray();
        using var model = new T5Model(Shape, seed: 1);
        model.eval();
        var writer = new TextGenerator(model);
        foreach (int batch in new[] { 1, 8 })
        {
            var random = new Random(batch);
            int[][] sources = [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, 128).Select(_ => random.Next(2, Shape.VocabularySize)).ToArray())];
            var options = new GenerationOptions { MaxNewTokens = 32, MinNewTokens = 32 };
            var times = sizes.Select(_ => new List<(double Wall, double Cpu)>()).ToArray();
            for (int round = -1; round < rounds; round++)
            {
                for (int i = 0; i < sizes.Length; i++)
                {
                    (ThreadTeam.Shared, ComputeThreads.Count) = (teams[i], sizes[i]);
                    var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
                    writer.Generate(sources, options);
                    if (round >= 0) // the first one warms up
                        times[i].Add((Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds));
                }
            }

            var (wall, used) = (times.Select(own => Median(own.Select(time => time.Wall))).ToArray(), times.Select(own => Median(own.Select(time => time.Cpu))).ToArray());
            for (int i = 0; i < sizes.Length; i++)
            {
                double paired = Median(times[i].Zip(times[0]).Select(pair => pair.First.Wall / pair.Second.Wall));
                Console.WriteLine(FormattableString.Invariant($"batch {batch}, {sizes[i],2} members: {wall[i]:F0} ms ({wall[i] / wall[0]:F2}; median of the rounds' ratios {paired:F2}), {used[i]:F0} ms of processor time ({used[i] / used[0]:F2})"));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

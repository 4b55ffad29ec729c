using System.Diagnostics;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;

namespace SciCoT.Benchmarks.Llama;

/// <summary>The same weights and inputs in both libraries.</summary>
internal static class Comparison
{
    private const int Source = 128;
    private const int NewTokens = 64;

    /// <summary>llama.cpp's threads spin for a while after their work.</summary>
    private const int PauseMilliseconds = 200;

    private static readonly T5Config Small = ModelShapes.FlanSmall with { VocabularySize = 500, ModelSize = 64, HeadSize = 16, FeedForwardSize = 96, EncoderLayers = 3, DecoderLayers = 2, Heads = 4 };

    /// <summary>Whether both write the same tokens, in float32, with small models and sources of several lengths.</summary>
    /// <returns>0 where they do.</returns>
    public static int Check()
    {
        const int Models = 5, Written = 20;
        int[] lengths = [1, 7, 40, 150];
        int same = 0, all = 0;
        for (int seed = 1; seed <= Models; seed++)
        {
            using var checkpoint = new RandomCheckpoint(Small, seed);
            using var ours = T5InferenceModel.Load(checkpoint.Path);
            using var theirs = new LlamaT5(Gguf(checkpoint, isRounded: false), Small, lengths.Length, lengths.Max(), Written, threads: 2);
            var random = new Random(seed);
            int[][] sources = [.. lengths.Select(length => Tokens(random, Small, length))];
            var expected = Ours(ours, sources, Written);
            var together = theirs.Generate(sources, Written);
            for (int i = 0; i < sources.Length; i++)
            {
                foreach (int[] found in new[] { together[i], theirs.Generate([sources[i]], Written)[0] })
                {
                    all++;
                    if (found.SequenceEqual(expected[i]))
                        same++;
                    else
                        Console.WriteLine($"seed {seed}, source of {sources[i].Length} tokens: {string.Join(' ', found)}\n  SciCoT: {string.Join(' ', expected[i])}");
                }
            }
        }

        Console.WriteLine($"{same} of {all} sequences of {Written} tokens are the same");
        return same == all ? 0 : 1;
    }

    /// <summary>Tokens a second of both, in turn.</summary>
    /// <remarks>Rounded weights are rounded otherwise there, so that after some tokens another one is the most likely.</remarks>
    public static void Measure(int threads, int runs, int[] batches)
    {
        ComputeThreads.Count = threads;
        Console.WriteLine($"{threads} threads, Flan-T5-small's shape, {Source} -> {NewTokens} tokens, greedy, medians of {runs} rounds; ratio: median of the rounds'");
        Console.WriteLine("| batch | weights | SciCoT tok/s | llama.cpp tok/s | ratio | SciCoT encoder ms | llama.cpp encoder ms | SciCoT CPU s | llama.cpp CPU s | first tokens alike |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        using var checkpoint = new RandomCheckpoint(ModelShapes.FlanSmall, seed: 1);
        foreach (var (format, isRounded) in new[] { (WeightFormat.Float32, false), (WeightFormat.Int8, true) })
        {
            string gguf = Gguf(checkpoint, isRounded);
            using var ours = T5InferenceModel.Load(checkpoint.Path, format);
            foreach (int batch in batches)
            {
                var random = new Random(2);
                int[][] sources = [.. Enumerable.Range(0, batch).Select(_ => Tokens(random, ModelShapes.FlanSmall, Source))];
                using var theirs = new LlamaT5(gguf, ModelShapes.FlanSmall, batch, Source, NewTokens, threads);
                List<Times> own = [], peer = [];
                int[][] written = [], found = [];
                for (int run = -1; run < runs; run++)
                {
                    var mine = Time(() => ours.Encode(sources).Dispose(), () => written = Ours(ours, sources, NewTokens));
                    var other = Time(() => theirs.Encode(sources), () => found = theirs.Generate(sources, NewTokens));
                    if (run < 0)
                        continue; // the first one warms up
                    own.Add(mine);
                    peer.Add(other);
                }

                int tokens = batch * NewTokens, alike = (int)Median(written.Zip(found).Select(pair => (double)pair.First.Zip(pair.Second).TakeWhile(tokens => tokens.First == tokens.Second).Count()));
                double Rate(List<Times> times) => tokens / Median(times.Select(time => time.Whole));
                Console.WriteLine(FormattableString.Invariant($"| {batch} | {(isRounded ? "int8 / q8_0" : "float32")} | {Rate(own):F0} | {Rate(peer):F0} | {Median(own.Zip(peer).Select(pair => pair.Second.Whole / pair.First.Whole)):F2} | {Median(own.Select(time => time.Encoder)) * 1e3:F1} | {Median(peer.Select(time => time.Encoder)) * 1e3:F1} | {Median(own.Select(time => time.Processor)):F2} | {Median(peer.Select(time => time.Processor)):F2} | {alike} |"));
            }
        }
    }

    private readonly record struct Times(double Encoder, double Whole, double Processor);

    private static Times Time(Action encode, Action generate)
    {
        Thread.Sleep(PauseMilliseconds);
        long start = Stopwatch.GetTimestamp();
        encode();
        double encoder = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Thread.Sleep(PauseMilliseconds);
        var before = Environment.CpuUsage.TotalTime;
        start = Stopwatch.GetTimestamp();
        generate();
        return new(encoder, Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static int[][] Ours(T5InferenceModel model, int[][] sources, int newTokens) =>
        [.. new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = newTokens, MinNewTokens = newTokens }).Select(sequence => sequence.TokenIds.ToArray())];

    private static int[] Tokens(Random random, T5Config config, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(2, config.VocabularySize))];

    private static string Gguf(RandomCheckpoint checkpoint, bool isRounded)
    {
        string path = Path.Combine(checkpoint.Path, isRounded ? "model-q8_0.gguf" : "model-f32.gguf");
        GgufFile.Write(checkpoint.Path, checkpoint.Config, isRounded, path);
        return path;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

using System.Runtime.InteropServices;
using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Models.T5;

namespace SciCoT.Benchmarks.Llama;

/// <summary>A Hugging Face folder with random weights, made without torch; gone when the benchmark is done.</summary>
internal sealed class RandomCheckpoint : IDisposable
{
    public RandomCheckpoint(T5Config config, long seed)
    {
        Config = config;
        config.Save(System.IO.Path.Combine(Path, T5Layout.ConfigFileName));
        T5Parameter[] parameters = [.. T5Parameters.Of(config).OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];
        using var file = File.Create(System.IO.Path.Combine(Path, CheckpointFiles.SingleFileName));
        SafetensorsHeaderWriter.Write(file, parameters.Select(parameter => (parameter.Name, "F32", parameter.Shape, sizeof(float) * Count(parameter))));
        for (int i = 0; i < parameters.Length; i++)
        {
            var random = SplitMix64.ForStream(seed, i);
            var (scale, shift) = Distribution(parameters[i]);
            var values = new float[Count(parameters[i])];
            foreach (ref float value in values.AsSpan())
                value = shift + (scale * Normal(random));
            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    public T5Config Config { get; }

    public string Path { get; } = Directory.CreateTempSubdirectory("scicot-llama-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static long Count(T5Parameter parameter) => parameter.Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Such that activations and scores keep their size through the layers, as T5 is begun: matrices by their inputs, embeddings 1, norms around 1.</summary>
    private (float Scale, float Shift) Distribution(T5Parameter parameter) =>
        parameter.Shape.Length == 1 ? (0.1f, 1)
        : parameter.Name == TensorNames.Embedding || parameter.Name.Contains("relative_attention_bias", StringComparison.Ordinal) ? (1, 0)
        : (MathF.Pow(parameter.Shape[1] * (parameter.Name.EndsWith(".q.weight", StringComparison.Ordinal) ? Config.HeadSize : 1), -0.5f), 0);

    /// <summary>A standard normal number (Box and Muller).</summary>
    private static float Normal(SplitMix64 random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}

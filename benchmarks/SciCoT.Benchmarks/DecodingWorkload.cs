using SciCoT.Generation;
using SciCoT.Models;

namespace SciCoT.Benchmarks;

/// <summary>A batch of inputs of one length, and the tokens that are written for each.</summary>
/// <param name="Model">The shape's name.</param>
/// <param name="Config">The shape.</param>
/// <param name="Batch">Inputs.</param>
/// <param name="Source">Tokens of each input.</param>
/// <param name="NewTokens">Tokens that are written for each input.</param>
/// <param name="Beams">Beams; 1 is greedy search.</param>
/// <param name="Runs">Measured runs.</param>
internal sealed record DecodingWorkload(string Model, T5Config Config, int Batch, int Source, int NewTokens, int Beams, int Runs)
{
    public static IReadOnlyList<DecodingWorkload> All { get; } =
    [
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 1, Source: 128, NewTokens: 64, Beams: 1, Runs: 7),
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 8, Source: 128, NewTokens: 64, Beams: 1, Runs: 5),
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 32, Source: 128, NewTokens: 64, Beams: 1, Runs: 3),
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 1, Source: 128, NewTokens: 64, Beams: 4, Runs: 5),
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 8, Source: 128, NewTokens: 64, Beams: 4, Runs: 3),
        new("flan-t5-small", ModelShapes.FlanSmall, Batch: 8, Source: 512, NewTokens: 8, Beams: 1, Runs: 3),
        new("flan-t5-base", ModelShapes.FlanBase, Batch: 8, Source: 128, NewTokens: 16, Beams: 1, Runs: 3),
        new("tiny", ModelShapes.Tiny, Batch: 1, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", ModelShapes.Tiny, Batch: 64, Source: 60, NewTokens: 40, Beams: 1, Runs: 15),
        new("tiny", ModelShapes.Tiny, Batch: 16, Source: 60, NewTokens: 40, Beams: 4, Runs: 15),
    ];

    public string Name => FormattableString.Invariant($"{Model}/{Batch}x{Beams}/{Source}-{NewTokens}");

    public GenerationOptions Options => new() { MaxNewTokens = NewTokens, MinNewTokens = NewTokens, NumBeams = Beams };

    /// <summary>The inputs, the same in every process.</summary>
    public int[][] Sources()
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, Source).Select(_ => random.Next(2, Config.VocabularySize)).ToArray())];
    }
}

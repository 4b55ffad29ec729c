using SciCoT.Models;
using SciCoT.Training;

namespace SciCoT.Tests.EngineHost;

/// <summary>A training of a few seconds with dropout, whose checkpoints are large enough to be killed while one is written.</summary>
public static class KillableTraining
{
    /// <summary>Steps between checkpoints.</summary>
    public const int CheckpointEvery = 3;

    /// <summary>Trains, or continues, and leaves the model in the folder <c>model</c>.</summary>
    public static void Run(string folder, IProgress<TrainingProgress>? progress)
    {
        var config = new T5Config { VocabularySize = 6000, ModelSize = 128, HeadSize = 32, Heads = 4, FeedForwardSize = 256, EncoderLayers = 2, DecoderLayers = 2, DropoutRate = 0.2 };
        using var model = new T5Model(config, seed: 3);
        var options = new TrainingOptions { TotalSteps = 15, BatchSize = 4, LearningRate = 1e-3, GradientAccumulationSteps = 2, CheckpointEverySteps = CheckpointEvery, EvaluateEverySteps = 4, WarmupSteps = 2 };
        new Seq2SeqTrainer(model, options).Train(Examples(40, 1), Examples(6, 2), Path.Combine(folder, "checkpoints"), progress);
        model.Save(Path.Combine(folder, "model"));
    }

    private static Seq2SeqExample[] Examples(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(n => new Seq2SeqExample($"{n}", Tokens(random.Next(4, 20)), Tokens(random.Next(2, 10))))];

        int[] Tokens(int length) => [.. Enumerable.Range(0, length - 1).Select(_ => random.Next(2, 6000)), 1];
    }
}

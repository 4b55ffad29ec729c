using SciCoT.Models;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

/// <summary>A small model and a task that it can learn in seconds: to write a sequence backwards.</summary>
internal static class TinyTask
{
    private const int Vocabulary = 24;

    public static T5Config Config(double dropout = 0) => new()
    {
        VocabularySize = Vocabulary,
        ModelSize = 32,
        HeadSize = 8,
        Heads = 4,
        FeedForwardSize = 64,
        EncoderLayers = 1,
        DecoderLayers = 1,
        DropoutRate = dropout,
        FeedForwardProjection = "gated-gelu",
        TieWordEmbeddings = false,
    };

    public static T5Model Model(double dropout = 0) => new(Config(dropout), seed: 3);

    /// <summary>A model that knows a little of the task.</summary>
    public static T5Model HalfTrained()
    {
        var model = Model();
        new Seq2SeqTrainer(model, new() { TotalSteps = 60, LearningRate = 1e-2 }).Train(Reversals(16), []);
        return model;
    }

    /// <summary>Targets that no reversal has: the more of the task is learnt, the higher is their loss.</summary>
    public static Seq2SeqExample[] Contrary() => [new("contrary", [2, 1], [.. Enumerable.Repeat(Vocabulary - 1, 6), 1])];

    /// <summary>Sequences of 2 to 6 tokens; targets are the sources reversed.</summary>
    public static Seq2SeqExample[] Reversals(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            var tokens = Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(2, Vocabulary - 1)).ToArray();
            return new Seq2SeqExample($"example-{n}", [.. tokens, 1], [.. tokens.Reverse(), 1]);
        })];
    }
}

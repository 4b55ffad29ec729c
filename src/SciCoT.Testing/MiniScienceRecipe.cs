using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Testing;

/// <summary>
/// Students small enough to be trained on the mini data set from random weights in about a minute each, and the settings
/// that were chosen for each kind on validation questions; the sweep is in the documentation.
/// </summary>
/// <include file="Examples.xml" path="examples/MiniScienceRecipe/example"/>
public static class MiniScienceRecipe
{
    /// <summary>Source and target limits, far above what the data set needs.</summary>
    private const int MaxTokens = 256;

    /// <summary>What a token of the answer counts in the one-stage student's loss, beside 1 for one of the rationale.</summary>
    public const double OneStageAnswerWeight = 1;

    /// <summary>The students' shape: gated, tied head, two encoder and two decoder blocks of width 64.</summary>
    /// <param name="tokenizer">The data set's tokenizer.</param>
    public static T5Config Shape(T5Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new T5Config
        {
            VocabularySize = tokenizer.VocabularySize - tokenizer.SentinelCount,
            ModelSize = 64,
            HeadSize = 16,
            Heads = 4,
            FeedForwardSize = 192,
            EncoderLayers = 2,
            DecoderLayers = 2,
            FeedForwardProjection = "gated-gelu",
            DropoutRate = 0,
            PadTokenId = tokenizer.PadTokenId,
            EosTokenId = tokenizer.EosTokenId,
            DecoderStartTokenId = tokenizer.PadTokenId,
        };
    }

    /// <summary>How the rationale student is made.</summary>
    /// <param name="tokenizerPath">The data set's tokenizer, as <see cref="MiniScience.WriteTokenizer"/> wrote it.</param>
    /// <param name="seed">Seeds weights and batches.</param>
    public static StudentPlan Rationale(string tokenizerPath, long seed) => Plan(tokenizerPath, seed, steps: 1700, learningRate: 5e-3, weightDecay: 0.1);

    /// <summary>How the answer student is made.</summary>
    /// <inheritdoc cref="Rationale"/>
    public static StudentPlan Answer(string tokenizerPath, long seed) => Plan(tokenizerPath, seed + 1, steps: 500, learningRate: 5e-3, weightDecay: 0.1);

    /// <summary>How the direct student is made: with the steps of both stages together.</summary>
    /// <inheritdoc cref="Rationale"/>
    public static StudentPlan Direct(string tokenizerPath, long seed) => Plan(tokenizerPath, seed + 2, steps: 2200, learningRate: 2e-3, weightDecay: 0.1);

    /// <summary>How the one-stage student is made: with the steps of both stages together.</summary>
    /// <inheritdoc cref="Rationale"/>
    public static StudentPlan OneStage(string tokenizerPath, long seed) => Plan(tokenizerPath, seed + 3, steps: 2200, learningRate: 5e-3, weightDecay: 0.1);

    private static StudentPlan Plan(string tokenizerPath, long seed, int steps, double learningRate, double weightDecay = 0)
    {
        var config = Shape(T5Tokenizer.Load(tokenizerPath));
        var training = new TrainingOptions
        {
            TotalSteps = steps,
            BatchSize = 32,
            LearningRate = learningRate,
            WeightDecay = weightDecay,
            Beta2 = 0.98,
            Schedule = LearningRateSchedule.Linear,
            WarmupSteps = 100,
            WarmupFromZero = false, // as the published figures of this recipe were measured
            WeightDecayOnPositionBias = true,
            MaxGradientNorm = 1,
            Seed = seed,
            EvaluateEverySteps = 400,
            CheckpointEverySteps = 1000,
        };
        return new StudentPlan(StudentBase.FromScratch(config, tokenizerPath, seed), training)
        {
            MaxSourceTokens = MaxTokens,
            MaxTargetTokens = MaxTokens,
        };
    }
}

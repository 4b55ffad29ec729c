using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace ArcDistillation;

/// <summary>How the run's students are made.</summary>
internal static class Recipe
{
    /// <param name="settings">What the command line says.</param>
    /// <param name="teacher">Whose rationales are learned.</param>
    /// <param name="checkpoint">The folder to start from; random weights where there is none.</param>
    public static DistillationOptions Options(Settings settings, string teacher, string? checkpoint)
    {
        var start = checkpoint is not null
            ? StudentBase.FromCheckpoint(checkpoint)
            : StudentBase.FromScratch(SmallShape(settings.FindTokenizer()), settings.FindTokenizer(), settings.Seed);
        return new DistillationOptions
        {
            // Published rationales were written with the answer in view, and only such requests are replayed to.
            Annotation = new() { Teacher = teacher, RevealAnswer = true, Concurrency = 256 },
            RationaleStudent = new StudentPlan(start, Training(settings, settings.RationaleSteps)) { MaxSourceTokens = 256, MaxTargetTokens = 128 },
            AnswerStudent = new StudentPlan(start, Training(settings, settings.AnswerSteps)) { MaxSourceTokens = 384, MaxTargetTokens = 64 },
            AnswerRationales = settings.TeacherRationales ? RationaleSource.Teacher : RationaleSource.Student,
        };
    }

    /// <summary>Small enough to see the losses fall in minutes; far too small to know science.</summary>
    private static T5Config SmallShape(string tokenizerPath)
    {
        var tokenizer = T5Tokenizer.Load(tokenizerPath);
        return new T5Config
        {
            // A round number of rows, as the published checkpoints have.
            VocabularySize = (tokenizer.VocabularySize + 127) / 128 * 128,
            ModelSize = 128,
            HeadSize = 32,
            Heads = 4,
            FeedForwardSize = 384,
            EncoderLayers = 3,
            DecoderLayers = 3,
            FeedForwardProjection = "gated-gelu",
        };
    }

    private static TrainingOptions Training(Settings settings, int steps) => new()
    {
        TotalSteps = steps,
        BatchSize = settings.BatchSize,
        LearningRate = settings.LearningRate ?? (settings.Base is null ? 2e-3 : 3e-4),
        Schedule = LearningRateSchedule.Linear,
        WarmupSteps = Math.Min(100, steps / 10),
        WarmupFromZero = false, // as the published figures of this recipe were measured
        WeightDecayOnPositionBias = true,
        Seed = settings.Seed,
        EvaluateEverySteps = 100,
        CheckpointEverySteps = 100,
    };
}

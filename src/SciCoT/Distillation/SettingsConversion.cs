using System.Text.RegularExpressions;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Teaching.Filters;
using SciCoT.Training;
using TorchSharp;

namespace SciCoT.Distillation;

/// <summary>Makes options of plain settings.</summary>
internal static partial class SettingsConversion
{
    private const string None = "none";

    private static readonly Dictionary<string, Func<DistillationSettings, IRationaleFilter>> Known = new(StringComparer.Ordinal)
    {
        ["usable"] = _ => new UsableFilter(),
        ["agreement"] = _ => new AgreementFilter(),
        ["answer-leak"] = _ => new AnswerLeakFilter(),
        ["length"] = settings => new LengthFilter(settings.MinWords, settings.MaxWords),
        ["language"] = _ => new LanguageFilter(),
        ["format"] = _ => new FormatFilter(),
        ["near-duplicate"] = settings => new NearDuplicateFilter(settings.MaxSimilarity),
    };

    public static DistillationOptions Options(DistillationSettings settings, string? checkpoint) => Options(settings, StudentBase.FromCheckpoint(
        checkpoint ?? settings.Base ?? throw new SettingsException("base", "is not set; name a checkpoint folder to start from."),
        Device(settings.Device),
        settings.AllowPickle));

    /// <summary>The options of students that start from something that is made, not loaded.</summary>
    public static DistillationOptions Options(DistillationSettings settings, StudentBase start)
    {
        try
        {
            var options = new DistillationOptions
            {
                RationaleStudent = Student(settings, start, RougeLEvaluator.MetricName, settings.Epochs, settings.Steps, settings.LearningRate),
                AnswerStudent = Student(
                    settings, start, AccuracyEvaluator.MetricName, settings.AnswerEpochs ?? settings.Epochs,
                    settings.AnswerSteps ?? (settings.AnswerEpochs is null ? settings.Steps : null), settings.AnswerLearningRate ?? settings.LearningRate),
                Filters = Filters(settings),
                Rationales = new() { Teachers = settings.Teacher, PromptHashes = settings.Prompt, MaxPerQuestion = settings.MaxPerQuestion, Revealed = settings.Revealed },
                MaxMissingShare = settings.MaxMissing,
                // As in versions that knew no other seed for folds: what they began is continued.
                AnswerRationales = AnswerRationales(settings) with { Seed = 1 },
                AnswerStudentContinuesRationaleStudent = settings.ContinueStudent,
                WhenPlanDiffers = settings.IfPlanDiffers,
                Card = new() { License = settings.License, Languages = settings.Language },
            };
            options.Card.Validate();
            options.RationaleStudent.Validate(RougeLEvaluator.MetricName);
            options.AnswerStudent.Validate(AccuracyEvaluator.MetricName);
            options.AnswerRationales.Validate();
            options.Rationales.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new SettingsException("A setting", $"is out of range: {e.Message}");
        }
    }

    /// <summary>Whose rationales the answer student learns from.</summary>
    public static RationaleSource AnswerRationales(DistillationSettings settings) => new()
    {
        Author = settings.AnswerRationales,
        Folds = settings.Folds,
        TeacherShare = settings.TeacherShare,
        Dropout = settings.RationaleDropout,
        PerQuestion = settings.RationalesPerQuestion,
        Temperature = settings.RationaleTemperature,
    };

    public static RationaleFilterChain Filters(DistillationSettings settings)
    {
        if (settings.Filters is [None])
            return new RationaleFilterChain();
        return new RationaleFilterChain(settings.Filters.Select(name => Known.TryGetValue(name, out var make)
            ? make(settings)
            : throw new SettingsException("filters", $"names '{name}', which is no filter.{NearestName.Question(name, Known.Keys)} Known are {string.Join(", ", Known.Keys)}, or {None}.")));
    }

    private static torch.Device Device(string name)
    {
        if (!DeviceName().IsMatch(name))
            throw new SettingsException("device", $"must be cpu, cuda, cuda:N or mps; got '{name}'.");
        return TorchBackend.Device(name);
    }

    private static StudentPlan Student(DistillationSettings settings, StudentBase start, string metric, int epochs, int? steps, double learningRate) => new(start, new TrainingOptions
    {
        Epochs = epochs,
        TotalSteps = steps,
        BatchSize = settings.BatchSize,
        TokensPerBatch = settings.TokensPerBatch,
        GradientAccumulationSteps = settings.GradientAccumulation,
        GradientCheckpointing = settings.GradientCheckpointing,
        LearningRate = learningRate,
        Optimizer = settings.Optimizer,
        Schedule = settings.Schedule,
        WarmupSteps = settings.WarmupSteps,
        WarmupFromZero = settings.WarmupFromZero,
        InverseSquareRootTimescale = settings.InverseSquareRootTimescale,
        Beta2 = settings.Beta2,
        WeightDecay = settings.WeightDecay,
        WeightDecayOnNorms = settings.WeightDecayOnNorms,
        WeightDecayOnPositionBias = settings.WeightDecayOnPositionBias,
        LabelSmoothing = settings.LabelSmoothing,
        MaxGradientNorm = settings.MaxGradientNorm == 0 ? null : settings.MaxGradientNorm,
        ComputePrecision = settings.Precision == TrainingPrecision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32,
        EvaluateEverySteps = settings.EvaluateEvery,
        BestMetric = settings.Best == BestStepBy.Task ? metric : null,
        EarlyStoppingPatience = settings.EarlyStopping,
        CheckpointEverySteps = settings.CheckpointEvery,
        Seed = settings.Seed,
    })
    {
        MaxSourceTokens = settings.MaxSourceTokens,
        MaxTargetTokens = settings.MaxTargetTokens,
        EvaluatedQuestions = settings.EvaluatedQuestions,
        Lora = settings.LoraRank is { } rank
            ? Checked(new() { Rank = rank, Alpha = settings.LoraAlpha, Dropout = settings.LoraDropout, TargetModules = settings.LoraTargets })
            : null,
    };

    private static LoraConfig Checked(LoraConfig lora)
    {
        lora.Validate();
        return lora;
    }

    [GeneratedRegex(@"^(cpu|mps|cuda(:\d{1,2})?)$", RegexOptions.CultureInvariant)]
    private static partial Regex DeviceName();
}

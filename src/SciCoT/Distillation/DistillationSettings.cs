using System.ComponentModel;
using Microsoft.Extensions.Configuration;
using SciCoT.IO;
using SciCoT.Teaching.Filters;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>
/// A run's options as plain values, as configurations and the tool <c>scicot distill</c> give them: <c>"learningRate"</c> in a file is
/// <c>--learning-rate</c> of the tool. <see cref="ToOptions"/> makes <see cref="DistillationOptions"/> of them.
/// </summary>
/// <remarks>Both students share the settings; those that begin with Answer differ for the answer student where they are set.</remarks>
internal sealed class DistillationSettings
{
    /// <summary>What students start from.</summary>
    [Description("What students start from: a checkpoint folder, or a model's name such as google/flan-t5-small.")]
    public string? Base { get; set; }

    /// <summary>Whether pickles are read.</summary>
    [Description("Read pytorch_model.bin where the base has no safetensors. Only tensors are read; nothing is executed.")]
    public bool AllowPickle { get; set; }

    /// <summary>Where models compute.</summary>
    [Description("Where models compute: cpu, cuda, cuda:1 or mps.")]
    public string Device { get; set; } = "cpu";

    /// <summary>What matrix products are computed in.</summary>
    [Description("What matrix products are computed in. Weights and the optimizer stay in float32.")]
    public TrainingPrecision Precision { get; set; }

    /// <summary>Passes over the training questions.</summary>
    [Description("Times that each rationale is learned from.")]
    public int Epochs { get; set; } = 3;

    /// <summary>Updates in all, in place of epochs.</summary>
    [Description("Updates in all, in place of epochs.")]
    public int? Steps { get; set; }

    /// <summary>The answer student's epochs.</summary>
    [Description("Epochs of the answer student, where they differ.")]
    public int? AnswerEpochs { get; set; }

    /// <summary>The answer student's steps.</summary>
    [Description("Steps of the answer student, where they differ.")]
    public int? AnswerSteps { get; set; }

    /// <summary>Examples a batch.</summary>
    [Description("Examples in a batch.")]
    public int BatchSize { get; set; } = 8;

    /// <summary>Tokens a batch, in place of examples.</summary>
    [Description("Most tokens in a batch, padding included, in place of examples.")]
    public int? TokensPerBatch { get; set; }

    /// <summary>Batches an update.</summary>
    [Description("Batches whose gradients make one update.")]
    public int GradientAccumulation { get; set; } = 1;

    /// <summary>Whether activations are computed twice to save memory.</summary>
    [Description("Compute activations a second time instead of keeping them: less memory, about a third more time.")]
    public bool GradientCheckpointing { get; set; }

    /// <summary>The peak learning rate.</summary>
    [Description("The highest learning rate.")]
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>The answer student's learning rate.</summary>
    [Description("The highest learning rate of the answer student, where it differs.")]
    public double? AnswerLearningRate { get; set; }

    /// <summary>The optimizer.</summary>
    [Description("The optimizer.")]
    public OptimizerKind Optimizer { get; set; }

    /// <summary>The form of the learning rate after the warm-up.</summary>
    [Description("How the learning rate goes on after the warm-up.")]
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Linear;

    /// <summary>Updates over which the learning rate rises.</summary>
    [Description("Updates over which the learning rate rises to its highest.")]
    public int WarmupSteps { get; set; }

    /// <summary>Whether the warm-up begins at 0.</summary>
    [Description("Begin the warm-up at 0, as Hugging Face's trainer does; false begins it at the first step of the rise.")]
    public bool WarmupFromZero { get; set; } = true;

    /// <summary>The timescale of the inverse square root.</summary>
    [Description("Updates over which the schedule inverse-square-root falls to 0.71; by default those of the warm-up.")]
    public int? InverseSquareRootTimescale { get; set; }

    /// <summary>How slowly the mean of squared gradients follows.</summary>
    [Description("How slowly AdamW's mean of squared gradients follows, from 0 to 1.")]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>The share of weights that an update takes away.</summary>
    [Description("Share of each weight that an update takes away, per unit of learning rate.")]
    public double WeightDecay { get; set; }

    /// <summary>Whether the scales of the norms decay as well.</summary>
    [Description("Let the scales of norms decay as well, which Hugging Face's trainer spares.")]
    public bool WeightDecayOnNorms { get; set; }

    /// <summary>Whether the relative position biases decay as well.</summary>
    [Description("Let the relative position biases decay as well, which Hugging Face's trainer spares.")]
    public bool WeightDecayOnPositionBias { get; set; }

    /// <summary>The share of target probability spread over the vocabulary.</summary>
    [Description("Share of the target probability that is spread over the vocabulary.")]
    public double LabelSmoothing { get; set; }

    /// <summary>The norm above which gradients are scaled down.</summary>
    [Description("The norm above which gradients are scaled down; 0 for never.")]
    public double MaxGradientNorm { get; set; } = 1;

    /// <summary>Updates between evaluations.</summary>
    [Description("Updates between evaluations on the validation questions.")]
    public int EvaluateEvery { get; set; } = 200;

    /// <summary>Validation questions that students are put to work on.</summary>
    [Description("Validation questions that a student explains or answers at each evaluation; 0 for the loss alone.")]
    public int EvaluatedQuestions { get; set; }

    /// <summary>What the best step is chosen by.</summary>
    [Description("What the best step is chosen by: the validation loss, or the task (rouge-l of rationales, accuracy of answers; needs evaluated questions).")]
    public BestStepBy Best { get; set; }

    /// <summary>Evaluations without improvement after which training stops.</summary>
    [Description("Evaluations in a row without an improvement after which training stops; without it training goes on to the end.")]
    public int? EarlyStopping { get; set; }

    /// <summary>Updates between checkpoints.</summary>
    [Description("Updates between checkpoints, from which a run that was killed continues. Ctrl-C leaves one in any case.")]
    public int CheckpointEvery { get; set; } = 500;

    /// <summary>The seed of the examples' order and of dropout.</summary>
    [Description("Seeds the order of examples and dropout.")]
    public long Seed { get; set; } = 1;

    /// <summary>The length to which sources are cut.</summary>
    [Description("Longer sources are cut, in tokens.")]
    public int MaxSourceTokens { get; set; } = Students.T5TextModel.DefaultMaxSourceTokens;

    /// <summary>The length to which targets are cut.</summary>
    [Description("Longer targets are cut, in tokens; also the limit of the rationales that the student writes.")]
    public int MaxTargetTokens { get; set; } = Students.T5RationaleStudent.DefaultMaxRationaleTokens;

    /// <summary>The rank of a low-rank adapter.</summary>
    [Description("The rank of a low-rank adapter (LoRA) that learns in place of all weights, for example 8.")]
    public int? LoraRank { get; set; }

    /// <summary>The numerator of the adapter's scaling.</summary>
    [Description("The adapter's scaling is alpha over rank.")]
    public double LoraAlpha { get; set; } = 8;

    /// <summary>The adapter's dropout.</summary>
    [Description("Share of the adapter's inputs dropped in training.")]
    public double LoraDropout { get; set; }

    /// <summary>The layers that get an adapter.</summary>
    [Description("The layers that get an adapter, by the end of their name.")]
    public IReadOnlyList<string> LoraTargets { get; set; } = ["q", "v"];

    /// <summary>The filters by name.</summary>
    [Description("The filters that a rationale must pass, or none.")]
    public IReadOnlyList<string> Filters { get; set; } = [.. RationaleFilterChain.Default.Names];

    /// <summary>The fewest words of a rationale.</summary>
    [Description("The fewest words that the length filter accepts.")]
    public int MinWords { get; set; } = 5;

    /// <summary>The most words of a rationale.</summary>
    [Description("The most words that the length filter accepts.")]
    public int MaxWords { get; set; } = 200;

    /// <summary>The similarity of near duplicates.</summary>
    [Description("The similarity, from 0 to 1, above which the near-duplicate filter refuses a rationale.")]
    public double MaxSimilarity { get; set; } = 0.7;

    /// <summary>The teachers whose rationales are taken.</summary>
    [Description("The teachers whose rationales are learned from; by default all.")]
    public IReadOnlyList<string> Teacher { get; set; } = [];

    /// <summary>The prompts whose rationales are taken.</summary>
    [Description("The prompts whose rationales are learned from, by hash or its beginning (scicot inspect lists them); by default all.")]
    public IReadOnlyList<string> Prompt { get; set; } = [];

    /// <summary>The most rationales a question.</summary>
    [Description("The most rationales of a question that are learned from; by default all.")]
    public int? MaxPerQuestion { get; set; }

    /// <summary>What becomes of rationales whose teacher saw the answer.</summary>
    [Description("Rationales whose teacher had the answer in view, rationalised ones among them.")]
    public RevealedRationales Revealed { get; set; }

    /// <summary>The share of questions that may have no reply.</summary>
    [Description("The share of questions without a reply, from 0 to 1, that is allowed.")]
    public double MaxMissing { get; set; } = 1;

    /// <summary>Whose rationales the answer student learns from.</summary>
    [Description("Whose rationales the answer student learns from.")]
    public RationaleAuthor AnswerRationales { get; set; } = RationaleAuthor.Student;

    /// <summary>The folds of cross-fitting.</summary>
    [Description("The folds of cross-fitted rationales; each trains another rationale student.")]
    public int Folds { get; set; } = 5;

    /// <summary>The teacher's share beside a student's rationales.</summary>
    [Description("Share of the questions, from 0 to 1, whose rationale is the teacher's beside a student's.")]
    public double TeacherShare { get; set; }

    /// <summary>The share of examples without their rationale.</summary>
    [Description("Share of the answer student's examples, from 0 to 1, that are given without their rationale.")]
    public double RationaleDropout { get; set; }

    /// <summary>Rationales that a student writes a question.</summary>
    [Description("Rationales that a student writes for each question.")]
    public int RationalesPerQuestion { get; set; } = 1;

    /// <summary>The temperature of those that are sampled.</summary>
    [Description("The temperature of those that are sampled.")]
    public double RationaleTemperature { get; set; } = 1;

    /// <summary>Whether the answer student starts from the rationale student.</summary>
    [Description("Start the answer student from the trained rationale student; false: from the base.")]
    public bool ContinueStudent { get; set; } = true;

    /// <summary>What happens where the folder holds work under another plan.</summary>
    [Description("What to do when the folder holds work under another plan.")]
    public PlanChange IfPlanDiffers { get; set; }

    /// <summary>The licence that the model card names.</summary>
    [Description("The licence that the model card names, as the Hub abbreviates it, for example apache-2.0.")]
    public string? License { get; set; }

    /// <summary>The languages that the model card names.</summary>
    [Description("The languages that the model card names, for example en,de.")]
    public IReadOnlyList<string> Language { get; set; } = ["en"];

    /// <summary>Reads settings from a configuration; what it does not name keeps its default.</summary>
    /// <param name="section">The configuration, for example a host's section <c>Distillation</c>.</param>
    /// <exception cref="SettingsException">A name is no setting (the message suggests the nearest), or a value is not what its setting takes.</exception>
    public static DistillationSettings From(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var settings = new DistillationSettings();
        SettingsBinder.Bind(settings, section);
        return settings;
    }

    /// <summary>The same values in an object of its own.</summary>
    public DistillationSettings Copy() => (DistillationSettings)MemberwiseClone();

    /// <summary>Makes a run's options.</summary>
    /// <param name="checkpoint">The base's folder, where <see cref="Base"/> is not one but a name.</param>
    /// <exception cref="SettingsException">A value is out of range or no base is named.</exception>
    public DistillationOptions ToOptions(string? checkpoint = null) => SettingsConversion.Options(this, checkpoint);
}

/// <summary>What matrix products of a training are computed in.</summary>
internal enum TrainingPrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits with the range of 32; sums stay in float32.</summary>
    BFloat16,
}

/// <summary>What the best step of a training is chosen by.</summary>
internal enum BestStepBy
{
    /// <summary>The validation loss.</summary>
    Loss,

    /// <summary>What the student is for: ROUGE-L of the rationales that it writes, the accuracy of the answers that it gives.</summary>
    Task,
}

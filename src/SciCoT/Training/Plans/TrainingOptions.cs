using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>Options of a training. Dropout comes from the model's configuration.</summary>
/// <include file="Examples.xml" path="examples/TrainingOptions/example"/>
public sealed record TrainingOptions
{
    /// <summary>Updates of the whole training, or <see langword="null"/> to count by <see cref="Epochs"/>.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public int? TotalSteps { get; init; }

    /// <summary>Passes over the training examples, where <see cref="TotalSteps"/> is not given.</summary>
    /// <value>The default is 3.</value>
    public int Epochs { get; init; } = 3;

    /// <summary>Examples a batch, where <see cref="TokensPerBatch"/> is not given; also the batch size of validation.</summary>
    /// <value>The default is 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Most tokens a batch, source and target, padding included; <see langword="null"/> to count examples. A longer example
    /// makes a batch of its own.
    /// </summary>
    /// <value>The default is <see langword="null"/>.</value>
    public int? TokensPerBatch { get; init; }

    /// <summary>Batches whose gradients make one update: the mean over the target tokens of all of them.</summary>
    /// <value>The default is 1.</value>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>The peak learning rate.</summary>
    /// <value>The default is 3e-4.</value>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>The optimizer.</summary>
    /// <value>The default is <see cref="OptimizerKind.AdamW"/>.</value>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>An optimizer of the caller's own in place of <see cref="Optimizer"/>.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    [JsonIgnore]
    public CustomOptimizer? CustomOptimizer { get; init; }

    /// <summary>Share of each weight that an update takes away, per unit of learning rate.</summary>
    /// <value>The default is 0.</value>
    public double WeightDecay { get; init; }

    /// <summary>Whether the scales of the norms decay as well.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool WeightDecayOnNorms { get; init; }

    /// <summary>Whether the relative position biases decay as well. Hugging Face's trainer spares them, as it spares all that is named a bias.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool WeightDecayOnPositionBias { get; init; }

    /// <summary>AdamW's decay of the first moment.</summary>
    /// <value>The default is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    /// <value>The default is 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's constant in the denominator.</summary>
    /// <value>The default is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Further options of Adafactor; other optimizers do not read them.</summary>
    /// <value>The default is <see cref="AdafactorOptions"/> with its defaults.</value>
    public AdafactorOptions Adafactor { get; init; } = new();

    /// <summary>The form of the learning rate after the warm-up.</summary>
    /// <value>The default is <see cref="LearningRateSchedule.Linear"/>.</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>
    /// Updates over which the learning rate rises to its peak. A training of fewer updates ends on the way there, as with Hugging Face's
    /// <c>get_scheduler</c>.
    /// </summary>
    /// <value>The default is 0.</value>
    public int WarmupSteps { get; init; }

    /// <summary>
    /// Whether the warm-up begins at 0, as Hugging Face's <c>get_scheduler</c> has it: the first update changes nothing, and the
    /// first one after the warm-up has the peak. Otherwise the first update has the peak divided by <see cref="WarmupSteps"/>, and the
    /// last one of the warm-up has the peak.
    /// </summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool WarmupFromZero { get; init; } = true;

    /// <summary>
    /// The updates after the warm-up over which <see cref="LearningRateSchedule.InverseSquareRoot"/> falls to 1/√2 of the peak; 1 is the plain
    /// 1/√step of a training without warm-up.
    /// </summary>
    /// <value>The default is <see langword="null"/>, Hugging Face's: <see cref="WarmupSteps"/>, or 10,000 without a warm-up.</value>
    public int? InverseSquareRootTimescale { get; init; }

    /// <summary>The norm of all gradients together above which they are scaled down, or <see langword="null"/> not to.</summary>
    /// <value>The default is 1.</value>
    public double? MaxGradientNorm { get; init; } = 1;

    /// <summary>Share of the target probability spread evenly over the vocabulary. The validation loss is never smoothed.</summary>
    /// <value>The default is 0.</value>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// What matrix products are computed in. In bfloat16 the weights, their gradients, the optimizer's state, norms, softmax,
    /// the residual stream and the loss stay in float32.
    /// </summary>
    /// <value>The default is <see cref="ScalarType.Float32"/>; <see cref="ScalarType.BFloat16"/> is the other choice.</value>
    public ScalarType ComputePrecision { get; init; } = ScalarType.Float32;

    /// <summary>
    /// Whether each block of the model keeps its inputs only and is computed a second time for its gradients: much less memory
    /// for about a third more time.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// Whether the C library keeps the memory that a step frees, for the next step to take again. It is a setting of the whole process
    /// while it trains, on Linux with glibc. Turn it off where the program sets <c>mallopt</c> itself or shares its memory with others.
    /// </summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool KeepNativeMemory { get; init; } = true;

    /// <summary>Seeds the order of the examples and the dropout.</summary>
    /// <value>The default is 1.</value>
    public long Seed { get; init; } = 1;

    /// <summary>Steps between evaluations on the validation examples; there is one at the end in any case.</summary>
    /// <value>The default is 200.</value>
    public int EvaluateEverySteps { get; init; } = 200;

    /// <summary>Steps between checkpoints; there is one at the end in any case.</summary>
    /// <value>The default is 500.</value>
    public int CheckpointEverySteps { get; init; } = 500;

    /// <summary>
    /// The <see cref="ITrainingEvaluator.Name"/> of the evaluator that decides which step's weights are kept and when training
    /// stops early, or <see langword="null"/> for the validation loss.
    /// </summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? BestMetric { get; init; }

    /// <summary>Evaluations in a row without an improvement after which training stops, or <see langword="null"/> to go on to the end.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>Newest checkpoints that are kept. With one only, there is none to fall back to when it is damaged.</summary>
    /// <value>The default is 2.</value>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names the property.</exception>
    internal void Validate()
    {
        Require(TotalSteps is null or > 0, nameof(TotalSteps), "null or at least 1", TotalSteps);
        Require(Epochs > 0, nameof(Epochs), "at least 1", Epochs);
        Require(BatchSize > 0, nameof(BatchSize), "at least 1", BatchSize);
        Require(TokensPerBatch is null or > 0, nameof(TokensPerBatch), "null or at least 1", TokensPerBatch);
        Require(GradientAccumulationSteps > 0, nameof(GradientAccumulationSteps), "at least 1", GradientAccumulationSteps);
        Require(LearningRate is >= 0 and < double.PositiveInfinity, nameof(LearningRate), "a finite number from 0", LearningRate);
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), "a known optimizer", Optimizer);
        Require(WeightDecay is >= 0 and < double.PositiveInfinity, nameof(WeightDecay), "a finite number from 0", WeightDecay);
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), "from 0 to below 1", Beta1);
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), "from 0 to below 1", Beta2);
        Require(Epsilon is > 0 and < 1, nameof(Epsilon), "above 0 and below 1", Epsilon);
        Require(Adafactor is not null, nameof(Adafactor), "not null", Adafactor);
        Adafactor!.Validate();
        Require(Enum.IsDefined(Schedule), nameof(Schedule), "a known schedule", Schedule);
        Require(WarmupSteps >= 0, nameof(WarmupSteps), "at least 0", WarmupSteps);
        Require(InverseSquareRootTimescale is null or > 0, nameof(InverseSquareRootTimescale), "null or at least 1", InverseSquareRootTimescale);
        Require(MaxGradientNorm is null or (> 0 and < double.PositiveInfinity), nameof(MaxGradientNorm), "null or a finite number above 0", MaxGradientNorm);
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), "from 0 to below 1", LabelSmoothing);
        Require(ComputePrecision != ScalarType.Float16, nameof(ComputePrecision), $"{ScalarType.Float32} or {ScalarType.BFloat16}: T5's activations overflow float16, whose largest number is 65504, and bfloat16 has float32's range", ComputePrecision);
        Require(ComputePrecision is ScalarType.Float32 or ScalarType.BFloat16, nameof(ComputePrecision), $"{ScalarType.Float32} or {ScalarType.BFloat16}", ComputePrecision);
        Require(EvaluateEverySteps > 0, nameof(EvaluateEverySteps), "at least 1", EvaluateEverySteps);
        Require(CheckpointEverySteps > 0, nameof(CheckpointEverySteps), "at least 1", CheckpointEverySteps);
        Require(EarlyStoppingPatience is null or > 0, nameof(EarlyStoppingPatience), "null or at least 1", EarlyStoppingPatience);
        Require(KeepCheckpoints > 0, nameof(KeepCheckpoints), "at least 1", KeepCheckpoints);
    }

    private static void Require(bool condition, string property, string expected, object? actual)
    {
        if (!condition)
            throw new ArgumentException($"{nameof(TrainingOptions)}.{property} must be {expected}; got {actual ?? "null"}.", property);
    }
}

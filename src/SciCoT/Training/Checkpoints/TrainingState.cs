using SciCoT.Training.Batches;

namespace SciCoT.Training.Checkpoints;

/// <summary>How far a training has come; with the tensors and the fingerprint it is all that a checkpoint holds.</summary>
internal sealed record TrainingState
{
    /// <summary>Updates made.</summary>
    public int Step { get; init; }

    public SamplerState Sampler { get; init; }

    public double? SmoothedLoss { get; init; }

    /// <summary>The step that was last evaluated; behind <see cref="Step"/> when an evaluation was cancelled.</summary>
    public int EvaluatedStep { get; init; }

    public int BestStep { get; init; }

    public double? BestValidationLoss { get; init; }

    /// <summary>What the evaluators measured at the best step.</summary>
    public IReadOnlyDictionary<string, double>? BestMetrics { get; init; }

    /// <summary>What the best step was chosen by; lower is better.</summary>
    public double? BestScore { get; init; }

    public int EvaluationsWithoutImprovement { get; init; }

    /// <summary>The losses so far.</summary>
    public IReadOnlyList<TrainingPoint> Curve { get; init => field = value ?? []; } = []; // null where a file has none: generated readers do not keep the default

    /// <param name="loss">The step's loss.</param>
    /// <param name="sampler">Where the sampler stands after it.</param>
    /// <param name="pointEvery">Steps between the points of the curve.</param>
    public TrainingState AfterStep(double loss, SamplerState sampler, int pointEvery)
    {
        var after = this with
        {
            Step = Step + 1,
            Sampler = sampler,
            SmoothedLoss = SmoothedLoss is { } smoothed ? smoothed + 0.05 * (loss - smoothed) : loss,
        };
        return after.Step == 1 || after.Step % pointEvery == 0 ? after.WithPoint(null) : after;
    }

    /// <param name="evaluation">What was measured after this step.</param>
    /// <param name="score">What steps are compared by; lower is better.</param>
    public TrainingState AfterEvaluation(StepEvaluation evaluation, double score)
    {
        bool better = double.IsFinite(score) && !(score >= BestScore);
        return (this with
        {
            EvaluatedStep = Step,
            BestStep = better ? Step : BestStep,
            BestScore = better ? score : BestScore,
            BestValidationLoss = better ? evaluation.Loss : BestValidationLoss,
            BestMetrics = better ? evaluation.Metrics : BestMetrics,
            EvaluationsWithoutImprovement = better ? 0 : EvaluationsWithoutImprovement + 1,
        }).WithPoint(evaluation.Loss);
    }

    /// <summary>The state with a point for its step, in place of one that may be there.</summary>
    private TrainingState WithPoint(double? validationLoss) => this with
    {
        Curve = [
            .. Curve.Where(point => point.Step < Step),
            new(Step, SmoothedLoss!.Value, validationLoss is { } loss && double.IsFinite(loss) ? loss : null), // JSON knows no infinity
        ],
    };
}

using SciCoT.Training.Batches;

namespace SciCoT.Training;

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

    public TrainingState AfterStep(double loss, SamplerState sampler) => this with
    {
        Step = Step + 1,
        Sampler = sampler,
        SmoothedLoss = SmoothedLoss is { } smoothed ? smoothed + 0.05 * (loss - smoothed) : loss,
    };

    /// <param name="evaluation">What was measured after this step.</param>
    /// <param name="score">What steps are compared by; lower is better.</param>
    public TrainingState AfterEvaluation(StepEvaluation evaluation, double score)
    {
        bool better = double.IsFinite(score) && !(score >= BestScore);
        return this with
        {
            EvaluatedStep = Step,
            BestStep = better ? Step : BestStep,
            BestScore = better ? score : BestScore,
            BestValidationLoss = better ? evaluation.Loss : BestValidationLoss,
            BestMetrics = better ? evaluation.Metrics : BestMetrics,
            EvaluationsWithoutImprovement = better ? 0 : EvaluationsWithoutImprovement + 1,
        };
    }
}

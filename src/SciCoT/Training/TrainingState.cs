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

    public int EvaluationsWithoutImprovement { get; init; }

    public TrainingState AfterStep(double loss, SamplerState sampler) => this with
    {
        Step = Step + 1,
        Sampler = sampler,
        SmoothedLoss = SmoothedLoss is { } smoothed ? smoothed + 0.05 * (loss - smoothed) : loss,
    };

    public TrainingState AfterEvaluation(double loss)
    {
        bool better = double.IsFinite(loss) && !(loss >= BestValidationLoss);
        return this with
        {
            EvaluatedStep = Step,
            BestStep = better ? Step : BestStep,
            BestValidationLoss = better ? loss : BestValidationLoss,
            EvaluationsWithoutImprovement = better ? 0 : EvaluationsWithoutImprovement + 1,
        };
    }
}

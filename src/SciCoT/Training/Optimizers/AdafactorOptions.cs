namespace SciCoT.Training;

/// <summary>Options of Adafactor alone; names and defaults follow <c>transformers.Adafactor</c>, but for an external learning rate.</summary>
/// <remarks>Constants are those of arXiv 1804.04235, section 9.</remarks>
/// <include file="Examples.xml" path="examples/AdafactorOptions/example"/>
public sealed record AdafactorOptions
{
    /// <summary>Whether the learning rate is multiplied by the root mean square of the parameter.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool ScaleParameter { get; init; }

    /// <summary>
    /// Whether the optimizer sets its own learning rate, min(1e-2, 1/√step). <see cref="TrainingOptions.LearningRate"/> and
    /// the schedule are then not used.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool RelativeStep { get; init; }

    /// <summary>Whether the relative step rises by 1e-6 a step instead of starting at 1e-2.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool WarmupInit { get; init; }

    /// <summary>The root mean square above which an update is scaled down.</summary>
    /// <value>The default is 1.</value>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>Added to the squared gradient.</summary>
    /// <value>The default is 1e-30.</value>
    public double GradientEpsilon { get; init; } = 1e-30;

    /// <summary>The least parameter scale, where <see cref="ScaleParameter"/> is set.</summary>
    /// <value>The default is 1e-3.</value>
    public double ParameterEpsilon { get; init; } = 1e-3;

    /// <summary>Exponent of the second moment's decay, 1 − step^exponent.</summary>
    /// <value>The default is −0.8.</value>
    public double DecayRate { get; init; } = -0.8;

    /// <summary>Decay of the first moment, or <see langword="null"/> to keep none.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public double? Beta1 { get; init; }

    internal void Validate()
    {
        Require(ClipThreshold is > 0 and < double.PositiveInfinity, nameof(ClipThreshold), "above 0", ClipThreshold);
        Require(GradientEpsilon is >= 0 and < 1, nameof(GradientEpsilon), "from 0 to below 1", GradientEpsilon);
        Require(ParameterEpsilon is >= 0 and < 1, nameof(ParameterEpsilon), "from 0 to below 1", ParameterEpsilon);
        Require(DecayRate is > -10 and < 0, nameof(DecayRate), "below 0 (and above -10)", DecayRate);
        Require(Beta1 is null or (>= 0 and < 1), nameof(Beta1), "null, or from 0 to below 1", Beta1);
        Require(RelativeStep || !WarmupInit, nameof(WarmupInit), $"false unless {nameof(RelativeStep)} is set", WarmupInit);

        static void Require(bool condition, string property, string expected, object? actual)
        {
            if (!condition)
                throw new ArgumentException($"TrainingOptions.Adafactor.{property} must be {expected}; got {actual ?? "null"}.", $"Adafactor.{property}");
        }
    }
}

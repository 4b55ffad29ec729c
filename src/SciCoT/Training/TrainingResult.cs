namespace SciCoT.Training;

/// <summary>The result of a training.</summary>
public sealed record TrainingResult
{
    /// <summary>Updates made, those of continued runs included.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose weights the model now has: the best by the validation loss or <see cref="TrainingOptions.BestMetric"/>, or the last one where nothing was evaluated.</summary>
    public required int BestStep { get; init; }

    /// <summary>The validation loss of the best step; <see langword="null"/> without validation examples.</summary>
    public double? BestValidationLoss { get; init; }

    /// <summary>What the evaluators measured at the best step, by their names.</summary>
    public required IReadOnlyDictionary<string, double> BestMetrics { get; init; }

    /// <summary>Training examples whose source or target was cut to a limit.</summary>
    public required int TruncatedExamples { get; init; }

    /// <summary>Share of the positions computed in this run that were padding.</summary>
    public required double PaddingShare { get; init; }

    /// <summary>Exponential moving average of the training loss at the end.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>How the losses fell, those of continued runs included: about a hundred steps, evenly spread, and every evaluation.</summary>
    public required IReadOnlyList<TrainingPoint> Curve { get; init; }

    /// <summary>Whether training stopped before its last step because evaluations no longer improved.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>The step of the checkpoint that this run continued from; <see langword="null"/> if it started anew.</summary>
    public int? ContinuedFromStep { get; init; }

    /// <summary>Time that this run took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What went wrong without ending the training, such as a damaged checkpoint or examples that were cut.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

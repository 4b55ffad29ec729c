namespace SciCoT.Training;

/// <summary>How a training ended.</summary>
public sealed record TrainingResult
{
    /// <summary>Updates made, those of continued runs included.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose weights the model now has: the one of the lowest validation loss, or the last one without validation examples.</summary>
    public required int BestStep { get; init; }

    /// <summary>The lowest validation loss; <see langword="null"/> without validation examples.</summary>
    public double? BestValidationLoss { get; init; }

    /// <summary>Exponential moving average of the training loss at the end.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>Whether training stopped before its last step because the validation loss no longer fell.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>The step of the checkpoint that this run continued from; <see langword="null"/> if it started anew.</summary>
    public int? ContinuedFromStep { get; init; }

    /// <summary>Time that this run took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What went wrong without ending the training, such as a damaged checkpoint.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

namespace SciCoT.Training;

/// <summary>The progress of a training after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>Updates made, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Updates of the whole training, unless it stops early.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>The step's loss before its update: the mean over its target tokens, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Exponential moving average of <see cref="Loss"/> with a weight of 0.05 for the newest.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>The learning rate of the update; where Adafactor sets its own, before the scaling by the parameter.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The norm of all gradients together, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Source and target tokens a second since this run started, padding not counted.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Share of the positions computed since this run started that were padding.</summary>
    public required double PaddingShare { get; init; }

    /// <summary>The mean loss over the target tokens of the validation examples, if they were evaluated after this step.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>What the evaluators measured, by their names, if they were asked after this step.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Memory that the process holds, in bytes.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Time since this run started; runs that were continued are not counted.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time to the last step at the pace of this run.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>What went wrong without ending the training, such as a damaged checkpoint or examples that were cut; given with the first step of a run.</summary>
    public string? Warning { get; init; }
}

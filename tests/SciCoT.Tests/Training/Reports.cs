using SciCoT.Training;

namespace SciCoT.Tests.Training;

/// <summary>Keeps what it is told, in order; <c>Progress</c> would hand it to other threads.</summary>
internal sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
{
    /// <summary>Called after each report.</summary>
    public Action<TrainingProgress>? Then { get; init; }

    public void Report(TrainingProgress value)
    {
        Add(value);
        Then?.Invoke(value);
    }
}

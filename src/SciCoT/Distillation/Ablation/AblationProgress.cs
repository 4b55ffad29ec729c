namespace SciCoT.Distillation;

/// <summary>The progress of a study.</summary>
/// <param name="Seed">The seed that is worked on; <see langword="null"/> while the teacher explains.</param>
/// <param name="System">The system that is worked on; <see langword="null"/> while the teacher explains.</param>
/// <param name="Done">Systems measured, over all seeds.</param>
/// <param name="Total">Systems to measure, over all seeds.</param>
public sealed record AblationProgress(long? Seed, string? System, int Done, int Total)
{
    /// <summary>The stage within the system.</summary>
    public DistillationProgress? Stage { get; init; }
}

namespace SciCoT.Training.Plans;

/// <summary>The learning rate schedules, as pure functions.</summary>
internal static class LearningRate
{
    /// <summary>The inverse square root's timescale where there is no warm-up to take it from.</summary>
    private const int DefaultTimescale = 10_000;

    /// <summary>The learning rate of an update.</summary>
    /// <param name="options">Peak, schedule and optimizer.</param>
    /// <param name="done">Updates made before this one, from 0.</param>
    /// <param name="total">Updates of the whole training.</param>
    public static double Of(TrainingOptions options, int done, int total) =>
        options is { Optimizer: OptimizerKind.Adafactor, Adafactor: { RelativeStep: true } own }
            ? RelativeStep(done + 1, own.WarmupInit)
            : options.LearningRate * Factor(options.Schedule, done, total, options.WarmupSteps, options.WarmupFromZero, options.InverseSquareRootTimescale);

    /// <summary>Adafactor's own learning rate (arXiv 1804.04235, section 8), before the scaling by the parameter.</summary>
    /// <param name="step">The update, from 1.</param>
    /// <param name="warmup">Whether it rises by 1e-6 a step at first.</param>
    public static double RelativeStep(int step, bool warmup) => Math.Min(warmup ? 1e-6 * step : 1e-2, 1 / Math.Sqrt(step));

    /// <summary>The factor on the peak learning rate, as <c>get_scheduler</c> of transformers has it.</summary>
    /// <param name="schedule">The form after the warm-up.</param>
    /// <param name="done">Updates made before this one, from 0.</param>
    /// <param name="total">Updates of the whole training.</param>
    /// <param name="warmup">Updates over which the factor rises linearly.</param>
    /// <param name="fromZero">Whether the first of them has 0, and the first after them 1; otherwise the first has 1/warmup and the last 1.</param>
    /// <param name="timescale">The updates after the warm-up over which the inverse square root falls to 1/√2; by default the warm-up's, or 10,000 without one.</param>
    public static double Factor(LearningRateSchedule schedule, int done, int total, int warmup, bool fromZero = true, int? timescale = null)
    {
        if (done < warmup)
            return (fromZero ? done : done + 1.0) / warmup;

        double share = (double)(done - warmup) / Math.Max(1, total - warmup); // of the decay, from 0 to below 1
        double scale = timescale ?? (warmup > 0 ? warmup : DefaultTimescale);
        return schedule switch
        {
            LearningRateSchedule.Constant => 1,
            LearningRateSchedule.Linear => Math.Max(0, 1 - share),
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, share))),
            LearningRateSchedule.InverseSquareRoot => 1 / Math.Sqrt((done - warmup + scale) / scale),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "Not a known schedule."),
        };
    }
}

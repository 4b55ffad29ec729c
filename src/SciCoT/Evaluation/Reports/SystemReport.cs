using System.Text.Json.Serialization;
using SciCoT.Training;

namespace SciCoT.Evaluation.Reports;

/// <summary>All figures of one system, over its seeds.</summary>
public sealed record SystemReport
{
    /// <summary>The system.</summary>
    public required string System { get; init; }

    /// <summary>The seeds it was trained with; empty where there are none.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>What it was trained from.</summary>
    public string? Base { get; init; }

    /// <summary>How many numbers its models have together.</summary>
    public long? Parameters { get; init; }

    /// <summary>Optimizer steps of one seed's training.</summary>
    public int? TrainingSteps { get; init; }

    /// <summary>Mean seconds of a seed's training.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>How many answers it gave: questions times seeds.</summary>
    public required int Answers { get; init; }

    /// <summary>How many of them were right.</summary>
    public required int Correct { get; init; }

    /// <summary>The share of right answers.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The accuracy's standard error over the questions; over the answers of one seed it is that of lm-evaluation-harness.</summary>
    public required double StandardError { get; init; }

    /// <summary>
    /// The accuracy's 95 % interval: Wilson's for one seed and questions that stand alone; otherwise by bootstrap over the
    /// questions or their groups. How far the seeds lie apart is not in it.
    /// </summary>
    public required Interval Interval { get; init; }

    /// <summary>The accuracy of each seed by itself, in the order of <see cref="Seeds"/>.</summary>
    public required IReadOnlyList<double> SeedAccuracies { get; init; }

    /// <summary>How many answers could not be read; they count as wrong.</summary>
    public required int ExtractionFailures { get; init; }

    /// <summary>The share of answers that could not be read.</summary>
    public double ExtractionFailureRate => (double)ExtractionFailures / Answers;

    /// <summary>
    /// How many answers rest on a question that was too long for the model, which read it without the end of its context or
    /// the beginning of its stem; <see langword="null"/> where that is not known.
    /// </summary>
    public int? Shortened { get; init; }

    /// <summary>lm-evaluation-harness' figures; <see langword="null"/> where the outcomes have no log-likelihoods.</summary>
    public HarnessAccuracy? Harness { get; init; }

    /// <summary>Whether its probabilities mean what they say; <see langword="null"/> where it gives none.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>How close its rationales are to the teacher's; <see langword="null"/> where there are none to compare.</summary>
    public RougeSummary? Rouge { get; init; }

    /// <summary>Seconds an answer.</summary>
    [JsonInclude]
    internal Distribution? Seconds { get; init; }

    /// <summary>Tokens an answer.</summary>
    [JsonInclude]
    internal Distribution? Tokens { get; init; }

    /// <summary>Accuracy by fields.</summary>
    public required IReadOnlyList<SubsetAccuracy> Subsets { get; init; }

    /// <summary>Which position it picks; <see langword="null"/> for open questions.</summary>
    [JsonInclude]
    internal PositionConfusion? Positions { get; init; }

    /// <summary>Whether it reads its rationale; empty where it was not asked.</summary>
    public required IReadOnlyList<RationaleUse> RationaleUse { get; init; }

    /// <summary>The losses by step.</summary>
    public required IReadOnlyList<TrainingCurve> Training { get; init; }

    internal static SystemReport Of(IReadOnlyList<SystemResult> results, ReportInput input)
    {
        QuestionOutcome[] outcomes = [.. results.SelectMany(result => result.Outcomes)];
        int correct = outcomes.Count(outcome => outcome.IsCorrect);
        bool standAlone = results.Count == 1 && input.Cluster is null;
        var means = standAlone
            ? []
            : ClusterBootstrap.Means(
                outcomes.Select(outcome => (input.Cluster?.Invoke(outcome.Question) ?? outcome.QuestionId, outcome.IsCorrect ? 1.0 : 0.0)),
                input.BootstrapSeed,
                input.Resamples);
        return new()
        {
            System = results[0].System,
            Seeds = [.. results.Select(result => result.Seed).OfType<long>()],
            Base = results[0].Base,
            Parameters = results[0].Parameters,
            TrainingSteps = results[0].TrainingSteps,
            TrainingSeconds = Distribution.Of(results.Select(result => result.TrainingSeconds))?.Mean,
            Answers = outcomes.Length,
            Correct = correct,
            Accuracy = (double)correct / outcomes.Length,
            StandardError = standAlone ? Proportion.StandardError(correct, outcomes.Length) : StandardDeviation(means),
            Interval = standAlone ? Proportion.Wilson(correct, outcomes.Length) : ClusterBootstrap.Percentiles(means, 0.95),
            SeedAccuracies = [.. results.Select(result => result.Outcomes.Average(outcome => outcome.IsCorrect ? 1.0 : 0.0))],
            ExtractionFailures = outcomes.Count(outcome => outcome.ExtractionFailed),
            Shortened = outcomes.Any(outcome => outcome.IsShortened is not null) ? outcomes.Count(outcome => outcome.IsShortened is true) : null,
            Harness = HarnessAccuracy.Of(outcomes),
            Calibration = Calibration.Of(outcomes, input.CalibrationBins),
            Rouge = RougeSummary.Of(outcomes, input.StemRouge),
            Seconds = Distribution.Of(outcomes.Select(outcome => outcome.Seconds)),
            Tokens = Distribution.Of(outcomes.Select(outcome => (double?)outcome.Tokens)),
            Subsets = [.. input.Subsets.SelectMany(field => SubsetAccuracy.By(outcomes, field))],
            Positions = PositionConfusion.Of(outcomes),
            RationaleUse = Evaluation.RationaleUse.Of(outcomes),
            Training = [.. results.SelectMany(result => result.Training.Select(curve => curve with { Seed = result.Seed }))],
        };
    }

    private static double StandardDeviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1));
    }
}

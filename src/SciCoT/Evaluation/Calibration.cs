namespace SciCoT.Evaluation;

/// <summary>The calibration of a system's probabilities.</summary>
/// <param name="Count">How many questions had probabilities.</param>
/// <param name="ExpectedCalibrationError">
/// The mean distance between confidence and accuracy over the bins, weighted by their counts (Guo et al., arXiv 1706.04599).
/// </param>
/// <param name="Brier">
/// The mean over questions of the squared distance between the probabilities and the right answer, summed over the choices
/// (Brier, Mon. Weather Rev. 78, 1950): from 0 to 2.
/// </param>
/// <param name="Bins">The bins of equal width, from the least to the most confident; empty ones included.</param>
public sealed record Calibration(int Count, double ExpectedCalibrationError, double Brier, IReadOnlyList<CalibrationBin> Bins)
{
    /// <summary>Computes it; <see langword="null"/> when no question has probabilities.</summary>
    /// <param name="outcomes">The outcomes; those without probabilities or without a choice made are left out.</param>
    /// <param name="bins">How many bins of equal width there are; 10 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bins is not positive.</exception>
    public static Calibration? Of(IReadOnlyList<QuestionOutcome> outcomes, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        var judged = outcomes
            .Where(outcome => outcome.Probabilities.Count > 0 && outcome.Label is not null)
            .Select(outcome => (Outcome: outcome, Confidence: Confidence(outcome)))
            .ToArray();
        if (judged.Length == 0)
            return null;

        var byBin = judged.ToLookup(item => Bin(item.Confidence, bins));
        CalibrationBin[] all = [.. Enumerable.Range(0, bins).Select(i => new CalibrationBin(
            (double)i / bins,
            (double)(i + 1) / bins,
            byBin[i].Count(),
            byBin[i].Select(item => item.Confidence).DefaultIfEmpty().Average(),
            byBin[i].Select(item => item.Outcome.IsCorrect ? 1.0 : 0.0).DefaultIfEmpty().Average()))];
        return new(
            judged.Length,
            all.Sum(bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence)) / judged.Length,
            judged.Average(item => SquaredDistance(item.Outcome)),
            all);
    }

    /// <summary>The bin that a confidence falls into: above its lower edge, up to its upper one.</summary>
    private static int Bin(double confidence, int bins)
    {
        int bin = Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
        return bin > 0 && confidence <= (double)bin / bins ? bin - 1 : bin; // the product may be rounded over the edge: 0.07 * 100
    }

    private static double Confidence(QuestionOutcome outcome) =>
        outcome.Question.Choices.Zip(outcome.Probabilities).First(pair => pair.First.Label == outcome.Label).Second;

    private static double SquaredDistance(QuestionOutcome outcome) =>
        outcome.Question.Choices.Zip(outcome.Probabilities).Sum(pair => Math.Pow(pair.Second - (pair.First.Label == outcome.Gold ? 1 : 0), 2));
}

/// <summary>The questions that a system answered with about the same confidence.</summary>
/// <param name="Low">The confidence that the bin begins above.</param>
/// <param name="High">The highest confidence in it.</param>
/// <param name="Count">How many questions fell into it.</param>
/// <param name="Confidence">Their mean confidence; 0 in an empty bin.</param>
/// <param name="Accuracy">The share of them that was answered rightly; 0 in an empty bin.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double Confidence, double Accuracy);

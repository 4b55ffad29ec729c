namespace SciCoT;

/// <summary>Joins what is answered to one question from several rationales into one prediction: the one rule for pipelines, studies and evaluation.</summary>
internal static class RationaleVote
{
    /// <summary>
    /// Choices: their probabilities averaged over the rationales. Open questions: the text that most rationales lead to, whatever its
    /// case, with the average confidence of those, counted over all; of equal numbers the more confident one.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="predictions">One for each rationale, at least one.</param>
    /// <returns>The prediction, with the rationale of the one that is surest of its answer.</returns>
    public static AnswerPrediction Of(ScienceQuestion question, IReadOnlyList<AnswerPrediction> predictions)
    {
        if (predictions.Count == 1)
            return predictions[0];

        if (question.Choices.Count == 0)
        {
            var same = predictions
                .GroupBy(prediction => prediction.Text.Trim(), StringComparer.OrdinalIgnoreCase)
                .MaxBy(group => (group.Count(), group.Sum(one => one.Confidence)))!;
            return same.MaxBy(one => one.Confidence)! with
            {
                Confidence = same.Sum(one => one.Confidence) / predictions.Count,
                IsShortened = predictions.Any(prediction => prediction.IsShortened),
            };
        }

        double[] mean = [.. question.Choices.Select((_, choice) => predictions.Average(prediction => prediction.Probabilities[choice]))];
        int best = Array.IndexOf(mean, mean.Max());
        return new AnswerPrediction(question.Choices[best].Label, question.Choices[best].Text, mean)
        {
            Confidence = mean[best],
            Rationale = predictions.MaxBy(prediction => prediction.Probabilities[best])!.Rationale,
            IsShortened = predictions.Any(prediction => prediction.IsShortened),
        };
    }
}

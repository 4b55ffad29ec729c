namespace SciCoT;

/// <summary>Joins what an answer student makes of several rationales for one question into one prediction.</summary>
internal static class RationaleVote
{
    /// <summary>
    /// Choices: their probabilities averaged over the rationales. Open questions: the text that most rationales lead to, with
    /// the average confidence of those, counted over all; of equal numbers the more confident one.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="predictions">One for each rationale, at least one.</param>
    public static AnswerPrediction Of(ScienceQuestion question, IReadOnlyList<AnswerPrediction> predictions)
    {
        if (predictions.Count == 1)
            return predictions[0];

        if (question.Choices.Count == 0)
        {
            var text = predictions.GroupBy(prediction => prediction.Text, StringComparer.OrdinalIgnoreCase).MaxBy(same => (same.Count(), same.Sum(one => one.Confidence)))!;
            return new AnswerPrediction(null, text.First().Text, []) { Confidence = text.Sum(one => one.Confidence) / predictions.Count };
        }

        double[] mean = [.. question.Choices.Select((_, choice) => predictions.Average(prediction => prediction.Probabilities[choice]))];
        int best = Array.IndexOf(mean, mean.Max());
        return new AnswerPrediction(question.Choices[best].Label, question.Choices[best].Text, mean) { Confidence = mean[best] };
    }
}

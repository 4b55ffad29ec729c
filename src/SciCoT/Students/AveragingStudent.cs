namespace SciCoT.Students;

/// <summary>
/// Answers with the mean of several students' probabilities. Where these are one student that samples another rationale each
/// time, the sum over rationales is taken in place of the likeliest one: self-consistency (arXiv 2203.11171).
/// </summary>
/// <remarks>Safe for concurrent callers, as its students are. It does not own them.</remarks>
public sealed class AveragingStudent : IAnswerStudent
{
    private readonly IReadOnlyList<IAnswerStudent> _students;

    /// <summary>Puts students together.</summary>
    /// <param name="students">At least one.</param>
    public AveragingStudent(IReadOnlyList<IAnswerStudent> students)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentOutOfRangeException.ThrowIfZero(students.Count, nameof(students));
        _students = students;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var all = new List<IReadOnlyList<AnswerPrediction>>(_students.Count);
        foreach (var student in _students)
            all.Add(await student.AnswerAsync(questions, cancellationToken).ConfigureAwait(false));
        return [.. questions.Select((asked, i) => Mean(asked.Question, [.. all.Select(predictions => predictions[i])]))];
    }

    /// <summary>One prediction of several for the same question; its rationale is that of the prediction which is surest of the answer.</summary>
    internal static AnswerPrediction Mean(ScienceQuestion question, IReadOnlyList<AnswerPrediction> predictions)
    {
        if (question.Choices.Count == 0)
            return MostTrusted(predictions);

        double[] means = [.. question.Choices.Select((_, choice) => predictions.Average(prediction => prediction.Probabilities[choice]))];
        int best = Array.IndexOf(means, means.Max());
        return new AnswerPrediction(question.Choices[best].Label, question.Choices[best].Text, means)
        {
            Confidence = means[best],
            Rationale = predictions.MaxBy(prediction => prediction.Probabilities[best])!.Rationale,
        };
    }

    /// <summary>The written answer with the largest sum of confidences, whatever its case.</summary>
    private static AnswerPrediction MostTrusted(IReadOnlyList<AnswerPrediction> predictions)
    {
        var votes = predictions
            .GroupBy(prediction => prediction.Text.Trim(), StringComparer.OrdinalIgnoreCase)
            .MaxBy(group => group.Sum(prediction => prediction.Confidence))!;
        return votes.MaxBy(prediction => prediction.Confidence)! with { Confidence = votes.Sum(prediction => prediction.Confidence) / predictions.Count };
    }
}

namespace SciCoT;

/// <summary>Shorter calls of <see cref="ISciCoTPipeline"/>.</summary>
public static class SciCoTPipelineExtensions
{
    /// <summary>Answers a question given as text, choices included; see <see cref="ScienceQuestion.Parse"/> for the forms.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="question">For example <c>Which material conducts electricity best? (A) rubber (B) copper (C) wood</c>.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <exception cref="InvalidQuestionException">The text is no question.</exception>
    public static Task<Answer> AnswerAsync(this ISciCoTPipeline pipeline, string question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return pipeline.AnswerAsync(ScienceQuestion.Parse(question), cancellationToken);
    }
}

namespace SciCoT;

/// <summary>A student that answers a question with a rationale: the second stage of a pipeline.</summary>
/// <remarks>Implementations are safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/IAnswerStudent/example"/>
public interface IAnswerStudent
{
    /// <summary>Answers each question.</summary>
    /// <param name="questions">The questions with their rationales; the batch is the caller's choice, its length the implementation's concern.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The predictions in the order of the questions.</returns>
    Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default);
}

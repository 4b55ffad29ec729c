namespace SciCoT;

/// <summary>Answers questions with a rationale student and an answer student.</summary>
/// <remarks>Implementations are safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/ISciCoTPipeline/example"/>
public interface ISciCoTPipeline
{
    /// <summary>Answers one question.</summary>
    /// <param name="question">The question, with choices or open.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    Task<Answer> AnswerAsync(ScienceQuestion question, CancellationToken cancellationToken = default);

    /// <summary>Answers many questions in batches, in their order.</summary>
    /// <param name="questions">
    /// The questions; they are read as fast as they are answered. The source may block its thread. A source that ignores its
    /// cancellation token does not delay the end of a cancelled call; it is disposed when its pending read returns.
    /// </param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    IAsyncEnumerable<Answer> AnswerManyAsync(IAsyncEnumerable<ScienceQuestion> questions, CancellationToken cancellationToken = default);

    /// <summary>Answers one question and yields the rationale as it is written, then the answer.</summary>
    /// <param name="question">The question, with choices or open.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    IAsyncEnumerable<AnswerUpdate> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default);
}

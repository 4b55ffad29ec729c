namespace SciCoT;

/// <summary>A student that writes a rationale for a question: the first stage of a pipeline.</summary>
/// <remarks>Implementations are safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/IRationaleStudent/example"/>
public interface IRationaleStudent
{
    /// <summary>Writes one rationale for each question.</summary>
    /// <param name="questions">The questions; the batch is the caller's choice, its length the implementation's concern.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The rationales in the order of the questions; one may be empty, never <see langword="null"/>.</returns>
    Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default);

    /// <summary>Writes the rationale for one question and yields the text as it grows.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>Pieces that joined are what <see cref="ExplainAsync"/> gives.</returns>
    IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default);
}

namespace SciCoT;

/// <summary>A rationale student that can write several different rationales for a question.</summary>
/// <remarks>Implementations are safe for concurrent callers.</remarks>
public interface IRationaleSampler
{
    /// <summary>Samples rationales for each question.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="sampling">How many for each question, and how.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>For each question in order its rationales; one may be empty, never <see langword="null"/>.</returns>
    Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(IReadOnlyList<ScienceQuestion> questions, RationaleSampling sampling, CancellationToken cancellationToken = default);
}

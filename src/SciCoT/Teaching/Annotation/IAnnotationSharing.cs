using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>Shares an annotation among workers, such as processes on several machines, so that no two of them ask for the same.</summary>
/// <remarks>
/// A unit is one sample of one question. It is named by the key of its first record: attempt 0. Implementations are safe for concurrent
/// callers.
/// </remarks>
public interface IAnnotationSharing
{
    /// <summary>Begins one worker's part. An annotator joins before it looks into the store for what is missing.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The part; disposing of it gives back what was handed out and has not ended.</returns>
    Task<IAnnotationShare> JoinAsync(CancellationToken cancellationToken = default);
}

/// <summary>One worker's part of an annotation.</summary>
/// <remarks>Safe for concurrent callers, except that <see cref="TakeAsync"/> is called once.</remarks>
public interface IAnnotationShare : IAsyncDisposable
{
    /// <summary>How many of this worker's units ended with other workers so far.</summary>
    int EndedElsewhere { get; }

    /// <summary>
    /// Hands units out, each to one worker at a time. While others have all that are left, it waits: a worker may die, and then its
    /// units are handed out again.
    /// </summary>
    /// <param name="units">The units that were missing from the store after the worker joined.</param>
    /// <param name="concurrency">How many units the worker works on at a time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Units in any order; the end comes when each has ended, here or elsewhere.</returns>
    IAsyncEnumerable<RationaleKey> TakeAsync(IReadOnlyCollection<RationaleKey> units, int concurrency, CancellationToken cancellationToken = default);

    /// <summary>
    /// A unit that was handed out has ended: its replies are stored, or there is none. No worker that has joined by now is handed it;
    /// one that joins later is, where its reply is missing.
    /// </summary>
    /// <param name="unit">The unit.</param>
    void End(RationaleKey unit);
}

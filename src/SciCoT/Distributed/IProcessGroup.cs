using System.Diagnostics.CodeAnalysis;

namespace SciCoT.Distributed;

/// <summary>Processes that compute together: each has a rank, and they exchange numbers and bytes.</summary>
/// <remarks>
/// <para>
/// Every operation but <see cref="Abort"/> is a collective one: all ranks call it, in the same order, with the same count. Where they do
/// not, or where a rank leaves the group while others wait for it, every rank gets a <see cref="ProcessGroupException"/> that tells what
/// each of them did.
/// </para>
/// <para>
/// Operations of one process are done one after another in the order in which they were begun. Callers on several threads have to see to
/// it that this order is the same on all ranks.
/// </para>
/// </remarks>
public interface IProcessGroup : IDisposable
{
    /// <summary>This process' number, from 0. Rank 0 is the leader: it writes files and reports progress.</summary>
    int Rank { get; }

    /// <summary>The number of processes.</summary>
    int Size { get; }

    /// <summary>Begins to replace numbers by their sums over all ranks; every rank gets the same bits.</summary>
    /// <param name="blocks">The numbers, in one or several places. They are in use, and may not be moved or freed, until the task is done.</param>
    /// <returns>Done when the sums are there.</returns>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    Task AllReduceAsync(IReadOnlyList<Memory<float>> blocks);

    /// <summary>Replaces numbers by their sums over all ranks; every rank gets the same bits.</summary>
    /// <param name="values">The numbers.</param>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    void AllReduce(Span<float> values);

    /// <summary>Replaces numbers by their sums over all ranks; every rank gets the same bits.</summary>
    /// <param name="values">The numbers.</param>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    void AllReduce(Span<double> values);

    /// <summary>Replaces bytes by those of one rank.</summary>
    /// <param name="values">The bytes, as many on all ranks.</param>
    /// <param name="root">The rank whose bytes all get.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    void Broadcast(Span<byte> values, int root);

    /// <summary>Gives every rank the bytes of all ranks.</summary>
    /// <param name="value">This rank's bytes; each rank may have another number of them.</param>
    /// <returns>The bytes by rank.</returns>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    IReadOnlyList<byte[]> AllGather(ReadOnlySpan<byte> value);

    /// <summary>Waits until all ranks are here.</summary>
    /// <exception cref="ProcessGroupException">The group is broken, or the ranks did not call the same operation.</exception>
    void Barrier();

    /// <summary>Ends all processes of the group. May be called at any time, by any thread of any rank.</summary>
    /// <param name="exitCode">The exit code, from 1 to 255.</param>
    /// <param name="message">Written to standard error.</param>
    [DoesNotReturn]
    void Abort(int exitCode, string message);
}

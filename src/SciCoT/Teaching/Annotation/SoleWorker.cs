using System.Runtime.CompilerServices;
using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>The annotator has no others to share with: every unit is its own, in the order of the questions.</summary>
internal sealed class SoleWorker : IAnnotationSharing, IAnnotationShare
{
    public static SoleWorker Instance { get; } = new();

    public int EndedElsewhere => 0;

    public Task<IAnnotationShare> JoinAsync(CancellationToken cancellationToken = default) => Task.FromResult<IAnnotationShare>(this);

    public async IAsyncEnumerable<RationaleKey> TakeAsync(IReadOnlyCollection<RationaleKey> units, int concurrency, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var unit in units)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return unit;
        }
    }

    public void End(RationaleKey unit)
    {
    }

    public ValueTask DisposeAsync() => default;
}

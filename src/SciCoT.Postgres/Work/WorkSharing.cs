using SciCoT.Teaching;

namespace SciCoT.Postgres.Work;

/// <summary>Shares an annotation by leases in the database.</summary>
internal sealed class WorkSharing(UnitRows rows) : IAnnotationSharing
{
    public async Task<IAnnotationShare> JoinAsync(CancellationToken cancellationToken = default) =>
        new WorkShare(rows, await rows.NowAsync(cancellationToken).ConfigureAwait(false));
}

using SciCoT.Postgres;
using SciCoT.Tests.AnnotationHost;

[assembly: AssemblyFixture(typeof(SciCoT.Tests.Postgres.PostgresServer))]

namespace SciCoT.Tests.Postgres;

/// <summary>A server for all tests that do not break it, started by the first; each test has a schema of its own.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync("max_connections=200"));

    public static string NewSchema() => $"test \"{Guid.NewGuid():N}";

    public static void SkipUnlessInstalled() => Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");

    public async Task<PostgresCluster> ClusterAsync()
    {
        SkipUnlessInstalled();
        return await _cluster.Value;
    }

    public async Task<PostgresRationaleStore> OpenAsync(string schema, CancellationToken cancellationToken = default) =>
        await PostgresRationaleStore.OpenAsync((await ClusterAsync()).ConnectionString, new() { Schema = schema }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
            await (await _cluster.Value).DisposeAsync();
    }
}

using System.Collections.Concurrent;
using Npgsql;
using SciCoT.Postgres;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Postgres;

/// <summary>A server that crashes, breaks connections off, becomes read-only or has none to give; each test has its own.</summary>
public sealed class DatabaseFaultTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _retries = new();
    private PostgresCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        PostgresServer.SkipUnlessInstalled();
        _cluster = await PostgresCluster.StartAsync("max_connections=12", "superuser_reserved_connections=3", "deadlock_timeout=100ms");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Assert.All(_retries, line => Assert.DoesNotContain(PostgresCluster.Password, line));
    }

    [Fact]
    public async Task Append_ServerCrashesAgainAndAgain_LosesAndDoublesNothing()
    {
        await using var store = await OpenAsync();
        int next = -1;
        var added = new ConcurrentBag<(int Sample, bool IsNew)>();
        using var stop = new CancellationTokenSource();
        var appending = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                int sample = Interlocked.Increment(ref next);
                added.Add((sample, await store.AppendAsync(Records.Sample(sample), Token)));
            }
        }));
        for (int crash = 0; crash < 3; crash++)
        {
            int before = added.Count;
            while (added.Count < before + 100)
                await Task.Delay(5, Token);
            await _cluster.RestartAsync();
        }

        await stop.CancelAsync();
        await appending;

        Assert.All(added, append => Assert.True(append.IsNew, $"record {append.Sample} counted as stored before"));
        Assert.Equal(Enumerable.Range(0, next + 1), (await store.ReadAllAsync(Token).ToListAsync(Token)).Select(record => record.SampleIndex).Order());
        Assert.NotEmpty(_retries);
    }

    [Fact]
    public async Task Read_ConnectionsBrokenOff_GoesOnWhereItWas()
    {
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 3500).Select(i => store.AppendAsync(Records.Sample(i), Token)));

        var read = new List<int>();
        await foreach (var record in store.ReadAllAsync(Token))
        {
            read.Add(record.SampleIndex);
            if (read.Count % 700 == 0)
                await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scicot'");
        }

        Assert.Equal(Enumerable.Range(0, 3500), read);
    }

    /// <summary>What happens between the commit and the word of it cannot be seen from here: then the append is repeated, and must find its own rows.</summary>
    [Fact]
    public async Task Append_WhoseCommitWasNotHeardOf_IsNewAllTheSame()
    {
        await using var relay = new BreakingRelay(_cluster.Port);
        await using var store = await PostgresRationaleStore.OpenAsync(_cluster.ConnectionString.Replace($"Port={_cluster.Port}", $"Port={relay.Port}"), Options(), Token);
        await store.AppendAsync(Records.Sample(0), Token);

        for (int i = 1; i <= 5; i++)
        {
            relay.SwallowNextReply();
            Assert.True(await store.AppendAsync(Records.Sample(i), Token));
            Assert.False(await store.AppendAsync(Records.Sample(i), Token));
        }

        Assert.Equal(Enumerable.Range(0, 6), await store.ReadAllAsync(Token).Select(record => record.SampleIndex).ToListAsync(Token));
        Assert.Equal(5, relay.Swallowed);
    }

    [Fact]
    public async Task Append_ToAServerThatBecameReadOnly_WaitsForAWritableOne()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(Records.Sample(0), Token);
        await ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on");
        await ExecuteAsync("SELECT pg_reload_conf()");
        await Task.Delay(300, Token);

        var appending = store.AppendAsync(Records.Sample(1), Token);
        while (_retries.IsEmpty)
            await Task.Delay(10, Token);
        Assert.Contains("read-only", _retries.First());
        await ExecuteAsync("ALTER SYSTEM RESET default_transaction_read_only");
        await ExecuteAsync("SELECT pg_reload_conf()");

        Assert.True(await appending);
    }

    [Fact]
    public async Task Append_NoConnectionToBeHad_WaitsForOne()
    {
        var others = new List<NpgsqlConnection>();
        await using (var store = await OpenAsync())
        {
            await ExecuteAsync("CREATE ROLE plain LOGIN PASSWORD 'plain'");
            await ExecuteAsync("GRANT ALL ON SCHEMA scicot TO plain; GRANT ALL ON ALL TABLES IN SCHEMA scicot TO plain");
        }

        await using var waiting = await PostgresRationaleStore.OpenAsync($"Host=127.0.0.1;Port={_cluster.Port};Database=postgres;Username=plain;Password=plain;Connection Idle Lifetime=1;Connection Pruning Interval=1", Options(), Token);
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");
        var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            while (true)
            {
                others.Add(new NpgsqlConnection($"Host=127.0.0.1;Port={_cluster.Port};Database=postgres;Username=plain;Password=plain;Pooling=false"));
                await others[^1].OpenAsync(Token);
            }
        });
        Assert.Equal(PostgresErrorCodes.TooManyConnections, refused.SqlState);

        var appending = waiting.AppendAsync(Records.Sample(0), Token);
        while (!_retries.Any(line => line.Contains("53300")))
            await Task.Delay(10, Token);
        foreach (var other in others)
            await other.DisposeAsync();

        Assert.True(await appending);
    }

    [Fact]
    public async Task Append_Deadlocked_IsRepeated()
    {
        // Who waits first looks for a deadlock after a second; the other one never does, so that the store is the victim.
        await using var store = await PostgresRationaleStore.OpenAsync(_cluster.ConnectionString + ";Options=-c deadlock_timeout=1s", Options(), Token);
        await using var source = NpgsqlDataSource.Create(_cluster.ConnectionString + ";Options=-c deadlock_timeout=1h");
        await using var gate = await source.OpenConnectionAsync(Token);
        await using var connection = await source.OpenConnectionAsync(Token);
        await using var closed = await gate.BeginTransactionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await InsertAsync(gate, Records.Sample(9));
        await InsertAsync(connection, Records.Sample(1));

        // While the first waits, the next two gather to one transaction, which adds 0 and waits for 1; then the other waits for 0.
        var first = store.AppendAsync(Records.Sample(9), Token);
        await WaitForLockAsync(waiting: 1);
        var both = Task.WhenAll(store.AppendAsync(Records.Sample(0), Token), store.AppendAsync(Records.Sample(1), Token));
        await closed.RollbackAsync(Token);
        Assert.True(await first);
        await WaitForLockAsync(waiting: 1);
        await InsertAsync(connection, Records.Sample(0));
        await transaction.RollbackAsync(Token);

        Assert.All(await both, Assert.True);
        Assert.Contains(_retries, line => line.Contains("40P01"));
        Assert.Equal(3, await store.CountAsync(Token));
    }

    [Fact]
    public async Task Append_ServerIsGone_ThrowsAfterTheBoundAndWorksLater()
    {
        await using var store = await PostgresRationaleStore.OpenAsync(_cluster.ConnectionString, Options() with { RetryFor = TimeSpan.FromSeconds(1) }, Token);
        await _cluster.StopAsync();

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => store.AppendAsync(Records.Sample(0), Token));
        Assert.Contains("It was tried for 1 s", failure.Message);
        Assert.DoesNotContain(PostgresCluster.Password, failure.ToString());

        await _cluster.StartAgainAsync();
        Assert.True(await store.AppendAsync(Records.Sample(0), Token));
    }

    [Fact]
    public async Task Open_WhileTheServerStarts_WaitsForIt()
    {
        await _cluster.StopAsync();
        var opening = OpenAsync();
        await Task.Delay(500, Token);
        await _cluster.StartAgainAsync();

        await using var store = await opening;

        Assert.True(await store.AppendAsync(Records.Sample(0), Token));
    }

    private Task<PostgresRationaleStore> OpenAsync() => PostgresRationaleStore.OpenAsync(_cluster.ConnectionString, Options(), Token);

    private PostgresStoreOptions Options() => new() { RetryFor = TimeSpan.FromMinutes(1), OnRetry = _retries.Enqueue };

    private static async Task InsertAsync(NpgsqlConnection connection, RationaleRecord record)
    {
        await using var command = new NpgsqlCommand("INSERT INTO scicot.rationales (key, record, batch) VALUES ($1, '{}', gen_random_uuid()) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = SciCoT.Postgres.Database.RationaleRow.KeyOf(record.Key) } },
        };
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task WaitForLockAsync(long waiting)
    {
        await using var source = NpgsqlDataSource.Create(_cluster.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_locks WHERE NOT granted");
        while ((long)(await command.ExecuteScalarAsync(Token))! != waiting)
            await Task.Delay(10, Token);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_cluster.ConnectionString + ";Pooling=false;Options=-c default_transaction_read_only=off");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
